"""What became of referrals: recounted one by one, linked to exactly their records, consistent with REF_DONE."""

from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import codes
from core.periods import Period
from core.permissions import Role
from core.scope import SYSTEM
from dashboards.counting import count
from dashboards.measures import REFERRAL_DAYS
from outreach import outcomes
from outreach.models import Referral
from outreach.models.referrals import IN_TIME_DAYS
from tests.outreach.slips import service

pytestmark = pytest.mark.django_db
URL = "/app/people/referrals/outcomes/"
YEAR = {"occurred_on_after": "2025-01-01", "occurred_on_before": "2025-12-31"}
STATES = ["issued", "accepted", "completed", "self_reported", "partly"]
STATES += ["declined_client", "rejected", "not_attended", "lost", "cancelled"]
FAILED = {"declined_client", "rejected", "not_attended", "lost"}


def naive(rows):
    """Numbers by outcome, and the days of those confirmed in time, from (status, issued, closed) alone."""
    found = dict.fromkeys(("issued", "confirmed", "late", "self_reported", "partly", "not", "open"), 0)
    days = []
    for status, issued, closed in rows:
        if status == "cancelled":
            continue
        found["issued"] += 1
        if status in ("issued", "accepted"):
            found["open"] += 1
        elif status in FAILED:
            found["not"] += 1
        elif status == "completed" and closed - issued <= timedelta(days=90):
            found["confirmed"] += 1
            days.append((closed - issued).days)
        else:
            found["late" if status == "completed" else status] += 1
    return found, float(median(days)) if days else None


def rows_of(referrals):
    return [(row.status, row.occurred_on, row.closed_on) for row in referrals]


def tally(found):
    return {"issued": found.issued, **found.counts}, found.median_days


@pytest.fixture
def played(programme):
    """Referrals of every state, to a clinic and to nowhere, within and after 90 days."""
    person, clinic, number = programme.person(), service(programme), 0
    for kind in ("STI", "TB"):
        for status in STATES:
            for days in (0, 7, 90, 91):
                number += 1
                issued = date(2025, 1, 1) + timedelta(days=number)
                closed = None if status in ("issued", "accepted") else str(issued + timedelta(days=days))
                row = programme.referred(person, str(issued), kind=kind, status=status, closed=closed)
                reason = "fear" if status in ("lost", "rejected") and days < 90 else ""
                to = clinic if number % 3 else None
                Referral.objects.filter(pk=row.pk).update(destination=to, not_completed_because=reason)
    return list(Referral.objects.all())


def test_window_is_the_one_of_the_figure():
    assert IN_TIME_DAYS == REFERRAL_DAYS


def test_failed_states_are_those_of_the_code_list(lists):
    assert codes.having("referral_status", "group", "closed_fail") == FAILED


def test_outcomes_recounted_one_by_one(played):
    found = outcomes.added_up(Referral.objects.all())

    assert tally(found.total) == naive(rows_of(played))
    assert set(found.by_type) == {"STI", "TB"}
    for kind, part in found.by_type.items():
        assert tally(part) == naive(rows_of(row for row in played if row.type == kind))
    for point, part in found.by_destination.items():
        assert tally(part) == naive(rows_of(row for row in played if row.destination_id == point))
    assert found.reasons == {"fear": 8, "": found.total.counts["not"] - 8}


@given(st.lists(st.tuples(st.sampled_from(STATES), st.integers(0, 200)), max_size=12))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_outcomes_recounted_of_random_ones(programme, drawn):
    person = programme.person()
    for status, days in drawn:
        closed = None if status in ("issued", "accepted") else str(date(2025, 1, 1) + timedelta(days=days))
        programme.referred(person, "2025-01-01", status=status, closed=closed)

    theirs = Referral.objects.filter(client=person)
    found = outcomes.added_up(theirs)

    assert tally(found.total) == naive(rows_of(theirs))
    for outcome, number in tally(found.total)[0].items():
        assert theirs.with_outcome(outcome).count() == number


def test_outcomes_agree_with_the_figure(signed_in, played):
    response = signed_in().get(URL, YEAR)

    figure = count("REF_DONE", Period(date(2025, 1, 1), date(2025, 12, 31)), scope=SYSTEM)
    total = response.context["tables"][0]["table"]["foot"][1]
    assert (total[1][0], total[0][0], total[8][0]) == (
        figure.numerator,
        figure.denominator,
        figure.extra["median_days"],
    )
    assert (total[3][0], total[4][0]) == (figure.extra["self_reported"], figure.extra["partly"])


def test_every_number_leads_to_exactly_its_referrals(signed_in, played):
    browser = signed_in()
    page = browser.get(URL, YEAR)

    links = [(page.context["summary"]["done"], page.context["summary"]["url"])]
    links += [(number, url) for _label, number, url in page.context["summary"]["counted"]]
    for part in page.context["tables"]:
        table = part["table"]
        for _label, cells in [*table["rows"], table["foot"]]:
            links += [cell for cell in cells if cell[1]]

    assert len(links) > 30
    assert [(n, url) for n, url in links if browser.get(url).context["result_count"] != n] == []


def test_numbers_of_a_share_stand_beside_it(signed_in, played):
    summary = signed_in().get(URL, YEAR).context["summary"]

    assert summary["text"] == "6 of 72 confirmed (8 %)"


def test_filters_narrow_every_number(signed_in, played):
    browser = signed_in()

    tb = browser.get(URL, {**YEAR, "type": "TB"})
    nowhere = browser.get(URL, {**YEAR, "destination": "none"})

    assert tb.context["summary"]["issued"] == 36
    assert (
        nowhere.context["summary"]["issued"]
        == naive(rows_of(r for r in played if r.destination_id is None))[0]["issued"]
    )
    assert browser.get(URL, {"x": "1"}).status_code == 400
    assert browser.get(URL, {"occurred_on_after": "soon"}).status_code == 400


def test_without_days_the_last_twelve_months_are_shown(signed_in, programme, today):
    programme.referred(programme.person(), str(today))
    programme.referred(programme.person(), str(today - timedelta(days=400)))

    response = signed_in().get(URL)

    assert response.context["summary"]["issued"] == 1
    assert response.context["filter"].data["occurred_on_before"] == str(today)


def test_nothing_issued_says_what_to_do(signed_in):
    response = signed_in().get(URL)

    assert (response.status_code, response.context["tables"]) == (200, [])


def test_own_ones_only_for_a_peer_educator_and_no_other_organisations(signed_in, played, other):
    other.referred(other.person(), "2025-02-01")

    shown = [
        signed_in(role).get(URL, YEAR).context["summary"]["issued"] for role in (Role.PEER_EDUCATOR, Role.SUPERVISOR)
    ]

    assert shown == [0, 72]


OUTCOME_QUERIES = 7


def test_outcomes_take_the_same_queries_for_one_row_and_three(signed_in, programme, today, django_assert_num_queries):
    browser, points = signed_in(), [service(programme, f"P{number}") for number in range(3)]

    def add(point, kind):
        row = programme.referred(programme.person(), str(today), kind=kind)
        Referral.objects.filter(pk=row.pk).update(destination=point)

    add(points[0], "STI")
    browser.get(URL)
    with django_assert_num_queries(OUTCOME_QUERIES):
        one = browser.get(URL)
    add(points[1], "TB")
    add(points[2], "HTS")
    with django_assert_num_queries(OUTCOME_QUERIES):
        three = browser.get(URL)

    assert [len(page.context["tables"][1]["table"]["rows"]) for page in (one, three)] == [1, 3]
