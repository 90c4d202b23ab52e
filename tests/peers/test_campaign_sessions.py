"""What sessions bring to a campaign's page, recounted; and that nobody counts the sessions of another team."""

from collections import Counter

import pytest
from django.urls import reverse

from core.permissions import Role
from outreach.actions import campaigns
from outreach.models import Campaign
from outreach.rules.campaigns import CampaignEntry
from peers.actions import sessions
from peers.models import Session
from tests.factories.people import member
from tests.factories.programme import day
from tests.peers.groups_met import held
from tests.peers.weeks import TheTeam

PARTS = ("Sessions", "Given at its sessions")


def spread(programme, name):
    entry = CampaignEntry(occurred_on=day("2025-01-01"), name=name)
    campaigns.record(entry=entry, by=programme.by, organisation=programme.organisation)
    return Campaign.objects.get(pk=entry.id)


@pytest.fixture
def team(lists):
    return TheTeam()


@pytest.fixture
def played(team):
    """Two campaigns; three sessions of the first, one of them void, and one that names none."""
    programme = team.programme
    first, second = spread(programme, "first"), spread(programme, "second")
    people = [programme.person() for _number in range(3)]
    said = {"facilitators": team.peers, "campaign_id": first.pk}
    held(programme, people[:2], "2025-03-01", heads=20, given={"COND_M": 30, "LUBE_S": 5}, **said)
    held(programme, people[1:], "2025-03-02", given={"COND_M": 12}, taken_back={"COND_F": 2}, **said)
    gone = held(programme, people, "2025-03-03", heads=9, given={"COND_M": 99}, **said)
    sessions.void(record=gone, by=programme.by, reason="test")
    held(programme, people, "2025-03-04", heads=8, given={"COND_M": 7})
    return first, second


def recount(campaign):
    """(sessions, unnamed heads, contacts of named people, pieces by commodity) in plain Python."""
    mine = [row for row in Session.objects.all() if row.campaign_id == campaign.pk and row.voided_at is None]
    pieces: Counter = Counter()
    for session in mine:
        for row in session.commodities.all():
            pieces[row.commodity] += row.given
    heads = sum(row.heads for session in mine for row in session.headcounts.all())
    return (
        len(mine),
        heads,
        sum(session.attendances.count() for session in mine),
        {k: n for k, n in pieces.items() if n},
    )


def figures(client, user, campaign):
    client.force_login(user)
    parts = client.get(campaign.get_absolute_url()).context["parts"]
    return [[(figure.label, figure.number) for figure in found] for title, found in parts if str(title) in PARTS]


def test_page_shows_sessions_and_pieces_as_recounted(client, team, played):
    first, second = played

    assert recount(first) == (2, 20, 4, {"COND_M": 42, "LUBE_S": 5})
    assert figures(client, team.supervisor, first) == [
        [("Sessions held", 2), ("Attendances without a name", 20), ("Contacts of named people", 4)],
        [("Male (external) condom", 42), ("Lubricant sachet", 5)],
    ]
    assert recount(second) == (0, 0, 0, {})
    assert [[number for _label, number in part] for part in figures(client, team.supervisor, second)] == [[0, 0, 0], []]


def test_numbers_lead_to_their_sessions(client, team, played):
    client.force_login(team.supervisor)
    page = client.get(played[0].get_absolute_url())
    [url] = {figure.url for title, found in page.context["parts"] if str(title) in PARTS for figure in found}

    assert client.get(url).context["result_count"] == 2


def test_sessions_of_another_team_are_not_counted(client, team, played):
    other = TheTeam(letter="B")

    assert [part and part[0][1] for part in figures(client, other.supervisor, played[0])] == [0, []]
    assert figures(client, member(Role.DATA_OFFICER), played[0])[0][0] == ("Sessions held", 2)


def test_campaign_is_not_void_while_sessions_name_it(client, team, played):
    client.force_login(team.supervisor)

    page = client.post(reverse("campaigns:void", args=[played[0].pk]), {"reason": "test"})

    assert "2 records name this campaign." in page.content.decode()
    assert Campaign.objects.filter(voided_at=None).count() == 2
