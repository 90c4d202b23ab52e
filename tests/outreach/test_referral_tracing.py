"""Overdue referrals, and up to three tries to find the people."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core.actions.records import Changed, Refused
from core.models import AuditLine
from core.permissions import Role
from outreach.actions import tracing
from outreach.models import Referral, TracingAttempt
from tests.outreach.slips import service

pytestmark = pytest.mark.django_db
URL = "/app/people/referrals/overdue/"


@pytest.fixture
def referral(programme, today):
    return programme.referred(programme.person(), str(today - timedelta(days=20)), kind="STI")


def listed(browser, **query):
    return [line["referral"].pk for line in browser.get(URL, query).context["lines"]]


def attempt(referral, by, number=1, **changed):
    said = {"how": "peer", "outcome": "not_found", "tried_on": timezone.localdate(), **changed}
    return tracing.attempt(referral=referral, number=number, by=by, **said)


def at(referral):
    return reverse("referrals:tracing", args=[referral.pk])


def post(browser, referral, number=1, **changed):
    data = {"how": "peer", "outcome": "not_found", "tried_on": str(timezone.localdate()), **changed}
    return browser.post(at(referral), {"number": number, **data})


# --- overdue --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "urgent", "days", "late"),
    [
        *[("STI", False, 14, False), ("STI", False, 15, True)],
        *[("STI", True, 3, False), ("STI", True, 4, True)],
        *[("PEP", False, 3, False), ("PEP", False, 4, True)],
    ],
)
def test_overdue_after_fourteen_days_or_three(signed_in, programme, today, kind, urgent, days, late):
    referral = programme.referred(programme.person(), str(today - timedelta(days=days)), kind=kind)
    Referral.objects.update(urgent=urgent)

    assert listed(signed_in()) == [referral.pk] * late


def test_overdue_holds_open_ones_of_ours_the_longest_first(signed_in, programme, other, today):
    def issued(days, by=programme, **more):
        return by.referred(by.person(), str(today - timedelta(days=days)), **more)

    newer, older, accepted = issued(20), issued(40), issued(30)
    Referral.objects.filter(pk=accepted.pk).update(status="accepted")
    issued(50, status="lost", closed=str(today))
    issued(50, by=other)

    assert listed(signed_in()) == [older.pk, accepted.pk, newer.pk]


def test_overdue_filters(signed_in, programme, today):
    browser, day = signed_in(), str(today - timedelta(days=20))
    sti = programme.referred(programme.person(), day, kind="STI")
    programme.by = browser.user
    tb, clinic = programme.referred(programme.person(), day, kind="TB"), service(programme)
    Referral.objects.filter(pk=tb.pk).update(destination=clinic)

    assert (listed(browser, type="STI"), listed(browser, worker=browser.user.pk)) == ([sti.pk], [tb.pk])
    assert (listed(browser, destination=clinic.pk), listed(browser, destination="none")) == ([tb.pk], [sti.pk])
    assert [browser.get(URL, query).status_code for query in ({"type": "x"}, {"x": "1"})] == [400, 400]


OVERDUE_QUERIES = 8


def test_overdue_takes_the_same_queries_for_one_row_and_three(signed_in, programme, today, django_assert_num_queries):
    browser, clinic = signed_in(), service(programme)

    def add():
        row = programme.referred(programme.person(), str(today - timedelta(days=20)))
        Referral.objects.filter(pk=row.pk).update(destination=clinic)
        attempt(row, programme.by)

    add()
    browser.get(URL)
    with django_assert_num_queries(OVERDUE_QUERIES):
        one = browser.get(URL)
    add()
    add()
    with django_assert_num_queries(OVERDUE_QUERIES):
        three = browser.get(URL)

    assert (len(one.context["lines"]), len(three.context["lines"])) == (1, 3)


def test_buttons_stand_for_who_may_record(signed_in, referral):
    shown = {}
    for role in (Role.OUTREACH_WORKER, Role.PROGRAMME_MANAGER):
        shown[role] = signed_in(role).get(URL).context["lines"][0]["may_record"]

    assert shown == {Role.OUTREACH_WORKER: True, Role.PROGRAMME_MANAGER: False}


def test_list_says_how_often_somebody_looked(signed_in, programme, referral):
    browser = signed_in()
    before = browser.get(URL).context["lines"][0]["tries"]
    attempt(referral, programme.by)

    assert (before, browser.get(URL).context["lines"][0]["tries"]) == (
        "nobody has looked yet",
        "1 of 3 tries: Not found",
    )


# --- tries ----------------------------------------------------------------------------------------------


def test_try_is_recorded_with_who_and_audited(signed_in, referral, today):
    browser = signed_in(Role.OUTREACH_WORKER)

    post(browser, referral, how="hotspot", outcome="will_go")

    made = TracingAttempt.objects.get()
    assert (made.number, made.how, made.outcome, made.tried_on) == (1, "hotspot", "will_go", today)
    assert made.recorded_by == browser.user
    assert AuditLine.objects.get(action="referral.trace").detail == {"outcome": "will_go"}
    assert Referral.objects.get().is_open


def test_try_sent_twice_is_one(signed_in, referral):
    browser = signed_in()

    statuses = [post(browser, referral).status_code for _press in range(2)]

    assert (statuses, TracingAttempt.objects.count()) == ([302, 302], 1)


def test_found_to_have_gone_closes_it_by_the_clients_word(signed_in, referral, today):
    post(signed_in(), referral, outcome="went", went_on=str(today - timedelta(days=4)))

    after = Referral.objects.get()
    assert (after.status, after.closed_on, after.arrived_on) == ("self_reported", *[today - timedelta(days=4)] * 2)


def test_went_before_the_issue_loses_nothing(signed_in, referral, today):
    response = post(signed_in(), referral, outcome="went", went_on=str(today - timedelta(days=30)))

    assert (response.status_code, list(response.context["form"].errors)) == (200, ["went_on"])
    assert (TracingAttempt.objects.count(), Referral.objects.get().status) == (0, "issued")


@pytest.mark.parametrize("days", [-21, 1])
def test_day_of_a_try_lies_between_issue_and_today(signed_in, referral, today, days):
    response = post(signed_in(), referral, tried_on=str(today + timedelta(days=days)))

    assert (list(response.context["form"].errors), TracingAttempt.objects.count()) == (["tried_on"], 0)


def test_second_try_is_not_before_the_first(signed_in, referral, programme, today):
    attempt(referral, programme.by)

    response = post(signed_in(), referral, number=2, tried_on=str(today - timedelta(days=1)))

    assert (list(response.context["form"].errors), TracingAttempt.objects.count()) == (["tried_on"], 1)


def test_try_that_somebody_else_recorded_meanwhile_is_asked_again(signed_in, referral, programme):
    attempt(referral, programme.by, outcome="will_go")

    response = post(signed_in(), referral, how="centre")

    form = response.context["form"]
    assert (response.status_code, form["number"].value(), form["how"].value()) == (409, 2, "centre")
    assert TracingAttempt.objects.count() == 1


def test_three_in_vain_offer_lost_and_a_fourth_is_refused(signed_in, referral, programme):
    browser = signed_in()
    for number in (1, 2, 3):
        response = post(browser, referral, number=number, how=("peer", "hotspot", "centre")[number - 1])

    page = browser.get(response["Location"])
    post(browser, referral, number=4)

    assert response["Location"] == at(referral)
    assert (page.context["offers_lost"], page.context["may_try"]) == (True, False)
    assert page.context["lost_url"].endswith("/status/?status=lost")
    assert TracingAttempt.objects.count() == 3
    with pytest.raises(Refused, match="three tries already"):
        attempt(referral, programme.by, number=4)


def test_database_holds_three_tries_each_once(referral, programme, today):
    said = {"referral": referral, "how": "peer", "outcome": "not_found", "tried_on": today}
    said |= {"recorded_by": programme.by, "recorded_at": timezone.now()}
    attempt(referral, programme.by)

    for number in (1, 4, 0):
        with pytest.raises(IntegrityError), transaction.atomic():
            TracingAttempt.objects.create(number=number, **said)


def test_skipping_a_number_is_refused(referral, programme):
    with pytest.raises(Changed):
        attempt(referral, programme.by, number=2)


def test_closed_referral_needs_nobody_to_look(signed_in, programme):
    closed = programme.referred(programme.person(), "2025-03-01", status="lost", closed="2025-03-05")
    browser = signed_in()

    page = browser.get(at(closed))
    post(browser, closed)

    assert (page.context["may_try"], page.context["offers_lost"], TracingAttempt.objects.count()) == (False, False, 0)


def test_try_leads_back_to_the_list(signed_in, referral):
    browser = signed_in()

    page = browser.get(at(referral), {"back": URL + "?type=STI"})

    assert page.context["back"] == URL + "?type=STI"
    assert post(browser, referral, back=URL + "?type=STI")["Location"] == URL + "?type=STI"
