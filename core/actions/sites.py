"""Sites, and what they offer as service points: made, changed, closed, opened again."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from core import turns
from core.actions import audit
from core.actions.records import Refused, changed_fields
from core.models import Organisation, ServicePoint, Site, User

SITE_FIELDS = ("code", "name", "kind", "district_id", "closed_on")
POINT_FIELDS = ("kind", "public", "opening_hours")

_followers: list[Callable[[Site], None]] = []


def follow_moves(function: Callable[[Site], None]) -> None:
    """Have a function told, in the same transaction, of a site whose district changed."""
    if function not in _followers:
        _followers.append(function)


def content_of(site: Site) -> dict[str, Any]:
    """What a site and its service point say, as plain values."""
    point = ServicePoint.objects.filter(pk=site.pk).first()
    content = {name: str(getattr(site, name) or "") for name in SITE_FIELDS}
    return content | {f"service_{name}": getattr(point, name) if point else "" for name in POINT_FIELDS}


@transaction.atomic
def create(*, organisation: Organisation, values: Mapping[str, Any], by: User) -> Site:
    """Make a site. `values` holds code, name, kind, district and, for a service point, service, public, opening_hours.

    Raises Refused if the organisation has a site of that code, or a value doesn't fit.
    """
    site = Site(organisation=organisation)
    _fill(site, values)
    _write(site, by, "site.create", {})
    return site


@transaction.atomic
def amend(*, site: Site, values: Mapping[str, Any], by: User) -> Site:
    """Change what a site says. Its code stays, since imports name it.

    Raises Refused if the code differs or a value doesn't fit.
    """
    turns.alone(site.organisation_id)
    site = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    if values["code"] != site.code:
        raise Refused(_("The code of a site never changes: files name the site by it."))
    before = content_of(site)
    _fill(site, values)
    changed = changed_fields(before, content_of(site))
    if "district_id" in changed:
        for function in _followers:
            function(site)
    if changed:
        _write(site, by, "site.amend", {"fields": changed})
    return site


@transaction.atomic
def close(*, site: Site, on: date, by: User) -> Site:
    """Close a site from a day on: it is no longer offered in forms, and its records stay."""
    site = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    if site.closed_on:
        raise Refused(_("This site is closed already."))
    site.closed_on = on
    site.save(update_fields=["closed_on"])
    _write(site, by, "site.close", {})
    return site


@transaction.atomic
def reopen(*, site: Site, by: User) -> Site:
    """Offer a closed site again."""
    site = Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    if not site.closed_on:
        raise Refused(_("This site is open."))
    site.closed_on = None
    site.save(update_fields=["closed_on"])
    _write(site, by, "site.reopen", {})
    return site


def _fill(site: Site, values: Mapping[str, Any]) -> None:
    for name in ("code", "name", "kind", "district"):
        setattr(site, name, values[name])
    if Site.objects.filter(organisation=site.organisation, code=site.code).exclude(pk=site.pk).exists():
        raise Refused(_("Another site of this organisation has this code."))
    try:
        site.full_clean(exclude=["id"])
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages)) from wrong
    site.save()
    if values.get("service"):
        offered = {"kind": values["service"], "public": values["public"], "opening_hours": values["opening_hours"]}
        ServicePoint.objects.update_or_create(site=site, defaults=offered)
    else:
        _offer_nothing(site)


def _offer_nothing(site: Site) -> None:
    try:
        ServicePoint.objects.filter(pk=site.pk).delete()
    except ProtectedError as named:
        raise Refused(_("Referrals name this service, so it stays. Close the site if it no longer serves.")) from named


def _write(site: Site, by: User, action: str, detail: dict) -> None:
    entry = audit.Entry(action, "site", str(site.pk), detail, audit.keyed_digest(content_of(site)))
    audit.write(organisation_id=site.organisation_id, by=by, entries=[entry])
