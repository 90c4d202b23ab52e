"""Figures of workplaces by hand: committees formed and active, workers reached beside those there, heads."""

import json
from datetime import date

import pytest
from django.core.management import call_command

from dashboards import counting
from dashboards.refusals import Refused
from tests.dashboards.planting import Planter

pytestmark = pytest.mark.django_db
YEAR = ("2025-01-01", "2025-12-31")


@pytest.fixture
def plant(programme, time_machine):
    time_machine.move_to(date(2026, 3, 1))
    return Planter(programme)


@pytest.fixture
def factory(plant, programme):
    return plant.workplace(programme.site("FACT-1", "1205"))


# --- committees -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("formed", "number"), [("2024-12-31", 0), ("2025-01-01", 1), ("2025-12-31", 1), ("2026-01-01", 0), (None, 0)]
)
def test_committee_is_counted_when_it_was_formed(plant, factory, count, formed, number):
    plant.committee(factory, formed)
    plant.committee(factory, "2025-06-01", void=True)

    assert count("WP_FORMED", *YEAR).total == number


def test_committees_by_their_keys_add_up(plant, factory, programme, count, cells, names):
    other = plant.workplace(programme.site("BUS", None), sector="transport")
    first = plant.committee(factory, "2025-02-01")
    second = plant.committee(other, "2025-03-01", closed="2025-05-01")

    assert cells(count("WP_FORMED", *YEAR, by="sector,month")) == {"garment|2025-02": 1, "transport|2025-03": 1}
    assert cells(count("WP_FORMED", *YEAR, by="province,site")) == {"12|FACT-1": 1, "unknown|BUS": 1}
    assert names("WP_FORMED", *YEAR, where={"sector": ["transport"]}) == [second.reference]
    assert names("WP_FORMED", *YEAR) == [first.reference, second.reference]


def test_committees_formed_anew_stand_beside(plant, factory, programme, count):
    plant.committee(factory, "2024-02-01", reformed=["2025-03-01", "2025-09-01"])

    result = count("WP_FORMED", *YEAR)

    assert (result.total, result.extra) == (0, {"formed_anew": 1})
    assert count("WP_FORMED", *YEAR, where={"month": ["2025-09"]}).extra == {"formed_anew": 1}
    assert count("WP_FORMED", *YEAR, where={"month": ["2025-08"]}).extra == {"formed_anew": 0}


def test_committees_of_two_months_add_up(plant, factory, programme, count):
    plant.committee(factory, "2025-01-31", reformed=["2025-02-03"])
    plant.committee(plant.workplace(programme.site("FACT-2")), "2025-02-01")

    added = count("WP_FORMED", "2025-01-01", "2025-01-31").add(count("WP_FORMED", "2025-02-01", "2025-02-28"))

    both = count("WP_FORMED", "2025-01-01", "2025-02-28")
    assert (added.total, added.extra) == (both.total, both.extra) == (2, {"formed_anew": 1})


@pytest.mark.parametrize(
    ("met", "active"), [("2025-10-01", 0), ("2025-10-02", 1), ("2025-12-31", 1), ("2026-01-01", 0), ("2025-01-15", 0)]
)
def test_minuted_meeting_in_ninety_days_keeps_a_committee_active(plant, factory, count, met, active):
    plant.meeting(plant.committee(factory, "2025-02-01"), met)

    result = count("WP_ACTIVE", *YEAR)

    assert (result.numerator, result.denominator) == (active, 1)


def test_meeting_without_minutes_or_before_forming_anew_does_not_count(plant, factory, programme, count):
    plant.meeting(plant.committee(factory, "2025-02-01"), "2025-12-01", minutes="")
    again = plant.workplace(programme.site("FACT-2"))
    plant.meeting(plant.committee(again, "2025-02-01", reformed=["2025-12-20"]), "2025-12-10")
    paper = plant.workplace(programme.site("FACT-3"))
    plant.meeting(plant.committee(paper, "2025-02-01"), "2025-12-10", minutes="", minutes_on_paper=True)

    result = count("WP_ACTIVE", *YEAR, by="site")

    assert (result.numerator, result.denominator, result.cells) == (
        1,
        3,
        [{"site": "FACT-3", "value": 1.0, "numerator": 1, "denominator": 1}],
    )


