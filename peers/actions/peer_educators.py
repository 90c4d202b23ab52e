"""What can be done with peer educators: record, amend, void, and how they stand from a day on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import bulk
from core.actions.records import Refused, known_ids
from core.actions.writing import Link, Writer
from core.models import Organisation, Site, User
from core.rules.problems import Problem
from peers import staff
from peers.models import PeerEducator, PeerStatus
from peers.rules import peer_educators as rules
from peers.rules.peer_educators import PeerEntry

NO_SUPERVISOR = gettext_lazy("This person supervises nobody here now. Choose somebody from the list.")
NO_ACCOUNT = gettext_lazy("This account isn't a peer educator's here now. Choose one from the list.")


@dataclass(frozen=True)
class Known:
    """What the database says beside entries: who may lead, whose accounts there are, and who has them already."""

    supervisors: frozenset[int]
    accounts: frozenset[int]
    sites: frozenset[UUID]
    stands: dict[UUID, tuple[int | None, int | None]]
    holders: dict[int, set[UUID]]
    voids: frozenset[UUID]


class PeerEducators(Writer):
    """Peer educators, with their sites and their states in rows of their own."""

    model = PeerEducator
    entry = PeerEntry
    links = {
        "supervisor_id": Link(staff.once_members, NO_SUPERVISOR),
        "user_id": Link(staff.once_members, NO_ACCOUNT),
    }

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def known(self, entries: Sequence[PeerEntry], organisation: Organisation) -> Known:
        here = [organisation.pk]
        mine = PeerEducator.objects.filter(organisation=organisation)
        rows = mine.values_list("pk", "supervisor_id", "user_id", "voided_at")
        voids = {pk for pk, _supervisor, _user, voided in rows if voided} | {e.id for e in entries if e.void}
        holders: dict[int, set[UUID]] = {}
        for pk, user in [*((pk, user) for pk, _s, user, _v in rows), *((e.id, e.user_id) for e in entries)]:
            if user and pk not in voids:
                holders.setdefault(user, set()).add(pk)
        wanted = {pk for entry in entries for pk in entry.sites}
        return Known(
            supervisors=frozenset(staff.supervisors(here).values_list("pk", flat=True)),
            accounts=frozenset(staff.peer_accounts(here).values_list("pk", flat=True)),
            sites=frozenset(known_ids(Site.objects.filter(organisation=organisation), wanted)),
            stands={pk: (supervisor, user) for pk, supervisor, user, _voided in rows},
            holders=holders,
            voids=frozenset(voids),
        )

    def rule_with(self, entry: PeerEntry, known: Known, *, today: date) -> Iterator[Problem]:
        # Who left meanwhile stays where they are named already: the rest of the record can be changed.
        supervisor, user = known.stands.get(entry.id, (None, None))
        if entry.supervisor_id and entry.supervisor_id not in known.supervisors | {supervisor}:
            yield Problem("supervisor", str(NO_SUPERVISOR), str(entry.supervisor_id))
        if entry.user_id and entry.user_id not in known.accounts | {user}:
            yield Problem("user", str(NO_ACCOUNT), str(entry.user_id))
        others = known.holders.get(entry.user_id, set()) - {entry.id}
        if others and entry.id not in known.voids:
            text = _("Another peer educator has this account already. Choose another one, or free it there first.")
            yield Problem("user", text, str(entry.user_id))
        for pk in entry.sites - known.sites:
            yield Problem("sites", _("There is no such site. Choose one from the list."), str(pk))

    def readings(self, queryset):
        return queryset.prefetch_related("statuses", "sites")

    def follow(self, pairs: Sequence[tuple[PeerEducator, PeerEntry]], *, by, fresh):
        placed = PeerEducator.sites.through
        if not fresh:
            ids = [peer.pk for peer, _entry in pairs]
            PeerStatus.objects.filter(peer_id__in=ids).delete()
            placed.objects.filter(peereducator_id__in=ids).delete()
        bulk.create(
            PeerStatus(peer=peer, status=status, since=since, reason=reason)
            for peer, entry in pairs
            for status, since, reason in entry.statuses
        )
        bulk.create(placed(peereducator_id=peer.pk, site_id=pk) for peer, entry in pairs for pk in sorted(entry.sites))

    def entry_of(self, record, **changed):
        apart = {
            "sites": frozenset(site.pk for site in record.sites.all()),
            "statuses": tuple((row.status, row.since, row.reason) for row in record.statuses.all()),
        }
        return super().entry_of(record, **(apart | changed))


writer = PeerEducators()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of


def set_status(
    *, peer: PeerEducator, status: str, since: date, by: User, reason: str = "", version: int | None = None
) -> PeerEducator:
    """Say how a peer educator stands from a day on. `version` is the one that was looked at (default: `peer`'s own).

    Raises Changed, Refused for a void record, InvalidEntries if the step makes no sense.
    """
    entry = entry_of(peer)
    changed = replace(entry, statuses=(*entry.statuses, (status, since, reason)))
    return amend(record=peer, entry=changed, version=version or peer.version, by=by)


def take_back_status(*, peer: PeerEducator, by: User, version: int | None = None) -> PeerEducator:
    """Take the last state back: the one before holds again. Raises Changed, or Refused if there is none."""
    entry = entry_of(peer)
    if not entry.statuses:
        raise Refused(_("No state is recorded, so there is none to take back."))
    changed = replace(entry, statuses=entry.statuses[:-1])
    return amend(record=peer, entry=changed, version=version or peer.version, by=by)
