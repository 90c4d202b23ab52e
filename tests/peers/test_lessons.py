"""Lessons: their rules, actions and form; topics fit the grade, a class is written one way."""

import uuid
from datetime import date

import pytest
from django.utils import timezone

from core.actions.memberships import scope_of
from core.actions.records import Changed, Outcome
from core.models import Organisation
from core.models.users import system_user
from core.permissions import Role
from core.rules.problems import InvalidEntries
from peers import school_years
from peers.actions import lessons, schools
from peers.forms.lessons import LessonForm
from peers.models import Lesson
from peers.rules.lessons import fits_from, problems
from tests.factories.people import member, organisation
from tests.factories.schools import lesson_entry, lesson_of, school_of

pytestmark = pytest.mark.usefixtures("lists")
TODAY = date(2025, 3, 1)


def wrong_fields(found):
    return [problem.field for problem in found]


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"school_id": None}, ["school"]),
        ({"occurred_on": date(2025, 3, 2)}, ["occurred_on"]),
        ({"occurred_on": date(1989, 12, 31)}, ["occurred_on"]),
        ({"grade": 0}, ["grade"]),
        ({"grade": 13}, ["grade"]),
        ({"grade": None}, ["grade"]),
        ({"class_name": ""}, []),
        ({"class_name": "ក"}, []),
        ({"class_name": "x" * 16}, []),
        ({"class_name": "x" * 17}, ["class_name"]),
        ({"class_name": "A;B"}, ["class_name"]),
        ({"topics": frozenset()}, ["topics"]),
        ({"topics": frozenset({"fishing"})}, ["topics"]),
        ({"topics": frozenset({"gender"})}, ["topics"]),
        ({"topics": frozenset({"gender", "gbv", "goals"})}, ["topics", "topics"]),
        ({"topics": frozenset({"gender"}), "grade": 7}, []),
        ({"topics": frozenset({"gender"}), "grade": 6}, ["topics"]),
        ({"topics": frozenset({"gbv"}), "grade": 10}, []),
        ({"topics": frozenset({"gbv"}), "grade": 9}, ["topics"]),
        ({"topics": frozenset({"safety"}), "grade": 1}, []),
        ({"topics": frozenset({"goals"}), "grade": 3}, ["topics"]),
        ({"heads": {}}, ["heads"]),
        ({"heads": {"F": 0}}, ["heads"]),
        ({"heads": {"F": 250, "M": 250}}, []),
        ({"heads": {"F": 250, "M": 251}}, ["heads"]),
        ({"heads": {"F": -1, "M": 9}}, ["heads"]),
        ({"heads": {"Q": 9}}, ["heads"]),
        ({"minutes": 1}, []),
        ({"minutes": 0}, ["minutes"]),
        ({"minutes": 301}, ["minutes"]),
        ({"note": "ring 012 345 678"}, ["note"]),
    ],
)
def test_rules_name_the_field_that_is_wrong(changed, fields):
    entry = lesson_entry(**{"school_id": uuid.uuid4(), **changed})

    assert wrong_fields(problems(entry, today=TODAY)) == fields


def test_topic_that_does_not_fit_names_itself_its_age_and_its_grade():
    entry = lesson_entry(school_id=uuid.uuid4(), topics=frozenset({"gender"}))

    assert [problem.message for problem in problems(entry, today=TODAY)] == [
        "“Gender roles and equality” is for pupils from age 12: it fits from grade 7 on. Leave it out here."
    ]


@pytest.mark.parametrize(("topic", "grade"), [("safety", 1), ("goals", 4), ("gender", 7), ("gbv", 10), ("fishing", 1)])
def test_topic_fits_from_the_grade_of_its_age(topic, grade):
    assert fits_from(topic) == grade


