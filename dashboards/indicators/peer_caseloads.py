"""PE_RATIO: people whom active peer educators look after, for each active peer educator."""

from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce

from dashboards.indicators import peers, standings
from dashboards.questions import Question
from dashboards.results import Cell, Listing, Result
from outreach.models import Client, Contact, Fact
from peers.models import PeerEducator, PlanLine, Session, SessionAttendance
from peers.models.peer_educators import ACTIVE

SEEN_DAYS = 90
People = dict[UUID, set[UUID]]


def _active(question: Question) -> list[tuple[dict[str, Any], list[Cell]]]:
    """Active peer educators who pass the filters, with their cells."""
    rows = PeerEducator.objects.enrolled_on(question.day).filter(status=ACTIVE)
    found = [(row, standings.cells(question, told)) for row, told in peers.told(question, rows)]
    return [(row, cells) for row, cells in found if cells]


def _people(question: Question, rows: list[dict[str, Any]]) -> People:
    """The people of each of these peer educators, by surviving record."""
    days = (question.day - timedelta(days=SEEN_DAYS - 1), question.day)
    people: People = defaultdict(set)
    _met(rows, days, people)
    _attended(rows, days, people)
    _planned(rows, question, days, people)
    return people


def _met(rows: list[dict[str, Any]], days: Any, people: People) -> None:
    """Whom they met as the worker of a contact of their organisation."""
    peer_of = {(row["user_id"], row["organisation__code"]): row["pk"] for row in rows if row["user_id"]}
    users = {user for user, _organisation in peer_of}
    met = Contact.objects.countable().filter(occurred_on__range=days, worker__in=users, client__isnull=False)
    person = Coalesce("client__survivor", "client")
    for user, organisation, client in (
        met.order_by().values_list("worker", "organisation__code", person).distinct() if users else []
    ):
        if peer := peer_of.get((user, organisation)):
            people[peer].add(client)


def _attended(rows: list[dict[str, Any]], days: Any, people: People) -> None:
    """Who came by name to sessions that they led."""
    ids = {row["pk"] for row in rows}
    through = Session.facilitators.through.objects.filter(peereducator__in=ids)
    leaders = defaultdict(set)
    for session, peer in through.filter(session__voided_at=None, session__occurred_on__range=days).values_list(
        "session", "peereducator"
    ):
        leaders[session].add(peer)
    came = SessionAttendance.objects.filter(session__in=list(leaders), contact__voided_at=None)
    for session, client in came.values_list("session", Coalesce("client__survivor", "client")) if leaders else []:
        for peer in leaders.get(session, ()):
            people[peer].add(client)


def _planned(rows: list[dict[str, Any]], question: Question, days: Any, people: People) -> None:
    """Who stands on their plan of the month and had any contact of late."""
    month = question.day.replace(day=1)
    lines = PlanLine.objects.filter(plan__voided_at=None, plan__month=month, plan__peer__in=[row["pk"] for row in rows])
    on_plan = [*lines.order_by().values_list("plan__peer", Coalesce("client__survivor", "client"))]
    if not on_plan:
        return
    seen = Fact.objects.in_period(*days).filter(client__in={client for _peer, client in on_plan})
    seen_lately = set(seen.values_list("client", flat=True))
    for peer, client in on_plan:
        if client in seen_lately:
            people[peer].add(client)


def count(question: Question) -> Result:
    """People for each active peer educator, each person once in a cell and once in the whole."""
    active = _active(question)
    people = _people(question, [row for row, _cells in active])
    in_cell: dict[Cell, set[UUID]] = defaultdict(set)
    peers_in: dict[Cell, int] = defaultdict(int)
    for row, cells in active:
        for cell in cells:
            peers_in[cell] += 1
            in_cell[cell] |= people.get(row["pk"], set())
    parts = {cell: (len(in_cell[cell]), number) for cell, number in peers_in.items()}
    return standings.share(question, (len(_all(people)), len(active)), parts)


def _all(people: People) -> set[UUID]:
    return set().union(*people.values())


def listing(question: Question) -> Listing:
    """The numerator: the people."""
    question = question.total()
    return Listing((Client, _all(_people(question, [row for row, _cells in _active(question)]))))