@pytest.mark.parametrize(("closed", "stand"), [("2025-12-31", 0), ("2026-01-01", 1)])
def test_closed_committee_leaves_the_denominator(plant, factory, count, closed, stand):
    plant.committee(factory, "2025-02-01", closed=closed)

    assert count("WP_ACTIVE", *YEAR).denominator == stand


def test_planned_committee_is_not_formed(plant, factory, count):
    plant.committee(factory, None)

    assert count("WP_ACTIVE", *YEAR).total is None


# --- workers ----------------------------------------------------------------------------------------------


def test_workers_are_people_met_at_workplaces_in_small_groups(plant, factory, programme, count, cells, names):
    worker, elsewhere = programme.person(group="GFW", sex="F", born="2005-06-15"), programme.site("PARK")
    programme.met(worker, "2024-06-14", kind="small_group", size=25, site=factory.site)
    programme.met(worker, "2025-07-01", site=factory.site)
    programme.met(programme.person(), "2025-02-01", kind="small_group", size=26, site=factory.site)
    programme.met(programme.person(), "2025-02-01", kind="event", site=factory.site)
    programme.met(programme.person(), "2025-02-01", site=elsewhere)
    programme.met(programme.person(), "2025-02-01", site=factory.site, void=True)
    programme.met(None, "2025-02-01", site=factory.site)

    result = count("WP_REACH_PE", "2024-01-01", "2025-12-31", by="sex,age_band")

    assert (result.total, cells(result)) == (1, {"F|15-19": 1})
    assert cells(count("WP_REACH_PE", "2024-01-01", "2025-12-31", by="sector,month")) == {
        "garment|2024-06": 1,
        "garment|2025-07": 1,
    }
    assert names("WP_REACH_PE", *YEAR, where={"sector": ["garment"]}) == [worker.reference]
    assert count("WP_REACH_PE", *YEAR, where={"sector": ["footwear"]}).total == 0


def test_void_workplace_counts_nobody(plant, programme, count):
    site = plant.workplace(programme.site("FACT-1"), void=True).site
    programme.met(programme.person(), "2025-02-01", site=site)

    assert count("WP_REACH_PE", *YEAR).total == 0


def test_workers_reached_are_never_added(plant, factory, programme, count):
    programme.met(programme.person(), "2025-01-02", site=factory.site)

    with pytest.raises(counting.WrongTotal):
        count("WP_REACH_PE", "2025-01-01", "2025-01-31").add(count("WP_REACH_PE", "2025-02-01", "2025-02-28"))


def test_coverage_takes_the_newest_count_up_to_the_end(plant, factory, programme, count):
    for _number in range(3):
        programme.met(programme.person(sex="F"), "2025-02-01", site=factory.site)
    plant.workforce(factory, "2024-01-01", {("F", "A15"): 999})
    plant.workforce(factory, "2025-12-31", {("F", "A15"): 20, ("M", "A25"): 10})
    plant.workforce(factory, "2026-01-01", {("F", "A15"): 777})

    assert count("WP_REACH_PE", *YEAR).extra == {"workforce": 30, "coverage": 0.1}
    assert count("WP_REACH_PE", *YEAR, where={"sex": ["F"]}).extra == {"workforce": 20, "coverage": 3 / 20}
    assert count("WP_REACH_PE", *YEAR, where={"age_band": ["25+"]}).extra == {"workforce": 10, "coverage": 0.0}


@pytest.mark.parametrize(
    "where",
    [{"group": ["GFW"]}, {"kind": ["one_to_one"]}, {"service": ["IEC"]}, {"sex": ["U"]}, {"age_band": ["other"]}],
)
def test_workforce_is_left_out_where_nobody_counts_it_so(plant, factory, count, where):
    plant.workforce(factory, "2025-01-01", {("F", "A15"): 20})

    assert count("WP_REACH_PE", *YEAR, where=where).extra == {"workforce": None, "coverage": None}