def test_record_keeps_everything_and_derives_year_and_pupils():
    school = school_of()
    sent = lesson_entry(
        school,
        class_name=" 5 a ",
        topics=frozenset({"goals", "hygiene"}),
        heads={"M": 22, "F": 20, "X": 0},
        minutes=45,
        note="Second lesson",
        reference="L-1",
    )

    outcome = lessons.record(entry=sent, by=system_user(), organisation=organisation())

    lesson = Lesson.objects.get()
    assert outcome == Outcome.CREATED
    assert lesson.content() == sent.content() == lessons.entry_of(lesson).content()
    assert (lesson.class_name, lesson.school_year, lesson.pupils) == ("A", 2024, 42)
    assert (lesson.heads, lesson.topics) == ({"F": 20, "M": 22}, ["goals", "hygiene"])


@pytest.mark.parametrize(("day", "year"), [(date(2024, 9, 30), 2023), (date(2024, 10, 1), 2024)])
def test_amended_day_moves_the_lesson_to_its_school_year(day, year):
    lesson = lesson_of(school_of())

    changed = lessons.amend(
        record=lesson,
        entry=lessons.entry_of(lesson, occurred_on=day, heads={"F": 3}),
        version=1,
        by=system_user(),
    )

    assert (changed.school_year, changed.pupils, changed.version) == (year, 3, 2)


def test_record_twice_is_one_row_and_with_other_content_a_conflict():
    school = school_of()
    sent = lesson_entry(school)
    again = lesson_entry(school, id=sent.id, class_name="5a")
    other = lesson_entry(school, id=sent.id, heads={"F": 1})

    outcomes = [
        lessons.record(entry=entry, by=system_user(), organisation=organisation()) for entry in (sent, again, other)
    ]

    assert outcomes == [Outcome.CREATED, Outcome.DUPLICATE, Outcome.CONFLICT]


@pytest.mark.parametrize(("grade", "fields"), [(5, []), (4, ["grade"]), (7, ["grade"])])
def test_grade_is_one_of_the_school(grade, fields):
    school = school_of(first_grade=5, last_grade=6)

    found = lessons.problems_of(entries=[lesson_entry(school, grade=grade)], organisation=organisation())

    assert wrong_fields(found.get(0, [])) == fields


def test_school_of_another_organisation_or_a_void_one_is_refused():
    theirs, void = school_of("THEIRS", home="NGO-B"), school_of("VOID")
    schools.void(record=void, by=system_user(), reason="twice")

    found = lessons.problems_of(entries=[lesson_entry(theirs), lesson_entry(void)], organisation=organisation())

    assert [wrong_fields(found[place]) for place in (0, 1)] == [["school"], ["school"]]


def test_amended_meanwhile_is_refused():
    lesson = lesson_of(school_of())
    lessons.amend(record=lesson, entry=lessons.entry_of(lesson, minutes=40), version=1, by=system_user())

    with pytest.raises(Changed):
        lessons.amend(record=lesson, entry=lessons.entry_of(lesson, minutes=50), version=1, by=system_user())


def test_bulk_path_refuses_everything_if_one_is_wrong():
    school = school_of()

    with pytest.raises(InvalidEntries) as wrong:
        lessons.record_many(
            entries=[lesson_entry(school), lesson_entry(school, heads={})],
            by=system_user(),
            organisation=organisation(),
        )

    assert (list(wrong.value.problems), Lesson.objects.count()) == ([1], 0)


# --- the form --------------------------------------------------------------------------------------


def form_data(school, **changed):
    return {
        "id": str(uuid.uuid4()),
        "school": str(school.pk),
        "occurred_on": "2025-02-03",
        "grade": "5",
        "class_name": "a",
        "topics": ["goals"],
        "heads_F": "20",
        "heads_M": "22",
        "minutes": "",
        "note": "",
        **changed,
    }


def form_of(data=None, initial=None, record=None):
    scope = scope_of(member(Role.SUPERVISOR, "NGO-A"))
    homes = Organisation.objects.filter(code="NGO-A")
    return LessonForm(data, scope=scope, organisations=homes, initial=initial, record=record)


