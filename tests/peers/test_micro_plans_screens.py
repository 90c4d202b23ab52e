"""The screens of micro-plans: making one, planning anew, the page, the sheet of signs, and whose they are."""

from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from core.models import AuditLine, ConflictingCopy
from core.models.users import system_user
from core.permissions import Role
from outreach import card_codes
from outreach.models import Client, Consent
from peers.actions import micro_plans
from peers.models import MicroPlan
from tests.factories.peers import peer
from tests.factories.people import member
from tests.factories.programme import Programme
from tests.peers.plans import MONTH, line, plan, posted, review

NEW = "/app/groups/plans/new/"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to("2025-03-10 03:00Z", tick=False)
    return time_machine


@pytest.fixture
def programme(lists):
    return Programme("NGO-A")


@pytest.fixture
def boss(programme):
    return member(Role.SUPERVISOR)


@pytest.fixture
def mine(programme, boss):
    """A peer educator of the supervisor's team, with an account."""
    return peer("PE-1", supervisor=boss, user=member(Role.PEER_EDUCATOR))


@pytest.fixture
def desk(client, boss):
    client.force_login(boss)
    return client


def new(peer_educator, month="2025-03", **more):
    query = "".join(f"&{key}={value}" for key, value in more.items())
    return f"{NEW}?peer={peer_educator.pk}&month={month}{query}"


def at(name, made, **more):
    return reverse(f"micro-plans:{name}", kwargs={"pk": made.pk, **more})


def rows(answer):
    """Person → (ticked, priority, weeks) of the form's rows, in order."""
    form = answer.context["form"]
    return {row.about.client.pk: (row.on, row.priority, sorted(row.weeks)) for row in form.rows}


def told(made):
    return sorted(micro_plans.line_of(row) for row in made.lines.all())


# --- whom a new plan proposes ------------------------------------------------------------------------------


def test_new_plan_proposes_those_met_led_and_planned_last_month(desk, programme, mine):
    site = programme.site("SPOT")
    met, before, long_ago, of_others, refuses = (programme.person(born="1990-05-01") for _place in range(5))
    programme.by = mine.user
    programme.met(met, "2025-03-01", site=site)
    programme.met(refuses, "2025-03-01")
    programme.met(long_ago, "2024-12-09")
    Consent.objects.create(
        client=refuses, purpose="follow_up", status="refused_record", given_on="2025-03-01", recorded_by=programme.by
    )
    programme.by = member(Role.OUTREACH_WORKER)
    programme.met(of_others, "2025-03-01")
    plan(mine, [line(before)], month=date(2025, 2, 1))

    answer = desk.get(new(mine))

    assert set(rows(answer)) == {met.pk, before.pk}
    assert sorted(rows(answer).values()) == [(True, 3, [2]), (True, 3, [3])]
    assert {row.about.client.pk: row.site for row in answer.context["form"].rows} == {met.pk: site.pk, before.pk: None}


def test_most_pressing_people_come_first_and_in_the_first_weeks(desk, programme, mine):
    programme.by = mine.user
    calm = [programme.person(born="1990-05-01") for _place in range(3)]
    for someone in calm:
        programme.met(someone, "2025-03-05")
    urgent = programme.person(born="1990-05-01")
    programme.met(urgent, "2025-03-05")
    review(programme, urgent, "2025-03-05", answers={"RQ05": "yes", "RQ06": "yes"})

    found = list(rows(desk.get(new(mine, "2025-04"))).items())

    assert found[0] == (urgent.pk, (True, 1, [1]))
    assert [weeks for _pk, (_on, _priority, weeks) in found] == [[1], [2], [3], [4]]


def test_copy_takes_last_months_people_sites_and_weeks(desk, programme, mine):
    site, met, before = programme.site("SPOT"), programme.person(), programme.person()
    programme.by = mine.user
    programme.met(met, "2025-03-01")
    plan(mine, [line(before, priority=2, weeks=(1, 4), site=site, acts=9)], month=date(2025, 2, 1))
    review(programme, before, "2025-03-01", acts=3)

    answer = desk.get(new(mine, people="last"))

    row = answer.context["form"].rows[0]
    assert rows(answer) == {before.pk: (True, 2, [1, 4])}
    assert (row.site, row.acts) == (site.pk, 3)


def test_people_beyond_one_caseload_are_offered_but_not_ticked(desk, programme, mine):
    programme.by = mine.user
    for _place in range(62):
        programme.met(programme.person(), "2025-03-01")

    answer = desk.get(new(mine))

    found = [on for on, _priority, _weeks in rows(answer).values()]
    assert (sum(found), len(found)) == (60, 62)
    light = answer.context["form"].others[0]
    people = [row.about.client for row in answer.context["form"].rows]
    data = posted(people[:1]) | {"people": ",".join(str(one.pk) for one in people), f"on-{light.key}": "1"}
    assert desk.post(new(mine), data).status_code == 302
    expected = [line(people[0], weeks=(2,)), line(light.about.client, priority=2, weeks=(2,))]
    assert told(MicroPlan.objects.get()) == sorted(expected)


