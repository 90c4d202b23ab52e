"""Coverage of schools and pupils, against a recount over source rows."""

from collections import defaultdict
from datetime import date

import pytest

from core.models import District
from core.models.users import system_user
from core.permissions import Role
from peers.actions import schools
from peers.models import Lesson, PupilCount, School
from peers.rules.schools import Pupils
from tests.factories.people import member
from tests.factories.schools import lesson_of, school_of

pytestmark = pytest.mark.usefixtures("lists")
COVERAGE = "/app/groups/schools/coverage/"


@pytest.fixture
def desk(client):
    client.force_login(member(Role.SUPERVISOR))
    return client


def counted(day, *cells):
    return tuple(Pupils(day, grade, sex, number) for grade, sex, number in cells)


def recount(year):
    """By district: schools, schools with lessons, pupils reached, reached where the roll is known, roll."""
    start, end = date(year - 1, 10, 1), date(year + 1, 9, 30)
    best, rolls, newest = defaultdict(int), defaultdict(int), {}
    for lesson in Lesson.objects.filter(voided_at=None):
        began = lesson.occurred_on.year - (lesson.occurred_on.month < 10)
        if began == year:
            key = (lesson.school_id, lesson.grade, lesson.class_name)
            best[key] = max(best[key], sum(lesson.heads.values()))
    for row in PupilCount.objects.filter(counted_on__gte=start, counted_on__lte=end).order_by("counted_on"):
        key = (row.school_id, row.grade)
        if newest.get(key) != row.counted_on:
            newest[key], rolls[key] = row.counted_on, 0
        rolls[key] += row.pupils
    found = {}
    for district in District.objects.all():
        mine = [s.pk for s in School.objects.filter(voided_at=None, site__district=district, occurred_on__lte=end)]
        reached = {key: number for key, number in best.items() if key[0] in mine}
        if mine:
            found[str(district)] = (
                len(mine),
                len({key[0] for key in reached}),
                sum(reached.values()),
                sum(number for key, number in reached.items() if key[:2] in rolls),
                sum(number for key, number in rolls.items() if key[0] in mine),
            )
    return found


def plant():
    for number, district in enumerate(["1401", "1401", "1402", "1403"]):
        day = date(2024, 11, number + 1)
        rolls = counted(day, (5, "F", 20 + number), (5, "M", 19), (6, "U", 33)) if number != 1 else ()
        old = counted(date(2023, 11, 6), (5, "F", 3), (4, "F", 7)) if number == 2 else ()
        since = date(2025, 10, 1) if number == 3 else date(2024, 10, 1)
        school = school_of(f"S{number}", district=district, pupils=rolls + old, occurred_on=since)
        if number != 3:
            for size, name, grade in [(18, "A", 5), (21 + number, "A", 5), (5, "B", 5), (9, "", 6)]:
                lesson_of(school, heads={"F": size}, class_name=name, grade=grade)
            lesson_of(school, heads={"F": 40}, occurred_on=date(2024, 9, 30))
    void = school_of("VOID")
    schools.void(record=void, by=system_user(), reason="twice")
    school_of("THEIRS", home="NGO-B", district="1404")


def test_coverage_is_that_of_a_recount(desk):
    plant()

    tables = {table["columns"][0]: table for table in desk.get(f"{COVERAGE}?year=2024").context["tables"]}

    expected = {
        name: (f"{taught} of {there} · {100 * taught // there} %", reached, counted_there, roll)
        for name, (there, taught, reached, counted_there, roll) in recount(2024).items()
        if name != str(District.objects.get(pk="1404"))
    }
    found = {
        name: tuple(cell[0].replace("\N{NO-BREAK SPACE}", " ") for cell in cells)
        for name, cells in tables["District"]["rows"]
    }
    assert list(tables) == ["Province", "District", "Grade"]
    assert {name: texts[0] for name, texts in found.items()} == {name: line[0] for name, line in expected.items()}
    for name, (_schools, reached, counted_there, roll) in expected.items():
        more = f" · {reached - counted_there} more without a roll" if reached > counted_there else ""
        assert found[name][1] == f"{counted_there} of {roll} · {100 * counted_there // roll} %{more}"


def test_coverage_without_a_roll_says_so(desk):
    lesson_of(school_of())

    page = desk.get(f"{COVERAGE}?year=2024")

    assert "No roll is counted for this school year or the one before" in page.context["pupils_text"]
    assert page.context["pupils_text"].startswith("42 pupils were reached.")


def test_coverage_without_schools_says_so(desk):
    page = desk.get(COVERAGE)

    assert (page.status_code, page.context["tables"]) == (200, [])


@pytest.mark.parametrize("query", ["year=1989", "year=9999", "year=x", "year=%00", "province=99", "province=%00"])
def test_coverage_with_an_odd_question_answers_400(desk, query):
    assert desk.get(f"{COVERAGE}?{query}").status_code == 400


def test_coverage_of_one_province(desk):
    plant()
    school_of("FAR", district="2001")

    tables = desk.get(f"{COVERAGE}?year=2024&province=20").context["tables"]

    assert [name for name, _cells in tables[0]["rows"]] == [str(District.objects.get(pk="2001"))]
