"""The day sheet and the hours of a drop-in centre, recounted by hand and by a plain loop over the contacts."""

from collections import Counter
from datetime import date, time, timedelta
from random import Random

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from core.actions.memberships import scope_of
from core.permissions import Role
from core.scope import SYSTEM
from outreach import centre_days
from outreach.models import Contact
from outreach.rules.centres import Stretch
from tests.factories.people import member
from tests.outreach.desk import came, centre

pytestmark = pytest.mark.django_db
NOON = "2025-03-12T05:00:00Z"
TODAY = date(2025, 3, 12)


@pytest.fixture
def site(programme):
    return centre(programme)


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(NOON):
        yield


def sheet(browser, site, **asked):
    return browser.get(reverse("centre-day-sheet"), {"centre": site.pk, **asked})


def hours(browser, site, **asked):
    return browser.get(reverse("centre-hours"), {"centre": site.pk, **asked})


# --- the day sheet ----------------------------------------------------------------------------------------


def test_the_sheet_lists_a_day_in_the_order_of_arrival(signed_in, programme, site):
    person = programme.person(sex="M", born="1990-05-01")
    came(
        programme, site, person, arrived="09:30", left="10:05", services=frozenset({"NSP"}),
        centre_services=frozenset({"needle_exchange"}), given={"SYR_1ML_FIX": 10}, taken_back={"SYR_1ML_FIX": 4},
    )  # fmt: skip
    came(programme, site, arrived="08:15")
    came(programme, site, day=TODAY - timedelta(days=1))
    came(programme, centre(programme, "DIC2"))
    programme.void(came(programme, site))

    rows = sheet(signed_in(Role.OUTREACH_WORKER), site).context["rows"]

    shown = [(row["came"], row["left"], row["who"], row["sex"], row["age"], row["used"]) for row in rows]
    card = f"{person.card_code[:3]}-{person.card_code[3:]}"
    assert shown == [
        ("08:15", "", "Anonymous", "", "", ""),
        ("09:30", "10:05", card, "Male", 34, "Needle and syringe exchange"),
    ]
    assert (rows[1]["given"], rows[1]["back"]) == (
        "1 ml syringe with fixed needle 10",
        "1 ml syringe with fixed needle 4",
    )


def test_the_sheet_totals_are_what_a_plain_loop_counts(signed_in, programme, site):
    rng = Random(7)
    people = [programme.person(sex=rng.choice("FMXU"), born=f"{rng.randint(1960, 2016)}-05-01") for _ in range(8)]
    for _visit in range(30):
        used = frozenset(rng.sample(["meal", "rest", "shower", "legal"], rng.randint(0, 3)))
        given = {"COND_M": rng.randint(1, 20)} if rng.random() < 0.5 else {}
        came(programme, site, rng.choice([*people, None]), centre_services=used, given=given)

    context = sheet(signed_in(Role.SUPERVISOR), site).context

    visits = list(Contact.objects.select_related("client").prefetch_related("commodities"))
    used = Counter(code for visit in visits for code in visit.centre_services)
    assert sorted(number for _label, number in context["services"]) == sorted(used.values())
    pieces = sum(line.given for visit in visits for line in visit.commodities.all())
    assert context["goods"] == [("Male (external) condom", pieces, 0)]
    known = {visit.client_id for visit in visits} - {None}
    anonymous = sum(visit.client_id is None for visit in visits)
    assert context["said"] == f"30 visits · {len(known)} people · {anonymous} anonymous"
    by_sex = Counter(visit.client.sex if visit.client else "U" for visit in visits)
    foot = [value for value, _url in context["heads"]["foot"][1]]
    assert foot == [*(by_sex[sex] for sex in "FMXU" if by_sex[sex]), 30]
    assert sum(cells[-1][0] for _label, cells in context["heads"]["rows"]) == 30


@pytest.mark.parametrize(
    ("born", "band"),
    [
        ("2015-03-13", "<10"),
        ("2015-03-12", "10-14"),
        ("2005-03-13", "15-19"),
        ("2000-03-12", "25+"),
        (None, "Unknown age"),
    ],
)
def test_the_sheet_bands_ages_on_the_day(programme, site, born, band):
    came(programme, site, programme.person(born=born))

    totals = centre_days.totals_of(centre_days.visits_of(SYSTEM, site, TODAY))

    assert [centre_days.codes.label("age_band_sets", key) for _sex, key in totals.heads] == [band]


def test_the_sheet_of_an_earlier_day(signed_in, programme, site):
    came(programme, site, day=date(2025, 1, 5))

    page = sheet(signed_in(Role.OUTREACH_WORKER), site, day="2025-01-05")

    assert (len(page.context["rows"]), "2025-01-06" in page.context["later_url"]) == (1, True)


@pytest.mark.parametrize("day", ["05/01/2025", "2025-13-01", "2025-03-13", "x", "0001-01-01", "9999-12-31"])
def test_the_sheet_of_a_day_that_cannot_be_says_so(signed_in, site, day):
    page = sheet(signed_in(Role.OUTREACH_WORKER), site, day=day)

    assert (page.status_code, list(page.context["form"].errors)) == (400, ["day"])


@pytest.mark.parametrize("visits", [1, 3, 200])
def test_the_sheet_costs_the_same(signed_in, programme, site, visits, django_assert_num_queries):
    for number in range(visits):
        came(programme, site, programme.person() if number < 20 else None, given={"COND_M": 1})
    browser = signed_in(Role.OUTREACH_WORKER)
    browser.get("/app/account/")

    with django_assert_num_queries(8):
        page = sheet(browser, site)

    assert len(page.context["rows"]) == visits


