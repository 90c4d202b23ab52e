"""Contacts: recorded once, quickly, for the right person, and never lost."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.db import connection
from django.urls import reverse

from core import codes
from core.actions.records import Outcome
from core.models import ConflictingCopy
from core.models.users import system_user
from core.permissions import Role
from core.rules.problems import InvalidEntries
from fixtures.actions import reference
from outreach.actions import contacts
from outreach.models import Contact, Fact, Referral
from outreach.rules.contacts import ContactEntry
from tests.factories.programme import Programme

RECORD, HARM = "record-contact", "record-harm-reduction"


def posted(**changed):
    """A contact's form as a browser posts it."""
    data = {
        "id": str(uuid.uuid4()),
        "occurred_on": "2025-03-01",
        "kind": "one_to_one",
        "group_size": "1",
        "site": "",
        "services": ["IEC", "CONDOM"],
        "given_COND_M": "24",
        **changed,
    }
    return {name: value for name, value in data.items() if value is not None}


def record(browser, person=None, screen=RECORD, **changed):
    return browser.post(address(person, screen), posted(**changed))


def address(person=None, screen=RECORD, more=""):
    return reverse(screen) + (f"?client={person.pk}{more}" if person else "")


def lines(contact):
    return sorted(contact.commodities.values_list("commodity", "given", "taken_back"))


def given(contact):
    return sorted(contact.services.values_list("service", flat=True))


def at(name, contact):
    return reverse(f"contacts:{name}", args=[contact.pk])


# --- recording ------------------------------------------------------------------------------------------


def test_record_keeps_what_was_done(signed_in, programme):
    browser, person, site = signed_in(Role.OUTREACH_WORKER), programme.person(), programme.site("Spot 4", "1201")

    response = record(
        browser, person, site=str(site.pk), hts_outcome="tested_or_ref", note="calm", taken_SYR_1ML_FIX="3"
    )

    contact = Contact.objects.get()
    assert response["Location"] == contact.get_absolute_url()
    assert (contact.client, contact.site, contact.kind, contact.hts_outcome) == (
        person,
        site,
        "one_to_one",
        "tested_or_ref",
    )
    assert (given(contact), lines(contact)) == (["CONDOM", "IEC"], [("COND_M", 24, 0), ("SYR_1ML_FIX", 0, 3)])
    assert (contact.recorded_by, contact.organisation.code, contact.source) == (browser.user, "NGO-A", "web")
    assert Fact.objects.values_list("client", "ns_taken_back").get() == (person.pk, 3)


def test_record_without_a_person_is_anonymous(signed_in):
    record(signed_in(Role.PEER_EDUCATOR))

    assert Contact.objects.values_list("client", "group_size").get() == (None, 1)
    assert Fact.objects.values_list("client", flat=True).get() is None


def test_record_for_a_merged_person_is_kept_with_the_survivor(signed_in, programme):
    one, other = programme.person(), programme.person()
    programme.merge(one, other)

    record(signed_in(), one)

    assert Contact.objects.get().client == other


def test_peer_educator_records_with_anybody_of_the_organisation_and_sees_them_then(signed_in, programme):
    browser, person = signed_in(Role.PEER_EDUCATOR), programme.person()
    before = browser.get(person.get_absolute_url()).status_code

    record(browser, person)

    assert (before, browser.get(person.get_absolute_url()).status_code) == (404, 200)


def test_places_to_refer_to_come_after_places_to_meet_at(signed_in, programme):
    service = programme.site("A service")
    service.kind = "facility"
    service.save()
    spot = programme.site("Spot")

    choices = signed_in().get(address()).context["form"].fields["site"].choices

    assert [value for value, _label in choices if value] == [str(spot.pk), str(service.pk)]


def test_another_place_is_taken_before_the_chip(signed_in, programme):
    sites = [programme.site(f"Spot {number}") for number in range(8)]
    browser = signed_in()
    form = browser.get(address()).context["form"]
    rest = [value for value, _label in form.fields["other_site"].choices if value]

    record(browser, site=form["site"].value(), other_site=rest[0])

    assert len(form.fields["site"].choices) + len(rest) == len(sites) + 1
    assert str(Contact.objects.get().site_id) == rest[0]


def test_place_of_the_last_contact_stands_first(signed_in, programme):
    browser = signed_in()
    sites = [programme.site(f"Spot {number}") for number in range(8)]
    record(browser, site="", other_site=str(sites[7].pk))

    form = browser.get(address()).context["form"]

    assert (form["site"].value(), form.fields["site"].choices[0][1]) == (str(sites[7].pk), "Spot 7")


