"""Micro-plans in files: a row for each person, out and in again unchanged, and what is wrong in which row."""

from datetime import date

import pytest

from core.actions.memberships import scope_of
from core.import_reports import Errand
from core.importers import run
from core.models.users import system_user
from core.permissions import Role
from core.resources.workbooks import csv_bytes
from core.spreadsheets import read
from outreach.actions import clients
from outreach.models import Client
from peers.actions import micro_plans
from peers.models import MicroPlan
from peers.resources.micro_plans import MicroPlanImporter, MicroPlanResource
from tests.factories.files import bring, counted, refused, text_file
from tests.factories.peers import peer
from tests.factories.people import member
from tests.factories.programme import Programme
from tests.peers.plans import entry, line, plan

HEADER = "id,date,peer,month,weeks,client,site,acts_per_week,injections_per_week,priority,in_weeks"


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to("2025-03-10 03:00Z", tick=False)


@pytest.fixture
def programme(lists):
    return Programme("NGO-A")


@pytest.fixture
def people(programme):
    return [programme.person(reference=f"C{number}") for number in range(1, 5)]


def exported(code="NGO-A", *, personal=True, holds=lambda permission: True):
    queryset = MicroPlan.objects.filter(organisation__code=code).order_by("month", "peer__reference", "reference")
    return csv_bytes(list(MicroPlanResource().rows(queryset, personal=personal, holds=holds)))


def file(*rows, header=HEADER):
    return text_file(header, *rows)


def lines_of(made):
    return sorted(micro_plans.line_of(row) for row in made.lines.all())


def test_rows_of_one_reference_become_one_plan(programme, people):
    site, leader = programme.site("SPOT"), peer()

    report = bring(
        "micro_plans",
        file(
            "M1,2025-03-01,PE-1,2025-03-01,4,C1,SPOT,6,0,1,1;3",
            "M1,2025-03-01,PE-1,2025-03-01,4,C2,,,,2,",
            f"M2,2025-03-02,PE-1,2025-04-01,2,{people[2].pk},,,14,3,5",
        ),
        code="NGO-A",
    )

    assert counted(report) == (3, 0, 0)
    first, second = MicroPlan.objects.order_by("month")
    assert (first.reference, first.peer_id, first.month, first.weeks) == ("M1", leader.pk, date(2025, 3, 1), 4)
    expected = [line(people[0], acts=6, injections=0, priority=1, weeks=(1, 3), site=site)]
    assert lines_of(first) == sorted([*expected, line(people[1], priority=2, weeks=())])
    assert lines_of(second) == [line(people[2], injections=14, weeks=(5,))]


@pytest.mark.parametrize("personal", [True, False])
def test_exported_file_comes_in_again_unchanged(programme, people, personal):
    leader, gone = peer(), programme.person()
    plan(leader, [line(one, acts=place, weeks=(place + 1,)) for place, one in enumerate(people)], note="=market")
    plan(leader, [line(people[0]), line(gone)], month=date(2025, 4, 1), made=date(2025, 3, 10), reference="APRIL")
    void = plan(leader, [line(people[0])], month=date(2025, 2, 1))
    micro_plans.void(record=void, by=system_user(), reason="test")
    programme.merge(people[1], into=people[2])
    before = {made.pk: made.content() for made in MicroPlan.objects.all()}

    report = bring("micro_plans", exported(personal=personal), code="NGO-A")

    assert (counted(report), report.warnings, report.ignored) == ((0, 0, 7), [], [])
    assert {made.pk: (made.content(), made.version) for made in MicroPlan.objects.all()} == {
        pk: (content, 1) for pk, content in before.items()
    }


def test_file_of_one_organisation_says_the_same_in_another(programme, people):
    other = Programme("NGO-B")
    for one in people:
        other.person(reference=one.reference)
    peer(organisation="NGO-B")
    plan(peer(), [line(one, acts=2) for one in people], reference="M1")

    bring("micro_plans", exported(), code="NGO-B")

    assert exported("NGO-B") == exported("NGO-A")


