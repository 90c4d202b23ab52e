"""WP_FORMED and WP_ACTIVE: workplace committees formed in a period, and those active at its end."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from dashboards.indicators import standings
from dashboards.questions import Question
from dashboards.results import Cell, Listing, Result, answer, cells_of
from peers import committee_standing
from peers.models import Committee

_UNFORMED = (committee_standing.PLANNED, committee_standing.CLOSED)
_SITE = "workplace__site"
_READ = ("organisation", "workplace__site__district")


def _committees(question: Question, **chosen: Any) -> Iterator[tuple[Committee, standings.Told]]:
    """Countable committees with what is told of them; one query."""
    found = Committee.objects.countable().filter(**chosen).select_related(*_READ).order_by()
    if question.organisations is not None:
        found = found.filter(organisation__in=question.organisations)
    for committee in found:
        site = committee.workplace.site
        district = site.district
        yield (
            committee,
            {
                "sector": standings.one(committee.workplace.sector),
                "province": standings.one(district and district.province_id),
                "district": standings.one(district and district.pk),
                "site": standings.one(site.code),
                "organisation": standings.one(committee.organisation.code),
            },
        )


def _formed(question: Question) -> Iterator[tuple[Committee, list[Cell]]]:
    """Committees first formed in the period, with their cells."""
    period = question.period
    for committee, told in _committees(question, formed_on__gte=period.start, formed_on__lte=period.end):
        month = standings.one(f"{committee.formed_on:%Y-%m}")
        if found := standings.cells(question, {**told, "month": month}):
            yield committee, found


def _formed_anew(question: Question) -> int:
    """How many committees were formed anew in the period."""
    question, period, number = question.total(), question.period, 0
    for committee, told in _committees(question):
        days = [date.fromisoformat(text) for text in committee.reformed_on]
        months = frozenset(f"{day:%Y-%m}" for day in days if period.start <= day <= period.end)
        number += bool(months and standings.cells(question, {**told, "month": months}))
    return number


def _standing(question: Question) -> Iterator[tuple[Committee, list[Cell], bool]]:
    """Committees formed by the question's day and not closed, with their cells and whether they are active."""
    found = [(committee, standings.cells(question, told)) for committee, told in _committees(question)]
    asked = [(committee, cells) for committee, cells in found if cells]
    stands = committee_standing.standing_of([committee for committee, _cells in asked], question.day)
    for committee, cells in asked:
        status = stands[committee.pk].status
        if status not in _UNFORMED:
            yield committee, cells, status == committee_standing.ACTIVE


def count(question: Question) -> Result:
    """Committees formed, those formed anew beside them; or the share of active ones."""
    if question.indicator.code == "WP_ACTIVE":
        shares = standings.Shares(question)
        for _committee, cells, active in _standing(question):
            shares.add(cells, active)
        return shares.answer()
    values: Counter[Cell] = Counter()
    total = 0
    for _committee, cells in _formed(question):
        total += 1
        values.update(cells)
    return answer(
        question,
        total=total,
        numerator=total,
        denominator=None,
        cells=cells_of(question.by, values),
        extra={"formed_anew": _formed_anew(question)},
    )


def listing(question: Question) -> Listing:
    """The committees formed; of the share, the active ones."""
    question = question.total()
    if question.indicator.code == "WP_ACTIVE":
        return Listing((Committee, [committee.pk for committee, _cells, active in _standing(question) if active]))
    return Listing((Committee, [committee.pk for committee, _cells in _formed(question)]))
