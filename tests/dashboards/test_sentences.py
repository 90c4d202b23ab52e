"""Findings in words: true for nobody, for one, for equals and for the unknown."""

from dataclasses import replace
from datetime import date

import pytest

from core.models.users import system_user
from core.periods import Period, fiscal_year, half_year, month, quarter, year
from dashboards import named_periods, sentences
from dashboards.age_bands import AgeBands, Band, age_bands
from dashboards.measures import Additivity, Measure
from dashboards.results import Result
from fixtures.actions import reference

BANDS = AgeBands("TEST", (Band("10-14", 10, 14), Band("15-24", 15, 24), Band("25+", 25, 199)))


def reached(*cells):
    """A result of (sex, band, number)."""
    return Result(
        indicator="REACH",
        version="1",
        measure=Measure.PEOPLE,
        additivity=Additivity.RECOUNT,
        period=year(2025),
        total=sum(number for _sex, _band, number in cells),
        numerator=None,
        denominator=None,
        cells=[{"sex": sex, "age_band": band, "value": number} for sex, band, number in cells],
        by=("sex", "age_band"),
    )


@pytest.mark.parametrize(
    ("cells", "text"),
    [
        ([], "Nobody was reached."),
        ([("F", "10-14", 1)], "One person was reached: Female, 10–14."),
        ([("U", "unknown", 1)], "One person was reached: Not recorded, Age not known."),
        (
            [("F", "25+", 30), ("M", "15-24", 10)],
            (
                "Of 40 people reached, 30 (75\u00a0%) were female and 10 (25\u00a0%) were under 25; "
                "the largest group was Female, 25+ (30)."
            ),
        ),
        (
            [("F", "25+", 5), ("M", "25+", 5)],
            (
                "Of 10 people reached, 5 (50\u00a0%) were female and 0 (0\u00a0%) were under 25; "
                "the largest groups were equal: Female, 25+ / Male, 25+ (5 each)."
            ),
        ),
        (
            [("U", "unknown", 3), ("F", "other", 1)],
            (
                "Of 4 people reached, 1 (25\u00a0%) were female and 1 (25\u00a0%) were under 25; "
                "the largest group was Not recorded, Age not known (3); sex not recorded: 3; age not known: 3."
            ),
        ),
        (
            [("F", "25+", 999), ("M", "25+", 1)],
            (
                "Of 1,000 people reached, 999 (more than 99\u00a0%) were female and 0 (0\u00a0%) were under 25; "
                "the largest group was Female, 25+ (999)."
            ),
        ),
    ],
)
def test_reach_sentence(cells, text):
    assert sentences.reach(reached(*cells), BANDS) == text


def test_under_25_is_left_out_where_the_bands_cannot_tell():
    narrow = AgeBands("TEST", (Band("15-24", 15, 24),))
    wide = AgeBands("TEST", (Band("20-29", 20, 29),))

    assert sentences.under(reached(("F", "15-24", 2), ("F", "other", 1)), narrow) is None
    assert sentences.under(reached(("F", "15-24", 2)), narrow) == 2
    assert sentences.under(reached(("F", "20-29", 2)), wide) is None


@pytest.mark.django_db
def test_under_25_with_the_products_own_bands():
    reference.load(by=system_user())

    result = reached(("F", "10-14", 1), ("M", "20-24", 2), ("M", "25+", 4), ("F", "other", 8), ("F", "unknown", 16))

    assert sentences.under(result, age_bands(None)) == 11


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(0, 0, "–"), (0, 9, "0\u00a0%"), (1, 1000, "less than 1\u00a0%"), (1, 3, "33\u00a0%"), (9, 9, "100\u00a0%")],
)
def test_percent_never_says_none_or_all_where_it_is_not_so(part, whole, text):
    assert sentences.percent(part, whole) == text


# --- periods ---------------------------------------------------------------------------------------------

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("code", "period"),
    [
        ("2010", year(2010)),
        ("FY2026", fiscal_year(2026)),
        ("2026-H2", half_year(2026, 2)),
        ("FY2026-H1", Period(date(2025, 10, 1), date(2026, 3, 31))),
        ("FY2026-H2", Period(date(2026, 4, 1), date(2026, 9, 30))),
        ("2026-Q3", quarter(2026, 3)),
        ("2026-02", month(2026, 2)),
    ],
)
def test_period_and_its_code_are_one(code, period):
    assert named_periods.period_of(code, TODAY) == period
    assert named_periods.code_of(period) == code


@pytest.mark.parametrize("code", ["", "201", "2010-13", "2010-Q5", "FY2010-05", "FY2010-Q1", "0000", "2150", "2010\n"])
def test_period_of_an_unknown_code_is_refused(code):
    with pytest.raises(ValueError, match="Not a period"):
        named_periods.period_of(code, TODAY)


@pytest.mark.parametrize(
    ("code", "period"),
    [
        ("this_quarter", quarter(2026, 4)),
        ("last_quarter", quarter(2026, 3)),
        ("this_year", year(2026)),
        ("last_year", year(2025)),
    ],
)
def test_moving_period_follows_the_calendar(code, period):
    assert named_periods.period_of(code, TODAY) == period


def test_period_in_words_says_that_it_is_not_over():
    text = "Quarter 4 of 2026 · 1 October 2026 – 31 December 2026 (not over yet)"

    assert named_periods.in_words(quarter(2026, 4), TODAY) == text
    assert named_periods.in_words(year(2010), TODAY) == "Year 2010 · 1 January 2010 – 31 December 2010"
    assert named_periods.in_words(Period(TODAY, TODAY), TODAY) == "22 November 2026"


@pytest.mark.parametrize(
    ("code", "said"), [("PE_ACTIVE", "6 of 4."), ("PE_RATIO", "6 ÷ 4."), ("NS_PER_PWID_REACHED", "6 ÷ 4.")]
)
def test_ratio_says_what_was_divided_by_what(code, said):
    assert sentences.ratio(replace(reached(), indicator=code, numerator=6, denominator=4)) == said


def test_knowledge_says_which_way_it_went():
    def said(before, after):
        extra = {"before": before}
        return sentences.knowledge(replace(reached(), indicator="KNOWLEDGE", total=after, denominator=40, extra=extra))

    assert [said(0.5, 0.8), said(0.5, 0.5), said(0.5, 0.25), said(None, None)] == [
        "Right answers rose from 50.0\u00a0% to 80.0\u00a0%, of 40 asked after.",
        "Right answers stayed at 50.0\u00a0%, of 40 asked after.",
        "Right answers fell from 50.0\u00a0% to 25.0\u00a0%, of 40 asked after.",
        "No session of the period asked the questions before and after.",
    ]


@pytest.mark.parametrize(("change", "said"), [(0.1875, "+18.8"), (-0.05, "\N{MINUS SIGN}5.0"), (0.0, "+0.0")])
def test_change_is_told_in_points(change, said):
    assert sentences.signed(change) == said
