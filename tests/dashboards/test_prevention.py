"""KP_PREV and PP_PREV, rule by rule (PEPFAR MER 2.6.1 as `counting.md` reads it)."""

import pytest

pytestmark = pytest.mark.django_db

Q2, Q4 = ("2024-10-01", "2025-03-31"), ("2025-04-01", "2025-09-30")
YEAR = ("2024-10-01", "2025-09-30")


def met_twice(programme, person, first="HTS_OFFER", second="CONDOM", outcome="tested_or_ref"):
    programme.met(person, "2025-01-10", first, outcome=outcome)
    programme.met(person, "2025-02-10", second)


@pytest.mark.parametrize(
    ("group", "key", "priority"),
    [
        ("PWID", 1, 0),
        ("MSM", 1, 0),
        ("TG", 1, 0),
        ("FSW", 1, 0),
        ("PRIS", 1, 0),
        ("PWUD", 0, 1),
        ("MSW", 0, 1),
        ("FEW", 0, 1),
        ("GFW", 0, 1),
        ("UNK", 0, 1),
        ("YSE", 0, 0),
    ],
)
def test_group_decides_between_key_and_priority(programme, count, group, key, priority):
    met_twice(programme, programme.person(group=group, born="1990-01-01"))

    assert count("KP_PREV", *Q2).total == key
    assert count("PP_PREV", *Q2).total == priority


@pytest.mark.parametrize(
    ("first", "second", "outcome", "key", "priority"),
    [
        ("HTS_OFFER", "CONDOM", "tested_or_ref", 1, 1),
        ("HTS_OFFER", "CONDOM", "", 1, 1),
        ("HTS_OFFER", "CONDOM", "declined", 1, 1),
        ("HTS_OFFER", "CONDOM", "not_offered", 0, 0),
        ("HTS_OFFER", "HTS_DONE", "tested_or_ref", 0, 0),
        ("IEC", "CONDOM", "tested_or_ref", 0, 0),
        ("HTS_SCREEN", "CONDOM", "not_required", 0, 1),
        ("HIVST", "NSP", "", 1, 0),
        ("HIVST", "LIFESKILL", "", 0, 1),
        ("HTS_REF", "NSP_COLLECT", "", 0, 0),
    ],
)
def test_services_that_make_somebody_reached(programme, count, first, second, outcome, key, priority):
    met_twice(programme, programme.person(group="PWID", born="1990-01-01"), first, second, outcome)
    met_twice(programme, programme.person(group="GFW", born="1990-01-01"), first, second, outcome)

    assert count("KP_PREV", *Q2).total == key
    assert count("PP_PREV", *Q2).total == priority


@pytest.mark.parametrize(("known", "number"), [("2024-09-30", 1), ("2024-10-01", 0), (None, 0)])
def test_known_positive_before_the_period_needs_no_test(programme, count, cells, known, number):
    programme.met(programme.person(group="MSM", known=known), "2025-01-10", "IEC")

    result = count("KP_PREV", *Q2, by="testing")

    assert cells(result) == ({"known_pos": 1} if number else {})


@pytest.mark.parametrize(
    ("size", "kind", "key", "priority"),
    [
        (25, "small_group", 1, 1),
        (26, "small_group", 0, 1),
        (26, "workplace_session", 0, 1),
        (1, "large_group", 0, 0),
    ],
)
def test_group_size_limits_key_populations_only(programme, count, size, kind, key, priority):
    for group in ("MSM", "GFW"):
        programme.met(
            programme.person(group=group, born="1990-01-01"), "2025-01-10", "HTS_REF;IEC", kind=kind, size=size
        )

    assert count("KP_PREV", *Q2).total == key
    assert count("PP_PREV", *Q2).total == priority


def test_services_of_contacts_that_do_not_qualify_do_not_count(programme, count):
    person = programme.person(group="MSM")
    programme.met(person, "2025-01-10", "IEC")
    programme.met(person, "2025-01-11", "HTS_REF", kind="small_group", size=26)

    assert count("KP_PREV", *Q2).total == 0


@pytest.mark.parametrize(
    ("group", "born", "key", "priority"),
    [
        ("FSW", "2007-01-10", 1, 0),
        ("FSW", "2007-01-11", 0, 0),
        ("FSW", None, 1, 0),
        ("MSW", "2007-01-10", 0, 1),
        ("MSW", "2007-01-11", 0, 0),
        ("MSW", None, 0, 1),
        ("GFW", "2015-01-10", 0, 1),
        ("GFW", "2015-01-11", 0, 0),
        ("GFW", None, 0, 1),
    ],
)
def test_ages_at_the_first_qualifying_contact(programme, count, group, born, key, priority):
    programme.met(programme.person(group=group, born=born), "2025-01-10", "IEC;HTS_SCREEN;HTS_REF")

    assert count("KP_PREV", *Q2).total == key
    assert count("PP_PREV", *Q2).total == priority


@pytest.mark.parametrize(("born", "number"), [("2015-01-10", 0), ("2010-01-11", 0), ("2010-01-10", 1), (None, 1)])
def test_children_in_approved_prevention_are_left_out_from_10_to_14(programme, count, born, number):
    programme.met(programme.person(group="SCH", born=born, ovc=True), "2025-01-10", "SKILLS;HTS_SCREEN")

    assert count("PP_PREV", *Q2).total == number


