"""How micro-plans stand: people met, pieces given against need, days gone. Reads only.

A person of a plan counts as met once a countable contact in the plan's month, by anybody, is recorded; the pieces given
are those of all such contacts. Merged records are one person.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models.functions import Coalesce

from outreach import pieces_given
from outreach.models import Fact
from outreach.need import Need, need_of
from outreach.pieces_given import PiecesGiven
from peers.models import MicroPlan, PlanLine
from peers.plan_weeks import days_gone, days_of


@dataclass(frozen=True)
class Met:
    """How often somebody was met in a month: by anybody, and by the plan's own peer educator."""

    by_anybody: int = 0
    by_peer: int = 0


@dataclass(frozen=True)
class Needs:
    """Needs of one thing added up over people. `told` is of how many people the times a week were told."""

    told: int = 0
    wanted: int = 0
    given: int = 0
    gap: int = 0


@dataclass(frozen=True)
class Progress:
    """How one plan stands on a day. `condoms` and `needles` add up the people who told how often."""

    people: int
    met: int
    met_by_peer: int
    condoms: Needs
    needles: Needs
    days_gone: int
    days: int


class OnPlan(NamedTuple):
    """One person of one plan: the id they are counted under, and what they need a week."""

    plan: UUID
    person: UUID
    acts: int | None
    injections: int | None


def progress(plans: Collection[MicroPlan], day: date) -> dict[UUID, Progress]:
    """How each plan stands at the end of a day, by the plan's id.

    Plans come with their `peer`. One query for all lines, and two for each month among the plans.
    """
    people = people_of(plans)
    found = {}
    for month in {plan.month for plan in plans}:
        those = [plan for plan in plans if plan.month == month]
        ids = {row.person for plan in those for row in people[plan.pk]}
        given, meetings = given_in(month, ids, day), meetings_in(month, ids, day)
        for plan in those:
            rows = [
                (
                    met(meetings.get(row.person, {}), plan.peer.user_id),
                    *needs_of(row, plan.weeks, given[row.person]),
                )
                for row in people[plan.pk]
            ]
            found[plan.pk] = summed(plan, rows, day)
    return found


def people_of(plans: Collection[MicroPlan]) -> dict[UUID, list[OnPlan]]:
    """The people of each plan, each once: of two merged records the first line holds."""
    found: dict[UUID, dict[UUID, OnPlan]] = {plan.pk: {} for plan in plans}
    lines = PlanLine.objects.filter(plan__in=list(found)).annotate(person=Coalesce("client__survivor_id", "client_id"))
    rows = lines.order_by("plan", "priority", "pk")
    for row in rows.values_list("plan", "person", "acts_per_week", "injections_per_week"):
        found[row[0]].setdefault(row[1], OnPlan(*row))
    return {pk: list(people.values()) for pk, people in found.items()}


def given_in(month: date, people: Collection[UUID], day: date) -> dict[UUID, PiecesGiven]:
    """What the people got in the month, up to a day: by anybody."""
    days = days_of(month)
    return pieces_given.given_to(people, days.start, min(day, days.end))


def meetings_in(month: date, people: Collection[UUID], day: date) -> dict[UUID, dict[int, int]]:
    """How often each person was met in the month, up to a day, by the id of who met them: one query."""
    days = days_of(month)
    facts = Fact.objects.in_period(days.start, min(day, days.end)).filter(client__in=list(people))
    found: dict[UUID, dict[int, int]] = {}
    for person, worker in facts.order_by().values_list("client", "educator"):
        by_worker = found.setdefault(person, {})
        by_worker[worker] = by_worker.get(worker, 0) + 1
    return found


def met(meetings: dict[int, int], user_id: int | None) -> Met:
    """What the meetings with one person, by worker, come to for a plan's peer educator."""
    return Met(sum(meetings.values()), meetings.get(user_id, 0) if user_id else 0)


def needs_of(row: OnPlan, weeks: int, given: PiecesGiven) -> tuple[Need | None, Need | None]:
    """What one person needs of condoms and of needles: None for what wasn't told."""
    return need_of(row.acts, weeks, given.condoms), need_of(row.injections, weeks, given.needles)


def summed(plan: MicroPlan, people: Collection[tuple[Met, Need | None, Need | None]], day: date) -> Progress:
    """How a plan stands whose people were met and need so much: (met, condoms, needles) of each."""
    return Progress(
        people=len(people),
        met=sum(bool(how.by_anybody) for how, _condoms, _needles in people),
        met_by_peer=sum(bool(how.by_peer) for how, _condoms, _needles in people),
        condoms=_sum(condoms for _how, condoms, _needles in people),
        needles=_sum(needles for _how, _condoms, needles in people),
        days_gone=days_gone(plan.month, day),
        days=days_of(plan.month).days,
    )


def _sum(needs: Iterable[Need | None]) -> Needs:
    told = [need for need in needs if need is not None]
    return Needs(
        len(told),
        sum(need.wanted for need in told),
        sum(need.given for need in told),
        sum(need.gap for need in told),
    )
