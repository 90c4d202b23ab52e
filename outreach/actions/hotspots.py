"""What can be done with hotspots: made, changed, moved or closed, estimated.

A hotspot's site carries a code and the district. Everything that tells where it is stays with the hotspot, which its
team sees; the audit names fields, never what stands in them.
"""

import re
from collections.abc import Iterator
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import turns
from core.actions import audit, sites
from core.actions.records import Refused, changed_fields
from core.models import District, Membership, Organisation, ServicePoint, Site, User
from core.permissions import GRANTS, Permission
from core.rules.problems import InvalidEntries, Problem
from outreach.models import Hotspot, SizeEstimate
from outreach.rules import hotspots as rules
from outreach.rules.hotspots import EstimateEntry, HotspotEntry, StateEntry

KIND_OF_SITE = "outreach_team"
_NUMBERED = re.compile(r"SPOT-(\d+)")
TEAM_ROLES = [role for role, grants in GRANTS.items() if Permission.HOTSPOT_VIEW in grants]


def neutral_name(code: str, district: District) -> str:
    """What everybody may read of a hotspot: its code and the district, in the language of whoever makes it."""
    numbered = _NUMBERED.fullmatch(code)
    shown = f"{int(numbered[1]):02}" if numbered else code
    return _("Hotspot %(code)s · %(district)s") % {"code": shown, "district": district}


def next_code(organisation: Organisation) -> str:
    """A code that no site of the organisation has: SPOT-1, SPOT-2, …"""
    codes = Site.objects.filter(organisation=organisation, code__startswith="SPOT-").values_list("code", flat=True)
    taken = [int(found[1]) for code in codes if (found := _NUMBERED.fullmatch(code))]
    return f"SPOT-{max(taken, default=0) + 1}"


def field_teams(organisation_ids):
    """People who can be in a hotspot's team: they work in one of the organisations and may see hotspots."""
    roles = Membership.objects.current().filter(organisation_id__in=organisation_ids, role__in=TEAM_ROLES)
    return User.objects.filter(pk__in=roles.values("user_id")).order_by("username")


def problems_of(
    entry: HotspotEntry, organisation: Organisation, pk: UUID | None = None, *, active: bool = True
) -> list[Problem]:
    """Everything wrong with an entry. `pk` is the hotspot that it changes; an active one needs a name of its own."""
    found = [*rules.problems(entry, today=timezone.localdate()), *_problems_beside(entry, organisation, pk)]
    same = Hotspot.objects.active().filter(site__organisation=organisation, site__district_id=entry.district_id)
    if active and same.filter(name__iexact=entry.name.strip()).exclude(pk=pk).exists():
        text = _("A hotspot of this name is here already. Open that one, or tell the two apart.")
        found.append(Problem("name", text))
    return found


def _problems_beside(entry: HotspotEntry, organisation: Organisation, pk: UUID | None) -> Iterator[Problem]:
    if entry.district_id and not District.objects.filter(pk=entry.district_id).exists():
        yield Problem("district", _("No district has this code."), entry.district_id)
    kept = set(Hotspot.team.through.objects.filter(hotspot_id=pk).values_list("user_id", flat=True)) if pk else set()
    fit = set(field_teams([organisation.pk]).filter(pk__in=entry.team).values_list("pk", flat=True))
    if entry.team - fit - kept:
        yield Problem("team", _("Somebody in this team doesn't work in the field here. Take them out."))


def _check(entry: HotspotEntry, organisation: Organisation, pk: UUID | None = None, *, active: bool = True) -> None:
    if found := problems_of(entry, organisation, pk, active=active):
        raise InvalidEntries({0: found})


@transaction.atomic
def create(
    *, organisation: Organisation, entry: HotspotEntry, by: User, code: str = "", checked: bool = False
) -> Hotspot:
    """Make a hotspot with its site. Raises InvalidEntries, or Refused if another site has the code."""
    turns.alone(organisation.pk)
    if not checked:
        _check(entry, organisation)
    code = code or next_code(organisation)
    district = District.objects.get(pk=entry.district_id)
    values = {"code": code, "name": neutral_name(code, district), "kind": KIND_OF_SITE, "district": district}
    site = sites.create(organisation=organisation, values=values, by=by)
    return _made(site, entry, by)


@transaction.atomic
def adopt(*, site: Site, entry: HotspotEntry, by: User, checked: bool = False) -> Hotspot:
    """Make a hotspot of a site that is there already. The site gets a neutral name; its records stay with it.

    Raises InvalidEntries, or Refused for a site that is a hotspot already or offers a service.
    """
    turns.alone(site.organisation_id)
    if Hotspot.objects.filter(pk=site.pk).exists():
        raise Refused(_("This site is a hotspot already."))
    if ServicePoint.objects.filter(pk=site.pk).exists():
        raise Refused(_("People are sent to this site for a service, so it is no hotspot."))
    if not checked:
        _check(entry, site.organisation)
    _name_site(site, entry, by, kind=KIND_OF_SITE)
    return _made(site, entry, by)


