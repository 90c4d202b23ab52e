"""Whom a session names, asked of the database: people and peer educators of the organisation, and whom topics suit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.actions import records
from core.batches import portions
from core.models import Organisation
from core.rules.problems import Problem
from outreach.models import Client
from outreach.rules.contacts import client_problems
from peers.models import PeerEducator, Session, SessionAttendance
from peers.rules import topics
from peers.rules.sessions import SessionEntry

LED = Session.facilitators.through


@dataclass
class Standing:
    """What a session says already: it isn't asked for again."""

    day: date | None = None
    topics: frozenset[str] = frozenset()
    attendees: set[UUID] = field(default_factory=set)
    facilitators: set[UUID] = field(default_factory=set)


@dataclass(frozen=True)
class Known:
    """People and peer educators of the organisation whom entries name, and how their sessions stand."""

    people: Mapping[UUID, Client]
    peers: set[UUID]
    standing: Mapping[UUID, Standing]


def known(entries: Sequence[SessionEntry], organisation: Organisation) -> Known:
    """Read in a few queries for all entries. A merged record answers with the person it leads to."""
    clients = Client.objects.countable().filter(organisation=organisation).select_related("survivor")
    found = records.by_id(clients, {pk for entry in entries for pk in entry.attendees})
    peers = PeerEducator.objects.countable().filter(organisation=organisation)
    return Known(
        {pk: client.survivor or client for pk, client in found.items()},
        records.known_ids(peers, {pk for entry in entries for pk in entry.facilitators}),
        _standing([entry.id for entry in entries], organisation),
    )


def problems(entry: SessionEntry, known: Known) -> Iterator[Problem]:
    """Whoever isn't there, and whom the session doesn't suit; people by their number, never one by one."""
    stands = known.standing.get(entry.id, Standing())
    for pk in sorted(entry.facilitators - known.peers - stands.facilitators):
        yield Problem("facilitators", _("There is no such peer educator. Choose one from the list."), str(pk))
    for pk in sorted(entry.attendees - known.people.keys() - stands.attendees):
        yield Problem("attendees", _("There is no such client. Look the person up again."), str(pk))
    found = list(unsuitable(entry, known))
    yield from {one.problem.message: one.problem for one in found if not one.topic}.values()
    for topic in sorted({one.topic for one in found if one.topic}):
        yield topics.too_young(topic, sum(one.topic == topic for one in found))


@dataclass(frozen=True)
class Unsuitable:
    """Somebody whom the session doesn't suit: too young for `topic`, or not to be named there at all."""

    client_id: UUID
    problem: Problem
    topic: str = ""


def unsuitable(entry: SessionEntry, known: Known) -> Iterator[Unsuitable]:
    """Whom the session doesn't suit. What stands already is left: birth dates are mended later too."""
    stands = known.standing.get(entry.id, Standing())
    same_day = stands.day == entry.occurred_on
    for pk in sorted(entry.attendees & known.people.keys()):
        person, stood = known.people[pk], same_day and pk in stands.attendees
        if not stood:
            yield from (Unsuitable(pk, problem) for problem in client_problems(entry, person))
        age = person.age_on(entry.occurred_on)
        for topic in sorted(entry.topics):
            if age is not None and age < topics.youngest(topic) and not (stood and topic in stands.topics):
                yield Unsuitable(pk, topics.one_too_young(topic), topic)


def leaders(ids: Iterable[UUID]) -> dict[UUID, frozenset[UUID]]:
    """Who leads these sessions."""
    found: dict[UUID, set[UUID]] = {}
    for session, peer in LED.objects.filter(session_id__in=list(ids)).values_list("session_id", "peereducator_id"):
        found.setdefault(session, set()).add(peer)
    return {session: frozenset(peers) for session, peers in found.items()}


def _standing(ids: Sequence[UUID], organisation: Organisation) -> Mapping[UUID, Standing]:
    found: dict[UUID, Standing] = {}
    for portion in portions(ids):
        mine = Session.objects.filter(pk__in=portion, organisation=organisation).order_by()
        here: dict[UUID, Any] = {
            pk: Standing(day, frozenset(taught)) for pk, day, taught in mine.values_list("pk", "occurred_on", "topics")
        }
        rows = SessionAttendance.objects.filter(session__in=list(here)) if here else SessionAttendance.objects.none()
        for pk, client in rows.values_list("session_id", "client_id"):
            here[pk].attendees.add(client)
        for pk, peers in leaders(here).items() if here else ():
            here[pk].facilitators |= peers
        found |= here
    return found
