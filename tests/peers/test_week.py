"""A team's week against a naive recount: who was met, what was done, what waits."""

import random
from datetime import date

import pytest

from core.actions import records
from core.models import ConflictingCopy
from core.permissions import Role
from outreach import quality
from outreach.actions import contacts
from outreach.models import Client
from outreach.quality import Desk
from peers.actions import monthly_reports, peer_educators, sessions
from peers.models import MonthlyReport
from peers.rules.monthly_reports import ReportEntry
from peers.week_dates import Week, week_named, week_of
from tests.factories.people import member, organisation
from tests.factories.programme import Programme, scope_of
from tests.peers.courses import agreed, came, taught, visited
from tests.peers.groups_met import held
from tests.peers.plans import line, plan
from tests.peers.weeks import TheTeam, contacts_of, led_by, people_of, pieces_of, recount, shown

MONDAY, SUNDAY = date(2025, 3, 31), date(2025, 4, 6)
WEDNESDAY = date(2025, 4, 2)
# One a kind of thing that the page tells, whatever the number of peer educators.
QUERIES = 25


@pytest.fixture(autouse=True)
def clock(time_machine):
    time_machine.move_to("2025-04-02 03:00Z", tick=False)


@pytest.fixture
def team(lists):
    return TheTeam()


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("2025-W14", MONDAY),
        ("2025-W01", date(2024, 12, 30)),
        ("2020-W53", date(2020, 12, 28)),
        ("2021-W53", None),
        ("2025-W00", None),
        ("2025-W54", None),
        ("2025-14", None),
        ("0001-W01", None),
        ("9999-W01", None),
        ("2025-W14 ", None),
        ("2025-W\u0661\u0664", None),
    ],
)
def test_week_is_read_from_its_name(name, start):
    assert week_named(name) == (Week(start) if start else None)


@pytest.mark.parametrize("day", [date(2024, 12, 29), date(2024, 12, 31), date(2026, 1, 1), date(2025, 4, 6)])
def test_week_of_a_day_goes_back_to_its_name_across_the_year(day):
    found = week_of(day)

    assert (week_named(found.name), found.start.weekday(), found.start <= day <= found.end) == (found, 0, True)
    assert (found.before.after, found.after.start) == (found, date.fromordinal(found.end.toordinal() + 1))


def test_people_contacts_and_sessions_are_as_recounted(team):
    programme = team.programme
    both, first, second = (programme.person(born="1990-01-01") for _ in range(3))
    twin = programme.person(born="1990-01-01")
    for place, person, on in [
        (0, both, "2025-03-31"),
        (0, both, "2025-04-01"),
        (1, both, "2025-04-02"),
        (0, first, "2025-03-30"),
        (0, None, "2025-04-01"),
        (1, second, "2025-04-01"),
        (1, twin, "2025-04-01"),
    ]:
        team.met(place, person, on)
    contacts.void(contact=team.met(0, first, "2025-04-01"), by=programme.by, reason="test")
    programme.merge(twin, second)
    held(programme, [both, first], "2025-04-01", heads=7, facilitators=team.peers, by=team.supervisor)
    held(programme, [second], "2025-03-30", heads=9, facilitators=team.peers[:1])
    gone = held(programme, [second], "2025-04-01", heads=5, facilitators=team.peers[:1])
    sessions.void(record=gone, by=programme.by, reason="test")

    found = team.week()

    told = [recount(one, MONDAY, SUNDAY) for one in team.peers]
    assert [shown(row) for row in found.rows] == told == [(2, 5, 1, 7, 0, 0), (3, 5, 1, 7, 0, 0)]
    every = [contact for one in team.peers for contact in contacts_of(one, MONDAY, SUNDAY)]
    assert found.people == len(people_of(every)) == 3
    assert found.contacts == len({contact.pk for contact in every}) == 8
    assert found.sessions == len({s.pk for one in team.peers for s in led_by(one, MONDAY, SUNDAY)}) == 1
    assert (found.heads, found.people_of_each) == (7, 5)