@pytest.mark.parametrize(
    ("known", "contacts", "key", "priority"),
    [
        ("2020-01-01", [("HTS_OFFER;IEC", "declined")], "known_pos", "known_pos"),
        (None, [("HTS_OFFER;IEC", "declined"), ("IEC", "known_pos")], "known_pos", "known_pos"),
        (None, [("HTS_OFFER;IEC", "declined"), ("IEC", "tested_or_ref")], "tested_or_ref", "tested_or_ref"),
        (None, [("HTS_OFFER;IEC", "declined"), ("HIVST", "")], "tested_or_ref", "tested_or_ref"),
        (None, [("HTS_OFFER;IEC", "declined"), ("HTS_DONE", "not_required")], "declined", "declined"),
        (None, [("HTS_OFFER;IEC", "not_required")], "not_recorded", "not_required"),
        (None, [("HTS_OFFER;IEC", "declined"), ("IEC", "not_required")], "declined", "declined"),
        (None, [("HTS_OFFER;IEC", "")], "not_recorded", "not_recorded"),
    ],
)
def test_testing_is_the_best_status(programme, count, cells, names, known, contacts, key, priority):
    for group in ("MSM", "GFW"):
        person = programme.person(group=group, born="1990-01-01", known=known, reference=group)
        for services, outcome in contacts:
            programme.met(person, "2025-01-10", services, outcome=outcome)

    assert cells(count("KP_PREV", *Q2, by="testing")) == {key: 1}
    assert cells(count("PP_PREV", *Q2, by="testing")) == {priority: 1}
    assert names("KP_PREV", *Q2, where={"testing": [key]}) == ["MSM"]
    assert names("PP_PREV", *Q2, where={"testing": [priority]}) == ["GFW"]


@pytest.fixture
def three(programme):
    """A in both halves, B in the second only, C in the first only; all whole in each."""
    made = {name: programme.person(group="MSM", born="1990-01-01", reference=name) for name in "ABC"}
    for name, on in [("A", "2024-12-01"), ("A", "2025-05-01"), ("B", "2025-06-01"), ("C", "2025-01-01")]:
        programme.met(made[name], on, "IEC;HTS_REF", site=programme.site(on[:4], district="1201"))
    return made


def test_second_half_leaves_out_people_counted_in_the_first(three, count, names):
    assert names("KP_PREV", *Q2) == ["A", "C"]
    assert names("KP_PREV", *Q4) == ["B"]
    assert count("KP_PREV", *Q4).total == 1
    assert names("KP_PREV", *YEAR) == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("start", "end", "number"),
    [
        ("2025-04-02", "2025-09-30", 2),
        ("2025-04-01", "2025-09-29", 2),
        ("2025-04-01", "2025-06-30", 2),
        ("2025-01-01", "2025-12-31", 3),
    ],
)
def test_any_other_range_is_a_period_by_itself(three, count, start, end, number):
    assert count("KP_PREV", start, end).total == number


def test_first_half_counts_by_the_same_contacts_only(three, count, cells, names):
    by_site = count("KP_PREV", *Q4, by="site,province")

    assert by_site.total == 1
    assert cells(by_site) == {"2025|12": 2}
    assert names("KP_PREV", *Q4, where={"site": ["2025"]}) == ["A", "B"]
    assert cells(count("KP_PREV", *Q4, by="month")) == {"2025-05": 1, "2025-06": 1}
    assert cells(count("KP_PREV", *YEAR, by="site")) == {"2024": 1, "2025": 3}


def test_groups_of_the_year_are_those_of_each_half(programme, count, cells):
    moved = programme.person(born="1990-01-01", groups=[("GFW", None), ("MSM", "2025-04-01")])
    for on in ("2024-12-01", "2025-05-01"):
        programme.met(moved, on, "IEC;HTS_REF")

    assert cells(count("KP_PREV", *YEAR, by="group")) == {"MSM": 1}
    assert cells(count("PP_PREV", *YEAR, by="group")) == {"GFW": 1}


def test_year_does_not_join_services_of_two_halves(programme, count):
    person = programme.person(group="MSM")
    programme.met(person, "2025-03-31", "HTS_DONE")
    programme.met(person, "2025-04-01", "CONDOM")

    assert count("KP_PREV", *YEAR).total == 0
    assert count("KP_PREV", "2025-01-01", "2025-12-31").total == 1


def test_group_filter_equals_the_cell_in_a_second_half(programme, count, cells):
    moved = programme.person(born="1990-01-01", groups=[("MSM", None), ("PWID", "2025-04-01")])
    for on in ("2024-12-01", "2025-05-01"):
        programme.met(moved, on, "IEC;HTS_REF")

    assert cells(count("KP_PREV", *Q4, by="group")) == {}
    assert count("KP_PREV", *Q4, where={"group": ["PWID"]}).total == 0


def test_month_filter_makes_the_months_the_period(programme, count, cells, names):
    programme.met(programme.person(group="MSM", known="2025-01-15", reference="A"), "2025-02-10", "IEC")

    assert count("KP_PREV", *Q2).total == 0
    assert cells(count("KP_PREV", *Q2, by="month")) == {"2025-02": 1}
    assert names("KP_PREV", *Q2, where={"month": ["2025-02"]}) == ["A"]
    assert names("KP_PREV", *Q2, where={"month": ["2025-02", "2025-03"]}) == ["A"]
    assert names("KP_PREV", *Q2, where={"month": ["2025-01", "2025-02"]}) == []
    assert names("KP_PREV", *Q2, where={"month": ["2026-02"]}) == []
