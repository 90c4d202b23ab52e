"""A team in a week of tests, and the naive recount of its numbers: plain Python over source rows."""

from datetime import date, timedelta

from core.actions.memberships import scope_of
from core.permissions import Role
from outreach.models import Client, CommodityLine, Contact, Referral
from peers import week
from peers.models import MicroPlan, PeerEducator, Session
from peers.week_dates import week_named
from tests.factories.peers import peer
from tests.factories.people import member
from tests.factories.programme import Programme


class TheTeam:
    """A supervisor of NGO-A and some peer educators with accounts."""

    def __init__(self, code="NGO-A", letter="A", number=2):
        self.programme = Programme(code)
        self.supervisor = member(Role.SUPERVISOR, code, f"supervisor-{letter}".lower())
        self.users = [member(Role.PEER_EDUCATOR, code, f"peer-{letter}{n}".lower()) for n in range(number)]
        self.peers = [
            peer(f"{letter}-{n}", organisation=code, supervisor=self.supervisor, user=user)
            for n, user in enumerate(self.users)
        ]

    def met(self, place, person, on, **said):
        """A contact of the peer educator at that place."""
        self.programme.by = self.users[place]
        return self.programme.met(person, on, **said)

    def referred(self, place, person, on, **said):
        self.programme.by = self.users[place]
        return self.programme.referred(person, on, **said)

    def week(self, name="2025-W14", today=date(2025, 4, 2), by=None):
        seen = PeerEducator.objects.visible_to(scope_of(by or self.supervisor)).filter(supervisor=self.supervisor)
        return week.of_team(seen, week_named(name), today, scope_of(by or self.supervisor))


def survivor(client_id):
    """The client who lives on of a merged record."""
    client = Client.objects.get(pk=client_id)
    while client.survivor_id:
        client = Client.objects.get(pk=client.survivor_id)
    return client.pk


def led_by(one, start, end):
    """Sessions that count, led by a peer educator from `start` to `end`."""
    return [
        session
        for session in Session.objects.all()
        if session.voided_at is None
        and start <= session.occurred_on <= end
        and one.pk in {leader.pk for leader in session.facilitators.all()}
    ]


def contacts_of(one, start, end):
    """Contacts that count: as the worker, and at sessions led."""
    named = {row.contact_id for session in led_by(one, start, end) for row in session.attendances.all()}
    return [
        contact
        for contact in Contact.objects.all()
        if contact.voided_at is None
        and start <= contact.occurred_on <= end
        and contact.organisation_id == one.organisation_id
        and (contact.worker_id == one.user_id or contact.pk in named)
    ]


def people_of(contacts):
    return {survivor(contact.client_id) for contact in contacts if contact.client_id}


def pieces_of(one, month, day, categories):
    """(given, wanted) of the peer educator's plan of a month, over those who told how often."""
    plan = next(p for p in MicroPlan.objects.all() if p.peer_id == one.pk and p.month == month and p.voided_at is None)
    given = wanted = 0
    for line in plan.lines.all():
        if line.acts_per_week is None:
            continue
        wanted += line.acts_per_week * plan.weeks
        for row in CommodityLine.objects.all():
            contact = row.contact
            if contact.voided_at or not contact.client_id or not month <= contact.occurred_on <= day:
                continue
            if survivor(contact.client_id) == survivor(line.client_id) and row.commodity in categories:
                given += row.given
    return given, wanted


def recount(one, start, end):
    """(people, contacts, sessions, heads, referrals made, referrals completed) of one peer educator's week."""
    contacts, sessions = contacts_of(one, start, end), led_by(one, start, end)
    heads = sum(row.heads for session in sessions for row in session.headcounts.all())
    mine = [
        referral
        for referral in Referral.objects.all()
        if referral.voided_at is None
        and referral.status != "cancelled"
        and one.user_id in {referral.recorded_by_id, referral.contact and referral.contact.worker_id}
    ]
    made = [row for row in mine if start <= row.occurred_on <= end]
    done = [row for row in mine if row.status == "completed" and start <= row.closed_on <= end]
    return len(people_of(contacts)), len(contacts), len(sessions), heads, len(made), len(done)


def shown(row):
    """The same as the week says it."""
    sets = (row.people, row.contacts, row.sessions)
    return *map(len, sets), row.heads, len(row.referred), len(row.completed)


def days_before(day, number):
    return str(day - timedelta(days=number))
