"""REACH, and what every count of people shares: ages, groups, filters, cells."""

import pytest

from core.periods import year
from core.permissions import Role
from core.scope import SYSTEM, Scope
from dashboards import counting
from dashboards.refusals import Refused
from tests.factories.programme import Programme

pytestmark = pytest.mark.django_db
YEAR = ("2025-01-01", "2025-12-31")
KINDS = {
    "one_to_one": 1,
    "small_group": 1,
    "home_visit": 1,
    "dic_visit": 1,
    "mobile": 1,
    "phone": 1,
    "online": 1,
    "workplace_session": 1,
    "large_group": 0,
    "event": 0,
    "classroom": 0,
    "hotline": 0,
}


@pytest.mark.parametrize(("kind", "number"), KINDS.items())
def test_reach_takes_kinds_counted_one_by_one(programme, count, kind, number):
    programme.met(programme.person(), "2025-03-01", kind=kind)

    assert count("REACH", *YEAR).total == number


def test_reach_counts_a_person_once_and_leaves_out_void_and_anonymous_contacts(programme, count, names):
    person = programme.person(reference="A")
    programme.met(person, "2025-01-01")
    programme.met(person, "2025-12-31")
    programme.met(programme.person(), "2024-12-31")
    programme.met(programme.person(), "2026-01-01")
    programme.met(None, "2025-03-01")
    programme.met(programme.person(), "2025-03-01", void=True)

    assert count("REACH", *YEAR).total == 1
    assert names("REACH", *YEAR) == ["A"]
    assert count("REACH", *YEAR).cells == [{"value": 1}]


def test_reach_counts_merged_people_as_the_survivor(programme, count, cells):
    survivor = programme.person(sex="F", born="2000-01-01", group="PWID")
    other = programme.person(sex="M", born="1980-01-01", group="MSM")
    programme.met(survivor, "2025-06-01")
    programme.met(other, "2025-02-01")
    programme.merge(other, survivor)

    result = count("REACH", *YEAR, by="sex,age_band,group", age_bands="MER_PP_PREV")

    assert cells(result) == {"F|25-29|PWID": 1}


@pytest.mark.parametrize(
    ("born", "precision", "on", "band"),
    [
        ("2005-02-01", "day", "2025-01-31", "15-19"),
        ("2005-02-01", "day", "2025-02-01", "20-24"),
        ("2004-02-29", "day", "2024-02-28", "15-19"),
        ("2004-02-29", "day", "2024-02-29", "20-24"),
        ("2000-02-29", "day", "2025-02-28", "20-24"),
        ("2000-02-29", "day", "2025-03-01", "25-29"),
        ("2005-03-15", "month", "2025-03-14", "15-19"),
        ("2005-03-15", "month", "2025-03-15", "20-24"),
        ("2005-07-01", "year", "2025-06-30", "15-19"),
        ("2005-07-01", "estimated", "2025-07-01", "20-24"),
        (None, None, "2025-07-01", "unknown"),
        ("2016-01-01", "day", "2025-07-01", "other"),
    ],
)
def test_age_is_in_completed_years_on_the_day(programme, count, cells, born, precision, on, band):
    programme.met(programme.person(born=born, precision=precision), on)

    result = count("REACH", "2024-01-01", "2025-12-31", by="age_band", age_bands="MER_PP_PREV")

    assert cells(result) == {band: 1}


def test_age_and_group_are_those_at_the_first_qualifying_contact(programme, count, cells):
    person = programme.person(born="2005-06-01", groups=[("GFW", None), ("FEW", "2025-03-01"), ("PWID", "2025-08-01")])
    programme.met(person, "2025-01-10", kind="large_group")
    programme.met(person, "2025-05-01")
    programme.met(person, "2025-09-01")

    result = count("REACH", *YEAR, by="age_band,group", age_bands="MER_PP_PREV")

    assert cells(result) == {"15-19|FEW": 1}
    assert count("REACH", *YEAR, where={"group": ["PWID"]}).total == 0
    assert count("REACH", "2025-08-01", "2025-12-31", where={"group": ["PWID"]}).total == 1