def test_site_of_another_organisation_is_no_choice(signed_in, other):
    site = other.site("Theirs")

    response = record(signed_in(), site=str(site.pk))

    assert (list(response.context["form"].errors), Contact.objects.count()) == (["site"], 0)


@pytest.mark.parametrize("screen", [RECORD, HARM])
def test_person_of_another_organisation_does_not_exist(signed_in, other, screen):
    browser, theirs = signed_in(), other.person()

    answers = [browser.get(address(theirs, screen)).status_code, record(browser, theirs, screen).status_code]

    assert (answers, Contact.objects.count()) == ([404, 404], 0)


@pytest.mark.parametrize("asked", ["1234", "00000000-0000-4000-8000-000000000000", "K7F2M9"])
def test_person_who_is_nobody_does_not_exist(signed_in, asked):
    assert signed_in().get(f"{reverse(RECORD)}?client={asked}").status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"occurred_on": "2999-01-01"}, "occurred_on"),
        ({"occurred_on": "1930-01-01"}, "occurred_on"),
        ({"occurred_on": "1/3/2025"}, "occurred_on"),
        ({"given_COND_M": "-1"}, "given_COND_M"),
        ({"given_COND_M": "1e9"}, "given_COND_M"),
        ({"given_COND_M": "9999999"}, "given_COND_M"),
        ({"services": ["NOPE"]}, "services"),
        ({"kind": "hotline"}, "kind"),
        ({"group_size": "0"}, "group_size"),
        ({"hts_outcome": "positive"}, "hts_outcome"),
        ({"note": "ring 012 345 678"}, "note"),
        ({"note": "x" * 281}, "note"),
        ({"referral_type": "NOPE"}, "referral_type"),
        ({"id": ""}, "id"),
    ],
)
def test_record_refuses_with_a_word_beside_the_field_and_loses_nothing(signed_in, programme, changed, field):
    response = record(signed_in(), programme.person(), **{"given_LUBE_S": "7", **changed})

    form = response.context["form"]
    assert (response.status_code, list(form.errors), form["given_LUBE_S"].value()) == (200, [field], "7")
    assert Contact.objects.count() == 0


def test_record_before_birth_is_refused(signed_in, programme):
    response = record(signed_in(), programme.person(born="2025-03-02"))

    assert list(response.context["form"].errors) == ["occurred_on"]


def test_record_posted_twice_is_one_contact(signed_in, programme):
    browser, person, data = signed_in(), programme.person(), posted(referral_type="HTS")

    first, second = (browser.post(address(person), data) for _time in range(2))

    assert first["Location"] == second["Location"]
    assert (Contact.objects.count(), Referral.objects.count(), Fact.objects.count()) == (1, 1, 1)


def test_record_with_a_taken_number_keeps_both_texts(signed_in, programme):
    browser, person, data = signed_in(), programme.person(), posted()
    browser.post(address(person), data)

    response = browser.post(address(person), {**data, "given_COND_M": "3"})

    assert (response.status_code, lines(Contact.objects.get())) == (409, [("COND_M", 24, 0)])
    assert ConflictingCopy.objects.get().content["commodities"] == [["COND_M", 3, 0]]


def test_record_again_of_a_void_contact_stays_void(signed_in):
    browser, data = signed_in(), posted()
    browser.post(address(), data)
    contacts.void(contact=Contact.objects.get(), by=browser.user, reason="twice")

    response = browser.post(address(), data)

    assert (response.status_code, Contact.objects.get().is_void, Fact.objects.count()) == (302, True, 0)


def test_record_by_someone_who_may_only_read_is_forbidden(signed_in):
    assert record(signed_in(Role.PROGRAMME_MANAGER)).status_code == 403


def test_form_for_a_known_person_shows_twelve_fields_at_most(signed_in, programme):
    for number in range(8):
        programme.site(f"Spot {number}")
    browser, person = signed_in(), programme.person()

    shown = {}
    for screen in (RECORD, HARM):
        form = browser.get(address(person, screen)).context["form"]
        shown[screen] = 1 + len([*form.place_fields, *form.given_first, *form.taken_first, *form.after_fields])

    assert shown == {RECORD: 7, HARM: 12}


@pytest.mark.django_db(transaction=True)
def test_record_in_parallel_is_one_contact():
    reference.load(by=system_user())
    codes.clear()
    programme = Programme("NGO-A")
    entry = ContactEntry(occurred_on=date(2025, 3, 1), kind="one_to_one", given={"COND_M": 3})

    def write(_number):
        try:
            return contacts.record(entry=entry, by=programme.by, organisation=programme.organisation)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        outcomes = sorted(threads.map(write, range(8)))

    assert outcomes == [Outcome.CREATED] + [Outcome.DUPLICATE] * 7
    assert (Contact.objects.count(), Fact.objects.count()) == (1, 1)


