"""Workplace committees on their screens: steps, members, lists, and who may not see what."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.models.users import system_user
from core.permissions import Role
from peers import committee_actions
from peers.actions import committees
from peers.models import Committee, CommitteeMember
from tests.factories.people import member
from tests.factories.programme import day
from tests.factories.workplaces import committee, meeting, workplace
from tests.outreach.forms import reposted

pytestmark = pytest.mark.usefixtures("lists")


def seat(since=None, until=None, **said):
    values = {"role": "chair", "side": "employer", "sex": "F"} | said
    return (*values.values(), day(since) if since else None, day(until) if until else None)


def at(name, of):
    return reverse(f"committees:{name}", args=[of.pk])


@pytest.fixture
def browser(client):
    client.user = member(Role.SUPERVISOR)
    client.force_login(client.user)
    return client


def test_committee_is_planned_from_its_workplace(browser):
    place = workplace()

    page = browser.get(place.get_absolute_url()).context["plan_url"]
    response = reposted(browser, page, occurred_on="2025-01-01")

    of = Committee.objects.get()
    assert (response["Location"], of.workplace, of.formed_on) == (of.get_absolute_url(), place, None)
    assert browser.get(place.get_absolute_url()).context["plan_url"] == ""


def test_second_open_committee_is_refused_beside_the_workplace(browser):
    of = committee()
    data = {"id": str(uuid.uuid4()), "occurred_on": "2025-01-01", "workplace": str(of.workplace_id)}

    response = browser.post(reverse("committees:create"), data)

    assert list(response.context["form"].errors) == ["workplace"]


def test_life_on_the_screens(browser):
    of, told = committee(), []
    steps = [
        ("form", {"on": "2024-03-01"}),
        ("train", {"on": "2024-03-20"}),
        ("form-anew", {"on": "2024-09-01"}),
        ("close", {"on": "2024-12-01", "closed_because": "the factory moved"}),
        ("reopen", {}),
    ]
    for version, (name, said) in enumerate(steps, start=1):
        told.append(browser.post(at(name, of), {"version": version, **said}).status_code)

    of.refresh_from_db()
    assert told == [302] * 5
    assert (str(of.formed_on), str(of.trained_on), of.reformed_on, of.closed_on, of.version) == (
        "2024-03-01",
        "2024-03-20",
        ["2024-09-01"],
        None,
        6,
    )
    assert browser.get(at("history", of)).status_code == 200


def test_step_posted_twice_is_said_once(browser):
    of = committee()
    browser.post(at("form", of), {"version": 1, "on": "2024-03-01"})

    response = browser.post(at("form", of), {"version": 1, "on": "2024-03-02"})

    of.refresh_from_db()
    assert (response.status_code, str(of.formed_on), of.version) == (302, "2024-03-01", 2)


def test_step_changed_meanwhile_asks_again(browser):
    of = committee(formed="2024-03-01")
    committees.train(committee=of, on=day("2024-03-20"), version=1, by=system_user())

    response = browser.post(at("train", of), {"version": 1, "on": "2024-03-21"})

    assert (response.status_code, response.context["form"]["version"].value()) == (409, 2)


@pytest.mark.parametrize("on", ["", "soon", "0001-01-01", "9999-12-31", "2999-01-01", "2024\x00"])
def test_step_with_an_odd_day_is_asked_again(browser, on):
    of = committee()

    response = browser.post(at("form", of), {"version": 1, "on": on})

    assert (response.status_code, list(response.context["form"].errors)) == (200, ["on"])


def test_members_take_the_usual_side_of_their_role(browser):
    of = committee(formed="2024-03-01")
    data = {"version": 1, "rows": 4, "role_0": "chair", "sex_0": "F", "since_0": "2024-03-01"}

    response = browser.post(at("members", of), data | {"role_2": "member", "side_2": "worker", "sex_2": "M"})

    rows = CommitteeMember.objects.values_list("place", "role", "side", "sex", "since", "until")
    assert response.status_code == 302
    assert list(rows) == [
        (1, "chair", "employer", "F", day("2024-03-01"), None),
        (2, "member", "worker", "M", None, None),
    ]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"role_0": "secretary"}, "side_0"),
        ({"side_0": "worker"}, "role_0"),
        ({"role_0": "king"}, "role_0"),
        ({"role_0": "chair", "since_0": "2024-03-02", "until_0": "2024-03-01"}, "until_0"),
        ({"role_0": "chair", "since_0": "0001-01-01"}, "__all__"),
        ({"role_0": "chair", "since_0": "31/12/2024"}, "since_0"),
    ],
)
def test_members_form_says_what_is_wrong(browser, said, field):
    of = committee(formed="2024-03-01")

    response = browser.post(at("members", of), {"version": 1, "rows": 2, **said})

    assert (response.status_code, field in response.context["form"].errors) == (200, True)
    assert CommitteeMember.objects.count() == 0


def test_what_is_wrong_with_a_member_names_its_row(browser):
    said = {"role_0": "chair", "role_1": "chair", "since_1": "2024-03-02", "until_1": "2024-03-01"}
    data = {"version": 1, "rows": 4, **said, "role_2": "secretary", "side_3": "worker"}

    form = browser.post(at("members", committee(formed="2024-03-01")), data).context["form"]

    assert {name: list(errors) for name, errors in form.errors.items()} == {
        "until_1": ["Member 2: the term ends before it begins. Mend one of the days."],
        "side_2": ["Member 3: say whose side this member is on."],
        "role_3": ["Member 4: choose the role, or empty the row."],
    }


def test_what_is_wrong_with_an_action_names_its_row(browser):
    of, new = committee(formed="2024-03-01"), reverse("committee-meetings:create")
    data = {"id": str(uuid.uuid4()), "committee": str(of.pk), "occurred_on": "2025-03-01", "present_F": "4"}
    rows = {"text_0": "Ask", "due_0": "2025-04-01", "text_1": "Fill the box", "due_1": "2024-04-01"}

    late = browser.post(new, data | rows).context["form"]
    open_ended = browser.post(new, data | {"text_2": "Ask"}).context["form"]

    assert late.errors["text_0"] == ["Action 2 is due before the meeting. Mend the day “until”."]
    assert open_ended.errors["due_2"] == ["Action 3: say until when."]


@pytest.mark.parametrize(("minutes", "told"), [("", True), ("We talked", False)])
def test_meeting_without_minutes_says_that_it_does_not_count(browser, minutes, told):
    held = meeting(committee(formed="2024-03-01"), "2024-04-01", minutes=minutes)

    assert browser.get(held.get_absolute_url()).context["no_minutes"] is told


def test_forming_anew_before_it_was_dormant_says_which_day_to_choose(browser):
    of = committee(formed="2024-03-01")

    form = browser.post(at("form-anew", of), {"version": 1, "on": "2024-03-15"}).context["form"]

    assert form.non_field_errors() == ["It hadn't gone quiet by that day. Choose a day on which it was dormant."]


def test_closed_committee_is_chosen_by_its_day_of_closing():
    of = committee(workplace(site="FACT-9"), formed="2024-03-01", closed_on="2024-09-01")

    assert committee_actions.name_of(of) == f"{of.workplace} (closed on 1 September 2024)"


def test_more_rows_keeps_what_was_typed_and_saves_nothing(browser):
    of = committee(formed="2024-03-01", members=(seat(),))
    data = {"version": 1, "rows": 5, "role_0": "", "role_1": "health", "since_1": "2024-03-01", "more": "1"}

    form = browser.post(at("members", of), data).context["form"]

    assert (form.number, form["role_0"].value(), form["role_1"].value(), form["rows"].value()) == (9, None, "health", 9)
    assert form.is_bound is False
    assert CommitteeMember.objects.count() == 1


@pytest.mark.parametrize("rows", ["", "0", "-3", "x", "99999", "9" * 40])
def test_odd_numbers_of_rows_do_no_harm(browser, rows):
    of = committee(formed="2024-03-01")

    response = browser.post(at("members", of), {"version": 1, "rows": rows, "more": "1"})

    assert response.status_code == 200


def test_row_left_out_takes_the_member_out(browser):
    of = committee(formed="2024-03-01", members=(seat(), seat(role="health")))

    reposted(browser, at("members", of), role_0="", side_0="", sex_0="")

    assert list(CommitteeMember.objects.values_list("role", flat=True)) == ["health"]


def test_page_counts_members_by_side_and_hints_at_a_missing_one(browser):
    gone = seat("2020-01-01", "2021-01-01", role="member", side="worker")
    of = committee(formed="2024-03-01", members=(seat(), seat(sex="M"), seat(role="focal", side="outside"), gone))

    context = browser.get(of.get_absolute_url()).context

    assert context["members"]["rows"] == [
        ("Employer", [(1, ""), (1, ""), (2, "")]),
        ("From outside", [(1, ""), (0, ""), (1, "")]),
    ]
    assert context["missing"].startswith("Nobody sits in it for the workers or their union.")


def test_amend_mends_the_days_of_its_life(browser):
    of = committee(formed="2024-03-01", reformed_on=("2024-09-01",), members=(seat(),))

    reposted(browser, at("amend", of), reformed_0="2024-09-02", reformed_1="2025-02-01", trained_on="2024-09-03")

    of.refresh_from_db()
    assert (of.reformed_on, str(of.trained_on), of.members.count()) == (["2024-09-02", "2025-02-01"], "2024-09-03", 1)


def test_list_takes_the_same_queries_for_one_row_and_three(browser, django_assert_num_queries):
    meeting(committee(formed="2024-03-01"), "2024-04-01")
    url = reverse("committees:list")
    browser.get(url)

    with django_assert_num_queries(8):
        browser.get(url)
    meeting(committee(workplace(site="FACT-2"), formed="2024-03-01", members=(seat(),)), "2024-04-01")
    committee(workplace(site="FACT-3"))
    with django_assert_num_queries(8):
        browser.get(url)


def test_list_filters_by_how_it_stands_today(browser):
    today = timezone.localdate()
    days = {"FACT-1": 10, "FACT-2": 80, "FACT-3": 91}
    for site, back in days.items():
        committee(workplace(site=site), formed=str(today - timedelta(days=back)))
    committee(workplace(site="FACT-4"))
    counts = {}

    for status in ("formed", "nearly", "inactive", "planned", "closed", "active"):
        counts[status] = browser.get(reverse("committees:list"), {"status": status}).context["result_count"]

    assert counts == {"formed": 2, "nearly": 1, "inactive": 1, "planned": 1, "closed": 0, "active": 0}
    assert browser.get(reverse("committees:list"), {"status": "odd"}).status_code == 400


def test_today_tells_the_supervisor_of_quiet_committees_and_overdue_actions(browser):
    today = timezone.localdate()
    days = {"FACT-1": 10, "FACT-2": 75, "FACT-3": 91}
    for site, back in days.items():
        committee(workplace(site=site), formed=str(today - timedelta(days=back)))
    late = str(today - timedelta(days=1))
    meeting(Committee.objects.get(workplace__site__code="FACT-1"), late, actions=[("Posters", "", late, None)])
    committee(workplace("NGO-B"), formed="2024-03-01")

    page = browser.get(reverse("today")).content.decode()

    words = ["is dormant", "is about to go quiet", "action is overdue"]
    assert [word in page for word in words] == [True, True, True]


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.PEER_EDUCATOR])
def test_today_is_quiet_for_those_who_record_none(client, role):
    committee(formed="2024-03-01")
    client.force_login(member(role))

    assert "is dormant" not in client.get(reverse("today")).content.decode()


STEPS = ["form", "form-anew", "train", "close", "reopen", "members", "amend", "void"]


@pytest.mark.parametrize("name", ["detail", "history", "sheet", *STEPS])
def test_committee_of_another_organisation_is_not_there(browser, name):
    of = committee(workplace("NGO-B"), formed="2024-03-01")

    told = [browser.get(at(name, of)).status_code, browser.post(at(name, of), {"version": 1}).status_code]

    assert told == [404, 404 if name in STEPS else 405]
    assert Committee.objects.get().version == 1


def test_two_organisations_cannot_name_each_others_workplaces(browser):
    mine, theirs = committee(), workplace("NGO-B")
    new = {"id": str(uuid.uuid4()), "occurred_on": "2025-01-01", "workplace": str(theirs.pk)}

    told = [
        browser.post(reverse("committees:create"), new).context["form"].errors,
        reposted(browser, at("amend", mine), workplace=str(theirs.pk)).context["form"].errors,
    ]

    assert [list(errors) for errors in told] == [["workplace"], ["workplace"]]
    assert browser.get(reverse("committees:list"), {"workplace": str(theirs.pk)}).status_code == 400


def test_manager_reads_and_does_not_change(client):
    of = committee(formed="2024-03-01")
    client.force_login(member(Role.PROGRAMME_MANAGER))

    page = client.get(of.get_absolute_url())

    assert (page.context["actions"], page.context["members_url"]) == ([], "")
    assert [client.post(at(name, of), {"version": 1}).status_code for name in STEPS] == [403] * len(STEPS)


def test_sheet_holds_what_fits_on_one_page_and_says_how_much_more_there_is(browser):
    of = committee(formed="2024-03-01", members=(seat(), seat("2020-01-01", "2021-01-01")))
    meeting(of, "2024-04-01", actions=[(f"Task {number}", "", "2024-05-01", None) for number in range(8)])

    context = browser.get(at("sheet", of)).context

    assert ([action.text for action in context["actions"]], context["more"], context["members"]) == (
        [f"Task {number}" for number in range(6)],
        2,
        1,
    )
