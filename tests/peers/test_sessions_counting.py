"""People, contacts and attendances of sessions: each counted by itself, and recounted from the lists."""

import random

import pytest

from core.models.users import system_user
from core.periods import Period
from core.scope import SYSTEM
from dashboards.counting import count, listing
from outreach.models import StockMove
from peers.actions import sessions
from peers.models import Session
from tests.factories.files import bring, text_file
from tests.factories.programme import Programme, day
from tests.peers.groups_met import amended, group, held

pytestmark = pytest.mark.usefixtures("lists")
YEAR = Period(day("2025-01-01"), day("2025-12-31"))


@pytest.fixture
def programme(lists):
    return Programme("NGO-A")


def figure(code, **where):
    return count(code, YEAR, where={key: [value] for key, value in where.items()}, scope=SYSTEM).total


def test_person_at_two_sessions_is_one_reached_and_two_contacts(programme):
    people = [programme.person() for _ in range(3)]
    held(programme, people)
    held(programme, people[:1], on="2025-03-08", heads=4)

    assert (figure("REACH"), figure("CONTACTS"), figure("ATTENDANCES")) == (3, 4, 4)


def test_person_merged_into_another_at_the_same_session_is_one_reached(programme):
    people = [programme.person() for _ in range(2)]
    held(programme, people)

    programme.merge(people[0], people[1])

    assert (figure("REACH"), figure("CONTACTS")) == (1, 2)


def test_people_named_at_a_large_kind_are_contacts_and_not_reached(programme):
    held(programme, [programme.person()], kind="large_group", heads=40)

    assert (figure("REACH"), figure("CONTACTS"), figure("ATTENDANCES")) == (0, 1, 40)


def test_figures_fall_when_somebody_is_taken_off_and_when_the_session_is_void(programme):
    people = [programme.person() for _ in range(3)]
    session = held(programme, people, heads=2)
    before = figure("REACH"), figure("CONTACTS"), figure("ATTENDANCES")

    session = amended(session, attendees=frozenset(person.pk for person in people[1:]))
    between = figure("REACH"), figure("CONTACTS"), figure("ATTENDANCES")
    sessions.void(record=session, by=system_user(), reason="twice")

    after = figure("REACH"), figure("CONTACTS"), figure("ATTENDANCES")
    assert (before, between, after) == ((3, 3, 2), (2, 2, 2), (0, 0, 0))


@pytest.mark.parametrize(("size", "counted"), [(25, 3), (26, 0)])
def test_size_that_decides_of_small_groups_is_everybodys(programme, size, counted):
    people = [programme.person(group="PWID", born="1990-01-01", known="2020-01-01") for _ in range(3)]

    held(programme, people, heads=size - 3, services={"CONDOM"})

    period = Period(day("2024-10-01"), day("2025-03-31"))
    assert count("KP_PREV", period, scope=SYSTEM).total == counted


def test_stock_moves_once_with_the_session_and_never_with_its_people(programme):
    people = [programme.person() for _ in range(3)]
    session = held(programme, people, given={"COND_M": 60})

    amended(session, given={"COND_M": 40}, attendees=frozenset({people[0].pk}))

    assert list(StockMove.objects.values_list("session", "contact", "quantity")) == [(session.pk, None, 40)]


def test_list_behind_the_figure_is_the_people_of_the_lists(programme):
    people = [programme.person() for _ in range(3)]
    held(programme, people[:2])

    found = list(listing("REACH", YEAR, scope=SYSTEM))

    assert {person.pk for person in found} == {person.pk for person in people[:2]}


def test_factory_with_overlapping_lists_is_recounted_from_them(programme):
    """Workers of one factory, twelve sessions, lists that overlap: one person once, each name on a list a contact."""
    rng, site = random.Random(12), programme.site("FACT-1", district="1201")
    workers = [programme.person(group="GFW", sex=rng.choice("FFFM"), reference=f"W{n}") for n in range(130)]
    lists, heads = {}, {}
    for number in range(1, 13):
        name = f"F{number}"
        heads[name] = rng.randint(5, 60)
        entry = group(
            on=f"2025-{number:02}-10", kind="workplace_session", heads=heads[name], site_id=site.pk, reference=name
        )
        sessions.record(entry=entry, by=system_user(), organisation=programme.organisation)
        lists[name] = rng.sample([worker.reference for worker in workers], rng.randint(20, 70))
    rows = [f"{name},{worker}" for name, people in lists.items() for worker in people]
    rng.shuffle(rows)

    report = bring("attendance", text_file("session,client", *rows), code="NGO-A")

    reached = set().union(*lists.values())
    in_all = sum(len(people) for people in lists.values())
    women = {worker.reference for worker in workers if worker.sex == "F"} & reached
    assert (report.added, Session.objects.filter(version=2).count()) == (in_all, 12)
    assert figure("REACH", site="FACT-1") == len(reached)
    assert figure("REACH", site="FACT-1", sex="F", group="GFW") == len(women)
    assert figure("CONTACTS", site="FACT-1") == in_all
    assert figure("ATTENDANCES", kind="workplace_session") == sum(heads.values())
