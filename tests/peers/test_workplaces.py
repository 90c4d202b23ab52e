"""Workplaces: rules at their edges, one a site, dated counts, and the screens."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from core.actions.records import Changed, Outcome, Refused
from core.models.users import system_user
from core.permissions import Role
from peers.actions import workplaces
from peers.models import WorkforceCount, Workplace
from peers.rules import workplaces as rules
from peers.rules.workplaces import WorkplaceEntry
from tests.factories.people import member, organisation
from tests.factories.programme import day
from tests.factories.workplaces import committee, site_of, workplace
from tests.outreach.taken import with_turns

pytestmark = pytest.mark.usefixtures("lists")
TODAY = day("2025-06-01")


def entry(**said):
    values = {"occurred_on": day("2024-01-01"), "enterprise": "Factory", "sector": "garment", "site_id": uuid.uuid4()}
    return WorkplaceEntry(**(values | said))


def cell(on="2025-01-31", sex="F", band="A18", workers=10):
    return day(on), sex, band, workers


@pytest.fixture
def browser(client):
    client.user = member(Role.SUPERVISOR)
    client.force_login(client.user)
    return client


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({}, []),
        ({"occurred_on": TODAY}, []),
        ({"occurred_on": TODAY + timedelta(days=1)}, ["occurred_on"]),
        ({"occurred_on": day("1989-12-31")}, ["occurred_on"]),
        ({"occurred_on": day("0001-01-01")}, ["occurred_on"]),
        ({"site_id": None}, ["site"]),
        ({"enterprise": " "}, ["enterprise"]),
        ({"enterprise": "x" * 120}, []),
        ({"enterprise": "x" * 121}, ["enterprise"]),
        ({"enterprise": "ring 012 345 678"}, ["enterprise"]),
        ({"sector": "mining"}, ["sector"]),
        ({"agreement_on": TODAY}, []),
        ({"agreement_on": TODAY + timedelta(days=1)}, ["agreement_on"]),
        ({"agreement_until": TODAY}, ["agreement_until"]),
        ({"agreement_on": TODAY, "agreement_until": TODAY}, []),
        ({"agreement_on": TODAY, "agreement_until": day("2030-01-01")}, []),
        ({"agreement_on": TODAY, "agreement_until": TODAY - timedelta(days=1)}, ["agreement_until"]),
        ({"agreement_on": TODAY, "agreement_until": day("9999-12-31")}, ["agreement_until"]),
        ({"policy_on": TODAY + timedelta(days=1)}, ["policy_on"]),
        ({"note": "x" * 280}, []),
        ({"note": "x" * 281}, ["note"]),
        ({"note": "012 345 678"}, ["note"]),
        ({"workforce": (cell(workers=0),)}, []),
        ({"workforce": (cell(workers=200_000),)}, []),
        ({"workforce": (cell(workers=200_001),)}, ["workforce"]),
        ({"workforce": (cell(workers=200_000), cell(sex="M", workers=1))}, ["workforce"]),
        ({"workforce": (cell(workers=200_000), cell("2025-02-01", workers=1))}, []),
        ({"workforce": (cell(workers=-1),)}, ["workforce"]),
        ({"workforce": (cell(), cell(workers=3))}, ["workforce"]),
        ({"workforce": (cell(band="A99"),)}, ["workforce"]),
        ({"workforce": (cell(sex="Q"),)}, ["workforce"]),
        ({"workforce": (cell(str(TODAY)),)}, []),
        ({"workforce": (cell(str(TODAY + timedelta(days=1))),)}, ["workforce"]),
        ({"workforce": (cell("1989-12-31"),)}, ["workforce"]),
    ],
)
def test_rules_at_their_edges(said, fields):
    assert sorted({p.field for p in rules.problems(entry(**said), today=TODAY)}) == fields


def test_site_is_one_workplace():
    first = workplace()
    again = entry(site_id=first.site_id)

    found = workplaces.problems_of(entries=[again], organisation=first.organisation)

    assert [p.message for p in found[0]] == [
        "This site is a workplace already. Open that workplace and change it, or choose another site."
    ]


def test_site_named_twice_in_one_go_is_refused_once():
    site = site_of(organisation("NGO-A"))
    twice = [entry(site_id=site.pk), entry(site_id=site.pk)]

    assert list(workplaces.problems_of(entries=twice, organisation=site.organisation)) == [1]


def test_site_is_free_again_when_its_workplace_is_void():
    first = workplace()
    workplaces.void(record=first, by=system_user(), reason="twice")

    second = workplace()

    assert (second.site, second.pk == first.pk) == (first.site, False)


def test_sent_twice_is_one_workplace_and_other_content_a_conflict():
    site = site_of(organisation("NGO-A"))
    one = entry(site_id=site.pk, workforce=(cell(),))
    who = {"by": system_user(), "organisation": site.organisation}

    told = [
        workplaces.record(entry=one, **who),
        workplaces.record(entry=one, **who),
        workplaces.record(entry=entry(id=one.id, site_id=site.pk), **who),
    ]

    assert told == [Outcome.CREATED, Outcome.DUPLICATE, Outcome.CONFLICT]
    assert WorkforceCount.objects.count() == 1


def test_what_is_read_back_writes_the_same():
    place = workplace(workforce=[("2025-01-31", "M", "A18", 3), ("2024-01-31", "F", "AUNK", 9)], note="by the river")

    assert workplaces.entry_of(place).content() == place.content()


def test_count_adds_a_day_and_replaces_the_same_day():
    place = workplace(workforce=[("2024-01-31", "F", "AUNK", 9), ("2025-01-31", "F", "A18", 5)])
    count = {"count": [("M", "A18", 7)], "by": system_user()}

    workplaces.count_workforce(workplace=place, on=day("2025-01-31"), version=1, **count)
    place = Workplace.objects.get()
    workplaces.count_workforce(workplace=place, on=day("2025-02-28"), version=2, **count)

    rows = WorkforceCount.objects.order_by("counted_on").values_list("counted_on", "sex", "age_band", "workers")
    assert [(str(on), *rest) for on, *rest in rows] == [
        ("2024-01-31", "F", "AUNK", 9),
        ("2025-01-31", "M", "A18", 7),
        ("2025-02-28", "M", "A18", 7),
    ]
    with pytest.raises(Changed):
        workplaces.count_workforce(workplace=place, on=day("2025-03-31"), version=2, **count)


def test_many_workplaces_are_written_in_a_constant_number_of_queries(django_assert_num_queries):
    home = organisation("NGO-A")
    who = {"by": system_user(), "organisation": home}
    sites = [site_of(home, f"F-{number}") for number in range(21)]
    workplaces.record_many(entries=[entry(site_id=sites[20].pk, workforce=(cell(),))], **who)
    many = [entry(site_id=site.pk, workforce=(cell(), cell(sex="M"))) for site in sites[:20]]

    with django_assert_num_queries(with_turns(12, 1)):
        workplaces.record_many(entries=many[:1], **who)
    with django_assert_num_queries(with_turns(12, 1)):
        workplaces.record_many(entries=many[1:], **who)


def test_workplace_with_a_committee_is_not_made_void(browser):
    place = committee().workplace

    response = browser.post(reverse("workplaces:void", args=[place.pk]), {"reason": "twice"})

    place.refresh_from_db()
    assert (response.status_code, place.is_void) == (200, False)
    assert "This workplace has a committee." in response.content.decode()


def test_voiding_many_stops_at_a_workplace_with_a_committee():
    place = committee().workplace
    who = {"by": system_user(), "organisation": place.organisation}

    with pytest.raises(Refused):
        workplaces.void_many(ids=[place.pk], reason="import", **who)

    assert Workplace.objects.countable().count() == 1
