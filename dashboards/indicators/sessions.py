"""Sessions that a question is about; and ATTENDANCES, the unnamed heads at them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import F, Q, Sum
from django.db.models.functions import ExtractMonth, ExtractYear

from core.models import Organisation
from dashboards.age_bands import UNKNOWN
from dashboards.questions import Question
from dashboards.results import Cell, Listing, Result, answer, cells_of
from peers.models import Session, SessionHeadcount

_PATHS = {
    "province": "site__district__province",
    "district": "site__district",
    "site": "site__code",
    "organisation": "organisation__code",
    "kind": "kind",
    "educator": "recorded_by__username",
}


def conditions(question: Question, prefix: str = "") -> Q:
    """What a session must be for the question: its days, its organisations and the filters on sessions."""
    period = question.period
    chosen = Q(**{f"{prefix}voided_at": None})
    chosen &= Q(**{f"{prefix}occurred_on__gte": period.start, f"{prefix}occurred_on__lte": period.end})
    if question.organisations is not None:
        chosen &= Q(**{f"{prefix}organisation__in": Organisation.objects.filter(pk__in=question.organisations)})
    for key, path in _PATHS.items():
        if key in question.where:
            named = Q(**{f"{prefix}{path}__in": question.where[key]})
            chosen &= named | Q(**{prefix + path: None}) if UNKNOWN in question.where[key] else named
    return chosen


def tally(
    question: Question, lines: Any, columns: tuple[str, ...], **sums: Any
) -> Iterator[tuple[Cell, dict[str, Any]]]:
    """Cells of the lines (headcounts, commodities) of sessions, with their sums and own `columns`.

    A session with several services stands in several cells of a breakdown by service. The breakdown may name
    keys that are columns of the line; a line has the sex, age and group of nobody else.
    """
    found = lines.filter(conditions(question, "session__"))
    keys: dict[str, Any] = {f"by_{key}": F(f"session__{_PATHS[key]}") for key in question.by if key in _PATHS}
    if question.needs("month"):
        keys |= {"year": ExtractYear("session__occurred_on"), "month_number": ExtractMonth("session__occurred_on")}
    if question.needs("service"):
        keys |= {"services": F("session__services")}
    for row in found.annotate(**keys).values(*keys, *columns).annotate(**sums).order_by():
        row["by_month"] = f"{row['year']}-{row['month_number']:02}" if "year" in row else ""
        for service in _services(question, row):
            if row["by_month"] in question.where.get("month", {row["by_month"]}):
                yield tuple(_value(question, key, {**row, "by_service": service}) for key in question.by), row


def _services(question: Question, row: dict[str, Any]) -> list[str]:
    """The values of a breakdown by service; none if the session isn't one that the filter asks for."""
    given = set(row.get("services", ()))
    wanted = question.where.get("service")
    if wanted is not None:
        given &= wanted
        if not given:
            return []
    return sorted(given) if "service" in question.by else [""]


def _value(question: Question, key: str, row: dict[str, Any]) -> str:
    if key == "age_band":
        return question.bands.of_atomic(row["age_band"]) if "age_band" in row else UNKNOWN
    nobody = {"sex": "U", "group": "UNK"}
    return row.get(key) or row.get(f"by_{key}") or nobody.get(key, UNKNOWN)


def suits(question: Question, sex: str, age_band: str, group: str = "UNK") -> bool:
    """Whether heads of this sex and band pass the filters on people."""
    told = {"sex": sex, "age_band": age_band, "group": group}
    return all(told[key] in question.where[key] for key in told if key in question.where)


def _headcounts(question: Question) -> Iterator[tuple[Cell, int]]:
    for cell, row in tally(question, SessionHeadcount.objects, ("sex", "age_band"), n=Sum("heads")):
        if suits(question, row["sex"], question.bands.of_atomic(row["age_band"])):
            yield cell, row["n"]


def count(question: Question) -> Result:
    """ATTENDANCES: unnamed heads."""
    values: Counter[Cell] = Counter()
    for cell, heads in _headcounts(question):
        values[cell] += heads
    total = sum(heads for _cell, heads in _headcounts(question.total()))
    return answer(question, total=total, numerator=total, denominator=None, cells=cells_of(question.by, values))


def listing(question: Question) -> Listing:
    """The sessions that the heads sat in."""
    rows = tally(question.total(), SessionHeadcount.objects, ("session_id", "sex", "age_band"), n=Sum("heads"))
    return Listing(
        (
            Session,
            {
                row["session_id"]
                for _cell, row in rows
                if suits(question, row["sex"], question.bands.of_atomic(row["age_band"]))
            },
        )
    )
