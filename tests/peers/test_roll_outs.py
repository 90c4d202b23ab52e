"""The roll-out by province: one state each, set with one tap, history kept; figures only where lessons are."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.actions.records import Outcome
from core.models import Province, RecordVersion
from core.models.users import system_user
from core.permissions import Role
from core.rules.problems import InvalidEntries
from peers import school_years
from peers.actions import lessons, roll_outs
from peers.models import RollOut
from peers.rules.roll_outs import RollOutEntry, problems
from tests.factories.people import member, organisation
from tests.factories.schools import lesson_of, school_of

pytestmark = pytest.mark.usefixtures("lists")
TODAY = date(2025, 3, 1)
PAGE = "/app/groups/roll-out/"


def state(**changed):
    return RollOutEntry(**{"occurred_on": date(2024, 10, 1), "province_id": "14", "status": "running", **changed})


def record(entry, code="NGO-A"):
    return roll_outs.record(entry=entry, by=system_user(), organisation=organisation(code))


def set_state(status, on=TODAY, province="14"):
    return roll_outs.set_state(
        organisation=organisation(),
        province=Province.objects.get(pk=province),
        status=status,
        on=on,
        by=system_user(),
    )


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"status": "planned", "occurred_on": TODAY + timedelta(days=366)}, []),
        ({"status": "running", "occurred_on": TODAY + timedelta(days=1)}, ["occurred_on"]),
        ({"status": "planned", "occurred_on": TODAY + timedelta(days=6 * 366)}, ["occurred_on"]),
        ({"occurred_on": date(1989, 12, 31)}, ["occurred_on"]),
        ({"status": "paused"}, ["status"]),
        ({"partner": "x" * 120}, []),
        ({"partner": "x" * 121}, ["partner"]),
        ({"partner": "ring 012 345 678"}, ["partner"]),
        ({"note": "a@example.org"}, ["note"]),
    ],
)
def test_rules_name_the_field_that_is_wrong(changed, fields):
    assert [problem.field for problem in problems(state(**changed), today=TODAY)] == fields


def test_record_keeps_everything():
    sent = state(partner="Development partner", note="By lot", reference="RO-1")

    outcome = record(sent)

    row = RollOut.objects.get()
    assert outcome == Outcome.CREATED
    assert row.content() == sent.content() == roll_outs.entry_of(row).content()


def test_province_stands_once_in_each_organisation():
    record(state())
    record(state(), "NGO-B")

    with pytest.raises(InvalidEntries) as wrong:
        record(state(status="ended"))

    assert [problem.field for problem in wrong.value.problems[0]] == ["province"]
    assert RollOut.objects.count() == 2


def test_unknown_province_is_refused():
    with pytest.raises(InvalidEntries):
        record(state(province_id="99"))


def test_state_is_set_changed_and_kept_in_the_history():
    first = set_state("planned", on=date(2025, 1, 6))
    set_state("planned")
    changed = set_state("running")

    assert (first.pk, RollOut.objects.count()) == (changed.pk, 1)
    assert (changed.status, changed.occurred_on, changed.version) == ("running", TODAY, 2)
    kept = RecordVersion.objects.get().content
    assert (kept["status"], kept["occurred_on"]) == ("planned", "2025-01-06")


def test_state_that_is_none_is_refused():
    with pytest.raises(InvalidEntries):
        set_state("paused")


def test_province_that_became_void_can_be_set_again():
    roll_outs.void(record=set_state("planned"), by=system_user(), reason="wrong province")

    again = set_state("running")

    assert (again.version, RollOut.objects.countable().count()) == (1, 1)


# --- the page --------------------------------------------------------------------------------------


def told(response):
    """State and figures of each province on the page, by code."""
    groups = response.context["groups"]
    return {row.province.pk: (title, texts) for title, _kind, tiles in groups for row, texts in tiles}


def test_page_shows_all_provinces_and_figures_only_where_lessons_are(client):
    client.force_login(member(Role.SUPERVISOR))
    now = school_years.year_of(timezone.localdate())
    last = school_years.period_of(now - 1).start
    one, other = school_of("S1"), school_of("S2")
    lesson_of(one, occurred_on=timezone.localdate(), heads={"F": 20})
    lesson_of(one, occurred_on=timezone.localdate(), heads={"F": 25})
    lesson_of(one, occurred_on=timezone.localdate(), class_name="B", heads={"F": 1})
    lesson_of(other, occurred_on=last, heads={"M": 7})
    lessons.void(record=lesson_of(other, occurred_on=last, heads={"M": 99}), by=system_user(), reason="wrong")
    set_state("running")
    set_state("planned", province="20")

    found = told(client.get(PAGE))

    years = school_years.name(now), school_years.name(now - 1)
    assert len(found) == Province.objects.count() == 25
    assert found["14"] == ("Running", [f"{years[0]}: 1 school, 26 pupils", f"{years[1]}: 1 school, 7 pupils"])
    assert found["20"] == ("Planned", [f"{year}: not reported" for year in years])
    assert found["01"] == ("Not in the roll-out", [f"{year}: not reported" for year in years])


def test_page_shows_nothing_of_another_organisation(client):
    client.force_login(member(Role.SUPERVISOR, "NGO-B"))
    organisation("NGO-B")
    lesson_of(school_of(), occurred_on=timezone.localdate())
    set_state("running")

    response = client.get(PAGE)

    assert {title for title, _texts in told(response).values()} == {"Not in the roll-out"}
    assert client.get(f"{PAGE}?organisation=NGO-A").status_code == 404


@pytest.mark.parametrize("schools", [1, 3])
def test_page_costs_as_many_queries_for_one_school_as_for_three(client, schools, django_assert_num_queries):
    client.force_login(member(Role.SUPERVISOR))
    for number in range(schools):
        lesson_of(school_of(f"S{number}", district=f"140{number + 1}"), occurred_on=timezone.localdate())
        set_state("running", province=("14", "20", "01")[number])
    client.get(PAGE)

    with django_assert_num_queries(9):
        client.get(PAGE)


@pytest.mark.parametrize(("year", "status"), [("2009", 200), ("1989", 400), ("9999", 400), ("x", 400), ("%00", 400)])
def test_page_takes_years_that_there_are(client, year, status):
    client.force_login(member(Role.SUPERVISOR))

    assert client.get(f"{PAGE}?year={year}").status_code == status


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OUTREACH_WORKER, 302), (Role.SUPERVISOR, 302), (Role.PROGRAMME_MANAGER, 403), (Role.PEER_EDUCATOR, 403)],
)
def test_tap_is_for_those_who_record(client, role, status):
    client.force_login(member(role))

    response = client.post(f"{PAGE}set/14/", {"status": "running", "organisation": "NGO-A"})

    assert (response.status_code, RollOut.objects.count()) == (status, int(status == 302))


@pytest.mark.parametrize(
    ("province", "data", "status"),
    [
        ("14", {"status": "running", "organisation": "NGO-B"}, 404),
        ("14", {"status": "running"}, 404),
        ("99", {"status": "running", "organisation": "NGO-A"}, 404),
        ("%00", {"status": "running", "organisation": "NGO-A"}, 404),
        ("14", {"status": "paused", "organisation": "NGO-A"}, 400),
        ("14", {"organisation": "NGO-A"}, 400),
    ],
)
def test_tap_on_nonsense_changes_nothing(client, province, data, status):
    organisation("NGO-B")
    client.force_login(member(Role.SUPERVISOR))

    response = client.post(f"{PAGE}set/{province}/", data)

    assert (response.status_code, RollOut.objects.count()) == (status, 0)


def test_tap_twice_is_one_state(client):
    client.force_login(member(Role.SUPERVISOR))

    for _time in range(2):
        client.post(f"{PAGE}set/14/", {"status": "running", "organisation": "NGO-A"})

    row = RollOut.objects.get()
    assert (row.status, row.version, row.occurred_on) == ("running", 1, timezone.localdate())
