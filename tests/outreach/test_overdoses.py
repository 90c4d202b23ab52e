"""Overdoses: the event, the contact that it records by itself, the new kit, and the follow-up within three days."""

import uuid
from datetime import datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actions.records import Changed, Outcome, Refused
from core.permissions import Role
from core.rules.problems import InvalidEntries
from outreach.actions import contacts, overdoses
from outreach.models import Client, CommodityLine, Contact, Fact, Overdose, StockMove
from outreach.rules import overdoses as rules
from outreach.rules.overdoses import OverdoseEntry
from tests.factories.programme import day
from tests.outreach.forms import reposted

LIST = "overdoses:list"


def entry(on="2025-03-01", **said):
    return OverdoseEntry(occurred_on=day(on), **said)


def happened(programme, on="2025-03-01", *, by=None, **said):
    found = entry(on, **said)
    overdoses.record(entry=found, by=by or programme.by, organisation=programme.organisation)
    return Overdose.objects.get(pk=found.id)


def create(browser, query="", **said):
    data = {"id": str(uuid.uuid4()), "occurred_on": "2025-03-01", "outcome": "recovered", "replace_kit": "on", **said}
    data = {name: value for name, value in data.items() if value is not None}
    return browser.post(reverse("record-overdose") + query, data)


def at(name, overdose):
    return reverse(f"overdoses:{name}", args=[overdose.pk])


def wrong(found, today="2025-06-01"):
    return sorted({problem.field for problem in rules.problems(found, today=day(today))})


def local(text):
    return timezone.make_aware(datetime.fromisoformat(text))


def did(contact):
    """(services, doses given) of a contact."""
    doses = CommodityLine.objects.filter(contact=contact, commodity="NALOX").values_list("given", flat=True)
    return sorted(contact.services.values_list("service", flat=True)), sum(doses)


def amended(overdose, **changed):
    found = overdoses.entry_of(overdose, **changed)
    by = overdose.recorded_by
    return overdoses.amend(record=overdose, entry=found, version=overdose.version, by=by)


# --- rules ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({}, []),
        ({"doses": 2, "replace_kit": True, "outcome": "recovered"}, []),
        ({"doses": 51}, ["doses"]),
        ({"doses": -1}, ["doses"]),
        ({"doses": 2, "replace_kit": True, "outcome": "died"}, ["replace_kit"]),
        ({"doses": 0, "replace_kit": True}, ["replace_kit"]),
        ({"outcome": ""}, ["outcome"]),
        ({"helped_by": "stranger"}, ["helped_by"]),
        ({"substances": frozenset({"soap"})}, ["substances"]),
        ({"followed_up_on": day("2025-03-01"), "follow_up": "well"}, []),
        ({"followed_up_on": day("2025-02-28"), "follow_up": "well"}, ["followed_up_on"]),
        ({"followed_up_on": day("2025-06-02"), "follow_up": "well"}, ["followed_up_on"]),
        ({"followed_up_on": day("2025-03-02")}, ["follow_up"]),
        ({"follow_up": "well"}, ["followed_up_on"]),
        ({"followed_up_on": day("2025-03-02"), "follow_up": "well", "outcome": "died"}, ["followed_up_on"]),
    ],
)
def test_rules_at_their_edges(lists, said, fields):
    assert wrong(entry(**said)) == fields


@pytest.mark.parametrize(("at_time", "until"), [(time(14, 30), "2025-03-04T14:30:00"), (None, "2025-03-05T00:00:00")])
def test_follow_up_is_due_72_hours_after_the_event_or_the_days_end(at_time, until):
    assert rules.follow_up_by(day("2025-03-01"), at_time) == datetime.fromisoformat(until)


def test_form_and_bulk_path_agree(signed_in, programme):
    browser, person = signed_in(), programme.person(born="2025-06-01")
    for said in ({"doses": "51"}, {"substances": "soap"}, {"outcome": ""}, {"occurred_on": "2999-01-01"}):
        assert create(browser, **said).status_code == 200
    assert create(browser, f"?client={person.pk}").status_code == 200

    bulk = [
        entry(doses=51),
        entry(substances=frozenset({"soap"})),
        entry(outcome=""),
        entry("2999-01-01"),
        entry(client_id=person.pk),
    ]
    assert sorted(overdoses.problems_of(entries=bulk, organisation=programme.organisation)) == [0, 1, 2, 3, 4]
    assert (Overdose.objects.count(), Contact.objects.count()) == (0, 0)


# --- the contact beside it ------------------------------------------------------------------------------


