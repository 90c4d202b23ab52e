"""The arithmetic of micro-plans against a sheet worked by hand, and how a month goes by under a moving clock."""

from collections import defaultdict
from datetime import date
from types import SimpleNamespace

import pytest
from django.urls import reverse

from core.actions.memberships import scope_of
from core.permissions import Role
from outreach.models import Contact, RiskReview
from outreach.need import Need
from peers import plan_people, plan_wording, plans, today_plans
from peers.models import MicroPlan
from peers.plan_weeks import days_gone, days_of_week, spread, week_of, weeks_in, weeks_to_plan
from peers.plans import Needs
from tests.factories.peers import peer
from tests.factories.people import member
from tests.factories.programme import Programme
from tests.peers.plans import line, plan, posted, review

MADE = "2025-03-10"
# times a week × 4 weeks − given from 1 to 31 March = gap; None where nothing was told. Worked by hand.
SHEET = {
    "given at both edges of the month": (Need(6, 4, 10), None, 14),
    "given by others, more than needed": (Need(2, 4, 8), Need(10, 4, 60), 0),
    "zero told": (Need(0, 4, 0), None, 0),
    "not told": (None, None, None),
    "merged": (Need(5, 4, 10), None, 10),
    "void contact": (Need(3, 4, 0), None, 12),
    "given before and after the month": (Need(4, 4, 3), None, 13),
    "asked again after the plan was made": (Need(2, 4, 0), None, 8),
    "two kinds of condom, and a box of needles": (Need(7, 4, 9), Need(3, 4, 2), 19),
}


# By the person of the sheet: when they were asked, and what they told of acts and injections a week.
TOLD = {
    "given at both edges of the month": [("2025-02-01", 6, None)],
    "given by others, more than needed": [("2025-02-01", 2, 10)],
    "zero told": [("2025-02-01", 0, None)],
    "void contact": [("2025-03-10", 3, None)],
    "given before and after the month": [("2025-03-01", 4, None)],
    "asked again after the plan was made": [("2024-12-01", 9, None), ("2025-02-20", 2, None)],
    "two kinds of condom, and a box of needles": [("2025-03-09", 7, 3)],
}
GIVEN = [
    ("given at both edges of the month", "2025-03-01", {"COND_M": 5}),
    ("given at both edges of the month", "2025-03-31", {"COND_M": 5}),
    ("given before and after the month", "2025-02-28", {"COND_M": 10}),
    ("given before and after the month", "2025-03-01", {"COND_M": 1}),
    ("given before and after the month", "2025-03-31", {"COND_M": 2}),
    ("given before and after the month", "2025-04-01", {"COND_M": 10}),
    ("given by others, more than needed", "2025-03-20", {"COND_M": 8, "SYR_1ML_FIX": 60}),
    ("two kinds of condom, and a box of needles", "2025-03-21", {"COND_M": 7, "COND_F": 2}),
    ("two kinds of condom, and a box of needles", "2025-03-22", {"SYR_1ML_FIX": 2, "LUBE_S": 50}),
    ("not told", "2025-03-22", {"COND_M": 3}),
]


@pytest.fixture
def clock(time_machine):
    time_machine.move_to(f"{MADE} 03:00Z", tick=False)
    return time_machine


@pytest.fixture
def programme(lists):
    return Programme("NGO-A")


@pytest.fixture
def people(programme, clock):
    """The people of the sheet; of two records that are merged the one that lives on."""
    programme.by = member(Role.OUTREACH_WORKER)
    found = {name: programme.person() for name in SHEET}
    twin = programme.person()
    for name, reviews in TOLD.items():
        for on, acts, injections in reviews:
            review(programme, found[name], on, acts=acts, injections=injections)
    review(programme, twin, "2025-02-01", acts=5)
    programme.met(found["merged"], "2025-03-02", given={"COND_M": 6})
    programme.met(twin, "2025-03-03", given={"COND_M": 4})
    programme.merge(twin, into=found["merged"])
    clock.move_to("2025-04-02 03:00Z", tick=False)
    for name, on, given in GIVEN:
        programme.met(found[name], on, given=given)
    programme.met(found["void contact"], "2025-03-20", given={"COND_M": 12}, void=True)
    review(programme, found["asked again after the plan was made"], "2025-03-11", acts=30)
    clock.move_to(f"{MADE} 03:00Z", tick=False)
    return found


@pytest.fixture
def made(people, client, clock):
    """The plan of the sheet's people, made by a supervisor through the form on 10 March."""
    leader, boss = peer(), member(Role.SUPERVISOR)
    client.force_login(boss)
    url = f"{reverse('micro-plans:create')}?peer={leader.pk}&month=2025-03"
    answer = client.post(url, posted(people.values()))
    assert answer.status_code == 302, answer.content.decode()
    return MicroPlan.objects.select_related("peer").get()


