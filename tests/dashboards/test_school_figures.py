"""Pupils of classes and answers to the knowledge check, by hand, at the edges of their rules."""

from datetime import date

import pytest

from dashboards import counting
from tests.dashboards.planting import Planter, check

pytestmark = pytest.mark.django_db
YEAR = ("2025-01-01", "2025-12-31")


@pytest.fixture
def plant(programme, time_machine):
    time_machine.move_to(date(2026, 3, 1))
    return Planter(programme)


@pytest.fixture
def school(plant):
    return plant.school("SCHOOL-1", "1401")


# --- pupils -----------------------------------------------------------------------------------------------


def test_class_is_counted_once_at_its_fullest_lesson(plant, school, count, cells, names):
    plant.lesson(school, "2025-02-01", {"F": 20, "M": 18})
    fullest = plant.lesson(school, "2025-03-01", {"F": 19, "M": 22})
    plant.lesson(school, "2025-04-01", {"F": 30, "M": 30}, void=True)
    plant.lesson(school, "2024-12-31", {"F": 30, "M": 31})

    result = count("LS_PUPILS", *YEAR, by="sex")

    assert (result.total, cells(result)) == (41, {"F": 19, "M": 22})
    assert result.extra == {"schools": 1, "classes": 1, "by_school_year": {"2024": 41}}
    assert names("LS_PUPILS", *YEAR) == [fullest.reference]


def test_of_equal_lessons_the_earliest_tells_girls_and_boys(plant, school, count, cells):
    plant.lesson(school, "2025-03-01", {"F": 10, "M": 30})
    plant.lesson(school, "2025-02-01", {"F": 25, "M": 15})

    assert cells(count("LS_PUPILS", *YEAR, by="sex")) == {"F": 25, "M": 15}


def test_each_school_year_grade_and_class_is_another_class(plant, school, count, cells):
    plant.lesson(school, "2025-03-01", 30)
    plant.lesson(school, "2025-11-01", 31)
    plant.lesson(school, "2025-03-01", 32, class_name="B")
    plant.lesson(school, "2025-03-01", 33, grade=10)
    plant.lesson(plant.school("SCHOOL-2"), "2025-03-01", 34)

    result = count("LS_PUPILS", *YEAR, by="grade")

    assert (result.total, list(cells(result).items())) == (160, [("5", 127), ("10", 33)])
    assert result.extra == {"schools": 2, "classes": 5, "by_school_year": {"2024": 129, "2025": 31}}
    assert count("LS_PUPILS", *YEAR, where={"province": ["14"], "grade": ["5"]}).total == 93


def test_filter_by_sex_leaves_the_lesson_as_it_is(plant, school, count):
    plant.lesson(school, "2025-02-01", {"F": 30, "M": 1})
    plant.lesson(school, "2025-03-01", {"F": 20, "M": 20})

    result = count("LS_PUPILS", *YEAR, where={"sex": ["F"]})

    assert (result.total, result.extra["classes"]) == (20, 1)
    assert count("LS_PUPILS", *YEAR, where={"sex": ["X"]}).extra == {"schools": 0, "classes": 0, "by_school_year": {}}


def test_pupils_are_never_added_up(plant, school, count):
    plant.lesson(school, "2025-01-10", 30)
    plant.lesson(school, "2025-02-10", 31)

    with pytest.raises(counting.WrongTotal):
        count("LS_PUPILS", "2025-01-01", "2025-01-31").add(count("LS_PUPILS", "2025-02-01", "2025-02-28"))
    assert count("LS_PUPILS", "2025-01-01", "2025-02-28").total == 31


def test_pupils_are_neither_people_nor_attendances(plant, school, count):
    plant.lesson(school, "2025-01-10", 30)

    assert [count(code, *YEAR).total for code in ("REACH", "CONTACTS", "ATTENDANCES", "WP_HEADS_GEN")] == [0, 0, 0, 0]


# --- knowledge --------------------------------------------------------------------------------------------


def test_knowledge_is_right_answers_of_those_asked_after(plant, count, cells):
    plant.session(
        "2025-02-01",
        knowledge={"before": check(10, 5, 5, 5, 5, 5, all_right=1), "after": check(8, 8, 8, 8, 8, 0, all_right=0)},
    )
    plant.session("2025-02-02", knowledge={"after": check(10, 10, 10, 10, 10, 10, all_right=10)})
    plant.session("2025-02-02", knowledge={"before": check(10, 10, 10, 10, 10, 10, all_right=10)})
    plant.session("2025-02-03")

    result = count("KNOWLEDGE", *YEAR, by="item")

    assert (result.numerator, result.denominator, result.total) == (32, 40, 0.8)
    assert cells(result) == {"faithful": 1.0, "condom": 1.0, "healthy": 1.0, "mosquito": 1.0}
    assert result.cells[0] == {"item": "faithful", "value": 1.0, "numerator": 8, "denominator": 8, "before": 0.5}
    assert result.extra == {
        "before": 0.5,
        "change": pytest.approx(0.3),
        "all_right_before": 0.1,
        "all_right_after": 0.0,
        "answered_before": 10,
        "answered_after": 8,
    }


def test_knowledge_by_question_and_place_opens_its_sessions(plant, programme, count, names):
    both = {"before": check(10, 5, 5, 5, 5, 5), "after": check(10, 6, 7, 8, 9, 10)}
    here = plant.session("2025-02-01", knowledge=both, site=programme.site("HERE", "1201"), kind="small_group")
    there = plant.session("2025-03-01", knowledge=both, kind="large_group")

    assert count("KNOWLEDGE", *YEAR, where={"item": ["food", "mosquito"]}).total == 38 / 40
    assert [(cell["month"], cell["value"]) for cell in count("KNOWLEDGE", *YEAR, by="month").cells] == [
        ("2025-02", 0.8),
        ("2025-03", 0.8),
    ]
    assert names("KNOWLEDGE", *YEAR, where={"province": ["12"]}) == [here.reference]
    assert names("KNOWLEDGE", *YEAR, where={"month": ["2025-03"], "kind": ["large_group"]}) == [there.reference]


def test_void_session_tells_nothing_of_knowledge(plant, count):
    both = {"before": check(10, 5, 5, 5, 5, 5), "after": check(10, 6, 7, 8, 9, 10)}
    plant.session("2025-02-01", knowledge=both, void=True)

    result = count("KNOWLEDGE", *YEAR)

    assert (result.total, result.extra["before"], result.extra["change"]) == (None, None, None)
