"""PE_RATIO: people whom active peer educators look after, for each active peer educator."""

from collections import defaultdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce

from dashboards.indicators import peers, standings
from dashboards.questions import Question
from dashboards.results import Cell, Listing, Result
from outreach.models import Client, Fact
from peers import caseloads
from peers.caseloads import LOOK_BACK_DAYS, People
from peers.models import PeerEducator, PlanLine
from peers.models.peer_educators import ACTIVE


def _active(question: Question) -> list[tuple[PeerEducator, list[Cell]]]:
    """Active peer educators who pass the filters, with their cells."""
    rows = PeerEducator.objects.enrolled_on(question.day).filter(status=ACTIVE)
    found = []
    for row, told in peers.told(question, rows):
        if cells := standings.cells(question, told):
            account = {"organisation_id": row["organisation"], "user_id": row["user_id"]}
            found.append((PeerEducator(pk=row["pk"], **account), cells))
    return found


def _people(question: Question, active: list[tuple[PeerEducator, list[Cell]]]) -> People:
    """The people of each of these peer educators, by surviving record."""
    start = question.day - timedelta(days=LOOK_BACK_DAYS - 1)
    people: People = caseloads.people_met([peer for peer, _cells in active], start, question.day)
    month = question.day.replace(day=1)
    lines: Any = PlanLine.objects.filter(plan__voided_at=None, plan__month=month, plan__peer__in=list(people))
    alive = Q(client__survivor=None, client__voided_at=None) | Q(
        client__survivor__voided_at=None, client__survivor__isnull=False
    )
    person = Coalesce("client__survivor", "client")
    on_plan = [*lines.filter(alive).order_by().values_list("plan__peer", person)]
    if on_plan:
        seen = Fact.objects.in_period(start, question.day).filter(client__in={client for _peer, client in on_plan})
        lately = set(seen.values_list("client", flat=True))
        for peer, client in on_plan:
            people[peer] |= {client} & lately
    return people


def count(question: Question) -> Result:
    """People for each active peer educator, each person once in a cell and once in the whole."""
    active = _active(question)
    people = _people(question, active)
    in_cell: dict[Cell, set[UUID]] = defaultdict(set)
    peers_in: dict[Cell, int] = defaultdict(int)
    for peer, cells in active:
        for cell in cells:
            peers_in[cell] += 1
            in_cell[cell] |= people[peer.pk]
    parts = {cell: (len(in_cell[cell]), number) for cell, number in peers_in.items()}
    return standings.share(question, (len(_all(people)), len(active)), parts)


def _all(people: People) -> set[UUID]:
    return set().union(*people.values())


def listing(question: Question) -> Listing:
    """The numerator: the people."""
    question = question.total()
    return Listing((Client, _all(_people(question, _active(question)))))
