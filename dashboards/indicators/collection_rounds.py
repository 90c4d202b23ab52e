"""Rounds that collect used needles from public places: returns that nobody handed over."""

from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Coalesce

from dashboards.age_bands import UNKNOWN
from dashboards.indicators import sessions
from dashboards.questions import Question
from dashboards.results import Cell
from outreach.models import NeedleCollection

# A round has a site, or a district alone; it has no kind of contact, no service and no person.
_PLACES = {
    "province": Coalesce("site__district__province", "district__province"),
    "district": Coalesce("site__district", "district"),
    "site": F("site__code"),
    "organisation": F("organisation__code"),
    "educator": F("recorded_by__username"),
}
_NOBODY = {"sex": "U", "group": "UNK"}


def rows(question: Question) -> Iterator[tuple[Cell, dict[str, Any]]]:
    """The cell of each round that the question is about, with its id, pieces and method."""
    if not sessions.suits(question, "U", UNKNOWN) or question.needs("service"):
        return
    period = question.period
    found = NeedleCollection.objects.countable().in_period(period.start, period.end)
    if question.organisations is not None:
        found = found.filter(organisation__in=question.organisations)
    keys = {f"by_{key}": path for key, path in _PLACES.items() if question.needs(key)}
    columns = ("pk", "pieces", "method", "occurred_on", *keys)
    for row in found.annotate(**keys).order_by().values(*columns):
        told = {key: row[f"by_{key}"] or UNKNOWN for key in _PLACES if f"by_{key}" in row}
        told |= {"kind": UNKNOWN, "month": f"{row['occurred_on']:%Y-%m}"}
        if all(value in question.where.get(key, {value}) for key, value in told.items()):
            yield tuple(told.get(key) or _NOBODY.get(key, UNKNOWN) for key in question.by), row


def pieces(question: Question) -> Counter[Cell]:
    """Pieces collected in each cell."""
    found: Counter[Cell] = Counter()
    for cell, row in rows(question):
        found[cell] += row["pieces"]
    return found


def by_method(question: Question) -> dict[str, int]:
    """Pieces collected, by how they were counted."""
    found: Counter[str] = Counter()
    for _cell, row in rows(question.total()):
        found[row["method"]] += row["pieces"]
    return dict(sorted(found.items()))


def ids(question: Question) -> list[UUID]:
    """Ids of the rounds."""
    return [row["pk"] for _cell, row in rows(question.total())]
