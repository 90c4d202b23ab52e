"""The page of a week: whose it is, which weeks there are, what it says, and that it fits a sheet."""

import re
from datetime import date

import pytest
from django.urls import reverse

from core.permissions import Role
from peers.actions import peer_educators
from tests.factories.peers import peer
from tests.factories.people import member
from tests.peers.groups_met import held
from tests.peers.weeks import TheTeam

URL = "team-week"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to("2025-04-02 03:00Z", tick=False)


@pytest.fixture
def team(lists):
    return TheTeam()


@pytest.fixture
def opened(client):
    """Opens the page as somebody: `opened(user, week="2025-W14")`."""

    def go(user, **query):
        client.force_login(user)
        return client.get(reverse(URL), query)

    return go


def references(page):
    return [row.peer.reference for row in page.context["found"].rows]


def words(page):
    text = re.sub(r"<[^>]+>", " ", page.content.decode())
    return re.sub(r"\s+", " ", text)


def test_supervisor_reads_the_own_team(team, opened):
    TheTeam(letter="B")
    peer("U-1", organisation="NGO-A")

    page = opened(team.supervisor)

    assert (references(page), page.context["heading"]) == (["A-0", "A-1"], "The week of supervisor-a's team")


def test_another_team_cannot_be_asked_for(team, opened):
    theirs = TheTeam(letter="B")

    answers = [opened(team.supervisor, supervisor=asked).status_code for asked in (theirs.supervisor.pk, "x", "0")]

    assert (answers, opened(team.supervisor, supervisor=team.supervisor.pk).status_code) == ([404, 404, 404], 200)


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.DATA_OFFICER])
def test_who_sees_every_team_chooses_one(team, opened, role):
    theirs, other = TheTeam(letter="B"), TheTeam("NGO-B", letter="C")
    reader = member(role)

    assert references(opened(reader)) == ["A-0", "A-1", "B-0", "B-1"]
    assert references(opened(reader, supervisor=theirs.supervisor.pk)) == ["B-0", "B-1"]
    assert [opened(reader, supervisor=asked).status_code for asked in (other.supervisor.pk, "x", "9" * 30)] == [404] * 3
    assert {str(one) for one in opened(reader).context["team"].offered} == {"supervisor-a", "supervisor-b", str(reader)}


def test_peer_educator_reads_the_own_week_alone(team, opened):
    page = opened(team.users[0])

    assert (references(page), page.context["heading"]) == (["A-0"], "My week")
    assert "You led 0 sessions and met 0 people." in words(page)
    assert opened(team.users[0], supervisor=team.supervisor.pk).status_code == 404
    assert opened(team.users[0], supervisor=team.users[0].pk).status_code == 404


def test_peer_educator_without_a_record_is_told_what_to_do(lists, opened):
    page = opened(member(Role.PEER_EDUCATOR))

    assert (page.status_code, "Ask your supervisor to link your account" in words(page)) == (200, True)


def test_supervisor_of_nobody_is_told_what_to_do(lists, opened):
    page = opened(member(Role.SUPERVISOR))

    assert (page.status_code, "choose the supervisor there" in words(page)) == (200, True)


@pytest.mark.parametrize("role", [Role.OUTREACH_WORKER, Role.HOTLINE_COUNSELLOR, Role.PARTNER_VIEWER, Role.EDITOR])
def test_who_sees_no_peer_educator_is_refused(lists, opened, role):
    assert opened(member(role)).status_code == 403


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"week": "2025-W13"}, 200),
        ({"week": "2024-W52"}, 200),
        ({"week": "1990-W01"}, 200),
        ({"week": ""}, 200),
        ({"week": "2025-W15"}, 400),
        ({"week": "2025-W60"}, 400),
        ({"week": "0001-W01"}, 400),
        ({"week": "9999-W52"}, 400),
        ({"week": "x\0"}, 400),
        ({"day": "2025-04-01"}, 400),
    ],
)
def test_weeks_that_there_are(team, opened, query, status):
    assert opened(team.supervisor, **query).status_code == status


def test_links_lead_to_the_weeks_beside(team, opened):
    now, before = opened(team.supervisor), opened(team.supervisor, week="2025-W01")

    assert (now.context["before_url"], now.context["after_url"]) == ("/app/groups/week/?week=2025-W13", "")
    assert (before.context["before_url"], before.context["after_url"]) == (
        "/app/groups/week/?week=2024-W52",
        "/app/groups/week/?week=2025-W02",
    )


def test_links_keep_the_team_that_was_chosen(team, opened):
    page = opened(member(Role.DATA_OFFICER), supervisor=team.supervisor.pk)

    assert page.context["before_url"].endswith(f"?week=2025-W13&supervisor={team.supervisor.pk}")


def test_paragraph_says_the_week_in_words(team, opened):
    person = team.programme.person(born="2010-01-01")
    for place in (0, 1):
        team.met(place, person, "2025-04-01")
    held(team.programme, [], "2025-04-01", heads=12, facilitators=[team.peers[0]])

    said = words(opened(team.supervisor))

    for sentence in (
        "2 peer educators led 1 session and met 1 person.",
        "Contacts: 2. Unnamed heads at sessions, counted apart: 12.",
        "Whoever was met by two is counted once: added up over the peer educators it would be 2.",
        "2 met minors without a valid training in safeguarding.",
        "2 have no plan for April 2025.",
        "2 reports of March 2025 are missing.",
        "2 visits are due.",
        "2 lack a training, or it is overdue.",
    ):
        assert sentence in said


def test_page_says_what_waits_for_each(team, opened):
    team.met(0, None, "2025-04-01")

    waits = [[one.text for one in line["waiting"]] for line in opened(team.supervisor).context["lines"]]

    assert waits == [
        ["No plan for this month", "Never visited", "3 trainings missing or overdue"],
        [
            "Nothing recorded for seven days",
            "No plan for this month",
            "Never visited",
            "3 trainings missing or overdue",
        ],
    ]


def test_page_takes_the_same_queries_for_one_peer_and_three(lists, client, django_assert_num_queries):
    for number, letter in ((1, "A"), (3, "B")):
        team = TheTeam(letter=letter, number=number)
        client.force_login(team.supervisor)
        client.get(reverse(URL))
        with django_assert_num_queries(21):
            client.get(reverse(URL))


def test_page_names_nobody(team, opened):
    person = team.programme.person(reference="SECRET-7")
    team.met(0, person, "2025-04-01")

    text = opened(team.supervisor).content.decode()

    assert ("SECRET-7" in text, person.card_code in text) == (False, False)


def test_today_shows_the_team_to_its_supervisor_alone(team, client):
    team.met(0, team.programme.person(), "2025-04-01")
    shown = {}
    for user in (team.supervisor, team.users[0], member(Role.SUPERVISOR, username="free"), member(Role.DATA_OFFICER)):
        client.force_login(user)
        shown[user.username] = "Your team this week" in client.get("/app/today/").content.decode()

    assert shown == {
        "supervisor-a": True,
        "peer-a0": False,
        "free": False,
        "data_officer-ngo-a": False,
    }


def test_who_left_is_in_the_weeks_before_and_not_after(team, opened):
    peer_educators.set_status(
        peer=team.peers[1], status="dropped", since=date(2025, 3, 26), reason="moved", by=team.supervisor
    )

    assert [references(opened(team.supervisor, week=f"2025-W{number}")) for number in (12, 13, 14)] == [
        ["A-0", "A-1"],
        ["A-0", "A-1"],
        ["A-0"],
    ]