# --- as last time, referral, harm reduction ---------------------------------------------------------------


def test_as_last_time_fills_what_repeats(signed_in, programme):
    browser = signed_in()
    programme.by = browser.user
    person, site = programme.person(), programme.site("Spot 4")
    programme.met(person, "2025-01-01", "WOUND", given={"COND_F": 1})
    programme.met(
        person,
        "2025-02-01",
        "IEC;HTS_OFFER",
        kind="dic_visit",
        site=site,
        outcome="declined",
        given={"COND_M": 12},
        back={"SYR_1ML_FIX": 5},
    )

    plain = browser.get(address(person)).context["form"]
    form = browser.get(address(person, more="&like=last")).context["form"]

    assert (plain["services"].value(), plain["given_COND_M"].value()) == (None, 0)
    assert (form["kind"].value(), form["site"].value(), form["services"].value()) == (
        "dic_visit",
        str(site.pk),
        ["IEC"],
    )
    assert (form["given_COND_M"].value(), form["given_COND_F"].value(), form["taken_SYR_1ML_FIX"].value()) == (12, 0, 0)
    assert (form["hts_outcome"].value(), form["occurred_on"].value() != date(2025, 2, 1)) == (None, True)


@pytest.mark.parametrize("field", ["site", "other_site"])
def test_place_offered_when_the_form_was_drawn_is_taken(signed_in, programme, field):
    browser = signed_in()
    programme.by = browser.user
    person = programme.person()
    sites = [programme.site(f"Spot {number}") for number in range(9)]
    for number, site in enumerate(sites[:6], start=1):
        programme.met(person, f"2025-02-0{number}", "IEC", site=site)
    far, near = sites[0], sites[5]

    record(browser, person, **{"site": "", field: str((far if field == "site" else near).pk)})

    newest = Contact.objects.get(occurred_on=date(2025, 3, 1))
    assert newest.site == (far if field == "site" else near)


def test_as_last_time_shows_a_peer_only_own_contacts(signed_in, programme):
    person = programme.person()
    programme.met(person, "2025-02-01", "WOUND")

    response = signed_in(Role.PEER_EDUCATOR).get(address(person, more="&like=last"))

    assert (response.context["like_url"], response.context["form"]["services"].value()) == ("", None)


def test_referral_of_the_same_form_hangs_on_the_contact(signed_in, programme):
    person = programme.person()

    record(signed_in(), person, referral_type="PEP")

    referral = Referral.objects.get()
    assert (referral.client, referral.contact, referral.type, referral.urgent, referral.status) == (
        person,
        Contact.objects.get(),
        "PEP",
        True,
        "issued",
    )
    assert list(referral.events.values_list("status", flat=True)) == ["issued"]


def test_contact_whose_referral_is_refused_is_not_kept_either(programme):
    person, other = programme.person(), Programme("NGO-B").person()
    entry = ContactEntry(occurred_on=date(2025, 3, 1), kind="one_to_one", client_id=person.pk)
    referral = contacts.ReferralEntry(occurred_on=date(2025, 3, 1), client_id=other.pk, type="HTS")

    with pytest.raises(InvalidEntries):
        contacts.record_with_referral(
            entry=entry, referral=referral, by=programme.by, organisation=programme.organisation
        )

    assert (Contact.objects.count(), Referral.objects.count()) == (0, 0)


def test_harm_reduction_ticks_the_services_that_follow(signed_in, programme):
    person = programme.person(group="PWID")

    record(
        signed_in(),
        person,
        HARM,
        services=["WOUND"],
        given_SYR_2ML="10",
        taken_SYR_1ML_FIX="4",
        given_NALOX="1",
        overdose_reported="on",
    )

    contact = Contact.objects.get()
    assert given(contact) == ["NALOXONE", "NSP", "NSP_COLLECT", "WOUND"]
    assert (contact.overdose_reported, contact.client) == (True, person)
    assert Fact.objects.values_list("ns_given", "ns_taken_back").get() == (10, 4)


def test_plain_contact_ticks_no_service_by_itself(signed_in):
    record(signed_in(), services=["IEC"], given_SYR_1ML_FIX="10")

    assert given(Contact.objects.get()) == ["IEC"]


def test_known_positive_outcome_is_no_choice_for_those_who_may_not_know(signed_in, programme):
    browser, person = signed_in(Role.PEER_EDUCATOR), programme.person()

    response = record(browser, person, hts_outcome="known_pos")

    assert list(response.context["form"].errors) == ["hts_outcome"]
