"""The workers who are at the workplaces that a question is about, by their newest counts."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dashboards.age_bands import OTHER, UNKNOWN
from dashboards.indicators import standings
from dashboards.questions import Question
from peers.models import WorkforceCount, Workplace

_PLACES = ("sector", "province", "district", "site", "organisation")
_COMPARABLE = {*_PLACES, "sex", "age_band"}
_NOT_TOLD = {"sex": {"U"}, "age_band": {UNKNOWN, OTHER}}


@dataclass(frozen=True)
class Workforce:
    """Workers, the sites where they were counted, and how many workplaces were left out.

    A workplace is left out if nobody counted its workers by then, or not as the filters ask.
    """

    workers: int
    sites: frozenset[UUID]
    left_out: int


def of(question: Question) -> Workforce | None:
    """The workforce at the end of the period; None where the filters ask for what no workforce is counted by.

    Nobody counts a workforce by population group or by kind of contact, nor those whose sex or age is not told.
    """
    where = question.where
    if not where.keys() <= _COMPARABLE or any(where.get(key, frozenset()) & codes for key, codes in _NOT_TOLD.items()):
        return None
    sites = _sites(question)
    workers: dict[UUID, int | None] = {
        place: _counted(question, rows) for place, rows in _newest(question, sites).items()
    }
    told = {place: number for place, number in workers.items() if number is not None}
    return Workforce(sum(told.values()), frozenset(sites[place] for place in told), len(sites) - len(told))


def _sites(question: Question) -> dict[UUID, UUID]:
    """The sites of the workplaces that the filters leave, by workplace."""
    found: Any = Workplace.objects.countable().order_by()
    if question.organisations is not None:
        found = found.filter(organisation__in=question.organisations)
    columns = {**standings.SITE, "organisation": "organisation__code"}
    sites = {}
    for row in found.values("pk", "sector", "site_id", *columns.values()):
        told = {key: standings.one(row[column]) for key, column in columns.items()}
        if standings.cells(question.total(), {**told, "sector": standings.one(row["sector"])}):
            sites[row["pk"]] = row["site_id"]
    return sites


def _newest(question: Question, places: Iterable[UUID]) -> dict[UUID, list[tuple[str, str, int]]]:
    """(sex, age band, workers) of the newest count of each workplace up to the end of the period."""
    rows = WorkforceCount.objects.filter(workplace__in=list(places), counted_on__lte=question.period.end)
    by_day: dict[UUID, dict[Any, list[tuple[str, str, int]]]] = defaultdict(lambda: defaultdict(list))
    for place, day, *row in rows.order_by().values_list("workplace", "counted_on", "sex", "age_band", "workers"):
        by_day[place][day].append((row[0], row[1], row[2]))
    return {place: days[max(days)] for place, days in by_day.items()}


def _counted(question: Question, rows: list[tuple[str, str, int]]) -> int | None:
    """The workers whom the filters on sex and age ask for; None if they weren't counted by them."""
    where, workers = question.where, 0
    for sex, age, number in rows:
        told = {"sex": sex, "age_band": question.bands.of_atomic(age)}
        asked = {key for key in told if key in where}
        if any(told[key] in _NOT_TOLD[key] for key in asked):
            return None
        if all(told[key] in where[key] for key in asked):
            workers += number
    return workers
