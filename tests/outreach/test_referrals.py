"""Referrals: issued, told what became of them, changed, void."""

import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse

from core.actions.records import Changed, Refused
from core.models import ServicePoint
from core.permissions import Role
from core.rules.problems import InvalidEntries
from outreach.actions import referrals
from outreach.models import Referral


def posted(**changed):
    data = {"id": str(uuid.uuid4()), "occurred_on": "2025-03-01", "type": "STI", "destination": "", **changed}
    return {name: value for name, value in data.items() if value is not None}


def at(name, referral):
    return reverse(f"referrals:{name}", args=[referral.pk])


def create(browser, person, **changed):
    return browser.post(f"{reverse('referrals:create')}?client={person.pk}", posted(**changed))


def point(programme, code, *, public=False):
    return ServicePoint.objects.create(site=programme.site(code), kind="sti", public=public)


def steps(referral):
    return list(referral.events.values_list("status", "happened_on", "said_by"))


# --- issuing --------------------------------------------------------------------------------------------


def test_create_issues_a_referral(signed_in, programme, other):
    browser, person, clinic = signed_in(Role.PEER_EDUCATOR), programme.person(), point(other, "Clinic", public=True)

    response = create(browser, person, destination=str(clinic.pk))

    referral = Referral.objects.get()
    assert response["Location"] == referral.get_absolute_url()
    assert (referral.client, referral.destination, referral.type) == (person, clinic, "STI")
    assert (referral.status, referral.urgent, referral.closed_on) == ("issued", False, None)
    assert steps(referral) == [("issued", date(2025, 3, 1), "staff")]


def test_create_marks_an_urgent_kind_as_urgent(signed_in, programme):
    create(signed_in(), programme.person(), type="GBV")

    assert Referral.objects.get().urgent is True


def test_create_without_a_person_leads_to_finding_one(signed_in):
    assert signed_in().get(reverse("referrals:create"))["Location"] == reverse("find")


def test_create_for_another_organisations_person_does_not_exist(signed_in, other):
    assert create(signed_in(), other.person()).status_code == 404
    assert Referral.objects.count() == 0


def test_private_service_point_of_another_organisation_is_no_choice(signed_in, programme, other):
    response = create(signed_in(), programme.person(), destination=str(point(other, "Private").pk))

    assert (list(response.context["form"].errors), Referral.objects.count()) == (["destination"], 0)


def test_create_with_a_reference_that_another_referral_has_says_so(signed_in, programme):
    browser, person = signed_in(), programme.person()
    create(browser, person, reference="R-7")

    response = create(browser, person, reference="R-7")

    assert (list(response.context["form"].errors), Referral.objects.count()) == (["reference"], 1)


def test_amend_to_a_reference_that_another_referral_has_says_so(signed_in, programme):
    browser, person = signed_in(), programme.person()
    create(browser, person, reference="R-7")
    create(browser, person, reference="R-8")
    referral = Referral.objects.get(reference="R-8")

    response = browser.post(at("amend", referral), posted(reference="R-7", version="1"))

    referral.refresh_from_db()
    assert (list(response.context["form"].errors), referral.reference) == (["reference"], "R-8")


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"occurred_on": "2999-01-01"}, "occurred_on"), ({"type": ""}, "type"), ({"type": "NOPE"}, "type")],
)
def test_create_refuses_with_a_word_beside_the_field(signed_in, programme, changed, field):
    response = create(signed_in(), programme.person(), **changed)

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])


def test_create_posted_twice_is_one_referral(signed_in, programme):
    browser, person, data = signed_in(), programme.person(), posted()

    for _time in range(2):
        browser.post(f"{reverse('referrals:create')}?client={person.pk}", data)

    assert (Referral.objects.count(), len(steps(Referral.objects.get()))) == (1, 1)


# --- what became of it ----------------------------------------------------------------------------------


def say(browser, referral, **changed):
    data = {"status": "completed", "happened_on": "2025-03-05", "said_by": "slip", "version": "1", **changed}
    return browser.post(at("status", referral), data)


