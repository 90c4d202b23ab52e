"""WP_REACH_PE and WP_HEADS_GEN: people met at workplaces, and heads at general sessions for workers."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum

from dashboards.age_bands import UNKNOWN
from dashboards.indicators import people, reach, sessions, workforces
from dashboards.questions import Question
from dashboards.results import Cell, Listing, Result, answer, cells_of
from peers.models import Session, SessionHeadcount, Workplace

GENERAL = "workplace_session"


# --- people -----------------------------------------------------------------------------------------------


def _rule(question: Question) -> people.Rule:
    at: Any = Workplace.objects.countable().order_by()
    if "sector" in question.where:
        at = at.filter(sector__in=question.where["sector"])
    return people.Rule(facts=people.qualifying(question).filter(site__in=at.values("site")))


def _reached(question: Question) -> Result:
    """People met at workplaces, beside the workforce there and the share reached of it."""
    result = reach.people_result(question, _rule)
    force = workforces.of(question)
    if force is None:
        return replace(result, extra={"workforce": None, "coverage": None})

    def counted(part: Question) -> people.Rule:
        rule = _rule(part)
        return replace(rule, facts=rule.facts.filter(site__in=force.sites))

    there = result.total or 0
    if force.left_out:
        # Whoever was met at a workplace that wasn't counted can't be set against those who were.
        there = people.total(question.total(), counted, people.tally(question.total(), counted)).total()
    coverage = there / force.workers if force.workers else None
    return replace(result, extra={"workforce": force.workers or None, "coverage": coverage})


# --- heads ------------------------------------------------------------------------------------------------


def _heads(question: Question) -> Iterator[tuple[Cell, dict[str, Any]]]:
    """Cells of the unnamed heads, each with its session and number `n`."""
    sectors: dict[UUID | None, str] = dict(Workplace.objects.countable().order_by().values_list("site", "sector"))
    lines = SessionHeadcount.objects.filter(Q(session__kind=GENERAL) | Q(session__site__in=list(sectors)))
    columns = ("sex", "age_band", "session__site", *(["session"] if not question.by else []))
    for cell, row in sessions.tally(question, lines, columns, n=Sum("heads")):
        sector = sectors.get(row["session__site"], UNKNOWN)
        told = zip(question.by, cell, strict=True)
        if sector in question.where.get("sector", {sector}) and sessions.suits(
            question, row["sex"], question.bands.of_atomic(row["age_band"])
        ):
            yield tuple(sector if key == "sector" else value for key, value in told), row


def count(question: Question) -> Result:
    """People reached, or heads."""
    if question.indicator.code == "WP_REACH_PE":
        return _reached(question)
    values: Counter[Cell] = Counter()
    for cell, row in _heads(question):
        values[cell] += row["n"]
    total = sum(row["n"] for _cell, row in _heads(question.total()))
    return answer(question, total=total, numerator=total, denominator=None, cells=cells_of(question.by, values))


def listing(question: Question) -> Listing:
    """The people reached; of heads, the sessions that they sat in."""
    if question.indicator.code == "WP_REACH_PE":
        return people.clients(question, _rule)
    return Listing((Session, {row["session"] for _cell, row in _heads(question.total())}))
