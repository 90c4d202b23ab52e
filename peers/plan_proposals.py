"""Whom a new micro-plan proposes: the people whom the peer educator met or should meet, with need and priority.

They are everybody whom the peer educator met in the last 90 days, or who came to a session led by them, and the people
of the last month's plan; without those who don't want to be followed up. Reads only.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models.functions import Coalesce
from django.utils import timezone

from core.scope import Scope
from outreach import follow_ups
from outreach.follow_ups import Line as Due
from outreach.models import Client, Fact, RiskReview
from outreach.overlapping_risks import Told
from outreach.pieces_given import PiecesGiven
from outreach.rules.risk_reviews import is_known_adult
from peers import months, plan_people, plans
from peers.models import MicroPlan, PeerEducator, PlanLine, SessionAttendance
from peers.plan_priority import TOLD_IN_REVIEW, Priority, priority_of
from peers.plan_weeks import spread, weeks_to_plan

KNOWN_FOR_DAYS, SITE_DAYS = 90, 180


@dataclass(frozen=True)
class Planned:
    """What a planner sees of one person. `review` is the risk review that holds, None for nobody asked.

    `reasons_shown` are the reasons of the priority that the planner may read.
    """

    client: Client
    acts: int | None
    injections: int | None
    priority: Priority
    reasons_shown: tuple
    dues: list[Due]
    given: PiecesGiven
    site_id: UUID | None
    elsewhere: bool

    @property
    def since(self) -> date:
        """The day from which the longest waiting thing is due; the far future for nothing."""
        return min((due.since or date.min for due in self.dues), default=date.max)


def people_of_peer(peer: PeerEducator, month: date, today: date) -> set[UUID]:
    """Ids of everybody to propose, under which they are counted."""
    since = today - timedelta(days=KNOWN_FOR_DAYS)
    met = Fact.objects.filter(educator=peer.user_id, date__gte=since, date__lte=today, client__isnull=False)
    person = Coalesce("client__survivor_id", "client_id")
    led = SessionAttendance.objects.filter(
        session__facilitators=peer, session__voided_at=None, session__occurred_on__gte=since
    )
    found = set(met.order_by().values_list("client", flat=True).distinct()) if peer.user_id else set()
    found |= set(led.annotate(person=person).order_by().values_list("person", flat=True))
    found |= set(people_of_last_plan(peer, month))
    return found - follow_ups.not_followed_up(found)


def last_plan(peer: PeerEducator, month: date) -> MicroPlan | None:
    """The peer educator's plan of the month before, if there is one."""
    plans_of = MicroPlan.objects.countable().select_related("peer")
    return plans_of.filter(peer=peer, month=months.before(month)).first()


def people_of_last_plan(peer: PeerEducator, month: date) -> dict[UUID, PlanLine]:
    """The lines of the month before, by the id under which each person is counted now."""
    lines = PlanLine.objects.filter(plan__peer=peer, plan__month=months.before(month), plan__voided_at=None)
    lines = lines.annotate(person=Coalesce("client__survivor_id", "client_id"))
    return {line.person: line for line in lines.order_by("-priority", "-pk")}


def planned(
    scope: Scope,
    peer: PeerEducator,
    month: date,
    people: Collection[UUID],
    *,
    reviewed_by: date | None = None,
    plan_id: UUID | None = None,
) -> dict[UUID, Planned]:
    """Those of the people whom the planner may find, with what a plan of the month says of them, by id.

    The risk review that held at the end of the day `reviewed_by` counts, today's unless told; all else is as of today.
    A constant number of queries.
    """
    today = timezone.localdate()
    clients = plan_people.shown_to(scope, people)
    reviews = RiskReview.objects.filter(occurred_on__lte=reviewed_by or today).latest_of(clients)
    readable = set(
        RiskReview.objects.visible_to(scope)
        .filter(pk__in=[review.pk for review in reviews.values()])
        .order_by()
        .values_list("pk", flat=True)
    )
    dues = plan_people.dues_of(scope, clients, today, peer.user_id)
    given, sites = plans.given_in(month, clients, today), _sites_of(clients, today)
    others = plan_people.on_other_plans(clients, month, plan_id)
    found = {}
    for pk, client in clients.items():
        review, due = reviews.get(pk), dues.get(pk, [])
        acts, injections = needs_told(review)
        priority = _priority(client, review, due, today)
        hidden = set() if review and review.pk in readable else TOLD_IN_REVIEW
        reasons = tuple(why for why in priority.reasons if why not in hidden)
        about = (priority, reasons, due, given[pk], sites.get(pk), pk in others)
        found[pk] = Planned(client, acts, injections, *about)
    return found


def needs_told(review: RiskReview | None) -> tuple[int | None, int | None]:
    """Sex acts and injections a week of the review that holds: nothing of a child, as on a person's own page."""
    if review is None or (review.age is not None and not is_known_adult(review.age)):
        return None, None
    return review.acts_per_week, review.injections_per_week


def _priority(client: Client, review: RiskReview | None, dues: Iterable[Due], today: date) -> Priority:
    told = None
    if review is not None and is_known_adult(review.age):
        told = Told(review.answers, review.substances, review.injections_per_week)
    adult = is_known_adult(client.age_on(today))
    return priority_of([(due.name, due.urgent) for due in dues], adult=adult, told=told)


def _sites_of(people: Collection[UUID], today: date) -> dict[UUID, UUID]:
    """Where each person was met last, if anywhere, within half a year."""
    since = today - timedelta(days=SITE_DAYS)
    facts = Fact.objects.filter(client__in=list(people), date__gte=since, site__isnull=False)
    return dict(facts.order_by("date", "pk").values_list("client", "site"))


def in_order(people: Iterable[Planned]) -> list[Planned]:
    """The most pressing first: by priority, then by what has waited longest."""
    return sorted(people, key=lambda one: (one.priority.rank, one.since, one.client.card_code))


def weeks_for(number: int, month: date, today: date) -> list[int]:
    """A week for each of so many people in their order: even loads over the weeks that are left."""
    return spread(number, weeks_to_plan(month, today)) if number else []