@pytest.mark.parametrize("seed", range(4))
def test_random_weeks_are_as_recounted(lists, seed):
    dice = random.Random(seed)
    team = TheTeam(number=3)
    people = [team.programme.person(born=dice.choice(["1990-01-01", "2010-01-01"])) for _ in range(6)]
    days = [str(date(2025, 3, 26 + number)) if number < 6 else f"2025-04-0{number - 5}" for number in range(8)]
    for _time in range(20):
        place, person, on = dice.randrange(3), dice.choice([*people, None]), dice.choice(days)
        contact = team.met(place, person, on)
        if dice.random() < 0.2:
            contacts.void(contact=contact, by=team.supervisor, reason="test")
        if person and dice.random() < 0.3:
            status = dice.choice(["issued", "completed", "cancelled"])
            closed = "2025-04-02" if status != "issued" else None
            team.referred(place, person, on, status=status, closed=closed)
    for _time in range(4):
        leaders = dice.sample(team.peers, dice.randint(1, 2))
        named = dice.sample(people, 2)
        held(team.programme, named, dice.choice(days), heads=dice.randint(0, 9), facilitators=leaders)
    team.programme.merge(people[0], people[1])

    found = team.week()

    assert [shown(row) for row in found.rows] == [recount(one, MONDAY, SUNDAY) for one in team.peers]
    every = [contact for one in team.peers for contact in contacts_of(one, MONDAY, SUNDAY)]
    assert (found.people, found.contacts) == (len(people_of(every)), len({contact.pk for contact in every}))
    young = [
        any(
            contact.client_id and Client.objects.get(pk=contact.client_id).birth_date.year == 2010
            for contact in contacts_of(one, MONDAY, SUNDAY)
        )
        for one in team.peers
    ]
    assert [row.minors for row in found.rows] == young


def test_referrals_of_a_contact_and_those_typed_are_told_once(team):
    programme = team.programme
    person = programme.person()
    contact = team.met(0, person, "2025-04-01")
    team.referred(1, person, "2025-04-01", contact=contact)
    team.referred(0, person, "2025-03-01", status="completed", closed="2025-04-01")
    team.referred(0, person, "2025-04-01", status="cancelled", closed="2025-04-01")

    found = team.week()

    assert [shown(row)[4:] for row in found.rows] == [(1, 1), (1, 0)]
    assert [recount(one, MONDAY, SUNDAY)[4:] for one in team.peers] == [(1, 1), (1, 0)]
    assert (found.referred, found.completed) == (1, 1)


def test_contacts_of_another_organisation_are_not_told(team):
    account, elsewhere = team.users[0], Programme("NGO-B")
    member(Role.PEER_EDUCATOR, "NGO-B", account.username)
    elsewhere.by = account
    elsewhere.met(elsewhere.person(), "2025-04-01")

    assert [shown(row)[:2] for row in team.week().rows] == [(0, 0), (0, 0)]


def test_plan_is_the_one_of_the_month_in_which_the_week_is_looked_at(team):
    person = team.programme.person()
    for month, acts in ((date(2025, 3, 1), 5), (date(2025, 4, 1), 3)):
        plan(team.peers[0], [line(person, acts=acts)], month=month)
    team.met(0, person, "2025-03-28", given={"COND_M": 7, "LUBE_S": 9})
    team.met(1, person, "2025-04-01", given={"COND_M": 4})

    april, march = team.week(), team.week("2025-W13")

    needs = [found.rows[0].progress.condoms for found in (march, april)]
    assert [(need.given, need.wanted) for need in needs] == [(7, 20), (4, 12)]
    assert pieces_of(team.peers[0], date(2025, 3, 1), date(2025, 3, 30), {"COND_M", "COND_F"}) == (7, 20)
    assert pieces_of(team.peers[0], date(2025, 4, 1), WEDNESDAY, {"COND_M", "COND_F"}) == (4, 12)
    assert [(found.month, found.reported_month) for found in (march, april)] == [
        (date(2025, 3, 1), date(2025, 2, 1)),
        (date(2025, 4, 1), date(2025, 3, 1)),
    ]
    assert [row.unplanned for row in april.rows] == [False, True]


