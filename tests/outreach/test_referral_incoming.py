"""Referrals that other organisations sent to services of ours: seen with consent, while open, and only the slip."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.models import AuditLine
from core.permissions import Role
from outreach.actions import referrals
from outreach.models import Referral
from tests.outreach.slips import service

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic(programme):
    return service(programme)


@pytest.fixture
def sent(other, clinic, today):
    """Sends somebody of the other organisation to our clinic."""

    def send(kind="STI", *, agreed=True, days=2, **more):
        referral = other.referred(other.person(), str(today - timedelta(days=days)), kind=kind, **more)
        Referral.objects.filter(pk=referral.pk).update(destination=clinic, share_consent=agreed)
        return Referral.objects.get(pk=referral.pk)

    return send


def at(referral, name="detail"):
    return reverse(f"incoming:{name}", args=[referral.pk])


def say(browser, referral, step, day, **more):
    return browser.post(at(referral, "say"), {"step": step, "on": str(day), **more})


def seen(browser):
    return [row.pk for row in browser.get(reverse("incoming:list")).context["page_obj"]]


def test_service_sees_the_slip_and_nothing_of_the_person(signed_in, sent):
    browser, referral = signed_in(), sent()

    listed, page = browser.get(reverse("incoming:list")), browser.get(at(referral))

    client = referral.client
    hidden = [client.card_code, client.reference, referral.reference, str(client.pk), referral.recorded_by.username]
    assert seen(browser) == [referral.pk]
    text = listed.content.decode() + page.content.decode()
    assert [word for word in hidden if word in text.replace(browser.user.username, "")] == []


def test_without_consent_there_is_nothing(signed_in, sent):
    browser, referral = signed_in(), sent(agreed=False)

    assert (seen(browser), browser.get(at(referral)).status_code) == ([], 404)


def test_withdrawal_takes_effect_at_once(signed_in, sent, other, today):
    browser, referral = signed_in(), sent()
    before = browser.get(at(referral)).status_code

    referrals.share(referral=referral, agreed=False, by=other.by)

    after = [browser.get(at(referral)).status_code, say(browser, referral, "served", today).status_code]
    assert (before, after, seen(browser)) == (200, [404, 404], [])
    assert Referral.objects.get().status == "issued"


@pytest.mark.parametrize("ending", ["closed", "void"])
def test_what_is_over_is_not_there(signed_in, sent, other, today, ending):
    browser, referral = signed_in(), sent()
    if ending == "void":
        referrals.void(referral=referral, by=other.by, reason="twice")
    else:
        said = {"on": today, "said_by": "client", "version": 1, "by": other.by}
        referrals.update_status(referral=referral, status="lost", **said)

    assert (seen(browser), browser.get(at(referral)).status_code) == ([], 404)


def test_own_referrals_and_those_to_others_are_not_incoming(signed_in, programme, other, clinic, today):
    browser = signed_in()
    mine = programme.referred(programme.person(), str(today))
    elsewhere = other.referred(other.person(), str(today))
    nowhere = other.referred(other.person(), str(today))
    Referral.objects.update(share_consent=True)
    Referral.objects.filter(pk=mine.pk).update(destination=clinic)
    Referral.objects.filter(pk=elsewhere.pk).update(destination=service(other, "THEIRS"))

    statuses = [browser.get(at(referral)).status_code for referral in (mine, elsewhere, nowhere)]

    assert (seen(browser), statuses) == ([], [404, 404, 404])


def test_register_of_referrals_does_not_show_it(signed_in, sent):
    browser, referral = signed_in(), sent()

    names = ["detail", "amend", "void", "history", "status", "slip", "tracing"]
    assert {browser.get(reverse(f"referrals:{name}", args=[referral.pk])).status_code for name in names} == {404}


@pytest.mark.parametrize(
    ("step", "status", "arrived", "stays"),
    [
        ("accepted", "accepted", False, True),
        ("arrived", "issued", True, True),
        ("served", "completed", True, False),
        ("rejected", "rejected", False, False),
    ],
)
def test_service_says_what_it_knows(signed_in, sent, today, step, status, arrived, stays):
    browser, referral = signed_in(), sent()

    response = say(browser, referral, step, today, because="nosupply")

    after = Referral.objects.get()
    assert (after.status, bool(after.arrived_on)) == (status, arrived)
    assert after.not_completed_because == ("nosupply" if step == "rejected" else "")
    assert response["Location"] == (at(referral) if stays else reverse("incoming:list"))
    assert set(after.events.exclude(step="issued").values_list("said_by", "recorded_by__username")) == {
        ("facility", browser.user.username)
    }


def test_it_is_audited_where_the_referral_was_issued(signed_in, sent, other, today):
    browser, referral = signed_in(), sent()

    say(browser, referral, "arrived", today)

    line = AuditLine.objects.get(action="referral.facility_said")
    assert (line.chain.organisation, line.actor, line.detail) == (other.organisation, browser.user, {"step": "arrived"})


@pytest.mark.parametrize("step", ["accepted", "arrived"])
def test_said_twice_is_said_once(signed_in, sent, today, step):
    browser, referral = signed_in(), sent()

    for _press in range(2):
        response = say(browser, referral, step, today)

    assert (response.status_code, Referral.objects.get().version, referral.events.count()) == (302, 2, 2)


@pytest.mark.parametrize(
    ("data", "field"),
    [({"step": "x"}, "step"), ({"on": ""}, "on"), ({"on": "2999-01-01"}, "on"), ({"on": "2001-01-01"}, "on")],
)
def test_what_can_not_be_is_refused_beside_its_field(signed_in, sent, today, data, field):
    browser, referral = signed_in(), sent()

    response = browser.post(at(referral, "say"), {"step": "arrived", "on": str(today), **data})

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert Referral.objects.get().version == 1


def test_programme_manager_looks_and_says_nothing(signed_in, sent, today):
    browser, referral = signed_in(Role.PROGRAMME_MANAGER), sent()

    assert browser.get(at(referral)).context["form"] is None
    assert say(browser, referral, "served", today).status_code == 403


def test_peer_educator_sees_none(signed_in, sent):
    browser, referral = signed_in(Role.PEER_EDUCATOR), sent()

    assert (seen(browser), browser.get(at(referral)).status_code) == ([], 404)


@pytest.mark.parametrize(
    ("kind", "role", "there"),
    [
        ("GBV", Role.OUTREACH_WORKER, False),
        ("GBV", Role.SUPERVISOR, True),
        ("ART", Role.PROGRAMME_MANAGER, False),
        ("ART", Role.OUTREACH_WORKER, True),
    ],
)
def test_restricted_ones_are_for_who_may_see_such_records(signed_in, sent, kind, role, there):
    browser, referral = signed_in(role), sent(kind)

    assert (seen(browser) == [referral.pk], browser.get(at(referral)).status_code) == (there, 200 if there else 404)


LIST_QUERIES = 5


def test_list_takes_the_same_queries_for_one_row_and_three(signed_in, sent, django_assert_num_queries):
    browser, url = signed_in(), reverse("incoming:list")
    sent()
    browser.get(url)

    with django_assert_num_queries(LIST_QUERIES):
        one = browser.get(url)
    sent()
    sent()
    with django_assert_num_queries(LIST_QUERIES):
        three = browser.get(url)

    assert (len(one.context["rows"]), len(three.context["rows"])) == (1, 3)


def test_list_filters(signed_in, sent, today):
    browser = signed_in()
    sti, tb = sent(), sent("TB")
    say(browser, tb, "arrived", today)

    def found(**query):
        return {row.pk for row in browser.get(reverse("incoming:list"), query).context["page_obj"]}

    assert (found(type="TB"), found(arrived="no"), found(arrived="yes")) == ({tb.pk}, {sti.pk}, {tb.pk})
    assert browser.get(reverse("incoming:list"), {"client": "x"}).status_code == 400