def recount(made, day):
    """People met, and pieces wanted, given and still to bring, told from the source rows in plain Python."""
    month = made.month
    person_of = lambda client: client.survivor_id or client.pk  # noqa: E731 - said in one line
    met, given = set(), defaultdict(int)
    for contact in Contact.objects.select_related("client").prefetch_related("commodities"):
        inside = (contact.occurred_on.year, contact.occurred_on.month) == (month.year, month.month)
        if contact.voided_at or not contact.client or not inside or contact.occurred_on > day:
            continue
        met.add(person_of(contact.client))
        for row in contact.commodities.all():
            given[person_of(contact.client)] += row.given if row.commodity in ("COND_M", "COND_F") else 0
    lines = list(made.lines.select_related("client"))
    told = [(person_of(row.client), row.acts_per_week) for row in lines if row.acts_per_week is not None]
    return {
        "people": len(lines),
        "met": sum(person_of(row.client) in met for row in lines),
        "wanted": sum(acts * made.weeks for _person, acts in told),
        "given": sum(given[person] for person, _acts in told),
        "gap": sum(max(0, acts * made.weeks - given[person]) for person, acts in told),
    }


def test_gaps_are_those_of_the_sheet_worked_by_hand(made, people, clock):
    clock.move_to("2025-04-02 03:00Z", tick=False)

    rows = plan_people.rows_of(made, scope_of(member(Role.SUPERVISOR)), date(2025, 4, 2))

    by_person = {row.client.pk: row for row in rows}
    found = {name: by_person[person.pk] for name, person in people.items()}
    assert {name: (row.condoms, row.needles, row.condoms and row.condoms.gap) for name, row in found.items()} == SHEET


def test_need_reads_as_a_formula_and_what_was_not_told_has_no_number():
    needs = [plan_wording.needs(condoms, needles) for condoms, needles, _gap in SHEET.values()]

    assert needs[0] == [
        ("Condoms", "6 a week × 4 weeks − 10 given = 14 to bring"),
        ("Needles and syringes", "not told"),
    ]
    assert needs[2][0] == ("Condoms", "0 a week × 4 weeks − 0 given = 0 to bring")
    assert needs[3] == [("Need", "not told")]


@pytest.mark.parametrize(
    "day", [date(2025, 2, 20), date(2025, 3, 1), date(2025, 3, 20), date(2025, 3, 31), date(2025, 5, 1)]
)
def test_progress_is_a_naive_recount_of_the_source_rows(made, day):
    stands = plans.progress([made], day)[made.pk]

    things = stands.condoms
    found = {"people": stands.people, "met": stands.met, "wanted": things.wanted, "given": things.given}
    assert found | {"gap": things.gap} == recount(made, day)


def test_progress_of_the_whole_month_worked_by_hand(made):
    stands = plans.progress([made], date(2025, 4, 2))[made.pk]

    assert (stands.people, stands.met, stands.days_gone, stands.days) == (9, 6, 31, 31)
    assert (stands.condoms.told, stands.condoms.wanted, stands.condoms.given, stands.condoms.gap) == (8, 116, 40, 76)
    assert (stands.needles.told, stands.needles.wanted, stands.needles.given, stands.needles.gap) == (2, 52, 62, 10)


def test_contact_by_the_peer_educator_counts_apart_from_those_by_others(programme, clock):
    user = member(Role.PEER_EDUCATOR)
    both, own, others, nobody = (programme.person() for _place in range(4))
    made = plan(peer(user=user), [line(someone) for someone in (both, own, others, nobody)])
    for by, people in ((user, (both, own)), (member(Role.OUTREACH_WORKER), (both, others))):
        programme.by = by
        for someone in people:
            programme.met(someone, "2025-03-05")

    stands = plans.progress([made], date(2025, 3, 10))[made.pk]

    assert (stands.people, stands.met, stands.met_by_peer) == (4, 3, 2)


def test_two_lines_of_one_merged_person_count_once(programme, clock):
    one, other = programme.person(), programme.person()
    made = plan(peer(), [line(one, acts=2), line(other, acts=9)])
    programme.met(one, "2025-03-05", given={"COND_M": 3})
    programme.merge(one, into=other)

    stands = plans.progress([made], date(2025, 3, 10))[made.pk]

    assert (stands.people, stands.met, stands.condoms.wanted, stands.condoms.given) == (1, 1, 8, 3)


def test_progress_of_many_plans_costs_what_one_does(programme, clock, django_assert_num_queries):
    people = [programme.person() for _place in range(5)]
    found = [plan(peer(f"PE-{place}"), [line(someone) for someone in people]) for place in range(4)]

    for some in (found[:1], found):
        with django_assert_num_queries(3):
            plans.progress(some, date(2025, 3, 10))


