"""Overdoses on screens: recorded, followed up, listed; who sees what."""

from datetime import time, timedelta

import pytest
from django.urls import reverse

from core.actions.records import Changed, Refused
from core.permissions import Role
from outreach.actions import overdoses
from outreach.models import Client, Contact, Overdose
from tests.factories.programme import day
from tests.outreach.forms import reposted
from tests.outreach.test_overdoses import amended, at, create, did, happened, local

LIST = "overdoses:list"


# --- the form -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "doses", "replaced"),
    [
        ({"doses": "2"}, 2, True),
        ({"doses": "2", "replace_kit": None}, 2, False),
        ({"doses": ""}, 0, False),
        ({"doses": "2", "outcome": "died"}, 2, False),
    ],
)
def test_create_replaces_the_kit_by_itself(signed_in, programme, said, doses, replaced):
    browser, person = signed_in(Role.OUTREACH_WORKER), programme.person()

    response = create(browser, f"?client={person.pk}", **said)

    event = Overdose.objects.get()
    assert response["Location"] == event.get_absolute_url()
    assert (event.client, event.doses, event.replace_kit) == (person, doses, replaced)
    assert did(event.contact)[1] == (doses if replaced else 0)


def test_create_without_a_person_is_anonymous(signed_in, programme):
    create(signed_in(Role.PEER_EDUCATOR), happened_at="23:15")

    event = Overdose.objects.get()
    assert (event.client, event.happened_at, event.follow_up_by) == (None, time(23, 15), local("2025-03-04T23:15:00"))


def test_create_for_another_organisations_person_does_not_exist(signed_in, other):
    assert create(signed_in(), f"?client={other.person().pk}").status_code == 404


def test_contact_that_reports_an_overdose_leads_to_recording_it(signed_in, programme):
    browser, person, site = signed_in(Role.OUTREACH_WORKER), programme.person(), programme.site("SPOT-1")
    url = f"{reverse('record-contact')}?client={person.pk}"
    page = reposted(browser, url, overdose_reported="on", occurred_on="2025-03-01", site=str(site.pk))
    told = browser.get(page["Location"]).content.decode()
    contact = Contact.objects.get()

    link = f"{reverse('record-overdose')}?contact={contact.pk}&amp;client={person.pk}"
    initial = browser.get(link.replace("&amp;", "&")).context["form"].initial

    assert link in told
    assert (initial["occurred_on"], initial["site"]) == (day("2025-03-01"), site.pk)


def test_contact_without_an_overdose_says_nothing_of_one(signed_in, programme):
    browser = signed_in(Role.OUTREACH_WORKER)

    page = reposted(browser, reverse("record-contact"))

    assert reverse("record-overdose") not in browser.get(page["Location"]).content.decode()


@pytest.mark.parametrize("asked", ["no-id", "11111111-1111-4111-8111-111111111111"])
def test_unknown_contact_in_the_address_fills_nothing_in(signed_in, asked):
    page = signed_in().get(reverse("record-overdose"), {"contact": asked})

    assert (page.status_code, "site" in page.context["form"].initial) == (200, False)


def test_amend_shows_what_stands_and_keeps_the_follow_up(signed_in, programme):
    browser = signed_in()
    event = happened(programme, doses=2, follow_up="well", followed_up_on=day("2025-03-02"), outcome="hospital")

    reposted(browser, at("amend", event), doses="1")

    event.refresh_from_db()
    assert (event.doses, event.outcome, event.follow_up, event.version) == (1, "hospital", "well", 2)


# --- the follow-up --------------------------------------------------------------------------------------


def test_follow_up_is_kept_as_a_new_version(signed_in, programme):
    browser, event = signed_in(Role.OUTREACH_WORKER), happened(programme)

    response = reposted(browser, at("follow-up", event), outcome="needs_care", on="2025-03-03")

    event.refresh_from_db()
    assert response["Location"] == event.get_absolute_url()
    assert (event.follow_up, str(event.followed_up_on), event.version) == ("needs_care", "2025-03-03", 2)
    assert event.contact.version == 1


def test_follow_up_before_the_event_is_refused_beside_its_field(signed_in, programme):
    browser, event = signed_in(), happened(programme)

    response = reposted(browser, at("follow-up", event), outcome="well", on="2025-02-28")

    assert list(response.context["form"].errors) == ["on"]


def test_follow_up_of_a_changed_event_shows_the_form_again(signed_in, programme):
    browser, event = signed_in(), happened(programme)
    amended(event, doses=1)

    response = browser.post(at("follow-up", event), {"version": 1, "outcome": "well", "on": "2025-03-02"})

    assert (response.status_code, Overdose.objects.get().follow_up) == (409, "")
    with pytest.raises(Changed):
        overdoses.follow_up(overdose=event, on=day("2025-03-02"), outcome="well", version=1, by=programme.by)


