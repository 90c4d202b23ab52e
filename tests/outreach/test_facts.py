"""Facts mirror what they are counted from, whatever changes it."""

from dataclasses import replace
from datetime import date

import pytest

from core.actions import sites
from core.models import District
from outreach.actions import clients, look_alikes
from outreach.models import Client, Fact


@pytest.fixture
def met(programme):
    """One person met once, at a site without a district."""
    person = programme.person(group="PWID", born="2000-06-15")
    programme.met(person, "2025-03-01", "NSP", site=programme.site("SPOT-1"), given={"SYR_1ML_FIX": 5})
    return person


def fact():
    return Fact.objects.get()


def test_a_fact_knows_age_group_and_needles(met):
    assert (fact().client, fact().age, fact().group, fact().ns_given) == (met.pk, 24, "PWID", 5)


def test_a_moved_site_moves_its_contacts(met, programme):
    site = programme.site("SPOT-1")
    values = {"code": site.code, "name": site.name, "kind": site.kind, "district": District.objects.get(pk="1201")}

    sites.amend(site=site, values=values, by=programme.by)

    assert (fact().district, fact().province) == ("1201", "12")


def test_a_changed_birth_date_changes_the_age(met, programme):
    entry = replace(clients.entry_of(met), birth_date=date(1990, 3, 2))

    clients.amend(client=met, entry=entry, version=1, by=programme.by)

    assert fact().age == 34


def test_a_merge_and_its_undoing_move_the_contact(met, programme):
    other = programme.person(group="MSM", sex="M", born="1980-01-01")

    look_alikes.merge(client=met, into=other, by=programme.by)
    merged = (fact().client, fact().sex, fact().group)
    look_alikes.unmerge(client=Client.objects.get(pk=met.pk), by=programme.by)

    assert merged == (other.pk, "M", "MSM")
    assert (fact().client, fact().sex, fact().group) == (met.pk, "F", "PWID")


def test_a_chain_of_merges_counts_for_its_end(met, programme):
    middle, end = programme.person(), programme.person()

    look_alikes.merge(client=met, into=middle, by=programme.by)
    look_alikes.merge(client=middle, into=end, by=programme.by)

    assert fact().client == end.pk