def test_event_records_the_response_and_the_new_kit(programme):
    person, site = programme.person(), programme.site("SPOT-1")

    event = happened(programme, client_id=person.pk, site_id=site.pk, doses=2, replace_kit=True, outcome="recovered")

    contact = event.contact
    assert contact.pk == uuid.uuid5(event.pk, "contact")
    assert (contact.kind, contact.client, contact.site, str(contact.occurred_on)) == (
        "one_to_one",
        person,
        site,
        "2025-03-01",
    )
    assert did(contact) == (["NALOXONE", "OD_RESPONSE"], 2)
    assert Fact.objects.filter(contact=contact).count() == 1
    assert list(StockMove.objects.filter(contact=contact).values_list("commodity", "quantity")) == [("NALOX", 2)]


@pytest.mark.parametrize(
    ("said", "services"),
    [
        ({"doses": 2}, ["OD_RESPONSE"]),
        ({"helped_by": "staff", "outcome": "died"}, ["OD_RESPONSE"]),
        ({"helped_by": "friend", "doses": 1, "replace_kit": True}, ["NALOXONE", "OD_RESPONSE"]),
        ({"helped_by": "friend"}, None),
        ({"helped_by": "medical", "outcome": "died"}, None),
        ({"helped_by": "nobody"}, None),
    ],
)
def test_what_others_did_is_no_contact_of_ours(programme, said, services):
    event = happened(programme, **said)

    assert (did(event.contact)[0] if event.contact else None) == services
    assert Contact.objects.count() == (services is not None)


def test_event_sent_twice_is_one_event_and_one_contact(programme):
    found = entry(doses=2, replace_kit=True)
    who = {"by": programme.by, "organisation": programme.organisation}

    outcomes = [overdoses.record(entry=found, **who), overdoses.record(entry=found, **who)]

    assert outcomes == [Outcome.CREATED, Outcome.DUPLICATE]
    assert (Overdose.objects.count(), Contact.objects.count(), StockMove.objects.count()) == (1, 1, 1)


def test_amended_event_amends_its_contact_and_leaves_what_was_added(programme):
    event = happened(programme, doses=2, replace_kit=True)
    held = contacts.entry_of(event.contact)
    more = contacts.entry_of(event.contact, services=held.services | {"COUNSEL"}, given={**held.given, "SWAB": 4})
    contacts.amend(contact=event.contact, entry=more, version=1, by=programme.by)

    event = amended(event, doses=3, occurred_on=day("2025-03-02"))

    contact = event.contact
    assert (str(contact.occurred_on), did(contact)) == ("2025-03-02", (["COUNSEL", "NALOXONE", "OD_RESPONSE"], 3))
    assert contact.commodities.get(commodity="SWAB").given == 4
    assert event.follow_up_by == local("2025-03-06T00:00:00")
    assert StockMove.objects.filter(contact=contact, commodity="NALOX").get().quantity == 3


def test_event_that_proves_nobodys_work_voids_its_contact_and_takes_it_up_again(programme):
    event = happened(programme, doses=1, replace_kit=True, helped_by="peer")
    first = event.contact

    event = amended(event, helped_by="friend", replace_kit=False)
    first.refresh_from_db()
    assert (first.is_void, StockMove.objects.filter(contact=first).count()) == (True, 0)

    event = amended(event, helped_by="staff")
    assert (event.contact.is_void, did(event.contact)) == (False, (["OD_RESPONSE"], 0))
    assert Contact.objects.countable().count() == 1


def test_contact_made_void_by_hand_stays_void(programme):
    event = happened(programme, doses=1, replace_kit=True)
    contacts.void(contact=event.contact, by=programme.by, reason="Entered twice")

    event = amended(event, doses=2)

    assert (event.contact.is_void, Contact.objects.count()) == (True, 1)


def test_void_event_voids_its_contact(programme):
    event = happened(programme, doses=2, replace_kit=True)

    overdoses.void(record=event, by=programme.by, reason="Entered twice")

    event.refresh_from_db()
    assert (event.is_void, event.contact.is_void) == (True, True)
    assert (Fact.objects.count(), StockMove.objects.count()) == (0, 0)


def test_many_events_take_no_more_queries_than_one(programme, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        overdoses.record_many(
            entries=[entry(doses=1, replace_kit=True) for _number in range(40)],
            by=programme.by,
            organisation=programme.organisation,
        )

    assert (Overdose.objects.count(), Contact.objects.count()) == (40, 40)


def test_event_and_contact_are_both_or_neither(programme):
    person = programme.person(born="2025-06-01")

    with pytest.raises(InvalidEntries):
        happened(programme, client_id=person.pk)

    assert (Overdose.objects.count(), Contact.objects.count()) == (0, 0)


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
