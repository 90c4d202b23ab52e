"""The field rules of sessions: the form, the import and the actions all ask here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core import codes
from core.entries import Entry, plain
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem
from outreach.rules.commodities import moved_lines, piece_problems

MOST_HEADS = 100_000
LONGEST_MINUTES = 24 * 60
UNKNOWN = ("U", "AUNK")
GROUP_LEVELS = ("aggregate", "either")


@dataclass(frozen=True, kw_only=True)
class SessionEntry(Entry):
    """What somebody wants recorded: one talk, lesson or event.

    `heads` maps (sex, code of `age_band_atomic`) to unnamed heads; those of whom nothing is known stand under
    `UNKNOWN`. Numbers of commodities are pieces.
    """

    apart = frozenset({"heads", "given", "taken_back"})

    kind: str
    heads: Mapping[tuple[str, str], int]
    site_id: UUID | None = None
    topics: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    minutes: int | None = None
    given: Mapping[str, int] = field(default_factory=dict)
    taken_back: Mapping[str, int] = field(default_factory=dict)
    note: str = ""

    def head_rows(self) -> list[tuple[str, str, int]]:
        """(sex, age band, heads) of every cell that holds somebody, sorted."""
        return sorted((sex, band, number) for (sex, band), number in self.heads.items() if number)

    def lines(self) -> list[tuple[str, int, int]]:
        """(commodity, given, taken back) of everything that moved, sorted."""
        return moved_lines(self.given, self.taken_back)

    def content(self) -> dict:
        return super().content() | {"headcounts": plain(self.head_rows()), "commodities": plain(self.lines())}


def problems(entry: SessionEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    day = entry.occurred_on
    yield from happened_problems(day, today)
    yield from code_problems("kind", "contact_type", [entry.kind], day)
    yield from code_problems("topics", "session_topic", sorted(entry.topics), day)
    yield from code_problems("services", "service", sorted(entry.services), day)
    yield from piece_problems(entry.given, entry.taken_back, day)
    yield from note_problems(entry.note)
    yield from _head_problems(entry)
    if entry.minutes is not None and not 1 <= entry.minutes <= LONGEST_MINUTES:
        text = _("Give the length in minutes, from 1 to %(most)s.") % {"most": LONGEST_MINUTES}
        yield Problem("minutes", text, str(entry.minutes))


def _head_problems(entry: SessionEntry) -> Iterator[Problem]:
    yield from code_problems("heads", "sex", sorted({sex for sex, _band in entry.heads}), entry.occurred_on)
    yield from code_problems("heads", "age_band_atomic", sorted({band for _s, band in entry.heads}), entry.occurred_on)
    numbers = [number or 0 for number in entry.heads.values()]
    if min(numbers, default=0) < 0 or sum(numbers) > MOST_HEADS:
        text = _("Give a number of heads from 1 to %(most)s.") % {"most": MOST_HEADS}
        yield Problem("heads", text, str(sum(numbers)))
        return
    row = codes.table("contact_type").get(entry.kind)
    one_by_one = row is not None and row.attributes.get("counting_level") not in GROUP_LEVELS
    if sum(numbers) < 1:
        yield Problem("heads", _("Say how many people were there: at least one."), "0")
    elif one_by_one and sum(numbers) < 2:
        text = _("One person of this kind is a contact, not a session. Record a contact instead.")
        yield Problem("kind", text, entry.kind)
