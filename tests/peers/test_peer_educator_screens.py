"""Peer educators on their screens: typed, found, changed by steps; each team's kept from the others."""

import uuid
from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.actions.memberships import scope_of
from core.models import Site
from core.models.users import system_user
from core.permissions import Role
from peers.actions import peer_educators
from peers.forms.peer_educators import PeerForm
from peers.models import PeerEducator
from peers.rules.peer_educators import PeerEntry
from tests.factories.peers import peer
from tests.factories.people import member, organisation
from tests.peers.months import report
from tests.peers.peer_screens import as_amended, at, listed, posted

pytestmark = pytest.mark.usefixtures("lists")
DAY = timezone.localdate


@pytest.fixture
def boss(client, lists):
    """A supervisor, signed in."""
    found = member(Role.SUPERVISOR)
    client.force_login(found)
    return found


# --- typing one ----------------------------------------------------------------------------------


def test_supervisor_recruits_into_the_own_team(client, boss):
    site = Site.objects.create(organisation=organisation(), code="S1", name="Factory 1")
    form = client.get(at("create")).context["form"]

    data = posted(supervisor=form.initial["supervisor"], sites=[str(site.pk)], own_group="GFW")
    response = client.post(at("create"), data)

    made = PeerEducator.objects.get()
    assert response["Location"] == made.get_absolute_url()
    assert (str(made.pk), made.reference, made.supervisor, made.own_group) == (data["id"], "PE-7", boss, "GFW")
    assert [(row.status, row.since) for row in made.statuses.all()] == [("training", date(2025, 1, 6))]
    assert list(made.sites.all()) == [site]


def test_form_sent_twice_makes_one(client, boss):
    data = posted()

    locations = [client.post(at("create"), data)["Location"] for _time in range(2)]

    assert locations == [PeerEducator.objects.get().get_absolute_url()] * 2


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"reference": "Sok Dara"}, ["reference"]),
        ({"reference": ""}, ["reference"]),
        ({"reference": "\x00"}, ["reference"]),
        ({"occurred_on": "9999-01-01"}, ["occurred_on", "birth_year", "status"]),
        ({"occurred_on": "0001-01-01"}, ["occurred_on", "birth_year"]),
        ({"occurred_on": "x"}, ["occurred_on"]),
        ({"birth_year": "99999999999999999999"}, ["birth_year"]),
        ({"birth_year": "2015"}, ["birth_year"]),
        ({"status": "inactive"}, ["status"]),
        ({"status_since": "2025-01-05"}, ["status"]),
        ({"supervisor": "999999999999999999999"}, ["supervisor"]),
        ({"user": "x"}, ["user"]),
        ({"sites": [str(uuid.uuid4())]}, ["sites"]),
        ({"sites": ["\x00"]}, ["sites"]),
        ({"groups": ["NOBODY"]}, ["groups"]),
        ({"note": "ring 012 345 678"}, ["note"]),
    ],
)
def test_form_says_beside_the_field_what_is_wrong(client, boss, changed, wrong):
    response = client.post(at("create"), posted(**changed))

    assert response.status_code == 200
    assert list(response.context["form"].errors) == wrong
    assert PeerEducator.objects.count() == 0


def as_entry(typed):
    """What was typed, as somebody else would send it in."""
    recruited = date.fromisoformat(typed["occurred_on"])
    return PeerEntry(
        occurred_on=recruited,
        reference=typed["reference"],
        sex=typed["sex"],
        birth_year=int(typed["birth_year"]) if typed["birth_year"] else None,
        languages=frozenset(typed["languages"]),
        groups=frozenset(typed["groups"]),
        statuses=((typed["status"], date.fromisoformat(typed["status_since"] or typed["occurred_on"]), ""),),
        note=typed["note"],
    )