def test_peer_without_account_is_planned_for_by_card(desk, programme):
    leader, someone = peer("PE-2"), programme.person()

    empty = desk.get(new(leader))
    added = desk.post(new(leader), posted(add="1", who=card_codes.shown(someone.card_code).lower()))

    assert rows(empty) == {}
    assert rows(added) == {someone.pk: (True, 2, [2])}
    assert MicroPlan.objects.count() == 0


def test_own_plan_is_proposed_without_asking_whose(client, mine):
    client.force_login(mine.user)

    assert client.get(NEW).context["form"].peer == mine


def test_supervisor_is_asked_for_whom_and_offered_own_team_alone(desk, mine, boss):
    other = member(Role.SUPERVISOR, username="other")
    free = peer("PE-2")
    peer("PE-4", supervisor=boss, statuses=[("active", date(2024, 1, 1), ""), ("dropped", date(2025, 1, 1), "job")])
    peer("PE-3", supervisor=other)

    form = desk.get(NEW).context["form"]

    assert set(form.fields["peer"].queryset) == {mine, free}


@pytest.mark.parametrize("month", ["2025-05", "2024-01", "9999-12", "0001-01", "x", "2025-03-01", "%00"])
def test_month_out_of_reach_is_not_found(desk, mine, month):
    assert desk.get(new(mine, month)).status_code == 404


# --- saving ------------------------------------------------------------------------------------------------


def test_plan_is_saved_once_however_often_it_is_sent(desk, programme, mine):
    site, someone, unticked = programme.site("SPOT"), programme.person(), programme.person()
    review(programme, someone, "2025-03-10", acts=6, injections=14)
    data = posted([someone, unticked], **{f"priority-{someone.pk}": "1", f"site-{someone.pk}": str(site.pk)})
    data |= {f"week-{someone.pk}-5": "1", "note": "after the market"}
    del data[f"on-{unticked.pk}"]

    first = desk.post(new(mine), data)
    review(programme, someone, "2025-03-10", acts=1)
    again = desk.post(new(mine), data)

    made = MicroPlan.objects.get()
    assert (first.status_code, again.status_code) == (302, 302)
    assert first["Location"] == again["Location"] == made.get_absolute_url()
    assert told(made) == [line(someone, acts=6, injections=14, priority=1, weeks=(2, 5), site=site)]
    assert (made.note, made.weeks, made.occurred_on, made.month) == ("after the market", 4, date(2025, 3, 10), MONTH)
    assert ConflictingCopy.objects.count() == 0


def test_second_plan_of_the_month_leads_to_the_first(desk, programme, mine):
    someone = programme.person()
    made = plan(mine, [line(someone)])

    opened, sent = desk.get(new(mine)), desk.post(new(mine), posted([someone]))

    assert (opened.status_code, opened["Location"]) == (302, made.get_absolute_url())
    assert (sent.status_code, sent.context["there_url"]) == (200, made.get_absolute_url())
    assert sent.context["form"].non_field_errors() == [
        "This peer educator has a plan of this month already. Change that one instead."
    ]
    assert MicroPlan.objects.count() == 1


@pytest.mark.parametrize(
    "said",
    [
        {"weeks": "0"},
        {"weeks": "9" * 40},
        {"occurred_on": "0001-01-01"},
        {"occurred_on": "9999-12-31"},
        {"occurred_on": "x"},
        {"note": "call 012 345 678"},
        {"note": "\x00"},
        {"id": "x"},
        {"people": ""},
        {"people": "x,\x00," + str(uuid4())},
    ],
)
def test_odd_input_is_refused_and_kept_on_the_screen(desk, programme, mine, said):
    someone = programme.person()

    answer = desk.post(new(mine), posted([someone]) | said)

    assert answer.status_code == 200
    assert MicroPlan.objects.count() == 0


@pytest.mark.parametrize("said", ["priority", "site"])
def test_what_is_wrong_with_a_person_stands_in_that_row(desk, programme, mine, said):
    someone, other = programme.person(), programme.person()
    theirs = Programme("NGO-B").site("THEIRS")
    wrong = {"priority": {f"priority-{someone.pk}": "9"}, "site": {f"site-{someone.pk}": str(theirs.pk)}}[said]

    answer = desk.post(new(mine), posted([someone, other], **wrong))

    errors = {row.about.client.pk: row.errors for row in answer.context["form"].rows}
    assert answer.status_code == 200
    assert (len(errors[someone.pk]), errors[other.pk]) == (1, [])
    assert MicroPlan.objects.count() == 0


def test_people_whom_the_planner_may_not_see_are_not_put_on(client, programme, mine):
    """Another organisation's client, and for a peer educator one whom somebody else met."""
    stranger, of_others, own = Programme("NGO-B").person(), programme.person(), programme.person()
    programme.by = mine.user
    programme.met(own, "2025-03-01")
    client.force_login(mine.user)

    added = [client.post(new(mine), posted(add="1", who=one.card_code)) for one in (stranger, of_others)]
    sent = client.post(new(mine), posted([stranger, of_others, own]))

    assert [answer.context["nobody"] for answer in added] == [stranger.card_code, of_others.card_code]
    assert sent.status_code == 302
    assert [row.client_id for row in MicroPlan.objects.get().lines.all()] == [own.pk]