def test_follow_up_of_a_void_event_is_refused(programme):
    event = happened(programme)
    overdoses.void(record=event, by=programme.by, reason="Entered twice")

    with pytest.raises(Refused):
        overdoses.follow_up(overdose=event, on=day("2025-03-02"), outcome="well", version=1, by=programme.by)


def test_met_and_well_takes_one_tap(signed_in, programme, today):
    browser, event = signed_in(Role.OUTREACH_WORKER), happened(programme, str(today))

    response = browser.post(at("well", event), {"back": "today"})

    event.refresh_from_db()
    assert (response["Location"], event.follow_up, event.followed_up_on) == (reverse("today"), "well", today)


def test_met_and_well_after_a_death_is_refused_in_words(signed_in, programme):
    browser, event = signed_in(), happened(programme, outcome="died")

    response = browser.post(at("well", event))

    assert "The person died" in browser.get(response["Location"]).content.decode()
    assert Overdose.objects.get().followed_up_on is None


def test_waiting_are_those_who_lived_and_were_not_looked_after(programme):
    waits = happened(programme)
    happened(programme, outcome="died")
    happened(programme, followed_up_on=day("2025-03-02"), follow_up="well")
    void = happened(programme)
    overdoses.void(record=void, by=programme.by, reason="Entered twice")

    assert list(Overdose.objects.waiting()) == [waits]


def test_today_tells_the_team_what_waits_and_what_is_overdue(signed_in, programme, today):
    browser = signed_in(Role.OUTREACH_WORKER)
    happened(programme, str(today))
    happened(programme, str(today - timedelta(days=5)))
    happened(programme, str(today), outcome="died")

    card = next(c for c in browser.get(reverse("today")).context["cards"] if "After an overdose" in c)
    page = browser.get(reverse(LIST), {"waiting": "overdue"})

    assert (card.count("tag-attention"), card.count("due within"), card.count("overdue for")) == (2, 1, 1)
    assert page.context["result_count"] == 1


# --- who sees what --------------------------------------------------------------------------------------


def test_list_takes_the_same_queries_for_one_row_and_three(signed_in, programme, django_assert_num_queries):
    browser = signed_in()
    happened(programme, client_id=programme.person().pk, site_id=programme.site("SPOT-1").pk)
    browser.get(reverse(LIST))

    with django_assert_num_queries(6):
        browser.get(reverse(LIST))
    for number in range(2):
        happened(programme, client_id=programme.person().pk, site_id=programme.site(f"SPOT-{number}").pk)
    with django_assert_num_queries(6):
        browser.get(reverse(LIST))


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({}, 3),
        ({"waiting": "waiting"}, 1),
        ({"waiting": "done"}, 1),
        ({"outcome": "died"}, 1),
        ({"helped_by": "peer"}, 1),
        ({"occurred_on_after": "2025-03-02"}, 1),
    ],
)
def test_list_filters(signed_in, programme, query, number):
    happened(programme, helped_by="peer")
    happened(programme, outcome="died")
    happened(programme, "2025-03-02", followed_up_on=day("2025-03-02"), follow_up="well")

    assert signed_in().get(reverse(LIST), query).context["result_count"] == number


def test_peer_educator_sees_own_events_alone(signed_in, programme):
    browser = signed_in(Role.PEER_EDUCATOR)
    own, theirs = happened(programme, by=browser.user), happened(programme)

    assert [browser.get(at("detail", event)).status_code for event in (own, theirs)] == [200, 404]


@pytest.mark.parametrize("name", ["detail", "amend", "void", "history", "follow-up"])
def test_event_of_another_organisation_does_not_exist(signed_in, other, name):
    assert signed_in().get(at(name, happened(other))).status_code == 404


def test_event_of_another_organisation_is_not_ticked_off(signed_in, other):
    browser, event = signed_in(), happened(other)

    assert (browser.post(at("well", event)).status_code, browser.get(at("well", event)).status_code) == (404, 405)


def test_event_of_a_protected_child_is_hidden_with_the_child(signed_in, programme):
    person = programme.person(born="2010-01-01", group="YSE")
    event = happened(programme, client_id=person.pk)

    assert signed_in(Role.OUTREACH_WORKER).get(at("detail", event)).status_code == 404
    assert Client.objects.get(pk=person.pk).restricted is True


def test_programme_manager_reads_and_changes_nothing(signed_in, programme):
    browser, event = signed_in(Role.PROGRAMME_MANAGER), happened(programme)

    assert browser.get(at("detail", event)).status_code == 200
    assert [browser.get(at(name, event)).status_code for name in ("amend", "void", "follow-up")] == [403, 403, 403]
    assert browser.post(at("well", event)).status_code == 403
