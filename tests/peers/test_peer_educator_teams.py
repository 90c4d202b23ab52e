"""Each team's peer educators are kept from the other teams, and what a peer educator told in confidence from most."""

import uuid

import pytest
from django.urls import reverse

from core.models.users import system_user
from core.permissions import Role
from peers.actions import peer_educators
from peers.models import PeerEducator
from tests.factories.peers import peer
from tests.factories.people import member
from tests.peers.months import report
from tests.peers.peer_screens import as_amended, at, listed

pytestmark = pytest.mark.usefixtures("lists")


@pytest.fixture
def boss(client, lists):
    """A supervisor, signed in."""
    found = member(Role.SUPERVISOR)
    client.force_login(found)
    return found


@pytest.fixture
def other(lists):
    return member(Role.SUPERVISOR, username="other-supervisor")


# --- teams ---------------------------------------------------------------------------------------


def addresses(made, month):
    """Every address about one peer educator."""
    own = [at(name, made) for name in ("detail", "amend", "status", "take-back", "void", "history")]
    names = ("detail", "amend", "accept", "send-back", "void", "history")
    return own + [reverse(f"monthly-reports:{name}", args=[month.pk]) for name in names]


def test_two_supervisors_and_their_peers_see_nothing_of_each_other(client, boss, other):
    people = [member(Role.PEER_EDUCATOR, username=f"educator-{n}") for n in (1, 2)]
    mine = peer("PE-1", supervisor=boss, user=people[0])
    theirs = peer("PE-2", supervisor=other, user=people[1])
    months = [report(one, duty=(4,)) for one in (mine, theirs)]
    paths = [addresses(mine, months[0]), addresses(theirs, months[1])]
    data = as_amended(mine) | {"status": "on_leave", "since": "2024-06-01", "reason": "spy", "month": "2025-03"}

    for who, strange in ((boss, 1), (people[0], 1), (other, 0), (people[1], 0)):
        client.force_login(who)
        gets = {client.get(path).status_code for path in paths[strange]}
        posts = {client.post(path, data).status_code for path in paths[strange]}

        assert (who.username, gets, posts - {405}) == (who.username, {404}, {404})
        assert listed(client) == [(mine, theirs)[1 - strange].reference]

    for one in (mine, theirs, *months):
        one.refresh_from_db()
        assert (one.version, one.is_void) == (1, False)


def test_supervisor_cant_hand_in_for_another_team_or_give_a_peer_to_it(client, boss, other):
    theirs, mine = peer("PE-2", supervisor=other), peer("PE-1", supervisor=boss)
    month = {"id": str(uuid.uuid4()), "peer": str(theirs.pk), "month": "2025-03", "duty_days": ["2025-03-04"]}

    handed_in = client.post(reverse("monthly-reports:create"), month)
    given = client.post(at("amend", mine), as_amended(mine, supervisor=other.pk))

    assert list(handed_in.context["form"].errors) == ["peer"]
    assert list(given.context["form"].errors) == ["supervisor"]
    assert PeerEducator.objects.get(reference="PE-1").supervisor == boss


def test_peer_without_a_supervisor_is_taken_on(client, boss, other):
    alone = peer()

    client.post(at("amend", alone), as_amended(alone, supervisor=boss.pk))
    client.force_login(other)

    assert PeerEducator.objects.get().supervisor == boss
    assert client.get(alone.get_absolute_url()).status_code == 404


def test_manager_sees_every_team_and_gives_peers_to_anybody_who_supervises(client, boss, other):
    made = peer(supervisor=boss)
    client.force_login(member(Role.PROGRAMME_MANAGER))

    client.post(at("amend", made), as_amended(made, supervisor=other.pk))

    assert PeerEducator.objects.get().supervisor == other


def test_peer_educator_reads_the_own_page_and_changes_nothing(client, boss):
    own = member(Role.PEER_EDUCATOR)
    mine = peer(supervisor=boss, user=own)
    client.force_login(own)

    page = client.get(at("mine"))
    statuses = [client.get(at(name, mine)).status_code for name in ("detail", "amend", "status", "void", "history")]

    assert page["Location"] == mine.get_absolute_url()
    assert statuses == [200, 403, 403, 403, 200]
    assert "My page" in client.get(reverse("groups")).content.decode()


def test_supervisor_has_no_own_page(client, boss):
    assert client.get(at("mine"))["Location"] == at("list")
    assert "My page" not in client.get(reverse("groups")).content.decode()


# --- what was told in confidence -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("own", True),
        ("boss", True),
        ("officer", True),
        ("manager", False),
    ],
)
def test_own_group_is_for_few(client, boss, who, sees):
    people = {
        "own": member(Role.PEER_EDUCATOR),
        "boss": boss,
        "officer": member(Role.DATA_OFFICER),
        "manager": member(Role.PROGRAMME_MANAGER),
    }
    made = peer(supervisor=boss, user=people["own"], own_group="MSW")
    entry = peer_educators.entry_of(made, own_group="TG")
    peer_educators.amend(record=made, entry=entry, version=1, by=system_user())
    client.force_login(people[who])

    pages = [client.get(at(name, made)).content.decode() for name in ("detail", "history")]

    assert ["Transgender people" in page for page in pages] == [sees, sees]
    if who != "own":
        assert ("own_group" in client.get(at("amend", made)).context["form"].fields) is sees


def test_own_group_stays_when_somebody_who_doesnt_see_it_saves(client, boss):
    made = peer(supervisor=boss, own_group="TG")
    client.force_login(member(Role.PROGRAMME_MANAGER))

    client.post(at("amend", made), as_amended(made, supervisor=boss.pk, own_group="MSW", sex="M"))

    kept = PeerEducator.objects.get()
    assert (kept.own_group, kept.sex) == ("TG", "M")


def test_own_group_of_a_peer_without_supervisor_is_hidden_from_supervisors(client, boss):
    made = peer(own_group="TG")

    assert "Transgender people" not in client.get(made.get_absolute_url()).content.decode()
