"""The field rules of sessions: the form, the import and the actions all ask here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core import codes
from core.entries import Entry, plain
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem
from outreach.rules.commodities import moved_lines, piece_problems
from peers.rules.knowledge import knowledge_problems
from peers.rules.topics import unnamed_topic_problems

MOST_HEADS = 100_000
MOST_NAMED = 5_000
LONGEST_MINUTES = 24 * 60
LONGEST_PLACE = 120
UNKNOWN = ("U", "AUNK")
GROUP_LEVELS = ("aggregate", "either")
SMALL_GROUP = "small_group"


@dataclass(frozen=True, kw_only=True)
class SessionEntry(Entry):
    """What somebody wants recorded: one talk, lesson or event.

    `heads` maps (sex, code of `age_band_atomic`) to unnamed heads; those of whom nothing is known stand under
    `UNKNOWN`. `attendees` are the clients who came, by name; `facilitators` the peer educators who led. Numbers of
    commodities are pieces.
    """

    apart = frozenset({"heads", "given", "taken_back", "facilitators", "attendees"})

    kind: str
    heads: Mapping[tuple[str, str], int] = field(default_factory=dict)
    site_id: UUID | None = None
    topics: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    minutes: int | None = None
    place: str = ""
    campaign_id: UUID | None = None
    knowledge: Mapping[str, Any] = field(default_factory=dict)
    facilitators: frozenset[UUID] = frozenset()
    attendees: frozenset[UUID] = frozenset()
    given: Mapping[str, int] = field(default_factory=dict)
    taken_back: Mapping[str, int] = field(default_factory=dict)
    note: str = ""

    def head_rows(self) -> list[tuple[str, str, int]]:
        """(sex, age band, heads) of every cell that holds somebody, sorted."""
        return sorted((sex, band, number) for (sex, band), number in self.heads.items() if number)

    def lines(self) -> list[tuple[str, int, int]]:
        """(commodity, given, taken back) of everything that moved, sorted."""
        return moved_lines(self.given, self.taken_back)

    @property
    def unnamed(self) -> int:
        return sum(number or 0 for number in self.heads.values())

    @property
    def size(self) -> int:
        """Everybody who was there, named or not."""
        return len(self.attendees) + self.unnamed

    def content(self) -> dict:
        return super().content() | {
            "headcounts": plain(self.head_rows()),
            "commodities": plain(self.lines()),
            "facilitators": plain(self.facilitators),
            "attendees": plain(self.attendees),
        }


def problems(entry: SessionEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry by itself."""
    day = entry.occurred_on
    yield from happened_problems(day, today)
    yield from code_problems("kind", "contact_type", [entry.kind], day)
    yield from code_problems("topics", "session_topic", sorted(entry.topics), day)
    yield from code_problems("services", "service", sorted(entry.services), day)
    yield from piece_problems(entry.given, entry.taken_back, day)
    yield from note_problems(entry.note)
    yield from _place_problems(entry.place)
    yield from _head_problems(entry)
    yield from unnamed_topic_problems(entry.topics, entry.heads)
    yield from knowledge_problems(entry.knowledge, most=entry.size)
    if entry.minutes is not None and not 1 <= entry.minutes <= LONGEST_MINUTES:
        text = _("Give the length in minutes, from 1 to %(most)s.") % {"most": LONGEST_MINUTES}
        yield Problem("minutes", text, str(entry.minutes))


def _place_problems(place: str) -> Iterator[Problem]:
    if len(place) > LONGEST_PLACE:
        yield Problem("place", _("Keep the place to %(most)s characters.") % {"most": LONGEST_PLACE}, place)
        return
    yield from note_problems(place, "place")


def _head_problems(entry: SessionEntry) -> Iterator[Problem]:
    yield from code_problems("heads", "sex", sorted({sex for sex, _band in entry.heads}), entry.occurred_on)
    yield from code_problems("heads", "age_band_atomic", sorted({band for _s, band in entry.heads}), entry.occurred_on)
    numbers = [number or 0 for number in entry.heads.values()]
    if min(numbers, default=0) < 0 or sum(numbers) > MOST_HEADS:
        text = _("Give a number of heads from 1 to %(most)s.") % {"most": MOST_HEADS}
        yield Problem("heads", text, str(sum(numbers)))
        return
    if len(entry.attendees) > MOST_NAMED:
        text = _("Name at most %(most)s people at one session. Make two sessions of it.") % {"most": MOST_NAMED}
        yield Problem("attendees", text, str(len(entry.attendees)))
    row = codes.table("contact_type").get(entry.kind)
    one_by_one = row is not None and row.attributes.get("counting_level") not in GROUP_LEVELS
    if entry.size < 1:
        yield Problem("heads", _("Say how many people were there: at least one."), "0")
    elif one_by_one and entry.size < 2 and not entry.attendees:
        text = _("One person of this kind is a contact, not a session. Record a contact instead.")
        yield Problem("kind", text, entry.kind)