def test_status_makes_a_dated_step_and_a_version(signed_in, programme):
    referral = programme.referred(programme.person(), "2025-03-01")

    say(signed_in(), referral)

    after = Referral.objects.get()
    assert (after.status, after.closed_on, after.version) == ("completed", date(2025, 3, 5), 2)
    assert steps(after) == [("issued", date(2025, 3, 1), "staff"), ("completed", date(2025, 3, 5), "slip")]


def test_status_accepted_leaves_it_open_and_reopening_clears_the_day(signed_in, programme):
    browser, referral = signed_in(), programme.referred(programme.person(), "2025-03-01")

    say(browser, referral, status="accepted", said_by="facility")
    accepted = Referral.objects.get()
    say(browser, referral, status="lost", version="2", not_completed_because="moved")
    lost = Referral.objects.get()
    say(browser, referral, status="issued", version="3", happened_on="2025-03-06")
    again = Referral.objects.get()

    assert (accepted.status, accepted.closed_on) == ("accepted", None)
    assert (lost.status, lost.not_completed_because) == ("lost", "moved")
    assert (again.is_open, again.closed_on, again.not_completed_because, again.version) == (True, None, "", 4)
    assert [status for status, _day, _who in steps(again)] == ["issued", "accepted", "lost", "issued"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"happened_on": "2025-02-28"}, "happened_on"),
        ({"happened_on": "2999-01-01"}, "happened_on"),
        ({"status": "finished"}, "status"),
        ({"said_by": "rumour"}, "said_by"),
        ({"status": ""}, "status"),
    ],
)
def test_status_refuses_with_a_word_beside_the_field(signed_in, programme, changed, field):
    referral = programme.referred(programme.person(), "2025-03-01")

    response = say(signed_in(), referral, **changed)

    assert (response.status_code, list(response.context["form"].errors)) == (200, [field])
    assert (Referral.objects.get().version, len(steps(referral))) == (1, 1)


def test_reason_of_a_success_is_left_out(signed_in, programme):
    referral = programme.referred(programme.person(), "2025-03-01")

    say(signed_in(), referral, not_completed_because="fear")

    assert Referral.objects.get().not_completed_because == ""


def test_status_of_what_somebody_else_changed_is_not_lost(signed_in, programme):
    browser, referral = signed_in(), programme.referred(programme.person(), "2025-03-01")
    say(browser, referral, status="accepted")

    response = say(browser, referral)

    assert (response.status_code, response.context["form"]["status"].value()) == (409, "completed")
    assert Referral.objects.get().status == "accepted"


def test_status_action_refuses_void_and_stale_records(programme):
    referral = programme.referred(programme.person(), "2025-03-01")
    said = {"status": "issued", "on": date(2025, 3, 2), "said_by": "client", "by": programme.by}

    with pytest.raises(Changed):
        referrals.update_status(referral=referral, version=9, **said)
    referrals.void(referral=referral, by=programme.by, reason="twice")
    with pytest.raises(Refused):
        referrals.update_status(referral=referral, version=1, **said)

    assert len(steps(referral)) == 1


def test_rules_want_a_closing_day_and_no_day_while_open(programme):
    person = programme.person()

    def fields(**changed):
        entry = referrals.ReferralEntry(
            **{"occurred_on": date(2025, 3, 1), "client_id": person.pk, "type": "STI", **changed}
        )
        with pytest.raises(InvalidEntries) as found:
            referrals.record(entry=entry, by=programme.by, organisation=programme.organisation)
        return [problem.field for problem in found.value.problems[0]]

    assert fields(status="completed") == ["closed_on"]
    assert fields(closed_on=date(2025, 3, 2)) == ["closed_on"]
    assert fields(status="lost", closed_on=date(2025, 2, 1)) == ["closed_on"]
    assert fields(client_id=uuid.uuid4()) == ["client"]


# --- changing, listing ------------------------------------------------------------------------------------


