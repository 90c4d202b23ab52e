"""How many people each peer educator and each outreach worker looks after."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from core.batches import portions
from outreach.models import Contact
from peers.models import PeerEducator, PlanLine, SessionAttendance

# Whom somebody met in these days is looked after by them.
LOOK_BACK_DAYS = 90

People = dict[UUID, set[UUID]]


def people_of(peers: Iterable[PeerEducator], day: date) -> People:
    """The people whom each peer educator looks after on a day: {peer's id: ids of surviving clients}.

    Those met by the peer's account or at a session that the peer led in the last 90 days, and those on the plan of
    the day's month. Three queries a portion.
    """
    peers = list(peers)
    found = people_met(peers, day - timedelta(days=LOOK_BACK_DAYS - 1), day)
    for portion in portions(peer.pk for peer in peers):
        lines = PlanLine.objects.filter(plan__peer__in=portion, plan__voided_at=None, plan__month=day.replace(day=1))
        for peer, person in _people(lines, "client").values_list("plan__peer_id", "person"):
            found[peer].add(person)
    return found


def people_met(peers: Sequence[PeerEducator], start: date, end: date) -> People:
    """The people whom each peer educator met from `start` to `end`, alone or at a session."""
    found: People = {peer.pk: set() for peer in peers}
    accounts = {(peer.organisation_id, peer.user_id): peer.pk for peer in peers if peer.user_id}
    for pk, people in met_by(accounts, start, end).items():
        found[pk] |= people
    for portion in portions(found):
        rows = SessionAttendance.objects.filter(
            session__facilitators__in=portion,
            session__voided_at=None,
            session__occurred_on__gte=start,
            session__occurred_on__lte=end,
        )
        for peer, person in _people(rows, "client").values_list("session__facilitators", "person"):
            found[peer].add(person)
    return found


def met_by(accounts: Mapping[tuple[int, int], Hashable], start: date, end: date) -> dict:
    """Whom accounts met as the worker: {key: ids of surviving clients}; keys by (organisation, user)."""
    found: dict[Hashable, set[UUID]] = {key: set() for key in accounts.values()}
    for portion in portions({user for _organisation, user in accounts}):
        contacts = Contact.objects.countable().in_period(start, end).filter(worker__in=portion, client__isnull=False)
        rows = _people(contacts, "client").values_list("organisation_id", "worker_id", "person").distinct()
        for organisation, worker, person in rows:
            if (organisation, worker) in accounts:
                found[accounts[organisation, worker]].add(person)
    return found


def _people(rows: QuerySet, link: str) -> QuerySet:
    """With `person`, the surviving client; without those whose record is void."""
    alone = Q(**{f"{link}__survivor": None, f"{link}__voided_at": None})
    merged = Q(**{f"{link}__survivor__isnull": False, f"{link}__survivor__voided_at": None})
    return rows.filter(alone | merged).order_by().annotate(person=Coalesce(f"{link}__survivor_id", f"{link}_id"))