def test_group_before_the_first_dated_one_is_not_recorded(programme, count, cells):
    programme.met(programme.person(groups=[("PWID", "2025-08-01")]), "2025-05-01")

    assert cells(count("REACH", *YEAR, by="group")) == {"UNK": 1}


def test_filter_on_people_equals_the_cell(programme, count, cells, names):
    for number, (sex, born, group) in enumerate(
        [("F", "2005-01-01", "GFW"), ("F", "1990-01-01", "GFW"), ("M", "2005-01-01", "PWID"), ("U", None, "UNK")]
    ):
        programme.met(programme.person(sex=sex, born=born, group=group, reference=f"C{number}"), "2025-05-01")

    result = count("REACH", *YEAR, by="sex,age_band,group")

    assert sum(cells(result).values()) == result.total == 4
    for cell in result.cells:
        where = {key: [cell[key]] for key in result.by}
        assert count("REACH", *YEAR, where=where).total == cell["value"]
        assert len(names("REACH", *YEAR, where=where)) == cell["value"]
    assert count("REACH", *YEAR, where={"sex": ["F", "M"]}).total == 3


def test_place_cells_are_what_the_filter_gives(programme, count, cells, names):
    here = programme.site("DIC-1", district="1201")
    there = programme.site("SPOT-1", district="0203")
    person = programme.person(born="2005-03-01", reference="A")
    programme.met(person, "2025-02-01", site=here)
    programme.met(person, "2025-04-01", site=there)
    programme.met(person, "2025-05-01")
    programme.met(programme.person(born="2005-03-01", reference="B"), "2025-05-01", site=there)

    result = count("REACH", *YEAR, by="province,age_band", age_bands="MER_PP_PREV")

    assert result.total == 2
    assert cells(result) == {"02|20-24": 2, "12|15-19": 1, "unknown|20-24": 1}
    for key, values in {
        "province": {"02": 2, "12": 1, "unknown": 1},
        "district": {"0203": 2, "1201": 1, "unknown": 1},
        "site": {"DIC-1": 1, "SPOT-1": 2, "unknown": 1},
        "organisation": {"DEMO-NGO": 2},
        "kind": {"one_to_one": 2},
        "educator": {"system": 2},
        "month": {"2025-02": 1, "2025-04": 1, "2025-05": 2},
    }.items():
        assert cells(count("REACH", *YEAR, by=key)) == values
        for value, number in values.items():
            assert count("REACH", *YEAR, where={key: [value]}).total == number
            assert len(names("REACH", *YEAR, where={key: [value]})) == number


def test_filter_on_contacts_decides_which_is_first(programme, count, cells):
    person = programme.person(born="2005-03-01")
    programme.met(person, "2025-02-01", "IEC")
    programme.met(person, "2025-04-01", "CONDOM", kind="dic_visit")

    for where in ({"service": ["CONDOM"]}, {"kind": ["dic_visit"]}, {"month": ["2025-04", "2025-05"]}):
        result = count("REACH", *YEAR, by="age_band", where=where, age_bands="MER_PP_PREV")

        assert cells(result) == {"20-24": 1}


def test_services_hold_the_same_person_twice(programme, count, cells):
    person = programme.person()
    programme.met(person, "2025-02-01", "IEC;CONDOM")
    programme.met(person, "2025-04-01", "CONDOM")

    result = count("REACH", *YEAR, by="service,month")

    assert result.total == 1
    assert cells(result) == {"IEC|2025-02": 1, "CONDOM|2025-02": 1, "CONDOM|2025-04": 1}
    assert cells(count("REACH", *YEAR, by="service", where={"service": ["IEC"]})) == {"IEC": 1}


def test_sites_that_share_a_code_are_one_cell(programme, count, cells):
    other = Programme("OTHER-NGO")
    programme.met(programme.person(), "2025-02-01", site=programme.site("DIC-1"))
    other.met(other.person(), "2025-02-01", site=other.site("DIC-1"))
    other.met(other.person(), "2025-02-01", site=other.site("DIC-2"))

    assert cells(count("REACH", *YEAR, by="site")) == {"DIC-1": 2, "DIC-2": 1}
    assert cells(count("REACH", *YEAR, by="organisation")) == {"DEMO-NGO": 1, "OTHER-NGO": 2}


