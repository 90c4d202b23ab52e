"""The people of a micro-plan as one reader may see them: met or not, what is left to bring, what is due. Reads only.

People are shown to whoever may find them by their card: who stands on a plan is to be met. Whom the reader may not find
(a child-protection record, a void one) is a row without a client: counted, and told nothing of.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db.models.functions import Coalesce
from django.utils import timezone

from core.scope import NOBODY, Scope
from outreach import follow_ups
from outreach.follow_ups import Line as Due
from outreach.models import Client
from outreach.need import Need
from outreach.rules.risk_reviews import is_known_adult
from peers import plans
from peers.models import MicroPlan, PlanLine
from peers.plans import Met, OnPlan, Progress


@dataclass(frozen=True)
class PlanRow:
    """One person of a plan. `client` is None for somebody whom the reader may not find; `elsewhere` says that the
    person is on another plan of the month too."""

    line: PlanLine
    client: Client | None
    met: Met
    condoms: Need | None
    needles: Need | None
    dues: list[Due] = field(default_factory=list)
    elsewhere: bool = False

    @property
    def is_child(self) -> bool:
        """Known to be under 18: nothing that was told of risks is shown, not even a need."""
        return self.client is not None and is_child(self.client)

    @property
    def is_met(self) -> bool:
        return bool(self.met.by_anybody)


def rows_of(plan: MicroPlan, scope: Scope, day: date) -> list[PlanRow]:
    """The people of a plan, the first priority first, each once. As many queries for one person as for 200."""
    lines: dict[UUID, PlanLine] = {}
    stored = PlanLine.objects.filter(plan=plan).select_related("site")
    for line in stored.annotate(person=Coalesce("client__survivor_id", "client_id")).order_by("priority", "pk"):
        lines.setdefault(line.person, line)
    given, meetings = plans.given_in(plan.month, lines, day), plans.meetings_in(plan.month, lines, day)
    clients, dues = shown_to(scope, lines), dues_of(scope, lines, day, plan.peer.user_id)
    others = on_other_plans(lines, plan.month, plan.pk)
    found = []
    for person, line in lines.items():
        told = OnPlan(plan.pk, person, line.acts_per_week, line.injections_per_week)
        condoms, needles = plans.needs_of(told, plan.weeks, given[person])
        how = plans.met(meetings.get(person, {}), plan.peer.user_id)
        client = clients.get(person)
        due = dues.get(person, []) if client else []
        found.append(PlanRow(line, client, how, condoms, needles, due, person in others))
    return found


def progress_of(plan: MicroPlan, rows: list[PlanRow], day: date) -> Progress:
    """How the plan stands whose rows these are, without another query."""
    return plans.summed(plan, [(row.met, row.condoms, row.needles) for row in rows], day)


def shown_to(scope: Scope, people: Collection[UUID]) -> dict[UUID, Client]:
    """Those of the people whom the reader may find, by id."""
    return Client.objects.findable_by(scope).in_bulk(list(people))


def is_child(client: Client) -> bool:
    """Whether somebody is known to be under 18 today."""
    age = client.age_on(timezone.localdate())
    return age is not None and not is_known_adult(age)


def dues_of(scope: Scope, people: Collection[UUID], day: date, user_id: int | None) -> dict[UUID, list[Due]]:
    """What is due of each person. A plan is handed on, so nobody is left out whom only some may know of."""
    return follow_ups.due_of(scope, people, day, worker=NOBODY, worker_id=user_id)


def on_other_plans(people: Collection[UUID], month: date, plan_id: UUID | None) -> set[UUID]:
    """Those of the people who stand on another plan of the month."""
    lines = PlanLine.objects.filter(plan__month=month, plan__voided_at=None).exclude(plan=plan_id)
    lines = lines.annotate(person=Coalesce("client__survivor_id", "client_id")).filter(person__in=list(people))
    return set(lines.order_by().values_list("person", flat=True))