def test_form_and_bulk_path_give_equal_verdicts(boss):
    """What the form refuses beside a field, the action refuses under the same name, and the other way round."""
    for changed in (
        {},
        {"reference": "Sok Dara"},
        {"birth_year": "2012"},
        {"birth_year": "1900"},
        {"occurred_on": "1989-12-31", "birth_year": ""},
        {"status_since": "2024-12-31"},
        {"note": "ring 012 345 678"},
    ):
        typed = posted(**changed)
        scope = scope_of(boss)
        form = PeerForm(typed, scope=scope, organisations=[organisation()])
        found = peer_educators.problems_of(entries=[as_entry(typed)], organisation=organisation())
        told = {{"statuses": "status"}.get(p.field, p.field): p.message for p in found.get(0, [])}

        assert {name: errors[0] for name, errors in form.errors.items()} == told


def test_refusals_of_the_database_stand_beside_the_field(client, boss):
    own = member(Role.PEER_EDUCATOR)
    peer("PE-7", user=own)

    response = client.post(at("create"), posted())

    assert list(response.context["form"].errors) == ["reference"]
    assert own.pk not in {pk for pk, _label in response.context["form"].fields["user"].choices}


def test_amended_peer_keeps_states_and_what_wasnt_asked(client, boss):
    made = peer(supervisor=boss, statuses=(("training", date(2024, 1, 1), ""), ("active", date(2024, 2, 1), "")))

    client.post(at("amend", made), as_amended(made, supervisor=boss.pk, birth_year="1999"))

    kept = PeerEducator.objects.get()
    assert (kept.version, kept.birth_year, kept.statuses.count()) == (2, 1999, 2)


def test_peer_changed_meanwhile_is_shown_again(client, boss):
    made = peer(supervisor=boss)
    data = as_amended(made, supervisor=boss.pk)
    peer_educators.set_status(peer=made, status="on_leave", since=date(2024, 6, 1), by=system_user())

    response = client.post(at("amend", made), data)

    assert response.status_code == 409
    assert [label for label, _old, _new in response.context["theirs"]] == ["States"]


# --- finding -------------------------------------------------------------------------------------


def test_list_costs_the_same_for_one_and_for_three(client, boss, django_assert_num_queries):
    site = Site.objects.create(organisation=organisation(), code="S1", name="Factory 1")
    peer("PE-1", supervisor=boss, sites=[site], user=member(Role.PEER_EDUCATOR))
    listed(client)

    with django_assert_num_queries(9):
        listed(client)
    peer("PE-2", supervisor=boss, sites=[site])
    peer("PE-3", sites=[site])
    with django_assert_num_queries(9):
        listed(client)


def test_list_is_filtered(client, boss):
    site = Site.objects.create(organisation=organisation(), code="S1", name="Factory 1")
    peer("PE-1", supervisor=boss, sites=[site], sex="F", groups=frozenset({"GFW"}))
    fresh = DAY() - timedelta(days=3)
    peer("PE-2", sex="M", groups=frozenset({"MIG", "GFW"}), statuses=(("active", fresh, ""),))
    peer("PE-3", statuses=(("active", date(2024, 1, 1), ""), ("dropped", date(2024, 6, 1), "job")))
    void = peer("PE-4", supervisor=boss)
    peer_educators.void(record=void, by=system_user(), reason="twice")

    found = {
        query: listed(client, query)
        for query in (
            "",
            "?status=active",
            "?status=inactive",
            "?status=dropped",
            f"?supervisor={boss.pk}",
            "?supervisor=none",
            f"?site={site.pk}",
            "?group=MIG",
            "?sex=F",
            "?void=only",
            f"?occurred_on_after={fresh}",
        )
    }

    assert list(found.values()) == [
        ["PE-1", "PE-2", "PE-3"],
        ["PE-2"],
        ["PE-1"],
        ["PE-3"],
        ["PE-1"],
        ["PE-2", "PE-3"],
        ["PE-1"],
        ["PE-2"],
        ["PE-1"],
        ["PE-4"],
        ["PE-2"],
    ]