def test_first_week_of_the_year_asks_for_the_report_of_december(team, time_machine):
    time_machine.move_to("2025-01-02 03:00Z", tick=False)

    found = team.week("2025-W01", date(2025, 1, 2))
    over = team.week("2024-W52", date(2025, 1, 2))

    assert [(one.day, one.month, one.reported_month) for one in (found, over)] == [
        (date(2025, 1, 2), date(2025, 1, 1), date(2024, 12, 1)),
        (date(2024, 12, 29), date(2024, 12, 1), date(2024, 11, 1)),
    ]


@pytest.mark.parametrize(
    ("on", "quiet"), [("2025-03-26", True), ("2025-03-27", False), ("2025-04-02", False), (None, True)]
)
def test_nothing_recorded_for_seven_days(team, on, quiet):
    if on:
        team.met(0, None, on)
        held(team.programme, [], on, heads=5, facilitators=[team.peers[1]])

    assert [row.quiet for row in team.week().rows] == [quiet, quiet]


def test_who_is_not_active_is_asked_for_nothing(team):
    peer_educators.set_status(peer=team.peers[0], status="on_leave", since=date(2025, 3, 1), by=team.supervisor)
    peer_educators.set_status(
        peer=team.peers[1], status="dropped", since=date(2025, 4, 1), reason="moved", by=team.supervisor
    )

    rows = team.week().rows

    waits = [(row.quiet, row.unplanned, row.unreported, row.visit_due) for row in rows]
    assert waits == [(False, False, False, False), (False, False, False, False)]
    assert [row.peer.status for row in rows] == ["on_leave", "dropped"]
    assert [row.peer.reference for row in team.week("2025-W15", date(2025, 4, 8)).rows] == ["A-0"]


def test_whoever_left_owes_neither_what_was_agreed_nor_a_training_nor_a_visit(team):
    for one in team.peers:
        visited(one, occurred_on=date(2025, 3, 3), next_on=date(2025, 4, 3), agreed=(agreed(due=date(2025, 3, 20)),))
    peer_educators.set_status(
        peer=team.peers[1], status="dropped", since=date(2025, 4, 1), reason="moved", by=team.supervisor
    )

    waits = [(row.actions_overdue, bool(row.training_overdue), row.visit_due) for row in team.week().rows]

    assert waits == [(1, True, True), (0, False, False)]


def test_report_of_last_month_missing_handed_in_and_accepted(team):
    before = [(row.unreported, row.to_accept) for row in team.week().rows]
    for one in team.peers:
        entry = ReportEntry(occurred_on=date(2025, 4, 1), peer_id=one.pk, month=date(2025, 3, 1))
        monthly_reports.record(entry=entry, by=team.supervisor, organisation=one.organisation)
    monthly_reports.accept(report=MonthlyReport.objects.get(peer=team.peers[1]), by=team.supervisor)

    after = [(row.unreported, row.to_accept) for row in team.week().rows]

    assert before == [(True, False), (True, False)]
    assert after == [(False, True), (False, False)]


def test_visits_due_and_agreed_actions_overdue(team):
    never = [row.visit_due for row in team.week().rows]
    visited(
        team.peers[0],
        occurred_on=date(2025, 3, 3),
        next_on=date(2025, 4, 6),
        agreed=(
            agreed(due=date(2025, 4, 1)),
            agreed("B", date(2025, 4, 2)),
            agreed("C", date(2025, 3, 5), date(2025, 4, 1)),
        ),
    )
    visited(team.peers[1], occurred_on=date(2025, 2, 3), next_on=date(2025, 3, 1))
    visited(team.peers[1], occurred_on=date(2025, 3, 3), next_on=date(2025, 4, 7))

    rows = team.week().rows

    assert never == [True, True]
    assert [(row.visit_due, row.last_visit) for row in rows] == [(True, date(2025, 3, 3)), (False, date(2025, 3, 3))]
    assert [row.actions_overdue for row in rows] == [1, 0]