def _made(site: Site, entry: HotspotEntry, by: User) -> Hotspot:
    hotspot = Hotspot(site=site, status_since=timezone.localdate())
    _fill(hotspot, entry)
    hotspot.save(force_insert=True)
    hotspot.team.set(entry.team)
    _write(hotspot, by, "hotspot.create", {})
    return hotspot


@transaction.atomic
def amend(*, hotspot: Hotspot, entry: HotspotEntry, by: User, checked: bool = False) -> Hotspot:
    """Change what is said of a hotspot, and who is in its team. Raises InvalidEntries."""
    organisation = hotspot.site.organisation
    turns.alone(organisation.pk)
    hotspot = Hotspot.objects.select_for_update(of=("self",), no_key=True).select_related("site").get(pk=hotspot.pk)
    if not checked:
        _check(entry, organisation, hotspot.pk, active=hotspot.status == Hotspot.Status.ACTIVE)
    before = hotspot.content()
    _fill(hotspot, entry)
    hotspot.save(update_fields=["name", "venue", "times"])
    hotspot.team.set(entry.team)
    if entry.district_id != hotspot.site.district_id:
        _name_site(hotspot.site, entry, by, kind=hotspot.site.kind)
        hotspot.site.refresh_from_db()
    if changed := changed_fields(before, hotspot.content()):
        _write(hotspot, by, "hotspot.amend", {"fields": changed})
    return hotspot


@transaction.atomic
def set_state(*, hotspot: Hotspot, entry: StateEntry, by: User) -> Hotspot:
    """Say that a hotspot is active, moved or closed since a day. One where nobody is met any more closes its site."""
    hotspot = Hotspot.objects.select_for_update(of=("self",), no_key=True).select_related("site").get(pk=hotspot.pk)
    found = list(rules.state_problems(entry, today=timezone.localdate()))
    home = hotspot.site.organisation_id
    other = Hotspot.objects.filter(pk=entry.moved_to_id, site__organisation=home).exclude(pk=hotspot.pk)
    if entry.moved_to_id and not other.exists():
        found.append(Problem("moved_to", _("Choose another hotspot of this organisation.")))
    if found:
        raise InvalidEntries({0: found})
    before = hotspot.content()
    hotspot.status, hotspot.status_since, hotspot.moved_to_id = entry.status, entry.since, entry.moved_to_id
    hotspot.save(update_fields=["status", "status_since", "moved_to"])
    _open_or_close(hotspot.site, entry, by)
    if changed := changed_fields(before, hotspot.content()):
        _write(hotspot, by, "hotspot.state", {"fields": changed, "status": entry.status})
    return hotspot


def _open_or_close(site: Site, entry: StateEntry, by: User) -> None:
    closed_on = None if entry.status == rules.ACTIVE else entry.since
    if site.closed_on == closed_on:
        return
    if site.closed_on:
        sites.reopen(site=site, by=by)
    if closed_on:
        sites.close(site=site, on=closed_on, by=by)


@transaction.atomic
def estimate(*, hotspot: Hotspot, entry: EstimateEntry, by: User) -> SizeEstimate:
    """Note how many people can be met. A second estimate of the same day takes the place of the first."""
    if found := list(rules.estimate_problems(entry, today=timezone.localdate())):
        raise InvalidEntries({0: found})
    hotspot = Hotspot.objects.select_for_update(of=("self",), no_key=True).get(pk=hotspot.pk)
    said = {"low": entry.low, "point": entry.point, "high": entry.high, "method": entry.method}
    there = SizeEstimate.objects.filter(hotspot=hotspot, estimated_on=entry.estimated_on).first()
    if there and all(getattr(there, name) == value for name, value in said.items()):
        return there
    made, _new = SizeEstimate.objects.update_or_create(
        hotspot=hotspot, estimated_on=entry.estimated_on, defaults={**said, "recorded_by": by}
    )
    _write(hotspot, by, "hotspot.estimate", {})
    return made


def _name_site(site: Site, entry: HotspotEntry, by: User, *, kind: str) -> None:
    district = District.objects.get(pk=entry.district_id)
    values = {"code": site.code, "name": neutral_name(site.code, district), "kind": kind, "district": district}
    sites.amend(site=site, values=values, by=by)


def _fill(hotspot: Hotspot, entry: HotspotEntry) -> None:
    hotspot.name, hotspot.venue, hotspot.times = entry.name.strip(), entry.venue, entry.times.strip()


def _write(hotspot: Hotspot, by: User, action: str, detail: dict) -> None:
    digest = audit.keyed_digest(hotspot.content())
    entry = audit.Entry(action, Hotspot.kind_name, str(hotspot.pk), detail, digest)
    audit.write(organisation_id=hotspot.site.organisation_id, by=by, entries=[entry])