def test_amend_changes_what_was_issued_and_keeps_what_became_of_it(signed_in, programme):
    browser = signed_in()
    referral = programme.referred(programme.person(), "2025-03-01", status="lost", closed="2025-04-01")

    browser.post(
        at("amend", referral), {"version": "1", "occurred_on": "2025-03-02", "type": "TB", "change_reason": "slip"}
    )

    after = Referral.objects.get()
    assert (after.type, after.occurred_on, after.status) == ("TB", date(2025, 3, 2), "lost")
    assert (after.closed_on, after.version) == (date(2025, 4, 1), 2)


def test_void_keeps_a_referral_readable(signed_in, programme):
    browser, referral = signed_in(), programme.referred(programme.person(), "2025-03-01")

    browser.post(at("void", referral), {"reason": "twice"})

    assert Referral.objects.get().void_reason == "twice"
    assert browser.get(at("detail", referral)).context["actions"] == []
    assert browser.get(at("status", referral)).status_code == 302


LIST_QUERIES = 7


def test_list_takes_the_same_queries_for_one_row_and_three(signed_in, programme, django_assert_num_queries):
    browser, url, clinic = signed_in(), reverse("referrals:list"), point(programme, "Clinic")
    programme.referred(programme.person(), "2025-01-15")
    Referral.objects.update(destination=clinic)
    browser.get(url)

    with django_assert_num_queries(LIST_QUERIES):
        one = browser.get(url)
    for day in ("2025-01-16", "2025-01-17"):
        programme.referred(programme.person(), day)
    Referral.objects.update(destination=clinic)
    with django_assert_num_queries(LIST_QUERIES):
        three = browser.get(url)

    assert (len(one.context["rows"]), len(three.context["rows"])) == (1, 3)


def test_list_filters(signed_in, programme, today):
    browser, person = signed_in(), programme.person()
    programme.referred(person, str(today), kind="TB")
    programme.referred(person, str(today - timedelta(days=31)), kind="STI")
    programme.referred(person, "2025-01-01", kind="MH", status="lost", closed="2025-02-01")

    def kinds(**query):
        rows = browser.get(reverse("referrals:list"), query).context["page_obj"]
        return sorted(referral.type for referral in rows)

    assert kinds() == ["MH", "STI", "TB"]
    assert (kinds(open="open"), kinds(open="overdue"), kinds(open="closed")) == (["STI", "TB"], ["STI"], ["MH"])
    assert (kinds(type="TB"), kinds(status="lost")) == (["TB"], ["MH"])
    assert kinds(occurred_on_after=str(today)) == ["TB"]


def test_peer_educator_sees_only_own_referrals(signed_in, programme):
    browser = signed_in(Role.PEER_EDUCATOR)
    theirs = programme.referred(programme.person(), "2025-03-01")
    programme.by = browser.user
    mine = programme.referred(programme.person(), "2025-03-01")

    assert [browser.get(at("detail", referral)).status_code for referral in (theirs, mine)] == [404, 200]
    assert browser.get(reverse("referrals:list")).context["result_count"] == 1


def test_child_protection_referral_is_seen_only_by_those_allowed(signed_in, programme):
    referral = programme.referred(programme.person(), "2025-03-01", kind="CP")

    seen = [signed_in(role).get(at("detail", referral)).status_code for role in (Role.OUTREACH_WORKER, Role.SUPERVISOR)]

    assert seen == [404, 200]


@pytest.mark.parametrize("name", ["detail", "amend", "void", "history", "status"])
def test_screen_of_another_organisations_referral_does_not_exist(signed_in, other, name):
    referral = other.referred(other.person(), "2025-03-01")

    assert signed_in().get(at(name, referral)).status_code == 404


@pytest.mark.parametrize(("name", "status"), [("detail", 200), ("amend", 403), ("void", 403), ("status", 403)])
def test_programme_manager_reads_and_changes_nothing(signed_in, programme, name, status):
    referral = programme.referred(programme.person(), "2025-03-01")

    assert signed_in(Role.PROGRAMME_MANAGER).get(at(name, referral)).status_code == status
