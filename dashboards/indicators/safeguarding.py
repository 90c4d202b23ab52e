"""SG_TIMELY: safeguarding concerns on which somebody acted in the time that they asked for, of those raised."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.utils import timezone

from core.ages import age_on
from core.models import Organisation
from dashboards.indicators.contacts import is_asked, person_value
from dashboards.questions import Question
from dashboards.results import Cell, Listing, Result, answer, cells_of, ratio
from outreach.models import Concern

_COLUMNS = ["pk", "concerns", "occurred_on", "first_action_at", "respond_by", "organisation__code", "sex", "age"]
_PERSON = [f"{client}__{name}" for client in ("client", "client__survivor") for name in ("sex", "birth_date")]


def is_timely(row: dict[str, Any]) -> bool:
    """Whether somebody acted before the time was over."""
    return row["first_action_at"] is not None and row["first_action_at"] <= row["respond_by"]


def _rows(question: Question) -> Iterator[dict[str, Any]]:
    """Countable concerns raised in the period that pass the filters, with sex and age on the day of raising."""
    found = Concern.objects.countable().in_period(question.period.start, question.period.end)
    if question.organisations is not None:
        found = found.filter(organisation__in=Organisation.objects.filter(pk__in=question.organisations))
    if "organisation" in question.where:
        found = found.filter(organisation__code__in=question.where["organisation"])
    rows = found.values(*_COLUMNS, "client", "client__survivor", *_PERSON).order_by()
    for row in rows.iterator(chunk_size=2000):
        row["by_month"] = f"{row['occurred_on']:%Y-%m}"
        _tell_person(row)
        kinds = set(row["concerns"])
        row["kinds"] = kinds & question.where["kind"] if "kind" in question.where else kinds
        in_months = row["by_month"] in question.where.get("month", {row["by_month"]})
        if row["kinds"] and in_months and is_asked(question, row):
            yield row


def _tell_person(row: dict[str, Any]) -> None:
    """Sex and age of the client, followed to the record that goes on; else what the concern itself says."""
    if row["client"] is None:
        return
    client = "client__survivor" if row["client__survivor"] else "client"
    row["sex"] = row[f"{client}__sex"]
    age = age_on(row[f"{client}__birth_date"], row["occurred_on"])
    row["age"] = row["age"] if age is None else age


def _cells(question: Question, row: dict[str, Any]) -> Iterator[Cell]:
    """The cells in which a concern stands: one for each of its kinds where the breakdown names them."""
    told = {"month": row["by_month"], "organisation": row["organisation__code"]}
    for kind in sorted(row["kinds"]) if "kind" in question.by else [""]:
        known = {**told, "kind": kind}
        yield tuple(known[key] if key in known else person_value(question, key, row) for key in question.by)


def count(question: Question) -> Result:
    """The share acted on in time; beside it how many may still be, since their time isn't over."""
    raised: Counter[Cell] = Counter()
    timely: Counter[Cell] = Counter()
    whole = in_time = running = 0
    now = timezone.now()
    for row in _rows(question):
        done = is_timely(row)
        whole += 1
        in_time += done
        running += row["first_action_at"] is None and row["respond_by"] >= now
        for cell in _cells(question, row):
            raised[cell] += 1
            timely[cell] += done
    shown = cells_of(question.by, {cell: ratio(timely[cell], number) for cell, number in raised.items()})
    for told in shown:
        key = tuple(told[name] for name in question.by)
        told["numerator"], told["denominator"] = timely[key], raised[key]
    return answer(
        question,
        total=ratio(in_time, whole),
        numerator=in_time,
        denominator=whole,
        cells=shown,
        extra={"still_running": running},
    )


def listing(question: Question) -> Listing:
    """The numerator: the concerns on which somebody acted in time."""
    return Listing((Concern, [row["pk"] for row in _rows(question.total()) if is_timely(row)]))