def test_changed_row_and_missing_row_change_the_plan_and_only_that_row_counts(programme, people):
    leader = peer()
    made = plan(leader, [line(one, priority=2) for one in people], reference="M1")
    rows = [f"M1,2025-03-01,PE-1,2025-03-01,4,C{number},,,,2,1" for number in (1, 2)]

    changed = bring("micro_plans", file(*rows, "M1,2025-03-01,PE-1,2025-03-01,4,C3,,,,1,1"), code="NGO-A")
    shorter = bring("micro_plans", file(*rows), code="NGO-A")

    assert (counted(changed), counted(shorter)) == ((0, 1, 2), (0, 1, 1))
    assert lines_of(made) == sorted(line(one, priority=2) for one in people[:2])
    assert MicroPlan.objects.get().version == 3


def test_absent_columns_leave_what_the_plan_says(programme, people):
    made = plan(peer(), [line(people[0], acts=6, injections=1, priority=1)], reference="M1", note="market", weeks=3)

    report = bring(
        "micro_plans", file("M1,2025-03-01,PE-1,2025-03-01,C1", header="id,date,peer,month,client"), code="NGO-A"
    )

    assert counted(report) == (0, 0, 1)
    assert MicroPlan.objects.get(pk=made.pk).version == 1


def test_void_column_makes_a_plan_void(programme, people):
    plan(peer(), [line(people[0]), line(people[1])], reference="M1")
    rows = [f"M1,2025-03-01,PE-1,2025-03-01,4,C{number},,,,3,1,1" for number in (1, 2)]

    bring("micro_plans", file(*rows, header=f"{HEADER},void"), code="NGO-A")

    assert MicroPlan.objects.get().is_void


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("M1,2025-03-01,PE-1,2025-03-02,4,C1,,,,3,1", ("month", "2025-03-02")),
        ("M1,2025-03-01,PE-1,2025-05-01,4,C1,,,,3,1", ("month", "2025-05-01")),
        ("M1,2025-03-01,PE-9,2025-03-01,4,C1,,,,3,1", ("peer", "PE-9")),
        ("M1,2025-03-01,PE-1,2025-03-01,4,C9,,,,3,1", ("client", "C9")),
        ("M1,2025-03-01,PE-1,2025-03-01,4,,,,,3,1", ("client", "")),
        ("M1,2025-03-01,PE-1,2025-03-01,4,C1,NO,,,3,1", ("site", "NO")),
        ("M1,2025-03-01,PE-1,2025-03-01,0,C1,,,,3,1", ("weeks", "0")),
        ("M1,2025-03-01,PE-1,2025-03-01,4,C1,,201,,3,1", ("acts_per_week", "201")),
        ("M1,2025-03-01,PE-1,2025-03-01,4,C1,,,-1,3,1", ("injections_per_week", "-1")),
        ("M1,2025-03-01,PE-1,2025-03-01,4,C1,,,,4,1", ("priority", "4")),
        ("M1,2025-03-01,PE-1,2025-03-01,4,C1,,,,3,6", ("in_weeks", "6")),
        ("M1,2025-03-01,PE-1,2025-03-01,4,C1,,,,3,one", ("in_weeks", "one")),
        ("M1,2025-03-11,PE-1,2025-03-01,4,C1,,,,3,1", ("date", "2025-03-11")),
        ("M1,9999-12-31,PE-1,9999-12-01,4,C1,,,,3,1", ("date", "9999-12-31")),
    ],
)
def test_what_is_wrong_is_told_with_row_and_column(programme, people, row, wrong):
    peer()

    found = refused("micro_plans", file("M0,2025-03-01,PE-1,2025-02-01,4,C2,,,,3,1", row), code="NGO-A")

    assert found[0] == (3, *wrong)
    assert MicroPlan.objects.count() == 0


