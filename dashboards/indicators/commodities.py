"""COMMODITIES: pieces given at contacts and at sessions, each commodity by itself."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Sum

from dashboards.age_bands import UNKNOWN
from dashboards.indicators import contacts, sessions
from dashboards.questions import Question
from dashboards.results import Cell, Listing, Result, answer, cells_of
from outreach.models import CommodityLine, Contact
from peers.models import Session, SessionCommodity

_SUMS = {"n": Sum("given"), "back": Sum("taken_back")}
_FACT = "contact__fact__"


def _chosen(question: Question, lines: Any) -> Any:
    return lines.filter(commodity__in=question.where["commodity"]) if "commodity" in question.where else lines


def contact_lines(question: Question) -> Any:
    """Commodity lines of the contacts that the question is about."""
    return _chosen(question, CommodityLine.objects.filter(contacts.conditions(question, _FACT)))


def session_lines(question: Question, *columns: str) -> Iterator[tuple[Cell, dict[str, Any]]]:
    """Cells and rows of what sessions gave out; nobody there has a sex, an age or a group."""
    if sessions.suits(question, "U", UNKNOWN):
        yield from sessions.tally(
            question, _chosen(question, SessionCommodity.objects), ("commodity", *columns), **_SUMS
        )


def _rows(question: Question) -> Iterator[tuple[Cell, dict[str, Any]]]:
    yield from contacts.tally(question, contact_lines, _FACT, ("commodity",), **_SUMS)
    yield from session_lines(question)


def count(question: Question) -> Result:
    """Units given by commodity, with those taken back beside them. There is no total over commodities."""
    given: Counter[Cell] = Counter()
    back: Counter[str] = Counter()
    rows = list(_rows(question))
    for cell, row in rows:
        given[cell] += row["n"]
    # A contact with several services stands in several cells of a breakdown by service.
    for _cell, row in _rows(question.total()) if "service" in question.by else rows:
        back[row["commodity"]] += row["back"]
    extra = {"taken_back": {code: number for code, number in sorted(back.items()) if number}}
    return answer(
        question, total=None, numerator=None, denominator=None, cells=cells_of(question.by, given), extra=extra
    )


def listing(question: Question) -> Listing:
    """The contacts and sessions at which the commodities were given or taken back."""
    question = question.total()
    lines = contact_lines(question).values_list("contact", flat=True)
    moved = contacts.facts(question).filter(pk__in=lines)
    met = {row["session_id"] for _cell, row in session_lines(question, "session_id")}
    return Listing((Contact, contacts.ids(question, moved)), (Session, met))
