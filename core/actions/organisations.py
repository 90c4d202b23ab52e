"""Organisations: made, renamed, closed for new work, opened again."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from core.actions import audit
from core.actions.records import Refused, changed_fields
from core.models import Organisation, User

FIELDS = ("code", "name", "provider_type", "active", "stock_in_bags")


def _content(organisation: Organisation) -> dict:
    return {name: getattr(organisation, name) for name in FIELDS}


def _write(organisation: Organisation, by: User, action: str, detail: dict) -> None:
    digest = audit.keyed_digest(_content(organisation))
    entry = audit.Entry(action, "organisation", str(organisation.pk), detail, digest)
    audit.write(organisation_id=organisation.pk, by=by, entries=[entry])


@transaction.atomic
def create(
    *,
    code: str,
    name: str,
    provider_type: str = "ngo",
    active: bool = True,
    stock_in_bags: bool = False,
    by: User,
) -> Organisation:
    """Make an organisation. Raises Refused if the code is taken or not a code."""
    organisation = Organisation(
        code=code, name=name, provider_type=provider_type, active=active, stock_in_bags=stock_in_bags
    )
    _refuse_invalid(organisation)
    organisation.save()
    _write(organisation, by, "organisation.create", {})
    return organisation


@transaction.atomic
def amend(*, organisation: Organisation, by: User, **values) -> Organisation:
    """Change name, kind of provider, whether it is active or keeps stock in bags; its code stays for ever.

    Records are named by the code.

    Raises Refused if a value doesn't fit.
    """
    organisation = Organisation.objects.select_for_update().get(pk=organisation.pk)
    before = _content(organisation)
    for name, value in values.items():
        setattr(organisation, name, value)
    changed = changed_fields(before, _content(organisation))
    if "code" in changed:
        raise Refused(_("The code of an organisation never changes."))
    if changed:
        _refuse_invalid(organisation)
        organisation.save(update_fields=changed)
        _write(organisation, by, "organisation.amend", {"fields": changed})
    return organisation


def _refuse_invalid(organisation: Organisation) -> None:
    try:
        organisation.full_clean(validate_constraints=False)
    except ValidationError as wrong:
        raise Refused(" ".join(wrong.messages)) from wrong
