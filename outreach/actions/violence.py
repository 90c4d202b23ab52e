"""What can be done with violence that somebody told of: record, amend, void; and what follows from telling.

The help wanted becomes referrals, and a concern reaches the safeguarding lead wherever the person is under 18: both
in the same transaction. A file brings its own referrals and concerns, so an import makes none.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from core.actions import records
from core.actions.writing import SITE, Writer
from core.ages import age_on
from core.models import Record, User
from outreach.actions import concerns, referrals
from outreach.actions.concerns import CLIENT
from outreach.models import Client, Concern, Referral, ViolenceEvent
from outreach.rules import violence as rules
from outreach.rules.concerns import ConcernEntry
from outreach.rules.referrals import ReferralEntry
from outreach.rules.violence import ViolenceEntry

ADULT = 18
# What each kind of violence against a child is called as a concern (`safeguarding_concern.csv`).
CONCERN_OF = {
    "physical": "physical",
    "sexual": "sexual",
    "verbal": "emotional",
    "emotional": "emotional",
    "harassment": "emotional",
    "discrimination": "emotional",
    "arrest": "detention",
}
# A kind that an organisation added to the list is told as the concern with the shortest time to act in.
OTHER_CONCERN = "physical"
Pair = tuple[ViolenceEvent, ViolenceEntry]


class Violence(Writer):
    """Events of violence, told at any age."""

    model, entry = ViolenceEvent, ViolenceEntry
    links = {"client_id": CLIENT, "site_id": SITE}
    beside_people = True

    def rule(self, entry: ViolenceEntry, *, today: date):
        return rules.problems(entry, today=today)

    def derive(self, record: ViolenceEvent, entry: ViolenceEntry) -> None:
        record.pep_by = rules.pep_by(entry)

    def follow(self, pairs: Sequence[Pair], *, by: User, fresh: bool) -> None:
        live = [pair for pair in pairs if not pair[0].is_void and pair[0].source != Record.Source.IMPORT]
        if live:
            _issue_referrals(live, by)
            _tell_lead(live, by)


writer = Violence()
record, record_many, amend, void = writer.record, writer.record_many, writer.amend, writer.void


def is_child(record: ViolenceEvent, clients: dict[UUID, Client]) -> bool:
    """Whether somebody was under 18 on the day of telling; a birth date on record goes before an age that was said."""
    age = record.age
    if client := clients.get(record.client_id):
        known = age_on((client.survivor or client).birth_date, record.occurred_on)
        age = age if known is None else known
    return age is not None and age < ADULT


def child_on(client: Client | None, day: date) -> bool:
    """Whether the client is known to be under 18 on a day."""
    age = age_on((client.survivor or client).birth_date, day) if client else None
    return age is not None and age < ADULT


def _clients_of(rows: Sequence[ViolenceEvent]) -> dict[UUID, Client]:
    return records.by_id(Client.objects.select_related("survivor"), {r.client_id for r in rows if r.client_id})


def _issue_referrals(pairs: Sequence[Pair], by: User) -> None:
    """An urgent referral for each kind of help that a client wants and isn't referred to yet."""
    wanted: dict[UUID, ReferralEntry] = {}
    for row, entry in pairs:
        for code in entry.help_codes() if row.client_id else ():
            said = {"occurred_on": row.occurred_on, "client_id": row.client_id, "type": code}
            wanted[row.referral_id(code)] = ReferralEntry(id=row.referral_id(code), urgent=True, **said)
    issued = records.known_ids(Referral.objects.all(), wanted)
    fresh = [entry for pk, entry in wanted.items() if pk not in issued]
    if fresh:
        first, _entry = pairs[0]
        referrals.record_many(entries=fresh, by=by, organisation=first.organisation, source=first.source)


def _tell_lead(pairs: Sequence[Pair], by: User) -> None:
    """A concern for each event that a child told of, with what the lead wasn't told about it before."""
    rows = [row for row, _entry in pairs]
    clients = _clients_of(rows)
    children = [row for row in rows if is_child(row, clients)]
    if not children:
        return
    told: dict[Any, set[str]] = {}
    for event, codes in Concern.objects.filter(violence__in=children).values_list("violence_id", "concerns"):
        told.setdefault(event, set()).update(codes)
    entries = []
    for row in children:
        asked = {CONCERN_OF.get(kind, OTHER_CONCERN) for kind in row.types}
        if new := asked - told.get(row.pk, set()):
            entries.append(_concern(row, new))
    if entries:
        concerns.record_many(entries=entries, by=by, organisation=rows[0].organisation, source=rows[0].source)


def _concern(row: ViolenceEvent, kinds: set[str]) -> ConcernEntry:
    return ConcernEntry(
        id=uuid5(row.pk, f"concern:{';'.join(sorted(kinds))}"),
        occurred_on=timezone.localdate(),
        client_id=row.client_id,
        violence_id=row.pk,
        concerns=frozenset(kinds),
        sex=row.sex,
        age=row.age,
    )
