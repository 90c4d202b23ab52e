"""Adding figures: allowed for what adds up, refused for people, ratios and overlaps."""

from datetime import date

import pytest

from core.periods import Period
from dashboards.counting import sum_results
from dashboards.definitions import INDICATORS
from dashboards.measures import Additivity
from dashboards.refusals import WrongTotal

pytestmark = pytest.mark.django_db
JANUARY, FEBRUARY = ("2025-01-01", "2025-01-31"), ("2025-02-01", "2025-02-28")


@pytest.fixture
def contacts(programme):
    for on in ("2025-01-05", "2025-02-05", "2025-02-06"):
        programme.met(programme.person(), on, given={"COND_M": 2}, back={"SYR_2ML": 1})


def test_contacts_of_two_months_add_up(contacts, count):
    result = sum_results([count("CONTACTS", *JANUARY, by="kind"), count("CONTACTS", *FEBRUARY, by="kind")])

    assert (result.total, result.numerator) == (3, 3)
    assert result.cells == [{"kind": "one_to_one", "value": 3}]
    assert result.period == Period(date(2025, 1, 1), date(2025, 2, 28))


def test_commodities_add_up_with_what_was_taken_back(contacts, count):
    result = count("COMMODITIES", *JANUARY).add(count("COMMODITIES", *FEBRUARY))

    assert result.total is None
    assert result.cells == [{"commodity": "COND_M", "value": 6}]
    assert result.extra == {"taken_back": {"SYR_2ML": 3}}


@pytest.mark.parametrize("code", [code for code, one in INDICATORS.items() if one.additivity != Additivity.SUM])
def test_people_and_ratios_are_never_added(contacts, count, code):
    with pytest.raises(WrongTotal, match="added up"):
        count(code, *JANUARY).add(count(code, *FEBRUARY))


def test_overlapping_periods_and_different_questions_are_refused(contacts, count):
    january = count("CONTACTS", *JANUARY)

    for other in (
        count("CONTACTS", "2025-01-31", "2025-02-28"),
        january.add(count("CONTACTS", *FEBRUARY)),
        count("CONTACTS", *FEBRUARY, by="kind"),
        count("CONTACTS", *FEBRUARY, where={"kind": ["dic_visit"]}),
        count("ATTENDANCES", *FEBRUARY),
    ):
        with pytest.raises(WrongTotal):
            january.add(other)


def test_people_are_the_only_measure_recounted_and_ratios_never_combine():
    assert {one.additivity for one in INDICATORS.values() if one.measure == "people"} == {Additivity.RECOUNT}
    assert {one.additivity for one in INDICATORS.values() if one.measure == "ratio"} == {Additivity.NEVER}


@pytest.mark.parametrize("code", INDICATORS)
def test_every_definition_is_whole(code):
    one = INDICATORS[code]

    assert one.code == code
    assert all(str(text).strip() for text in (one.name, one.numerator, one.denominator, one.rule))
    assert one.source
    assert one.owner
    assert set(one.always_by) <= set(one.breakdowns)