# --- weeks, and the month that turns -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "week"), [(1, 1), (7, 1), (8, 2), (14, 2), (15, 3), (21, 3), (22, 4), (28, 4), (29, 5), (31, 5)]
)
def test_weeks_are_days_of_the_month(day, week):
    assert week_of(date(2025, 3, day)) == week


def test_last_week_ends_with_the_month():
    months = [date(2025, 2, 1), date(2024, 2, 1), date(2025, 4, 1), date(2025, 3, 1)]

    ends = [(len(weeks_in(month)), days_of_week(month, weeks_in(month)[-1]).end.day) for month in months]

    assert ends == [(4, 28), (5, 29), (5, 30), (5, 31)]


@pytest.mark.parametrize(
    ("day", "gone", "left"),
    [
        ("2025-02-28", 0, [1, 2, 3, 4]),
        ("2025-03-01", 1, [1, 2, 3, 4]),
        ("2025-03-08", 8, [2, 3, 4]),
        ("2025-03-28", 28, [4]),
        ("2025-03-29", 29, [5]),
        ("2025-04-01", 31, [5]),
    ],
)
def test_days_gone_and_weeks_left(day, gone, left):
    on = date.fromisoformat(day)

    assert (days_gone(date(2025, 3, 1), on), weeks_to_plan(date(2025, 3, 1), on)) == (gone, left)


@pytest.mark.parametrize(
    ("number", "weeks", "loads"), [(60, [1, 2, 3, 4], [15] * 4), (5, [2, 3, 4], [2, 2, 1]), (1, [1, 2, 3, 4], [1])]
)
def test_people_are_spread_evenly_the_first_ones_soonest(number, weeks, loads):
    found = spread(number, weeks)

    assert found == sorted(found)
    assert [found.count(week) for week in weeks if week in found] == loads


def test_month_turns_and_the_old_plan_stays_with_its_final_numbers(programme, clock, client):
    user = member(Role.PEER_EDUCATOR)
    leader, people = peer(user=user), [programme.person() for _place in range(2)]
    programme.by = user
    march = plan(leader, [line(someone, acts=1) for someone in people], by=user)
    programme.met(people[0], "2025-03-10", given={"COND_M": 2})

    on_the_last_day = card(user, clock, "2025-03-31 10:00Z")
    turned = card(user, clock, "2025-03-31 17:30Z")  # half past midnight in Phnom Penh
    april = plan(leader, [line(people[0])], month=date(2025, 4, 1), made=date(2025, 4, 1), by=user)
    programme.met(people[1], "2025-04-01", given={"COND_M": 9})
    afterwards = card(user, clock, "2025-04-02 03:00Z")

    final = "1 of 2 people met (50 %), 31 of 31 days gone (100 %)"
    assert (on_the_last_day["url"], on_the_last_day["meter"]["text"]) == (march.get_absolute_url(), final)
    assert (turned["before"]["url"], turned["before_text"]) == (march.get_absolute_url(), final)
    assert turned["new_url"] == f"/app/groups/plans/new/?peer={leader.pk}&month=2025-04"
    assert (afterwards["url"], afterwards["meter"]["text"]) == (
        april.get_absolute_url(),
        "0 of 1 people met (0 %), 2 of 30 days gone (7 %)",
    )
    client.force_login(user)
    beside = client.get(april.get_absolute_url()).context["beside"]
    assert [(one["url"], one["text"]) for one in beside] == [(march.get_absolute_url(), final)]
    assert beside[0]["pieces"][0].startswith("Condoms: 2 given of 8 needed, 6 still to bring")


def card(user, clock, moment):
    """What the card of the Today page says then."""
    clock.move_to(moment, tick=False)
    return today_plans.my_plan(SimpleNamespace(scope=scope_of(user)))


def test_review_of_the_sheet_really_was_asked_again(people):
    """The plan's own number is the older one, so the newer one must be there to be left out."""
    someone = people["asked again after the plan was made"]

    assert RiskReview.objects.latest_of([someone.pk])[someone.pk].acts_per_week == 30


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (Needs(2, 40, 51, 32), "51 given of 40 needed, 32 still to bring · some got more than they need, others less"),
        (Needs(2, 40, 8, 32), "8 given of 40 needed, 32 still to bring"),
        (Needs(2, 40, 60, 0), "60 given of 40 needed, 0 still to bring"),
    ],
)
def test_more_than_somebody_needs_is_told_where_sums_would_puzzle(told, said):
    assert plan_wording.pieces(told, 5) == f"{said} · 2 of 5 people told how often"
