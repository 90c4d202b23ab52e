"""Coverage of workplaces: people counted once, attendances beside them, each against a naive recount of source rows."""

from collections import defaultdict
from datetime import date
from random import Random

import pytest
from django.urls import reverse

from core.permissions import Role
from outreach.actions import contacts
from outreach.models import Contact
from peers.coverage import coverage
from peers.models import Session, WorkforceCount, Workplace
from tests.factories.people import member
from tests.factories.programme import Programme, day
from tests.factories.workplaces import site_of, workplace

pytestmark = pytest.mark.usefixtures("lists")
ALL = (None, date(2026, 1, 1))


@pytest.fixture
def programme():
    return Programme("NGO-A")


def naive(place, start, end):
    """(people, women, young, attendances, workforce), read from source rows, one by one."""
    seen, heads = {}, 0
    for contact in Contact.objects.filter(site_id=place.site_id).order_by("occurred_on"):
        who = contact.client and (contact.client.survivor or contact.client)
        outside = (start and contact.occurred_on < start) or contact.occurred_on > end
        if who is None or contact.voided_at or outside or contact.group_size > 25:
            continue
        if contact.kind in ("large_group", "event", "classroom", "hotline"):
            continue
        if who.pk not in seen:
            born, on = who.birth_date, contact.occurred_on
            age = on.year - born.year - ((on.month, on.day) < (born.month, born.day)) if born else None
            seen[who.pk] = (who.sex, age)
    for session in Session.objects.filter(site_id=place.site_id, voided_at=None):
        if (start is None or session.occurred_on >= start) and session.occurred_on <= end:
            heads += sum(row.heads for row in session.headcounts.all())
    counts = defaultdict(int)
    for row in WorkforceCount.objects.filter(workplace=place):
        if row.counted_on <= end:
            counts[row.counted_on] += row.workers
    women = sum(sex == "F" for sex, _age in seen.values())
    young = sum(age is not None and 15 <= age <= 24 for _sex, age in seen.values())
    return len(seen), women, young, heads, counts[max(counts)] if counts else None


def reckoned(place, start, end):
    one = coverage([place], start, end).each[place.pk]
    return one.people.total, one.people.by_sex.get("F", 0), one.people.young, one.attendances, one.workforce


def test_person_met_in_two_years_is_one(programme):
    place = workplace(workforce=[("2024-01-01", "F", "AUNK", 4)])
    site, person = place.site, programme.person(born="2000-06-01")
    for on in ("2024-05-31", "2024-06-02", "2025-02-01"):
        programme.met(person, on, site=site)

    assert reckoned(place, *ALL) == (1, 1, 1, 0, 4)
    assert reckoned(place, day("2025-01-01"), day("2025-12-31")) == (1, 1, 1, 0, 4)
    assert reckoned(place, day("2023-01-01"), day("2023-12-31")) == (0, 0, 0, 0, None)


@pytest.mark.parametrize(
    ("said", "people"),
    [
        ({}, 1),
        ({"kind": "workplace_session", "size": 25}, 1),
        ({"kind": "workplace_session", "size": 26}, 0),
        ({"kind": "large_group", "size": 5}, 0),
        ({"kind": "event"}, 0),
        ({"void": True}, 0),
    ],
)
def test_who_is_reached(programme, said, people):
    place = workplace()
    programme.met(programme.person(), "2025-01-15", site=place.site, **said)

    assert coverage([place], *ALL).each[place.pk].people.total == people


@pytest.mark.parametrize(
    ("born", "young"), [("2010-01-16", 0), ("2010-01-15", 1), ("2000-01-16", 1), ("2000-01-15", 0), (None, 0)]
)
def test_young_are_fifteen_to_twenty_four_at_the_first_contact(programme, born, young):
    place = workplace()
    programme.met(programme.person(born=born), "2025-01-15", site=place.site)

    assert coverage([place], *ALL).each[place.pk].people.young == young


def test_anonymous_people_merged_people_and_other_sites(programme):
    place, twin, person = workplace(), programme.person(), programme.person()
    programme.met(None, "2025-01-15", site=place.site)
    programme.met(twin, "2025-01-15", site=place.site)
    programme.met(person, "2025-01-16", site=place.site)
    programme.met(programme.person(), "2025-01-16", site=site_of(programme.organisation, "ELSEWHERE"))

    programme.merge(twin, person)

    assert coverage([place], *ALL).each[place.pk].people.total == 1


def test_factory_of_2600_with_overlapping_attendance_lists(programme):
    """Twelve sessions whose lists overlap, and unnamed heads beside them."""
    dice = Random(2600)
    bands = [("F", "A18", 900), ("F", "A21", 1100), ("M", "AUNK", 300), ("F", "AUNK", 300)]
    place = workplace(workforce=[("2024-06-30", *band) for band in bands])
    born = [f"{dice.randint(1980, 2008)}-{dice.randint(1, 12):02}-15" for _worker in range(60)]
    workers = [programme.person(sex=dice.choice("FFFM"), born=birth) for birth in born]
    days = [f"{2024 + month // 12}-{month % 12 + 1:02}-20" for month in range(6, 18)]
    for on in days:
        for worker in dice.sample(workers, 18):
            size = dice.choice([18, 18, 25, 40])
            programme.met(worker, on, kind="workplace_session", size=size, site=place.site)
        programme.talk(on, dice.randint(20, 200), kind="workplace_session", site=place.site)
    programme.talk("2024-07-01", 90, site=place.site, void=True)
    contacts.void(contact=Contact.objects.order_by("pk").first(), by=programme.by, reason="wrong factory")
    programme.merge(workers[0], workers[1])
    periods = [ALL, (day("2024-01-01"), day("2024-12-31")), (day("2025-01-01"), day("2025-12-31"))]

    found = [reckoned(place, *period) for period in periods]

    assert found == [naive(place, *period) for period in periods]
    assert 40 < found[0][0] <= 59
    assert found[0][0] < found[1][0] + found[2][0]
    assert found[0][4] == 2600
    one = coverage([place], *ALL).each[place.pk]
    assert one.share == 100 * found[0][0] / 2600
    assert one.sessions == 12