def test_workplaces_not_counted_so_are_left_out_of_both(plant, factory, programme, count):
    never, unsexed = plant.workplace(programme.site("FACT-2")), plant.workplace(programme.site("FACT-3"))
    plant.workforce(factory, "2025-01-01", {("F", "A15"): 20})
    plant.workforce(unsexed, "2025-01-01", {("U", "AUNK"): 80})
    for workplace, number in ((factory, 2), (never, 5), (unsexed, 3)):
        for _turn in range(number):
            programme.met(programme.person(sex="F"), "2025-02-01", site=workplace.site)

    assert (count("WP_REACH_PE", *YEAR).total, count("WP_REACH_PE", *YEAR).extra) == (
        10,
        {"workforce": 100, "coverage": 0.05},
    )
    assert count("WP_REACH_PE", *YEAR, where={"sex": ["F"]}).extra == {"workforce": 20, "coverage": 0.1}
    assert count("WP_REACH_PE", *YEAR, where={"site": ["FACT-2"]}).extra == {"workforce": None, "coverage": None}


# --- heads ------------------------------------------------------------------------------------------------


def test_heads_are_those_of_sessions_for_workers_or_at_workplaces(plant, factory, programme, count, cells, names):
    programme.talk("2025-02-01", {("F", "A15"): 30, ("M", "AUNK"): 4}, site=factory.site, reference="a")
    programme.talk("2025-03-01", 50, kind="workplace_session", services="IEC", reference="b")
    programme.talk("2025-03-01", 70, reference="c")
    programme.talk("2025-03-01", 90, site=factory.site, void=True)

    assert count("WP_HEADS_GEN", *YEAR).total == 84
    assert cells(count("WP_HEADS_GEN", *YEAR, by="sector,sex")) == {
        "garment|F": 30,
        "garment|M": 4,
        "unknown|U": 50,
    }
    assert cells(count("WP_HEADS_GEN", *YEAR, by="service,month")) == {"IEC|2025-03": 50}
    assert names("WP_HEADS_GEN", *YEAR) == ["a", "b"]
    assert names("WP_HEADS_GEN", *YEAR, where={"sector": ["unknown"]}) == ["b"]


def test_heads_add_up_over_months(plant, factory, programme, count):
    programme.talk("2025-01-02", 30, site=factory.site)
    programme.talk("2025-02-02", 40, site=factory.site)

    added = count("WP_HEADS_GEN", "2025-01-01", "2025-01-31").add(count("WP_HEADS_GEN", "2025-02-01", "2025-02-28"))

    assert added.total == 70


# --- scripts ----------------------------------------------------------------------------------------------


def test_count_command_tells_the_workforce(plant, factory, programme, capsys):
    programme.met(programme.person(), "2025-02-01", site=factory.site)
    plant.workforce(factory, "2025-01-01", {("F", "A15"): 20})

    call_command("count", "WP_REACH_PE", "--from", YEAR[0], "--to", YEAR[1], "--by", "sector")

    assert json.loads(capsys.readouterr().out) == {
        "indicator": "WP_REACH_PE",
        "version": "1",
        "measure": "people",
        "additivity": "recount",
        "from": "2025-01-01",
        "to": "2025-12-31",
        "total": 1,
        "numerator": 1,
        "denominator": None,
        "cells": [{"sector": "garment", "value": 1}],
        "extra": {"workforce": 20, "coverage": 0.05},
    }


@pytest.mark.parametrize(
    ("code", "key"), [("WP_FORMED", "sex"), ("REACH", "sector"), ("PE_ACTIVE", "month"), ("LS_PUPILS", "month")]
)
def test_key_that_does_not_fit_is_refused(programme, count, code, key):
    with pytest.raises(Refused):
        count(code, *YEAR, by=key)


@pytest.mark.parametrize(("code", "key"), [("WP_FORMED", "sector"), ("LS_PUPILS", "grade"), ("KNOWLEDGE", "item")])
def test_unknown_code_of_a_key_is_refused(programme, count, code, key):
    with pytest.raises(Refused, match="weather"):
        count(code, *YEAR, where={key: ["weather"]})