def test_nickname_of_several_offers_them_and_is_noted(desk, programme, mine):
    found = [programme.person() for _place in range(2)]
    Client.objects.filter(pk__in=[one.pk for one in found]).update(nickname="Tiger")
    lines = AuditLine.objects.filter(action__startswith="client.").count()

    answer = desk.post(new(mine), posted(add="1", who="Tig"))
    chosen = desk.post(new(mine), posted(add_person=str(found[1].pk)))

    assert sorted(key for _person, key in answer.context["found"]) == sorted(str(one.pk) for one in found)
    assert rows(chosen) == {found[1].pk: (True, 2, [2])}
    assert AuditLine.objects.filter(action__startswith="client.").count() == lines + 2


def test_saving_with_a_card_still_typed_puts_that_person_on_first(desk, programme, mine):
    someone, comes = programme.person(), programme.person()

    answer = desk.post(new(mine), posted([someone], who=comes.card_code))

    assert list(rows(answer)) == [comes.pk, someone.pk]
    assert MicroPlan.objects.count() == 0
    assert 'name="who" value=""' in answer.content.decode()


def test_adding_keeps_what_was_typed(desk, programme, mine):
    someone, comes = programme.person(), programme.person()
    data = posted([someone], **{f"priority-{someone.pk}": "1", "weeks": "3", "note": "market", "add": "1"})
    del data[f"on-{someone.pk}"]

    answer = desk.post(new(mine), data | {"who": comes.card_code})

    assert rows(answer) == {comes.pk: (True, 2, [2]), someone.pk: (False, 1, [2])}
    assert (answer.context["form"]["weeks"].value(), answer.context["form"]["note"].value()) == ("3", "market")
    assert answer.context["form"]["id"].value() == data["id"]


# --- planning anew -----------------------------------------------------------------------------------------


def test_planning_anew_keeps_needs_told_then_and_names_who_came_and_went_by_card(desk, programme, mine):
    stays, goes, comes = programme.person(), programme.person(), programme.person()
    Client.objects.filter(pk__in=[stays.pk, goes.pk, comes.pk]).update(nickname="Tiger")
    made = plan(mine, [line(stays, acts=2), line(goes)])
    review(programme, stays, "2025-03-09", acts=30)
    review(programme, comes, "2025-03-09", acts=5)
    data = posted([stays, goes, comes], version="1", change_reason="moved", made="2025-03-01")
    del data[f"on-{goes.pk}"]

    answer = desk.post(at("amend", made), data)
    history = desk.get(at("history", made))
    held = desk.get(at("version", made, version=1))

    assert answer.status_code == 302
    assert told(made) == sorted([line(stays, acts=2, weeks=(2,)), line(comes, acts=5, weeks=(2,))])
    cards = {one.pk: card_codes.shown(one.card_code) for one in (stays, goes, comes)}
    _version, _at, _by, _action, reason, changes = history.context["versions"][0]
    assert reason == "moved"
    assert changes == [
        ("Came in", "", cards[comes.pk]),
        ("Went out", cards[goes.pk], "off the plan"),
        (
            cards[stays.pk],
            "priority 3 · sex 2 times a week · weeks: 1",
            "priority 3 · sex 2 times a week · weeks: 2",
        ),
    ]
    assert sorted(card for card, _text in held.context["people"]) == sorted([cards[stays.pk], cards[goes.pk]])
    assert "Tiger" not in history.content.decode() + held.content.decode()
    assert desk.get(at("version", made, version=2)).status_code == 404


def test_plan_changed_meanwhile_shows_the_form_again(desk, programme, mine):
    someone = programme.person()
    made = plan(mine, [line(someone)])
    micro_plans.amend(record=made, entry=micro_plans.entry_of(made, weeks=3), version=1, by=system_user())

    answer = desk.post(at("amend", made), posted([someone], version="1", weeks="2", made="2025-03-01"))

    assert (answer.status_code, MicroPlan.objects.get().weeks) == (409, 3)


def test_protected_person_is_a_line_without_words_and_stays_when_the_peer_plans_anew(client, programme, mine, boss):
    child, own = programme.person(born="2010-01-01"), programme.person()
    Client.objects.filter(pk=child.pk).update(restricted=True, nickname="Tiger")
    programme.by = mine.user
    programme.met(own, "2025-03-01")
    made = plan(mine, [line(child, priority=1, weeks=(2,)), line(own)])
    client.force_login(mine.user)

    pages = [client.get(at(name, made)).content.decode() for name in ("detail", "amend", "paper", "history")]
    answer = client.post(at("amend", made), posted([own], version="1", made="2025-03-01"))

    for page in pages:
        assert [text for text in ("Tiger", card_codes.shown(child.card_code), str(child.pk)) if text in page] == []
    assert "1 person not visible to you" in pages[0]
    assert answer.status_code == 302
    assert told(made) == sorted([line(child, priority=1, weeks=(2,)), line(own, weeks=(2,))])
    client.force_login(boss)
    assert "Tiger" in client.get(at("detail", made)).content.decode()