@pytest.mark.parametrize(
    ("changed", "typed"),
    [
        ({}, {}),
        ({"topics": frozenset({"gender"})}, {"topics": ["gender"]}),
        ({"topics": frozenset()}, {"topics": []}),
        ({"heads": {}}, {"heads_F": "", "heads_M": "0"}),
        ({"heads": {"F": 400, "M": 101}}, {"heads_F": "400", "heads_M": "101"}),
        ({"occurred_on": date(1, 1, 1)}, {"occurred_on": "0001-01-01"}),
        ({"occurred_on": date(9999, 12, 31)}, {"occurred_on": "9999-12-31"}),
        ({"class_name": "A;B"}, {"class_name": "A;B"}),
        ({"minutes": 301}, {"minutes": "301"}),
        ({"note": "012 345 678"}, {"note": "012 345 678"}),
    ],
)
def test_form_and_bulk_path_give_equal_verdicts(changed, typed):
    school = school_of()

    form = form_of(form_data(school, **typed))

    found = lessons.problems_of(entries=[lesson_entry(school, **changed)], organisation=organisation())
    fields = {"heads": "heads_F"}
    assert sorted(form.errors) == sorted({fields.get(name, name) for name in wrong_fields(found.get(0, []))})


@pytest.mark.parametrize("school", ["", "x", "\x00", str(uuid.uuid4())])
def test_form_refuses_a_school_that_is_none(school):
    there = school_of()

    form = form_of({**form_data(there), "school": school})

    assert list(form.errors) == ["school"]


def test_form_refuses_a_school_of_another_organisation():
    form = form_of(form_data(school_of("THEIRS", home="NGO-B")))

    assert list(form.errors) == ["school"]


def test_form_offers_classes_with_lessons_this_school_year():
    school = school_of()
    now = timezone.localdate()
    lesson_of(school, occurred_on=now, class_name="B")
    lesson_of(school, occurred_on=now, grade=6, class_name="")
    lesson_of(school, occurred_on=school_years.period_of(school_years.year_of(now) - 1).start, class_name="OLD")
    lessons.void(record=lesson_of(school, occurred_on=now, class_name="VOID"), by=system_user(), reason="wrong")

    form = form_of(initial={"school": str(school.pk)})

    assert form.fields["known_class"].choices == [("5:B", "5 B"), ("6:", "6"), ("", "Another class")]


def test_known_class_is_one_tap():
    school = school_of()
    lesson_of(school, occurred_on=timezone.localdate(), class_name="B")

    form = form_of(form_data(school, known_class="5:B", grade="", class_name=""))

    assert form.is_valid()
    assert (form.entry().grade, form.entry().class_name) == (5, "B")


def test_known_class_goes_before_a_grade_that_is_out_of_sight():
    school = school_of()
    lesson_of(school, occurred_on=timezone.localdate(), class_name="B")

    form = form_of(form_data(school, known_class="5:B", grade="6", class_name="C"))

    assert form.is_valid()
    assert (form.entry().grade, form.entry().class_name) == (5, "B")


def test_neither_class_nor_grade_is_asked_for():
    school = school_of()

    form = form_of(form_data(school, grade=""))

    assert form.errors == {"grade": ["Choose the class, or its grade."]}


@pytest.mark.parametrize(("grade", "later"), [("5", [7, 10]), ("7", [10]), ("9", [10]), ("1", [4, 7, 10])])
def test_topics_for_higher_grades_stand_under_a_fold(grade, later):
    school = school_of(first_grade=1, last_grade=9)

    form = form_of(form_data(school, grade=grade, topics=[]))

    assert [lowest for lowest, _chips in form.topics_later] == later


def test_topic_that_is_chosen_stays_in_sight():
    school = school_of(first_grade=1, last_grade=9)

    form = form_of(form_data(school, topics=["gender"]))

    assert [lowest for lowest, _chips in form.topics_fitting] == [1, 4, 7]


def test_form_of_a_change_says_what_stands():
    lesson = lesson_of(school_of(), heads={"F": 20, "U": 3}, minutes=45)

    form = form_of(initial=LessonForm.initial_of(lesson), record=lesson)

    said = {name: form[name].value() for name in ("school", "grade", "class_name", "topics", "heads_F", "heads_U")}
    assert said == {
        "school": str(lesson.school_id),
        "grade": 5,
        "class_name": "A",
        "topics": ["goals"],
        "heads_F": 20,
        "heads_U": 3,
    }
    assert "known_class" not in form.fields
