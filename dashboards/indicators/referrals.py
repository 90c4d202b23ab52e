"""REF_DONE: referrals whose service was confirmed within 90 days, of those issued."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Any

from django.db.models import Q
from django.db.models.functions import Coalesce

from core.ages import age_on
from core.models import Organisation
from dashboards.age_bands import UNKNOWN
from dashboards.indicators.contacts import is_asked, person_value
from dashboards.measures import REFERRAL_DAYS
from dashboards.questions import Question
from dashboards.results import Cell, Listing, Result, answer, cells_of, ratio
from outreach.models import ClientGroup, Referral
from outreach.models.clients import primary_group

_PATHS = {
    "province": "contact__site__district__province",
    "district": "contact__site__district",
    "site": "contact__site__code",
    "organisation": "organisation__code",
    "kind": "type",
    "educator": "recorded_by__username",
}
_PERSON = ["client__survivor"]
_PERSON += [f"{client}__{name}" for client in ("client", "client__survivor") for name in ("sex", "birth_date")]


@dataclass
class _Tally:
    """What one cell adds up to. `days` from issue to confirmation, one for each of the numerator."""

    issued: int = 0
    self_reported: int = 0
    partly: int = 0
    days: list[int] = field(default_factory=list)

    def add(self, row: dict[str, Any]) -> None:
        self.issued += 1
        self.self_reported += row["status"] == "self_reported"
        self.partly += row["status"] == "partly"
        if is_done(row):
            self.days.append((row["closed_on"] - row["occurred_on"]).days)


def is_done(row: dict[str, Any]) -> bool:
    """Whether the service was confirmed in time."""
    return row["status"] == "completed" and bool((row["closed_on"] - row["occurred_on"]).days <= REFERRAL_DAYS)


def _issued(question: Question) -> Any:
    """Countable referrals issued in the period, without the cancelled ones."""
    found = Referral.objects.countable().in_period(question.period.start, question.period.end)
    found = found.exclude(status="cancelled")
    if question.organisations is not None:
        found = found.filter(organisation__in=Organisation.objects.filter(pk__in=question.organisations))
    for key, path in _PATHS.items():
        if key in question.where:
            named = Q(**{f"{path}__in": question.where[key]})
            found = found.filter(named | Q(**{path: None}) if UNKNOWN in question.where[key] else named)
    return found


def _rows(question: Question) -> Iterator[dict[str, Any]]:
    """The referrals whose person passes the filters, with the values of the breakdown."""
    found = _issued(question).annotate(person=Coalesce("client__survivor", "client"))
    groups = _groups(found) if question.needs("group") else {}
    paths = [path for key, path in _PATHS.items() if key in question.by]
    columns = ["pk", "status", "occurred_on", "closed_on", "person", *_PERSON, *paths]
    for row in found.values(*dict.fromkeys(columns)).order_by().iterator(chunk_size=2000):
        day = row["occurred_on"]
        row["by_month"] = f"{day:%Y-%m}"
        merged = row["client__survivor"] is not None
        row["sex"] = row["client__survivor__sex" if merged else "client__sex"]
        row["age"] = age_on(row["client__survivor__birth_date" if merged else "client__birth_date"], day)
        row["group"] = primary_group(groups.get(row["person"], []), day)
        if row["by_month"] in question.where.get("month", {row["by_month"]}) and is_asked(question, row):
            yield row


def _groups(found: Any) -> dict[Any, list[tuple[date | None, str]]]:
    """The dated primary groups of the people of these referrals."""
    dated = defaultdict(list)
    rows = ClientGroup.objects.filter(primary=True, client__in=found.values("person"))
    for client, since, group in rows.values_list("client", "since", "group"):
        dated[client].append((since, group))
    return dated


def _cell(question: Question, row: dict[str, Any]) -> Cell:
    cell = []
    for key in question.by:
        if key == "month":
            cell.append(row["by_month"])
        elif key in _PATHS:
            cell.append(row[_PATHS[key]] or UNKNOWN)
        else:
            cell.append(person_value(question, key, row))
    return tuple(cell)


def count(question: Question) -> Result:
    """The share confirmed; beside it what clients say, what was partly received, and the median of the days."""
    cells: dict[Cell, _Tally] = defaultdict(_Tally)
    everything = _Tally()
    for row in _rows(question):
        everything.add(row)
        cells[_cell(question, row)].add(row)
    shares = {cell: (len(tally.days), tally.issued) for cell, tally in cells.items()}
    shown = cells_of(question.by, {cell: ratio(*share) for cell, share in shares.items()})
    for cell in shown:
        cell["numerator"], cell["denominator"] = shares[tuple(cell[key] for key in question.by)]
    return answer(
        question,
        total=ratio(len(everything.days), everything.issued),
        numerator=len(everything.days),
        denominator=everything.issued,
        cells=shown,
        extra={
            "self_reported": everything.self_reported,
            "partly": everything.partly,
            "median_days": float(median(everything.days)) if everything.days else None,
        },
    )


def listing(question: Question) -> Listing:
    """The numerator: the referrals that were confirmed in time."""
    return Listing((Referral, [row["pk"] for row in _rows(question.total()) if is_done(row)]))
