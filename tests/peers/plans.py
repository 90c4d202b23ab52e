"""Micro-plans in tests: people with risk reviews, plans recorded by the action, and a plan's form filled in."""

from datetime import date
from uuid import uuid4

from core.models.users import system_user
from outreach.actions import risk_reviews
from outreach.rules.risk_reviews import RiskReviewEntry
from peers.actions import micro_plans
from peers.models import MicroPlan
from peers.rules.micro_plans import Line, PlanEntry

MONTH = date(2025, 3, 1)


def review(programme, person, on, *, acts=None, injections=None, **said):
    """A risk review; `said` are further fields of its entry. Without anything told, one question is left open."""
    if acts is None and injections is None and not said:
        said = {"answers": {"RQ07": "no_answer"}}
    entry = RiskReviewEntry(
        occurred_on=date.fromisoformat(on),
        client_id=person.pk,
        acts_per_week=acts,
        injections_per_week=injections,
        **said,
    )
    risk_reviews.record(entry=entry, by=system_user(), organisation=programme.organisation)
    return entry.id


def line(person, *, acts=None, injections=None, priority=3, weeks=(1,), site=None):
    """A line as an entry says it."""
    return Line(person.pk, site.pk if site else None, acts, injections, priority, tuple(weeks))


def entry(peer, lines, *, month=MONTH, made=None, **said):
    return PlanEntry(occurred_on=made or month, peer_id=peer.pk, month=month, lines=tuple(lines), **said)


def plan(peer, lines, *, by=None, **said):
    """A plan recorded, with its peer educator at hand."""
    made = entry(peer, lines, **said)
    micro_plans.record(entry=made, by=by or system_user(), organisation=peer.organisation)
    return MicroPlan.objects.select_related("peer").get(pk=made.id)


def posted(people=(), *, made="2025-03-10", **said):
    """A new plan's form as a browser posts it: each of the people ticked, priority 3, in week 2; `said` adds fields."""
    data = {"id": str(uuid4()), "weeks": "4", "occurred_on": made, "note": "", "who": ""}
    data["people"] = ",".join(str(person.pk) for person in people)
    for person in people:
        data |= {
            f"on-{person.pk}": "1",
            f"priority-{person.pk}": "3",
            f"site-{person.pk}": "",
            f"week-{person.pk}-2": "1",
        }
    return data | said