def test_scope_limits_figures_lists_and_the_codes_that_it_knows(programme, count, names):
    other = Programme("OTHER-NGO")
    programme.met(programme.person(reference="A"), "2025-02-01", site=programme.site("HERE"))
    other.met(other.person(reference="B"), "2025-02-01", site=other.site("THERE"))
    manager = Scope(user_id=1, memberships=((programme.organisation.pk, Role.PROGRAMME_MANAGER),))
    educator = Scope(user_id=1, memberships=((programme.organisation.pk, Role.PEER_EDUCATOR),))

    assert count("REACH", *YEAR, scope=manager).total == 1
    assert names("REACH", *YEAR, scope=manager) == ["A"]
    assert count("REACH", *YEAR, scope=educator).total == 0
    for key, value in {"site": "THERE", "organisation": "OTHER-NGO", "educator": "nobody"}.items():
        with pytest.raises(Refused):
            count("REACH", *YEAR, scope=manager, where={key: [value]})


def test_cells_come_in_the_order_of_their_lists(programme, count):
    for sex, born in [("U", None), ("M", "2000-01-01"), ("F", "1970-01-01"), ("F", "2012-01-01"), ("F", "2020-01-01")]:
        programme.met(programme.person(sex=sex, born=born), "2025-02-01")

    result = count("REACH", *YEAR, by="sex,age_band")

    assert [(cell["sex"], cell["age_band"]) for cell in result.cells] == [
        ("F", "10-14"),
        ("F", "25+"),
        ("F", "other"),
        ("M", "25+"),
        ("U", "unknown"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": "testing"},
        {"by": "commodity"},
        {"where": {"testing": ["declined"]}},
        {"where": {"sex": ["female"]}},
        {"where": {"age_band": ["15-20"]}},
        {"where": {"group": ["pwid"]}},
        {"where": {"province": ["99"]}},
        {"where": {"district": ["9999"]}},
        {"where": {"kind": ["talk"]}},
        {"where": {"service": ["NOPE"]}},
        {"where": {"month": ["2025-13"]}},
        {"where": {"site": ["NOPE"]}},
        {"where": {"organisation": ["NOPE"]}},
        {"where": {"educator": ["nope"]}},
        {"age_bands": "ITGSE_CSE"},
        {"age_bands": "NOPE"},
    ],
)
def test_wrong_questions_are_refused_in_words(programme, count, wrong):
    with pytest.raises(Refused, match=r"\."):
        count("REACH", *YEAR, **wrong)


def test_unknown_indicator_and_impossible_years_are_refused(programme, count, names):
    with pytest.raises(Refused, match="not an indicator"):
        count("NOPE", *YEAR)
    with pytest.raises(Refused, match="1950"):
        count("REACH", "0001-01-01", "0001-09-30")
    with pytest.raises(Refused, match="no package"):
        names("REACH", *YEAR, missing="education")


def test_reach_asks_the_same_queries_for_one_and_for_three(programme, count, django_assert_num_queries):
    programme.met(programme.person(), "2025-02-01")
    with django_assert_num_queries(1):
        count("REACH", *YEAR, by="sex,age_band")
    programme.met(programme.person(), "2025-02-01")
    programme.met(programme.person(), "2025-03-01")

    with django_assert_num_queries(1):
        count("REACH", *YEAR, by="sex,age_band")


def test_listing_reads_only_the_page_that_is_shown(programme, django_assert_num_queries):
    for number in range(5):
        programme.met(programme.person(reference=f"C{number}"), "2025-02-01")
    listing = counting.listing("REACH", year(2025), scope=SYSTEM)

    with django_assert_num_queries(1):
        page = listing[2:4]

    assert len(listing) == 5
    assert [client.reference for client in page] == ["C2", "C3"]
    assert listing[-1].reference == "C4"
