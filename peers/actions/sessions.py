"""What can be done with sessions: record, amend, void. Every one of them works on many at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core import bulk
from core.actions import records
from core.actions.writing import SITE, Writer
from core.batches import portions
from core.models import Organisation
from core.rules.problems import Problem
from outreach.actions import stock_moves
from outreach.actions.campaigns import CAMPAIGN
from outreach.models import Client
from outreach.rules.contacts import client_problems
from peers.actions import attendances
from peers.models import PeerEducator, Session, SessionAttendance, SessionCommodity, SessionHeadcount
from peers.rules import sessions as rules
from peers.rules import topics
from peers.rules.sessions import SessionEntry

LED = Session.facilitators.through


@dataclass
class Standing:
    """What a session says already: it isn't asked for again."""

    day: date
    topics: frozenset[str]
    attendees: set[UUID] = field(default_factory=set)
    facilitators: set[UUID] = field(default_factory=set)


@dataclass(frozen=True)
class Known:
    """People and peer educators of the organisation whom the entries name, and how the sessions stand."""

    people: Mapping[UUID, Client]
    peers: set[UUID]
    standing: Mapping[UUID, Standing]


class Sessions(Writer):
    """Sessions: unnamed heads and commodities in rows of their own, the stock that these move, and named people."""

    model = Session
    entry = SessionEntry
    links = {"site_id": SITE, "campaign_id": CAMPAIGN}
    beside_people = True

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def known(self, entries: Sequence[SessionEntry], organisation: Organisation) -> Known:
        clients = Client.objects.countable().filter(organisation=organisation).select_related("survivor")
        found = records.by_id(clients, {pk for entry in entries for pk in entry.attendees})
        peers = PeerEducator.objects.countable().filter(organisation=organisation)
        named = records.known_ids(peers, {pk for entry in entries for pk in entry.facilitators})
        return Known(
            {pk: client.survivor or client for pk, client in found.items()},
            named,
            _standing([entry.id for entry in entries], organisation),
        )

    def rule_with(self, entry, known, *, today):
        stands = known.standing.get(entry.id, Standing(entry.occurred_on, frozenset()))
        for pk in sorted(entry.facilitators - known.peers - stands.facilitators):
            text = _("There is no such peer educator. Choose one from the list.")
            yield Problem("facilitators", text, str(pk))
        for pk in sorted(entry.attendees - known.people.keys() - stands.attendees):
            yield Problem("attendees", _("There is no such client. Look the person up again."), str(pk))
        yield from _people_problems(entry, known, stands)

    def readings(self, queryset):
        return queryset.prefetch_related("headcounts", "commodities", "facilitators", "attendances")

    def follow(self, pairs: Sequence[tuple[Session, SessionEntry]], *, by, fresh):
        for portion in portions(pairs, 200):
            self._follow(portion, by=by, fresh=fresh)

    def _follow(self, pairs: list[tuple[Session, SessionEntry]], *, by, fresh):
        rows = [session for session, _entry in pairs]
        led_before = {}
        if not fresh:
            ids = [session.pk for session in rows]
            led_before = _leaders(ids)
            SessionHeadcount.objects.filter(session_id__in=ids).delete()
            SessionCommodity.objects.filter(session_id__in=ids).delete()
            LED.objects.filter(session_id__in=ids).delete()
        _write_lines(pairs)
        stock_moves.of_sessions(rows, organisation=rows[0].organisation, fresh=fresh)
        attendances.write(pairs, by=by, fresh=fresh, led_before=led_before)

    def voided(self, rows, *, by):
        if rows:
            stock_moves.of_sessions(rows, organisation=rows[0].organisation)
            attendances.void(rows, by=by)

    def entry_of(self, record, **changed):
        lines = list(record.commodities.all())
        apart = {
            "heads": {(row.sex, row.age_band): row.heads for row in record.headcounts.all()},
            "given": {line.commodity: line.given for line in lines if line.given},
            "taken_back": {line.commodity: line.taken_back for line in lines if line.taken_back},
            "facilitators": frozenset(peer.pk for peer in record.facilitators.all()),
            "attendees": frozenset(row.client_id for row in record.attendances.all()),
        }
        return super().entry_of(record, **(apart | changed))


def _standing(ids: Sequence[UUID], organisation: Organisation) -> dict[UUID, Standing]:
    found: dict[UUID, Standing] = {}
    for portion in portions(ids):
        mine = Session.objects.filter(pk__in=portion, organisation=organisation).order_by()
        for pk, day, taught in mine.values_list("pk", "occurred_on", "topics"):
            found[pk] = Standing(day, frozenset(taught))
        for pk, client in SessionAttendance.objects.filter(session__in=mine).values_list("session_id", "client_id"):
            found[pk].attendees.add(client)
        for pk, peers in _leaders(found).items():
            found[pk].facilitators |= peers
    return found


def _leaders(ids: Any) -> dict[UUID, frozenset[UUID]]:
    """Who leads these sessions."""
    found: dict[UUID, set[UUID]] = {}
    for session, peer in LED.objects.filter(session_id__in=list(ids)).values_list("session_id", "peereducator_id"):
        found.setdefault(session, set()).add(peer)
    return {session: frozenset(peers) for session, peers in found.items()}


def _people_problems(entry: SessionEntry, known: Known, stands: Standing):
    """What doesn't suit the named people: their ages, and kinds of contact that are always anonymous."""
    people = {pk: known.people[pk] for pk in sorted(entry.attendees & known.people.keys())}
    same_day = stands.day == entry.occurred_on
    said = set()
    for pk, person in people.items():
        if same_day and pk in stands.attendees:
            continue
        for problem in client_problems(entry, person):
            if problem.message not in said:
                said.add(problem.message)
                yield problem
    for topic in sorted(entry.topics):
        settled = stands.attendees if same_day and topic in stands.topics else set()
        limit = topics.youngest(topic)
        ages = [person.age_on(entry.occurred_on) for pk, person in people.items() if pk not in settled]
        if younger := sum(age is not None and age < limit for age in ages):
            yield topics.too_young(topic, younger)


def _write_lines(pairs: Sequence[tuple[Session, SessionEntry]]) -> None:
    bulk.create(
        SessionHeadcount(session=session, sex=sex, age_band=band, heads=heads)
        for session, entry in pairs
        for sex, band, heads in entry.head_rows()
    )
    bulk.create(
        LED(session_id=session.pk, peereducator_id=peer)
        for session, entry in pairs
        for peer in sorted(entry.facilitators)
    )
    lines = []
    for session, entry in pairs:
        moved = [SessionCommodity(session=session, commodity=c, given=g, taken_back=t) for c, g, t in entry.lines()]
        session._prefetched_objects_cache = {"commodities": moved}  # noqa: SLF001 - Django's own place for them
        lines += moved
    bulk.create(lines)


writer = Sessions()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of