@pytest.mark.parametrize(
    ("born", "minor"), [("2007-04-02", True), ("2007-04-01", False), ("1990-01-01", False), (None, False)]
)
def test_minors_met_ask_for_safeguarding(team, born, minor):
    team.met(0, team.programme.person(born=born), "2025-04-01")
    held(team.programme, [team.programme.person(born=born)], "2025-04-01", facilitators=[team.peers[1]])
    taught(
        came(team.peers[1], 3, 4, 5, 6, 7),
        topics=frozenset({"safeguarding"}),
        occurred_on=date(2025, 3, 3),
        ends_on=date(2025, 3, 7),
    )

    rows = team.week().rows

    assert [(row.minors, row.safeguarding, row.minors_unsafe) for row in rows] == [
        (minor, False, minor),
        (minor, True, False),
    ]


@pytest.mark.parametrize(("band", "minor"), [("A10", True), ("A15", True), ("A18", False), ("AUNK", False)])
def test_unnamed_minors_ask_for_safeguarding_too(team, recorded, band, minor):
    led = frozenset({team.peers[0].pk})
    recorded(occurred_on=date(2025, 4, 1), heads={("F", band): 30}, facilitators=led)

    assert [row.minors for row in team.week().rows] == [minor, False]


def test_errors_are_those_of_the_quality_desk_that_name_them(team):
    odd = team.programme
    for place in range(2):
        odd.by = team.users[place]
        odd.person(sex="U")
        odd.person(sex="U", registered="2025-03-01")
        odd.person(born="2025-03-20", registered="2025-03-21")
    team.met(0, Client.objects.filter(birth_date=date(2025, 3, 20)).first(), "2025-03-19")
    odd.by = team.supervisor
    odd.person(sex="U", registered="2025-03-01")

    found = [row.findings for row in team.week().rows]

    desk = Desk(scope_of(team.supervisor), WEDNESDAY)
    closed = quality.closed_of(desk, quality.CHECKS)
    whole = {name: quality.open_rows(desk, name, closed) for name in quality.CHECKS}
    told = [
        {name: number for name, rows in whole.items() if (number := sum(row.worker == user.pk for row in rows))}
        for user in team.users
    ]
    assert [dict(numbers) for numbers in found] == told
    assert told[0] != {}


def test_conflicts_that_they_sent_are_errors_until_settled(team):
    copy = ConflictingCopy.objects.create(
        organisation=organisation(),
        record_kind="contact",
        record_id=team.met(0, None, "2025-04-01").pk,
        content={},
        digest="0" * 64,
        sent_by=team.users[0],
        sent_at="2025-04-01T03:00Z",
    )
    open_now = [row.conflicts for row in team.week().rows]

    records.settle_conflict(copy=copy, by=team.supervisor, note="")

    assert (open_now, [row.conflicts for row in team.week().rows]) == ([1, 0], [0, 0])


def test_week_takes_the_same_queries_for_one_peer_and_three(lists, django_assert_num_queries):
    small, large = TheTeam(letter="A", number=1), TheTeam(letter="B", number=3)
    person = small.programme.person(born="1990-01-01")
    for team in (small, large):
        for place, one in enumerate(team.peers):
            team.met(place, person, "2025-04-01")
            team.referred(place, person, "2025-04-01")
            plan(one, [line(person, acts=2)], month=date(2025, 4, 1))
            held(team.programme, [person], "2025-04-01", heads=4, facilitators=[one])
            visited(one, occurred_on=date(2025, 3, 3), agreed=(agreed(due=date(2025, 4, 1)),))
    small.week()

    with django_assert_num_queries(QUERIES):
        small.week()
    with django_assert_num_queries(QUERIES):
        large.week()