def test_person_twice_and_rows_that_disagree_are_told(programme, people):
    peer()
    twice = refused(
        "micro_plans",
        file(*["M1,2025-03-01,PE-1,2025-03-01,4,C1,,,,3,1"] * 2),
        code="NGO-A",
    )
    disagree = refused(
        "micro_plans",
        file("M1,2025-03-01,PE-1,2025-03-01,4,C1,,,,3,1", "M1,2025-03-01,PE-1,2025-03-01,3,C2,,,,3,1"),
        code="NGO-A",
    )

    assert [(row, column) for row, column, _value in twice] == [(2, "client"), (2, "client")]
    assert disagree == [(3, "weeks", "3")]


def test_form_and_import_give_equal_verdicts(programme, people):
    """A plan that the file may hold the rules take, and one that they refuse the file can't bring in either."""
    leader = peer()
    good = entry(leader, [line(people[0], acts=6, priority=1)])
    bad = entry(leader, [line(people[0], acts=201, priority=4)])

    verdicts = [
        sorted({problem.field for problems in found.values() for problem in problems})
        for found in (
            micro_plans.problems_of(entries=[good], organisation=programme.organisation),
            micro_plans.problems_of(entries=[bad], organisation=programme.organisation),
        )
    ]
    wrong = refused("micro_plans", file("M1,2025-03-01,PE-1,2025-03-01,4,C1,,201,,4,1"), code="NGO-A")

    assert verdicts == [[], ["acts_per_week", "priority"]]
    assert sorted({column for _row, column, _value in wrong}) == ["acts_per_week"]
    assert counted(bring("micro_plans", file("M1,2025-03-01,PE-1,2025-03-01,4,C1,,6,,1,1"), code="NGO-A")) == (1, 0, 0)


def test_protected_line_is_not_in_the_file_of_whoever_may_not_see_it_and_stays_on_the_plan(programme, people):
    made = plan(peer(), [line(people[0]), line(people[1])], reference="M1")
    Client.objects.filter(pk=people[1].pk).update(restricted=True)
    content = exported(holds=lambda permission: False)

    again = brought_by_manager(programme, content)
    moved = brought_by_manager(programme, content.replace(b",3,1,", b",1,2,"))

    assert content.count(b"C1") == 1
    assert people[1].reference.encode() not in content
    assert (counted(again), counted(moved)) == ((0, 0, 1), (0, 1, 0))
    assert lines_of(made) == sorted([line(people[0], priority=1, weeks=(2,)), line(people[1])])


def brought_by_manager(programme, content):
    """Import on behalf of somebody who sees no child-protection records. No role that imports plans is so today."""
    manager, table = member(Role.PROGRAMME_MANAGER), read(content)
    who = {"organisation": programme.organisation, "by": manager, "scope": scope_of(manager)}
    return run(MicroPlanImporter(Errand(today=date(2025, 3, 10), **who), table.header), table, write=True)


def test_client_who_became_void_stays_on_the_plan_and_comes_on_no_other(programme, people):
    plan(peer(), [line(people[0]), line(people[1])], reference="M1")
    content = exported()
    clients.void(client=people[1], by=system_user(), reason="test")

    again = bring("micro_plans", content, code="NGO-A")
    other = refused("micro_plans", file("M2,2025-03-01,PE-1,2025-04-01,4,C2,,,,3,1"), code="NGO-A")

    assert counted(again) == (0, 0, 2)
    assert other == [(2, "client", "C2")]


def test_thousand_rows_cost_what_ten_do(programme, people, django_assert_max_num_queries):
    crowd = [programme.person(reference=f"X{number}") for number in range(60)]
    for number in range(20):
        peer(f"P{number}")
    rows = [
        f"M{number},2025-03-01,P{number},2025-03-01,4,{one.reference},,,,3,1" for number in range(20) for one in crowd
    ]

    with django_assert_max_num_queries(60):
        report = bring("micro_plans", file(*rows), code="NGO-A")

    assert counted(report) == (1200, 0, 0)
    assert MicroPlanImporter.name == "micro_plans"
