"""Rules of counting a place."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core import codes
from core.entries import Entry
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem
from outreach.models import StockCount
from outreach.rules.stock_documents import MOST_PIECES

Reason = StockCount.Reason
Line = tuple[str, int, str]


@dataclass(frozen=True, kw_only=True)
class StockCountEntry(Entry):
    """One count. A line is (commodity, pieces counted, reason); the reason is empty where the books agree."""

    place_id: int
    lines: tuple[Line, ...]
    note: str = ""


@dataclass(frozen=True)
class Books:
    """What the books say of a place at the end of a count's day; `first` if the place was never counted before."""

    expected: Mapping[str, int]
    first: bool


def problems(entry: StockCountEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with a count by itself."""
    yield from happened_problems(entry.occurred_on, today)
    if not entry.lines:
        yield Problem("lines", _("Count at least one commodity. Write 0 where nothing is left."))
    yield from code_problems("lines", "commodity", sorted({line[0] for line in entry.lines}), entry.occurred_on)
    if len({line[0] for line in entry.lines}) < len(entry.lines):
        yield Problem("lines", _("A commodity stands here twice. Add the two numbers up."))
    for commodity, counted, reason in entry.lines:
        if not 0 <= counted <= MOST_PIECES:
            text = _("Give a number of pieces from 0 to %(most)s.") % {"most": f"{MOST_PIECES:,}"}
            yield Problem("lines", text, f"{commodity}: {counted}")
        if reason and reason not in Reason.values:
            known = ", ".join(Reason.values)
            yield Problem("lines", _("This reason isn't known. Use one of: %(known)s.") % {"known": known}, reason)
    yield from note_problems(entry.note)


def difference_problems(entry: StockCountEntry, books: Books) -> Iterator[Problem]:
    """A difference from the books needs a reason; a first count is where the books begin.

    The problem's value is the commodity, so that a form can show the sentence beside it.
    """
    if books.first:
        return
    for commodity, counted, reason in entry.lines:
        expected = books.expected.get(commodity, 0)
        if counted != expected and not reason:
            text = _("%(commodity)s: the books say %(expected)s, you counted %(counted)s. Say why they differ.")
            words = {"commodity": codes.label("commodity", commodity), "expected": expected, "counted": counted}
            yield Problem("reason", text % words, commodity)
