"""Micro-plans: what may stand on one, recording, planning anew, making void."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from core.actions.records import Changed, Outcome, Refused
from core.models import RecordVersion, Site
from core.models.users import system_user
from core.rules.problems import InvalidEntries
from outreach.actions import clients
from outreach.models import Client
from peers.actions import micro_plans
from peers.models import MicroPlan, PlanLine
from peers.rules import micro_plans as rules
from tests.factories.peers import peer
from tests.factories.programme import Programme
from tests.peers.plans import MONTH, entry, line, plan

TODAY = date(2025, 3, 10)
QUERIES_TO_RECORD = 18


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to("2025-03-10 03:00Z", tick=False)
    return time_machine


@pytest.fixture
def programme(lists):
    return Programme("NGO-A")


def fields(found, today=TODAY):
    return sorted({problem.field for problem in rules.problems(found, today=today)})


def refused(found, organisation):
    """Fields of what the action finds wrong with an entry."""
    problems = micro_plans.problems_of(entries=[found], organisation=organisation)
    return [problem.field for problem in problems.get(0, [])]


# --- rules by themselves -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, []),
        ({"month": date(2025, 4, 1)}, []),
        ({"month": date(2025, 5, 1)}, ["month"]),
        ({"month": date(9999, 12, 1)}, ["month"]),
        ({"month": date(1990, 1, 1)}, []),
        ({"month": date(1989, 12, 1)}, ["month"]),
        ({"month": date(1, 1, 1)}, ["month"]),
        ({"month": date(2025, 3, 2)}, ["month"]),
        ({"made": TODAY + timedelta(days=1)}, ["occurred_on"]),
        ({"weeks": 1}, []),
        ({"weeks": 5}, []),
        ({"weeks": 0}, ["weeks"]),
        ({"weeks": 6}, ["weeks"]),
        ({"note": "012 345 678"}, ["note"]),
        ({"note": "x" * 281}, ["note"]),
    ],
)
def test_plan_breaking_a_rule_is_told_with_the_field(programme, said, wrong):
    someone, leader = programme.person(), peer()

    found = entry(leader, [line(someone)], **({"made": TODAY} | said))

    assert fields(found) == wrong


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"priority": 1}, []),
        ({"priority": 0}, ["priority"]),
        ({"priority": 4}, ["priority"]),
        ({"acts": 0, "injections": 200}, []),
        ({"acts": 201}, ["acts_per_week"]),
        ({"acts": -1}, ["acts_per_week"]),
        ({"injections": 201}, ["injections_per_week"]),
        ({"weeks": ()}, []),
        ({"weeks": (1, 5)}, []),
        ({"weeks": (0,)}, ["in_weeks"]),
        ({"weeks": (6,)}, ["in_weeks"]),
        ({"weeks": (2, 2)}, ["in_weeks"]),
    ],
)
def test_line_breaking_a_rule_is_told_with_its_client(programme, said, wrong):
    someone = programme.person()

    found = list(rules.problems(entry(peer(), [line(someone, **said)]), today=TODAY))

    assert [(problem.field, problem.value) for problem in found] == [(name, str(someone.pk)) for name in wrong]


@pytest.mark.parametrize(("month", "wrong"), [(date(2025, 2, 1), ["in_weeks"]), (date(2024, 2, 1), [])])
def test_fifth_week_is_there_unless_february_has_28_days(programme, month, wrong):
    assert fields(entry(peer(), [line(programme.person(), weeks=(5,))], month=month)) == wrong


@pytest.mark.parametrize(("number", "wrong"), [(0, ["lines"]), (1, []), (200, []), (201, ["lines"])])
def test_plan_holds_one_to_two_hundred_people(lists, number, wrong):
    found = entry(peer(), [rules.Line(uuid4()) for _place in range(number)])

    assert fields(found) == wrong


# --- rules beside the database -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "wrong"),
    [
        ([("active", date(2025, 3, 31), "")], []),
        ([("active", date(2025, 4, 1), "")], ["month"]),
        ([("active", date(2024, 1, 1), ""), ("graduated", date(2025, 3, 1), "")], []),
        ([("active", date(2024, 1, 1), ""), ("graduated", date(2025, 2, 28), "")], ["peer"]),
        ([("active", date(2024, 1, 1), ""), ("on_leave", date(2025, 2, 1), "pregnancy")], []),
    ],
)
def test_peer_educator_is_recruited_by_then_and_not_gone(programme, clock, statuses, wrong):
    clock.move_to("2025-04-10 03:00Z", tick=False)
    leader = peer(statuses=[(status, since, "") for status, since, _reason in statuses])

    found = refused(entry(leader, [line(programme.person())]), programme.organisation)

    assert found == wrong


def test_second_plan_of_a_month_is_refused_and_another_month_is_not(programme):
    leader, someone = peer(), programme.person()
    plan(leader, [line(someone)])

    with pytest.raises(InvalidEntries) as fault:
        plan(leader, [line(someone)])

    assert [problem.field for problem in fault.value.problems[0]] == ["month"]
    assert plan(leader, [line(someone)], month=date(2025, 4, 1), made=TODAY).month == date(2025, 4, 1)
    assert plan(peer("PE-2"), [line(someone)]).month == MONTH


def test_two_plans_of_a_month_sent_together_are_both_refused(programme):
    leader, someone = peer(), programme.person()
    two = [entry(leader, [line(someone)]), entry(leader, [line(someone)])]

    found = micro_plans.problems_of(entries=two, organisation=programme.organisation)

    assert {place: [problem.field for problem in problems] for place, problems in found.items()} == {
        0: ["month"],
        1: ["month"],
    }


def test_database_refuses_a_second_plan_of_a_month(programme):
    first = plan(peer(), [line(programme.person())])
    first.pk = uuid4()

    with pytest.raises(IntegrityError), transaction.atomic():
        first.save(force_insert=True)


def test_void_plan_makes_room_for_another(programme):
    leader, someone = peer(), programme.person()
    first = plan(leader, [line(someone)])
    micro_plans.void(record=first, by=system_user(), reason="wrong month")

    second = plan(leader, [line(someone)])

    assert [row.pk for row in MicroPlan.objects.countable()] == [second.pk]


def test_client_void_or_of_another_organisation_or_twice_is_refused(programme, lists):
    stranger, gone = Programme("NGO-B").person(), programme.person()
    clients.void(client=gone, by=system_user(), reason="test")
    someone = programme.person()

    found = {
        name: refused(entry(peer(f"PE-{place}"), lines), programme.organisation)
        for place, (name, lines) in enumerate(
            {
                "stranger": [line(stranger)],
                "void": [line(gone)],
                "twice": [line(someone), line(someone)],
                "unknown": [rules.Line(uuid4())],
            }.items()
        )
    }

    assert found == {"stranger": ["client"], "void": ["client"], "twice": ["client", "client"], "unknown": ["client"]}


def test_peer_educator_and_site_of_another_organisation_are_refused(programme):
    theirs = peer("PE-9", organisation="NGO-B")
    site = Programme("NGO-B").site("THEIRS")

    found = [
        refused(entry(theirs, [line(programme.person())]), programme.organisation),
        refused(entry(peer(), [line(programme.person(), site=site)]), programme.organisation),
    ]

    assert found == [["peer"], ["site"]]


def test_merged_client_resolves_to_the_survivor(programme):
    one, other = programme.person(), programme.person()
    programme.merge(one, into=other)

    made = plan(peer(), [line(one)])

    assert [row.client_id for row in made.lines.all()] == [other.pk]


def test_merged_client_and_survivor_together_are_one_person_twice(programme):
    one, other = programme.person(), programme.person()
    programme.merge(one, into=other)

    with pytest.raises(InvalidEntries) as fault:
        plan(peer(), [line(one), line(other)])

    assert {problem.field for problem in fault.value.problems[0]} == {"client"}


def test_people_merged_after_the_plan_stand_as_they_did(programme):
    one, other = programme.person(), programme.person()
    made = plan(peer(), [line(one), line(other)])
    programme.merge(one, into=other)

    again = micro_plans.entry_of(made, weeks=3)
    micro_plans.amend(record=made, entry=again, version=1, by=system_user())

    assert {row.client_id for row in made.lines.all()} == {one.pk, other.pk}


# --- actions -----------------------------------------------------------------------------------------------


def test_plan_sent_twice_is_one_and_with_other_people_a_conflict(programme):
    someone, another = programme.person(), programme.person()
    site = Site.objects.create(organisation=programme.organisation, code="S", name="S", kind="dic")
    said = entry(peer(), [line(someone, acts=6, injections=0, priority=1, weeks=(3, 1), site=site)], note="market")
    who = {"by": system_user(), "organisation": programme.organisation}

    outcomes = [
        micro_plans.record(entry=said, **who),
        micro_plans.record(entry=said, **who),
        micro_plans.record(entry=replace(said, lines=(line(another),)), **who),
    ]

    assert outcomes == [Outcome.CREATED, Outcome.DUPLICATE, Outcome.CONFLICT]
    assert MicroPlan.objects.get().content() == said.content()


def test_plan_sent_again_after_its_person_was_merged_is_the_same(programme):
    one, other = programme.person(), programme.person()
    said = entry(peer(), [line(one)])
    who = {"by": system_user(), "organisation": programme.organisation}
    micro_plans.record(entry=said, **who)
    programme.merge(one, into=other)

    assert micro_plans.record(entry=said, **who) == Outcome.DUPLICATE


def test_planning_anew_keeps_the_version_that_held(programme):
    stays, goes, comes = programme.person(), programme.person(), programme.person()
    made = plan(peer(), [line(stays, acts=2), line(goes)])
    before = made.content()

    after = micro_plans.entry_of(made, lines=(line(stays, acts=2), line(comes, priority=1)))
    changed = micro_plans.amend(record=made, entry=after, version=1, by=system_user(), reason="moved away")

    kept = RecordVersion.objects.get(record_id=made.pk)
    assert (kept.version, kept.content, kept.reason) == (1, before, "moved away")
    assert (changed.version, changed.content()) == (2, after.content())
    assert set(PlanLine.objects.values_list("client", flat=True)) == {stays.pk, comes.pk}


def test_plan_changed_meanwhile_or_void_is_refused(programme):
    made = plan(peer(), [line(programme.person())])
    micro_plans.amend(record=made, entry=micro_plans.entry_of(made, weeks=3), version=1, by=system_user())

    with pytest.raises(Changed):
        micro_plans.amend(record=made, entry=micro_plans.entry_of(made, weeks=2), version=1, by=system_user())
    micro_plans.void(record=made, by=system_user(), reason="test")
    with pytest.raises(Refused):
        micro_plans.amend(record=made, entry=micro_plans.entry_of(made, weeks=2), version=2, by=system_user())

    assert MicroPlan.objects.get().weeks == 3


def test_recording_many_plans_costs_what_one_does(programme, django_assert_num_queries):
    people = [programme.person() for _place in range(6)]
    leaders = [peer(f"PE-{place}") for place in range(4)]
    who = {"by": system_user(), "organisation": programme.organisation}

    for entries in (
        [entry(leaders[0], [line(people[0])])],
        [entry(leader, [line(someone) for someone in people]) for leader in leaders[1:]],
    ):
        with django_assert_num_queries(QUERIES_TO_RECORD):
            micro_plans.record_many(entries=entries, **who)

    assert Client.objects.count() == 6
    assert PlanLine.objects.count() == 19
