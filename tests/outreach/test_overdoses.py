"""Overdoses: the event, the contact that it records by itself, the new kit, and the follow-up within three days."""

import uuid
from datetime import datetime, time

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actions.records import Outcome
from core.rules.problems import InvalidEntries
from outreach.actions import contacts, overdoses
from outreach.models import CommodityLine, Contact, Fact, Overdose, StockMove
from outreach.rules import overdoses as rules
from outreach.rules.overdoses import OverdoseEntry
from tests.factories.programme import day

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


def test_clock_of_today_without_a_time_runs_from_the_recording(programme):
    event = happened(programme, str(timezone.localdate()))

    assert event.follow_up_by == event.recorded_at + rules.FOLLOW_UP


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