def test_a_peers_sheet_holds_own_visits(programme, site):
    peer = member(Role.PEER_EDUCATOR)
    own = came(programme, site, by=peer)
    came(programme, site)

    assert centre_days.visits_of(scope_of(peer), site, TODAY) == [own]


# --- the hours --------------------------------------------------------------------------------------------


def test_the_hours_are_what_a_plain_loop_counts(signed_in, programme, site):
    rng = Random(9)
    for _visit in range(60):
        day = TODAY - timedelta(days=rng.randint(0, 40))
        came(programme, site, day=day, arrived=f"{rng.randint(6, 20):02}:{rng.randrange(60):02}")
    programme.met(None, "2025-03-11", kind="dic_visit", site=site)
    came(programme, centre(programme, "DIC2"))

    context = hours(signed_in(Role.SUPERVISOR), site).context

    since = date(2025, 2, 13)
    recent = [visit for visit in Contact.objects.filter(site=site) if visit.occurred_on >= since]
    plain = Counter((v.occurred_on.weekday(), v.arrived_at.hour) for v in recent if v.arrived_at)
    drawn = {
        (day, int(label[:2])): number
        for label, cells in context["rows"]
        for day, (number, _shade, _open) in enumerate(cells)
        if number
    }
    assert (drawn, context["hours"].start, context["hours"].untimed) == (plain, since, 1)
    listed = [cells[0][0] for _label, cells in context["busiest"]["rows"]]
    assert (sum(listed), listed[:-1]) == (len(recent), sorted(plain.values(), reverse=True))


def test_the_hours_lead_to_the_visits_behind_them(signed_in, programme, site):
    for day in (TODAY, TODAY - timedelta(days=27), TODAY - timedelta(days=28)):
        came(programme, site, day=day)
    browser = signed_in(Role.SUPERVISOR)

    page = browser.get(hours(browser, site).context["list_url"])

    assert page.context["result_count"] == 2


@pytest.mark.parametrize(("period", "number"), [("4w", 1), ("3m", 2), ("1y", 3)])
def test_the_hours_of_a_period(signed_in, programme, site, period, number):
    for days in (0, 60, 300):
        came(programme, site, day=TODAY - timedelta(days=days))

    assert hours(signed_in(Role.SUPERVISOR), site, period=period).context["hours"].total == number


def test_the_hours_of_an_unknown_period_are_refused(signed_in, site):
    assert hours(signed_in(Role.SUPERVISOR), site, period="ever").status_code == 400


def test_the_hours_mark_when_the_centre_is_open(lists):
    week = [Stretch(0, time(8, 30), time(12))]

    marked = [hour for hour in range(24) if centre_days.is_open(week, 0, hour)]

    assert (marked, centre_days.is_open(week, 1, 9)) == ([8, 9, 10, 11], False)


def test_the_hours_shown_hold_every_visit_and_every_opening(lists):
    counted = centre_days.Hours(TODAY, TODAY, {(0, 5): 1, (6, 21): 2}, 0)
    nothing = centre_days.Hours(TODAY, TODAY, {}, 0)

    assert centre_days.hours_shown(counted, []) == range(5, 22)
    assert centre_days.hours_shown(nothing, [Stretch(0, time(7), time(20))]) == range(7, 20)


@pytest.mark.parametrize(("number", "shade"), [(0, 0), (1, 1), (25, 1), (26, 2), (75, 3), (76, 4), (100, 4)])
def test_the_busiest_hour_is_the_darkest(number, shade):
    assert centre_days.shade(number, 100) == shade


@pytest.mark.parametrize("visits", [1, 3])
def test_the_hours_cost_the_same(signed_in, programme, site, visits, django_assert_num_queries):
    for hour in range(visits):
        came(programme, site, arrived=f"{9 + hour:02}:00")
    browser = signed_in(Role.SUPERVISOR)
    browser.get("/app/account/")

    with django_assert_num_queries(7):
        page = hours(browser, site)

    assert page.context["hours"].total == visits


@pytest.mark.parametrize("name", ["centre-day-sheet", "centre-hours"])
def test_another_organisations_centre_has_no_days_here(signed_in, site, other, name):
    answer = signed_in(Role.SUPERVISOR).get(reverse(name), {"centre": centre(other).pk})

    assert answer.status_code == 404


@pytest.mark.parametrize("name", ["centre-day-sheet", "centre-hours"])
def test_without_a_centre_the_days_say_what_to_do(signed_in, programme, name):
    page = signed_in(Role.SUPERVISOR).get(reverse(name))

    assert (page.status_code, "no open drop-in centre" in page.content.decode()) == (200, True)


def test_today_is_the_programmes_own_day():
    assert timezone.localdate() == TODAY


@pytest.mark.parametrize("name", ["centre-day-sheet", "centre-hours"])
def test_the_days_of_a_closed_centre_can_still_be_looked_at(signed_in, programme, site, name):
    closed = centre(programme, "AAA", closed_on="2025-01-01")
    browser = signed_in(Role.SUPERVISOR)

    page = browser.get(reverse(name), {"centre": closed.pk})

    assert (page.context["centre"], [chip[0] for chip in page.context["chips"]]) == (closed, [site, closed])
    assert browser.get(reverse(name)).context["centre"] == site