@pytest.mark.parametrize("query", ["?status=x", "?supervisor=999", "?site=x", "?group=%00", "?colour=red"])
def test_filter_that_is_none_answers_400(client, boss, query):
    assert client.get(at("list", query=query)).status_code == 400


# --- steps ---------------------------------------------------------------------------------------


def test_state_is_changed_and_taken_back_on_the_page(client, boss):
    made = peer(supervisor=boss)
    step = client.get(at("status", made))
    asked = {"status": "dropped", "since": "2024-06-01", "reason": "job", "version": "1"}

    changed = client.post(at("status", made), asked)
    back = client.post(at("take-back", made), {"version": "2"})

    assert [value for value, _label in step.context["form"].fields["status"].choices] == [
        "on_leave",
        "graduated",
        "dropped",
        "dismissed",
    ]
    assert [changed["Location"], back["Location"]] == [made.get_absolute_url()] * 2
    kept = PeerEducator.objects.get()
    assert (kept.version, [row.status for row in kept.statuses.all()]) == (3, ["active"])


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        ({"status": "training"}, ["status"]),
        ({"since": "2023-12-31"}, ["since"]),
        ({"since": "9999-12-31"}, ["since"]),
        ({"since": "0001-01-01"}, ["since"]),
        ({"since": "x"}, ["since"]),
        ({"reason": ""}, ["reason"]),
        ({"reason": "x"}, ["reason"]),
        ({"status": "graduated"}, ["reason"]),
        ({"version": "7"}, ["__all__"]),
        ({"version": ""}, ["version"]),
    ],
)
def test_state_that_makes_no_sense_is_asked_again(client, boss, asked, wrong):
    made = peer(supervisor=boss)

    response = client.post(
        at("status", made), {"status": "dropped", "since": "2024-06-01", "reason": "job", "version": "1"} | asked
    )

    assert response.status_code == 200
    assert list(response.context["form"].errors) == wrong
    assert PeerEducator.objects.get().version == 1


@pytest.mark.parametrize("statuses", [(), (("candidate", date(2024, 1, 10), ""),)])
def test_nothing_to_take_back_leads_to_the_page(client, boss, statuses):
    """Who is a candidate since the first day has no state before either."""
    made = peer(supervisor=boss, statuses=statuses)

    assert client.post(at("take-back", made), {"version": "1"})["Location"] == made.get_absolute_url()
    assert "take-back" not in client.get(made.get_absolute_url()).content.decode()


# --- the page ------------------------------------------------------------------------------------


def test_page_tells_states_and_work(client, boss, recorded):
    own = member(Role.PEER_EDUCATOR)
    made = peer(
        supervisor=boss,
        user=own,
        statuses=(("active", date(2024, 1, 1), ""), ("on_leave", date(2024, 6, 1), "family")),
    )
    recorded(by=boss).facilitators.add(made)
    month = report(made)

    response = client.get(made.get_absolute_url())

    states = dict(response.context["sections"])["States"]
    assert states == [
        ("1 June 2024", "On leave · Family reasons"),
        ("1 January 2024", "Active"),
        ("1 January 2024", "Recruited"),
    ]
    assert [value for _label, value in response.context["lately"]] == [0, 1, 0]
    assert response.context["reports"] == [(month.get_absolute_url(), "March 2025", "waits to be accepted")]
    for _label, url in response.context["ways_on"]:
        assert (url, client.get(url).status_code) == (url, 200)


def test_states_read_well_in_the_history(client, boss):
    made = peer(supervisor=boss)
    peer_educators.set_status(peer=made, status="dropped", since=date(2024, 6, 1), reason="job", by=system_user())

    versions = client.get(at("history", made)).context["versions"]

    assert versions[0][5] == [
        ("States", "Active 2024-01-01", "Active 2024-01-01; Dropped out 2024-06-01 · Job, school or marriage")
    ]
