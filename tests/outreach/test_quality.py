"""The data-quality desk: each check beside a plain recount, and what it costs."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.permissions import Role
from outreach import quality
from outreach.models import Client, Contact
from outreach.quality import Desk
from tests.factories.people import member


@pytest.fixture
def desk(scope, today):
    return Desk(scope(Role.SUPERVISOR), today)


@pytest.fixture
def ago(today):
    """The ISO day so many days ago."""
    return lambda days: str(today - timedelta(days=days))


def at(check):
    return reverse("quality-check", args=[check])


def found(desk, check):
    return list(quality.CHECKS[check](desk))


def people(rows):
    return {row.client for row in rows}


def typed_on_the_day(contacts=None):
    """Move the moment of typing to the day on which it happened, as if it had been typed in the evening."""
    for contact in contacts or Contact.objects.all():
        moment = timezone.make_aware(timezone.datetime.combine(contact.occurred_on, timezone.datetime.min.time()))
        Contact.objects.filter(pk=contact.pk).update(recorded_at=moment + timedelta(hours=18))


# --- the checks -----------------------------------------------------------------------------------------


def test_impossible_ages_are_before_birth_over_a_hundred_or_a_child_among_adults(programme, desk, today, ago):
    met = today - timedelta(days=20)
    plain = [
        programme.person(group="FEW", born=str(met.replace(year=met.year - 25, day=1))),
        programme.person(group="STRL", born=str(met.replace(year=met.year - 8, day=1))),
        programme.person(group="PWID"),
        programme.person(group="PWID", born=f"{met.year - 10}-01-01", precision="year"),
    ]
    odd = [
        programme.person(group="PWID", born=str(met.replace(year=met.year - 8, day=1))),
        programme.person(group="MSM", born=f"{met.year - 105}-07-01", precision="year"),
        programme.person(group="STRL", born=str(met.replace(year=met.year - 8, day=1))),
    ]
    for person in plain + odd:
        programme.met(person, str(met))
    # A merge can bring a birth date after the first contact.
    Client.objects.filter(pk=odd[2].pk).update(birth_date=met + timedelta(days=3), birth_precision="day")
    odd[2].contacts.get().fact.__class__.objects.filter(client=odd[2].pk).update(age=0)

    rows = found(desk, "impossible_ages")

    assert {row.client: row.facts[0] for row in rows} == dict(
        zip([person.pk for person in odd], ["young", "old", "before"], strict=True)
    )


def test_heaped_ages_are_those_of_one_worker_and_quarter(programme, desk, today, ago):
    day = today - timedelta(days=100)
    worker, other = member(Role.OUTREACH_WORKER), member(Role.PEER_EDUCATOR)
    ages = {worker: [20, 25, 30, 35] * 4 + [21, 22, 23, 24, 26], other: list(range(18, 43))}
    for programme.by, years in ages.items():
        for age in years:
            programme.person(born=f"{day.year - age}-07-01", precision="estimated", registered=str(day))
    for age in (20, 25, 30) * 10:
        programme.person(born=f"{day.year - age}-07-01", registered=str(day))

    [row] = found(desk, "heaped_ages")

    heaped = sum(age % 5 == 0 for age in ages[worker])
    assert (row.worker, row.day.month % 3) == (worker.pk, 1)
    assert row.facts == (round(100 * heaped / (len(ages[worker]) / 5)), 16, 21)


@pytest.mark.parametrize(("heaped", "of", "index"), [(20, 100, 100), (100, 100, 500), (0, 40, 0), (0, 0, 0)])
def test_whipple_is_a_hundred_where_ages_are_even(heaped, of, index):
    assert quality.whipple(heaped, of) == index


def test_new_year_births_are_those_known_to_the_day(programme, desk, ago):
    odd = programme.person(born="1999-01-01", registered=ago(30))
    programme.person(born="1999-01-01", precision="year", registered=ago(30))
    programme.person(born="1999-01-02", registered=ago(30))
    programme.person(born="1999-01-01", registered=ago(400))

    assert people(found(desk, "new_year_births")) == {odd.pk}


def test_too_many_counts_contacts_with_one_person_of_one_worker_and_day(programme, desk, ago, settings):
    settings.MOST_CONTACTS_A_DAY = 3
    workers = [member(Role.OUTREACH_WORKER), member(Role.PEER_EDUCATOR)]
    for programme.by, days in ((workers[0], (5, 5, 5, 5, 6, 6, 6)), (workers[1], (5, 5, 5))):
        for day in days:
            programme.met(None, ago(day))
    programme.met(None, ago(6), size=4)
    programme.void(programme.met(None, ago(6)))

    naive = Counter((c.worker_id, c.occurred_on) for c in Contact.objects.filter(voided_at=None, group_size=1))

    rows = found(desk, "too_many")
    assert {(row.worker, row.day): row.facts[0] for row in rows} == {key: n for key, n in naive.items() if n > 3}
    assert len(rows) == 1


def test_contacts_without_a_worker_of_their_own_are_not_too_many(programme, desk, ago, settings):
    settings.MOST_CONTACTS_A_DAY = 3
    for _number in range(5):
        programme.met(None, ago(5))

    assert found(desk, "too_many") == []


def alike(programme, day, number, **more):
    return [programme.met(programme.person(), day, "IEC;CONDOM", given={"COND_M": 10}, **more) for _n in range(number)]


def test_copied_entries_are_five_alike_of_different_people_within_minutes(programme, desk, ago):
    programme.by = member(Role.OUTREACH_WORKER)
    odd = alike(programme, ago(5), 5)
    alike(programme, ago(6), 4)
    for given in range(5):
        programme.met(programme.person(), ago(7), "IEC", given={"COND_M": given + 1})
    one = programme.person()
    for _number in range(5):
        programme.met(one, ago(8), "IEC")
    hours = alike(programme, ago(9), 5)
    for number, contact in enumerate(hours):
        later = contact.recorded_at + timedelta(minutes=6 * number)
        Contact.objects.filter(pk=contact.pk).update(recorded_at=later)
    notes = alike(programme, ago(10), 4)
    notes += [programme.met(programme.person(), ago(10), "IEC;CONDOM", given={"COND_M": 10})]
    Contact.objects.filter(pk=notes[-1].pk).update(note="another")

    [row] = found(desk, "copied")

    assert (row.worker, str(row.day), row.facts[0]) == (programme.by.pk, ago(5), 5)
    assert row.facts[2] == sorted(str(contact.pk) for contact in odd)


def test_copied_entries_of_a_file_are_not_asked_about(programme, desk, ago):
    alike(programme, ago(5), 6)
    Contact.objects.update(source="import")

    assert found(desk, "copied") == []


def test_late_entries_were_typed_more_than_two_weeks_later(programme, desk, ago):
    days = (0, 13, 14, 15, 40, 360, 370)
    contacts = {days_ago: programme.met(None, ago(days_ago)) for days_ago in days}
    on_time = programme.met(None, ago(40))
    typed_on_the_day([on_time])
    from_file = programme.met(None, ago(41))
    Contact.objects.filter(pk=from_file.pk).update(source="import")

    rows = found(desk, "late")

    naive = {
        c.pk: (timezone.localtime(c.recorded_at).date() - c.occurred_on).days
        for c in Contact.objects.exclude(source="import")
        if date.fromisoformat(ago(365)) <= c.occurred_on
    }
    assert {row.contact: row.facts[0] for row in rows} == {pk: n for pk, n in naive.items() if n > 14}
    assert {row.contact for row in rows} == {contacts[15].pk, contacts[40].pk, contacts[360].pk}


def test_missing_are_people_without_sex_or_age(programme, desk, ago):
    odd = [
        programme.person(sex="U", born="1999-05-05", registered=ago(9)),
        programme.person(registered=ago(9)),
        programme.person(sex="U", registered=ago(9)),
    ]
    programme.person(born="1999-05-05", registered=ago(9))
    programme.person(sex="U", registered=ago(400))

    rows = found(desk, "missing")

    assert [(row.client, row.facts) for row in sorted(rows, key=lambda r: [p.pk for p in odd].index(r.client))] == [
        (odd[0].pk, (True, False)),
        (odd[1].pk, (False, True)),
        (odd[2].pk, (True, True)),
    ]


# --- what it costs --------------------------------------------------------------------------------------

CHECK_QUERIES = {
    "impossible_ages": 2,
    "heaped_ages": 1,
    "new_year_births": 1,
    "too_many": 1,
    "copied": 2,
    "late": 2,
    "missing": 1,
}


def odd_of_each(programme, number, ago, settings):
    settings.MOST_CONTACTS_A_DAY = 3
    programme.by = member(Role.OUTREACH_WORKER)
    for day in range(number):
        young = programme.person(group="PWID", born=ago(3000), sex="U", registered=ago(20 + day))
        programme.met(young, ago(20 + day))
        programme.person(born="1999-01-01", registered=ago(20))
        alike(programme, ago(30 + day), 5)


@pytest.mark.parametrize("check", quality.CHECKS)
@pytest.mark.parametrize("number", [1, 3])
def test_check_costs_two_queries_at_most(programme, desk, ago, settings, check, number, django_assert_num_queries):
    odd_of_each(programme, number, ago, settings)

    with django_assert_num_queries(CHECK_QUERIES[check]):
        found(desk, check)
