"""Two supervisors in one organisation: what each may open of the other's peer educators."""

import pytest
from django.urls import reverse

from core import teams
from core.actions import users
from core.actions.memberships import scope_of
from core.actions.records import Refused
from core.models import ConflictingCopy, Membership, User
from core.permissions import Role
from peers.models import PeerEducator
from tests.factories.peers import peer
from tests.factories.people import member
from tests.peers.groups_met import held
from tests.peers.weeks import TheTeam


@pytest.fixture
def mine(lists):
    return TheTeam(letter="A")


@pytest.fixture
def theirs(lists):
    return TheTeam(letter="B")


def hidden(user):
    return teams.hidden_workers(scope_of(user))


def ids(people):
    return {one.pk for one in people}


def test_other_teams_are_hidden_from_each_supervisor(mine, theirs):
    free = member(Role.PEER_EDUCATOR, username="free")
    peer("F-1", organisation="NGO-A", user=free)

    assert (hidden(mine.supervisor), hidden(theirs.supervisor)) == (ids(theirs.users), ids(mine.users))


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.DATA_OFFICER, Role.OUTREACH_WORKER, Role.PEER_EDUCATOR])
def test_nobody_is_hidden_from_those_who_see_every_team_or_lead_none(mine, theirs, role):
    assert hidden(member(role)) == frozenset()


def test_who_is_in_two_teams_is_hidden_from_neither(mine, theirs):
    member(Role.PEER_EDUCATOR, "NGO-B", mine.users[0].username)
    member(Role.SUPERVISOR, "NGO-B", theirs.supervisor.username)
    peer("X-1", organisation="NGO-B", user=mine.users[0], supervisor=theirs.supervisor)

    assert hidden(theirs.supervisor) == {mine.users[1].pk}


def test_asking_takes_one_query(mine, theirs, django_assert_num_queries):
    scope = scope_of(mine.supervisor)

    with django_assert_num_queries(1):
        teams.hidden_workers(scope)


@pytest.mark.parametrize("name", ["follow-up", "follow-up-print"])
def test_work_lists_of_another_team_are_not_there(client, mine, theirs, name):
    worker = member(Role.OUTREACH_WORKER)
    client.force_login(mine.supervisor)

    answers = [
        client.get(reverse(name), {"worker": who.pk}).status_code for who in (*mine.users, worker, *theirs.users)
    ]

    assert answers == [200, 200, 200, 404, 404]


def test_work_lists_of_another_team_are_not_offered(client, mine, theirs):
    officer, offered = member(Role.DATA_OFFICER), {}
    every = ids([mine.supervisor, theirs.supervisor, *mine.users, *theirs.users])

    for user in (mine.supervisor, theirs.supervisor):
        client.force_login(user)
        offered[user] = ids(client.get(reverse("follow-up")).context["asked"].fields["worker"].queryset)

    assert [found - {officer.pk} for found in offered.values()] == [every - ids(theirs.users), every - ids(mine.users)]


def test_contacts_of_another_team_stay_in_sight_and_their_worker_can_be_named(client, mine, theirs):
    contact = theirs.met(0, theirs.programme.person(), "2025-03-01")
    client.force_login(mine.supervisor)

    form = client.get(reverse("record-contact")).context["form"]

    assert client.get(contact.get_absolute_url()).status_code == 200
    assert str(theirs.users[0].pk) in {str(key) for key, _name in form.fields["worker"].choices}


def test_second_text_of_another_teams_record_is_not_there(client, mine, theirs):
    session = held(theirs.programme, [], "2025-03-01", heads=5, facilitators=theirs.peers)
    copies = [
        ConflictingCopy.objects.create(
            organisation=record.organisation,
            record_kind=record.kind_name,
            record_id=record.pk,
            content=record.content(),
            digest=f"{number}" * 64,
            sent_by=theirs.users[0],
            sent_at="2025-03-02T00:00Z",
        )
        for number, record in enumerate([session, *theirs.peers, *mine.peers])
    ]
    seen = {}
    for user in (mine.supervisor, theirs.supervisor, member(Role.DATA_OFFICER)):
        client.force_login(user)
        seen[user] = [client.get(reverse("conflicts:detail", args=[copy.pk])).status_code for copy in copies]

    assert list(seen.values()) == [
        [404, 404, 404, 200, 200],
        [200, 200, 200, 404, 404],
        [200, 200, 200, 200, 200],
    ]


def test_only_the_own_team_is_helped_to_sign_in(client, mine, theirs):
    asked = [Membership.objects.get(user=user) for user in (mine.users[0], theirs.users[0])]
    client.force_login(mine.supervisor)

    offered = [
        [str(label) for label, _url, _style in client.get(reverse("members:detail", args=[row.pk])).context["actions"]]
        for row in asked
    ]

    assert (offered[0] != [], offered[1]) == (True, [])
    with pytest.raises(Refused, match="another supervisor's team"):
        users.release(user=User.objects.get(pk=theirs.users[0].pk), by=mine.supervisor)


def test_peer_without_a_supervisor_is_in_everybodys_sight(client, mine, theirs):
    free = peer("F-1", organisation="NGO-A")

    for user in (mine.supervisor, theirs.supervisor):
        assert free in PeerEducator.objects.visible_to(scope_of(user))
