"""The field rules of contacts: the form, the import and the actions all ask here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from core import codes
from core.ages import Precision
from core.entries import plain
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem
from outreach.models.contacts import Contact, HowCounted
from outreach.rules.commodities import moved_lines, piece_problems

LARGEST_GROUP = 10_000
MOST_OTHERS = 200


@dataclass(frozen=True)
class ContactEntry:
    """What somebody wants recorded: one event with one person. Numbers are pieces.

    Without `worker_id` the one who records it is the worker.
    """

    occurred_on: date
    kind: str
    id: UUID = field(default_factory=uuid4)
    client_id: UUID | None = None
    group_size: int = 1
    site_id: UUID | None = None
    services: frozenset[str] = frozenset()
    hts_outcome: str = ""
    given: Mapping[str, int] = field(default_factory=dict)
    taken_back: Mapping[str, int] = field(default_factory=dict)
    overdose_reported: bool = False
    worker_id: int | None = None
    arrived_at: time | None = None
    left_at: time | None = None
    centre_services: frozenset[str] = frozenset()
    for_others: int = 0
    return_method: str = ""
    note: str = ""
    reference: str = ""
    void: bool = False

    def lines(self) -> list[tuple[str, int, int]]:
        """(commodity, given, taken back) of everything that moved, sorted."""
        return moved_lines(self.given, self.taken_back)

    def content(self) -> dict:
        """The same shape as `Contact.content()`."""
        return {
            "reference": self.reference,
            "occurred_on": str(self.occurred_on),
            "client": str(self.client_id or ""),
            "kind": self.kind,
            "group_size": self.group_size,
            "site": str(self.site_id or ""),
            "services": sorted(self.services),
            "hts_outcome": self.hts_outcome,
            "overdose_reported": self.overdose_reported,
            "worker": plain(self.worker_id),
            "arrived_at": plain(self.arrived_at),
            "left_at": plain(self.left_at),
            "centre_services": sorted(self.centre_services),
            "for_others": self.for_others,
            "return_method": self.return_method,
            "note": self.note,
            "commodities": [list(line) for line in self.lines()],
        }


@dataclass(frozen=True)
class KnownClient:
    """What the rules need to know of the contact's client."""

    birth_date: date | None = None
    birth_precision: str = Precision.UNKNOWN


def problems(entry: ContactEntry, *, today: date, client: KnownClient | None) -> Iterator[Problem]:
    """Everything wrong with an entry. `client` is None for an anonymous contact."""
    day = entry.occurred_on
    yield from happened_problems(day, today)
    yield from code_problems("kind", "contact_type", [entry.kind], day)
    yield from code_problems("services", "service", sorted(entry.services), day)
    yield from code_problems("hts_outcome", "hts_offer_outcome", [entry.hts_outcome] if entry.hts_outcome else [], day)
    yield from piece_problems(entry.given, entry.taken_back, day)
    yield from note_problems(entry.note)
    if not 1 <= entry.group_size <= LARGEST_GROUP:
        text = _("Give the number of people in the group, from 1 to %(most)s.") % {"most": LARGEST_GROUP}
        yield Problem("group_size", text, str(entry.group_size))
    yield from _visit_problems(entry)
    yield from _needle_problems(entry)
    if client is not None:
        yield from client_problems(entry, client)


def _visit_problems(entry: ContactEntry) -> Iterator[Problem]:
    yield from code_problems("centre_services", "dic_service", sorted(entry.centre_services), entry.occurred_on)
    if entry.kind != Contact.VISIT and (entry.arrived_at or entry.left_at or entry.centre_services):
        text = _("Only a visit to a drop-in centre has times and services of the centre. Choose that kind of contact.")
        yield Problem("kind", text, entry.kind)
    if entry.left_at and (entry.arrived_at is None or entry.left_at < entry.arrived_at):
        text = _("The time of leaving is before the time of arrival. Check both.")
        yield Problem("left_at", text, str(entry.left_at))


def _needle_problems(entry: ContactEntry) -> Iterator[Problem]:
    if not 0 <= entry.for_others <= MOST_OTHERS:
        text = _("Give the number of other people, from 0 to %(most)s.") % {"most": MOST_OTHERS}
        yield Problem("for_others", text, str(entry.for_others))
    if entry.return_method and entry.return_method not in HowCounted.values:
        known = ", ".join(HowCounted.values)
        text = _("Say how what came back was counted: %(known)s.") % {"known": known}
        yield Problem("return_method", text, entry.return_method)


def client_problems(entry: Any, client: Any) -> Iterator[Problem]:
    """What doesn't suit the client: asked of entries with a day and a kind, and of whoever has a birth date."""
    row = codes.table("contact_type").get(entry.kind)
    if row is not None and row.attributes.get("counting_level") == "anonymous":
        yield Problem("kind", _("This kind of contact is always anonymous. Leave the client out."), entry.kind)
    born = client.birth_date
    if born is None:
        return
    exact = client.birth_precision == Precision.DAY
    if (entry.occurred_on < born) if exact else (entry.occurred_on.year < born.year):
        text = _("This day is before the client was born (%(born)s). Check the date, or the client's birth date.")
        yield Problem("occurred_on", text % {"born": born if exact else born.year}, str(entry.occurred_on))
