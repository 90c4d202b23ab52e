"""Caseloads: whom somebody looks after, recounted row by row, and who has too many."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models.users import system_user
from core.permissions import Role
from outreach.models import Contact
from peers import caseloads
from peers.actions import terms
from peers.models import MicroPlan, PlanLine, Session, SessionAttendance
from tests.factories.peers import peer
from tests.factories.people import member, organisation
from tests.factories.programme import Programme

pytestmark = pytest.mark.usefixtures("lists")
DAY = timezone.localdate


@pytest.fixture
def programme(lists):
    organisation()
    return Programme("NGO-A")


@pytest.fixture
def boss(client, lists):
    """A supervisor, signed in."""
    found = member(Role.SUPERVISOR)
    client.force_login(found)
    return found


def ago(days):
    return str(DAY() - timedelta(days=days))


def met(programme, person, days, worker, void=False):
    made = programme.met(person, ago(days), void=void)
    Contact.objects.filter(pk=made.pk).update(worker=worker)
    return made


def came(programme, person, days, *leaders, void=False):
    """Somebody at a session that was led by these."""
    session = programme.talk(ago(days), 20, void=void)
    session.facilitators.add(*leaders)
    contact = programme.met(person, ago(days))
    SessionAttendance.objects.create(session=session, client=person, contact=contact)
    return session


def planned(programme, who, month, *people):
    frame = {"organisation": programme.organisation, "recorded_by": programme.by, "digest": "0" * 64}
    plan = MicroPlan.objects.create(peer=who, month=month, occurred_on=month, recorded_at=timezone.now(), **frame)
    for person in people:
        PlanLine.objects.create(plan=plan, client=person, in_weeks=[1])
    return plan


def limits(per_peer, per_worker=250):
    values = {"stipend_per_day": 0, "transport_per_day": 0, "currency": "KHR"}
    values |= {"people_per_peer": per_peer, "people_per_worker": per_worker}
    terms.set_terms(organisation=organisation(), values=values, by=system_user())


def naive(one, day):
    """People of one peer educator, read row by row."""
    start, found = day - timedelta(days=89), set()
    for contact in Contact.objects.filter(voided_at=None, organisation=one.organisation).select_related("client"):
        if contact.client and contact.worker == one.user and start <= contact.occurred_on <= day:
            found.add(contact.client.survivor or contact.client)
    for session in Session.objects.filter(voided_at=None):
        if one in session.facilitators.all() and start <= session.occurred_on <= day:
            found |= {row.client.survivor or row.client for row in session.attendances.all()}
    for plan in MicroPlan.objects.filter(voided_at=None, peer=one):
        if (plan.month.year, plan.month.month) == (day.year, day.month):
            found |= {row.client.survivor or row.client for row in plan.lines.all()}
    return {person.pk for person in found if person.voided_at is None}


def test_people_are_those_met_those_who_came_and_those_planned(programme):
    own = member(Role.PEER_EDUCATOR)
    one, two, three = peer("PE-1", user=own), peer("PE-2"), peer("PE-3")
    people = [programme.person() for _number in range(12)]
    met(programme, people[0], 0, own)
    met(programme, people[0], 5, own)
    met(programme, people[1], 89, own)
    met(programme, people[2], 90, own)
    met(programme, people[3], 1, own, void=True)
    met(programme, people[4], 1, programme.by)
    came(programme, people[0], 3, one)
    came(programme, people[5], 3, one, two)
    came(programme, people[6], 90, one)
    came(programme, people[7], 2, two, void=True)
    this_month = DAY().replace(day=1)
    planned(programme, one, this_month, people[0], people[8])
    planned(programme, two, (this_month - timedelta(days=1)).replace(day=1), people[9])
    MicroPlan.objects.filter(pk=planned(programme, three, this_month, people[10]).pk).update(
        voided_at=timezone.now(), voided_by=programme.by, void_reason="again"
    )
    programme.merge(people[1], into=people[0])
    programme.merge(people[5], into=people[11])

    found = caseloads.people_of([one, two, three], DAY())

    assert found == {
        one.pk: {people[0].pk, people[8].pk, people[11].pk},
        two.pk: {people[11].pk},
        three.pk: set(),
    }
    assert found == {row.pk: naive(row, DAY()) for row in (one, two, three)}


def test_void_people_are_nobodys(programme):
    own = member(Role.PEER_EDUCATOR)
    one, person = peer(user=own), programme.person()
    met(programme, person, 1, own)
    type(person).objects.filter(pk=person.pk).update(
        voided_at=timezone.now(), voided_by=programme.by, void_reason="never there"
    )

    assert caseloads.people_of([one], DAY()) == {one.pk: set()}


def test_people_met_for_another_organisation_are_not_counted_here(programme):
    own = member(Role.PEER_EDUCATOR)
    member(Role.OUTREACH_WORKER, "NGO-B", username=own.username)
    other = Programme("NGO-B")
    met(other, other.person(), 1, own)
    one = peer(user=own)

    assert caseloads.people_of([one], DAY()) == {one.pk: set()}


def test_people_of_many_cost_the_same_queries_as_of_one(programme, django_assert_num_queries):
    some = [peer(f"PE-{n}", user=member(Role.PEER_EDUCATOR, username=f"educator-{n}")) for n in range(4)]
    for one in some:
        met(programme, programme.person(), 1, one.user)
        came(programme, programme.person(), 1, one)

    with django_assert_num_queries(3):
        caseloads.people_of(some[:1], DAY())
    with django_assert_num_queries(3):
        found = caseloads.people_of(some, DAY())

    assert [len(people) for people in found.values()] == [2, 2, 2, 2]


def page(client):
    return client.get(reverse("caseloads"))


def read(response, part=0):
    return [(row.name, len(row.people), row.limit, alarm) for row, alarm in response.context["parts"][part][1]]


def test_page_shows_the_fullest_first_and_says_what_is_too_much(client, programme, boss):
    limits(1)
    users = [member(Role.PEER_EDUCATOR, username=f"educator-{n}") for n in range(3)]
    people = [programme.person() for _number in range(3)]
    for code, user, number in (("PE-1", users[0], 1), ("PE-2", users[1], 3), ("PE-3", users[2], 2)):
        peer(code, supervisor=boss, user=user)
        for person in people[:number]:
            met(programme, person, 1, user)
    peer("PE-4", supervisor=boss, statuses=(("training", date(2024, 1, 1), ""),))

    response = page(client)

    assert read(response) == [
        ("PE-2", 3, 1, "2 people too many"),
        ("PE-3", 2, 1, "1 person too many"),
        ("PE-1", 1, 1, ""),
    ]
    assert response.context["ratio"] == "1 : 1"
    assert response.context["said"] == "3 active peer educators look after 3 people."


def test_one_peer_educator_is_told_as_one(client, boss):
    peer("PE-1", supervisor=boss)

    assert page(client).context["said"] == "1 active peer educator looks after 0 people."


def test_page_shows_outreach_workers_beside_their_limit(client, programme, boss):
    limits(60, 1)
    worker = member(Role.OUTREACH_WORKER)
    member(Role.OUTREACH_WORKER, "NGO-B", username="elsewhere")
    for _number in range(2):
        met(programme, programme.person(), 1, worker)

    assert read(page(client), 1) == [(worker.username, 2, 1, "1 person too many")]


def test_page_without_anybody_says_so(client, boss):
    response = page(client)

    assert (response.context["ratio"], read(response)) == ("", [])
    assert "No peer educator is active." in response.content.decode()


def test_page_shows_no_other_team(client, programme, boss):
    other = member(Role.SUPERVISOR, username="other-supervisor")
    peer("PE-1", supervisor=boss)
    peer("PE-2", supervisor=other)
    peer("PE-3")
    peer("PE-4", organisation="NGO-B")

    assert [name for name, *_rest in read(page(client))] == ["PE-1", "PE-3"]


def test_page_costs_the_same_for_one_and_for_three(client, boss, django_assert_num_queries):
    peer("PE-1", supervisor=boss)
    page(client)  # the first request of a session writes it

    with django_assert_num_queries(8):
        page(client)
    peer("PE-2", supervisor=boss)
    peer("PE-3", supervisor=boss)
    with django_assert_num_queries(8):
        page(client)


def test_today_tells_a_supervisor_what_is_too_much(client, programme, boss):
    limits(1)
    own = member(Role.PEER_EDUCATOR)
    peer("PE-1", supervisor=boss, user=own)
    quiet = client.get(reverse("today")).content.decode()
    for _number in range(2):
        met(programme, programme.person(), 1, own)

    told = client.get(reverse("today")).content.decode()
    client.force_login(member(Role.SUPERVISOR, username="other-supervisor"))
    others = client.get(reverse("today")).content.decode()

    alarm = "1 person too many"
    assert [alarm in page for page in (quiet, told, others)] == [False, True, False]
