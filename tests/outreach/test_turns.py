"""People changed while something is recorded of them: the facts say what holds afterwards, and no chain is a circle."""

from datetime import date

import pytest

from core.models.users import system_user
from outreach.actions import clients, contacts, look_alikes
from outreach.models import Client, Contact, Fact
from outreach.rules.contacts import ContactEntry
from tests.at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("turn", range(3))]


def merged(person, into):
    return lambda: look_alikes.merge(client=person, into=into, by=system_user())


def met(programme, person):
    entry = ContactEntry(occurred_on=date(2025, 6, 1), kind="one_to_one", client_id=person.pk)
    return lambda: contacts.record(entry=entry, by=system_user(), organisation=programme.organisation)


def test_two_merged_into_each_other_at_once_are_no_circle(programme, turn):
    one, other = programme.person(), programme.person()

    at_once(merged(one, other), merged(other, one))

    assert Client.objects.exclude(merged_into=None).count() == 1


def test_two_links_of_a_chain_made_at_once_lead_to_its_end(programme, turn):
    first, second, last = programme.person(), programme.person(), programme.person()
    programme.met(first, "2025-06-01")

    at_once(merged(first, second), merged(second, last))

    first.refresh_from_db()
    assert (first.survivor, Fact.objects.get().client) == (last, last.pk)


def test_contact_recorded_during_a_merge_counts_for_the_survivor(programme, turn):
    person, survivor = programme.person(), programme.person()

    at_once(met(programme, person), merged(person, survivor))

    assert Fact.objects.get().client == survivor.pk


def test_contact_recorded_while_its_client_is_made_void_is_one_or_the_other(programme, turn):
    person = programme.person()

    def void():
        return clients.void(client=person, by=system_user(), reason="recorded twice")

    at_once(met(programme, person), void)

    person.refresh_from_db()
    assert person.is_void is not Contact.objects.exists()
