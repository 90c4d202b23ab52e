"""Classes as they are counted: their names, and each once a school year at its highest headcount."""

import uuid
from datetime import date

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from core.models.users import system_user
from peers import school_years
from peers.actions import lessons
from peers.classes import Class, class_name, classes_of
from peers.models import Lesson
from tests.factories.people import organisation
from tests.factories.schools import lesson_entry, lesson_of, school_of

NAMES = st.sampled_from(["A", "a", "5 a", "5A", "B", "ក", "", "5"])
DAYS = st.sampled_from(
    [date(2024, 9, 30), date(2024, 10, 1), date(2025, 1, 15), date(2025, 9, 30), date(2025, 10, 1), date(2025, 11, 3)]
)


@pytest.mark.parametrize(
    ("text", "grade", "kept"),
    [
        ("A", 5, "A"),
        (" a ", 5, "A"),
        ("5a", 5, "A"),
        ("5 a", 5, "A"),
        ("5-A", 5, "A"),
        ("Grade 5 a", 5, "A"),
        ("ថ្នាក់ទី៥ក", 5, "ក"),
        ("៥\u200bក", 5, "ក"),
        ("ក", 5, "ក"),
        ("5", 5, ""),
        ("", 5, ""),
        ("1", 5, "1"),
        ("5/1", 5, "1"),
        ("51", 5, "51"),
        ("6A", 5, "6A"),
        ("12B", 1, "12B"),
        ("12b", 12, "B"),
        ("A 1", 5, "A1"),
    ],
)
def test_class_name_is_kept_one_way(text, grade, kept):
    assert class_name(text, grade) == kept


@given(text=st.text(max_size=12) | st.text("5aA ក៥-1GRADE", max_size=12), grade=st.integers(1, 12))
@example(text="5-5A", grade=5)
@example(text="1-1", grade=1)
def test_class_name_stays_when_it_is_said_again(text, grade):
    kept = class_name(text, grade)

    assert class_name(kept, grade) == kept


@pytest.mark.parametrize(
    ("starts", "day", "year", "name"),
    [
        (10, date(2024, 9, 30), 2023, "2023–24"),
        (10, date(2024, 10, 1), 2024, "2024–25"),
        (1, date(2024, 1, 1), 2024, "2024"),
        (11, date(1999, 11, 1), 1999, "1999–00"),
    ],
)
def test_school_year_begins_in_the_month_set(settings, starts, day, year, name):
    settings.SCHOOL_YEAR_STARTS = starts

    found = school_years.year_of(day)

    assert (found, school_years.name(found)) == (year, name)
    assert school_years.period_of(found).start <= day <= school_years.period_of(found).end


def test_class_counts_once_at_its_highest_headcount(lists):
    school = school_of()
    lesson_of(school, heads={"F": 20, "M": 20})
    best = lesson_of(school, occurred_on=date(2025, 2, 10), class_name="5 a", heads={"F": 15, "M": 27})
    lesson_of(school, occurred_on=date(2025, 2, 17), heads={"F": 1})

    assert classes_of(Lesson.objects.all()) == [Class(school.pk, 2024, 5, "A", best.pk, {"F": 15, "M": 27})]


def test_of_lessons_as_high_the_earliest_counts_then_the_lowest_id(lists):
    school = school_of()
    low, high = sorted([uuid.uuid4(), uuid.uuid4()])
    lesson_of(school, occurred_on=date(2025, 2, 10), heads={"U": 30})
    lesson_of(school, id=high, heads={"M": 30})
    lesson_of(school, id=low, heads={"F": 30})

    assert [found.heads for found in classes_of(Lesson.objects.all())] == [{"F": 30}]


def test_void_lesson_counts_nowhere(lists):
    school = school_of()
    lesson_of(school, heads={"F": 5})
    lessons.void(record=lesson_of(school, heads={"F": 50}), by=system_user(), reason="wrong class")

    assert [found.pupils for found in classes_of(Lesson.objects.all())] == [5]


def recount():
    """Classes and their heads, in plain Python over the rows."""
    best = {}
    for row in Lesson.objects.values("pk", "school", "occurred_on", "grade", "class_name", "heads", "voided_at"):
        if row["voided_at"]:
            continue
        day = row["occurred_on"]
        year = day.year if (day.month, day.day) >= (10, 1) else day.year - 1
        key = (row["school"], year, row["grade"], row["class_name"])
        rank = (-sum(row["heads"].values()), day, row["pk"])
        if key not in best or rank < best[key][0]:
            best[key] = (rank, row["heads"])
    return {key: heads for key, (_rank, heads) in best.items()}


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(
        st.tuples(
            st.integers(0, 1), DAYS, st.integers(5, 6), NAMES, st.integers(0, 3), st.integers(1, 3), st.booleans()
        ),
        max_size=14,
    )
)
def test_classes_of_random_lessons_are_those_of_a_recount(lists, rows):
    Lesson.objects.all()._raw_delete("default")
    homes = {place: organisation(code) for place, code in enumerate(["NGO-A", "NGO-B"])}
    places = {place: _school(place, home) for place, home in homes.items()}
    for place, day, grade, name, girls, boys, void in rows:
        heads = {"F": girls, "M": boys}
        entry = lesson_entry(places[place], occurred_on=day, grade=grade, class_name=name, heads=heads, void=void)
        lessons.record(entry=entry, by=system_user(), organisation=homes[place])

    found = {(c.school_id, c.school_year, c.grade, c.class_name): c.heads for c in classes_of(Lesson.objects.all())}

    assert found == recount()


def _school(place, home):
    found = home.sites.filter(code=f"S{place}").first()
    return found.schools.get() if found else school_of(f"S{place}", home=home.code)