def test_together_somebody_met_at_two_workplaces_is_one(programme):
    here = workplace(workforce=[("2024-01-01", "F", "AUNK", 10)])
    there, bare = workplace(site="FACT-2", workforce=[("2024-01-01", "M", "AUNK", 5)]), workplace(site="FACT-3")
    person, other = programme.person(born="2000-01-01"), programme.person()
    for place in (here, there, bare):
        programme.met(person, "2024-12-31", site=place.site)
    programme.met(other, "2025-01-01", site=bare.site)
    programme.talk("2025-01-01", 30, site=here.site)
    programme.talk("2025-01-01", 40, site=bare.site)

    together = coverage([here, there, bare], *ALL).together

    assert (together.people.total, together.people.young, together.workforce) == (2, 1, 15)
    assert (together.reached_of_counted, together.share) == (1, 100 / 15)
    assert (together.sessions, together.attendances) == (2, 70)


def test_newest_count_by_the_end_of_the_period_is_the_workforce():
    place = workplace(
        workforce=[("2024-01-01", "F", "AUNK", 10), ("2024-01-01", "M", "A18", 5), ("2025-06-01", "F", "A18", 8)]
    )

    assert [reckoned(place, None, day(end))[4] for end in ("2023-12-31", "2024-01-01", "2025-05-31", "2025-06-01")] == [
        None,
        15,
        15,
        8,
    ]


@pytest.mark.parametrize(("workers", "odd", "share"), [(2, False, 100), (1, True, 200), (0, False, None)])
def test_more_people_than_workers_is_a_question(programme, workers, odd, share):
    place = workplace(workforce=[("2024-01-01", "F", "AUNK", workers)])
    for _person in range(2):
        programme.met(programme.person(), "2025-01-15", site=place.site)

    one = coverage([place], *ALL).each[place.pk]

    assert (one.is_odd, one.share) == (odd, share)


def test_coverage_of_many_costs_what_one_costs(programme, django_assert_num_queries):
    for number in range(3):
        place = workplace(site=f"FACT-{number}", workforce=[("2024-01-01", "F", "AUNK", 10)])
        programme.met(programme.person(), "2025-01-15", site=place.site)
        programme.talk("2025-01-01", 30, site=place.site)
    places = list(Workplace.objects.all())
    coverage(places, *ALL)

    for rows in (places[:1], places):
        with django_assert_num_queries(4):
            coverage(rows, *ALL)


def test_coverage_page_shows_own_workplaces_and_counts_together_once(client, programme):
    user, person = member(Role.PROGRAMME_MANAGER), programme.person(born="2003-01-01")
    here, there = workplace(workforce=[("2024-01-01", "F", "AUNK", 1)]), workplace(site="FACT-2")
    workplace("NGO-B")
    for place in (here, there):
        programme.met(person, "2025-01-15", site=place.site)
    programme.met(programme.person(), "2025-01-15", site=here.site)
    client.force_login(user)

    context = client.get(reverse("workplaces:coverage")).context

    cells = [[value for _label, value in row] for _url, row in context["rows"]]
    assert cells == [
        ["Enterprise FACT-1", 1, 2, 2, 0, 1, "200\u00a0%", 0],
        ["Enterprise FACT-2", "not counted", 1, 1, 0, 1, "no workforce counted", 0],
    ]
    assert dict(context["together"])["People reached, each counted once"] == 2
    assert (context["odd"], context["uncounted"]) == (["Enterprise FACT-1"], 1)


def test_coverage_page_takes_the_same_queries_for_one_row_and_three(client, programme, django_assert_num_queries):
    client.force_login(member(Role.PROGRAMME_MANAGER))
    workplace()
    client.get(reverse("workplaces:coverage"))

    with django_assert_num_queries(8):
        client.get(reverse("workplaces:coverage"))
    workplace(site="FACT-2")
    workplace(site="FACT-3")
    with django_assert_num_queries(8):
        client.get(reverse("workplaces:coverage"))


@pytest.mark.parametrize(
    ("query", "status"),
    [("?year=2025", 200), ("?year=1", 400), ("?year=x", 400), ("?odd=1", 400), ("?sector=none", 400)],
)
def test_coverage_page_of_a_year(client, query, status):
    workplace()
    client.force_login(member(Role.SUPERVISOR))

    assert client.get(reverse("workplaces:coverage") + query).status_code == status


def test_workplace_page_says_coverage_for_three_periods(client, programme):
    place = workplace(workforce=[("2024-01-01", "F", "AUNK", 1)])
    for _person in range(2):
        programme.met(programme.person(), "2024-01-15", site=place.site)
    client.force_login(member(Role.SUPERVISOR))

    response = client.get(place.get_absolute_url())

    rows = dict(response.context["coverage"]["rows"])
    assert rows["People reached"][0] == (2, "")
    assert response.context["odd"] == ["All time"]
    assert "More people were reached than workers were counted" in response.content.decode()
