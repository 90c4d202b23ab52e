"""Pupils on the rolls of schools, and how many of them the lessons of a school year reached."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from peers import school_years
from peers.classes import Class, classes_of
from peers.models import Lesson, PupilCount


class Roll(NamedTuple):
    """Pupils of one grade of one school, girls and boys together, as counted on a day."""

    counted_on: date
    pupils: int


def rolls_of(rows: Iterable[tuple[UUID, int, date, int]]) -> dict[tuple[UUID, int], Roll]:
    """The newest roll of each (school, grade) from rows of (school, grade, day, pupils of one sex)."""
    found: dict[tuple[UUID, int], Roll] = {}
    for school, grade, day, pupils in rows:
        stands = found.get((school, grade))
        if stands is None or day > stands.counted_on:
            found[school, grade] = Roll(day, pupils)
        elif day == stands.counted_on:
            found[school, grade] = Roll(day, stands.pupils + pupils)
    return found


def days_for(year: int) -> tuple[date, date]:
    """A count may stand for a school year if it was made in it, or in the one before."""
    return school_years.period_of(year - 1).start, school_years.period_of(year).end


def rolls_in(counts: QuerySet, year: int) -> dict[tuple[UUID, int], Roll]:
    """The newest roll of each (school, grade) that may stand for a school year."""
    start, end = days_for(year)
    rows = counts.filter(counted_on__gte=start, counted_on__lte=end).order_by()
    return rolls_of(rows.values_list("school_id", "grade", "counted_on", "pupils"))


@dataclass
class Line:
    """Schools and pupils of one place or grade in a school year.

    `counted` are the pupils reached in grades whose roll is known: only these are held against the roll.
    """

    schools: int = 0
    taught: int = 0
    classes: int = 0
    reached: int = 0
    counted: int = 0
    roll: int = 0
    rolls: int = 0

    def add(self, school: "InYear", grades: Iterable[int]) -> None:
        """Take in one school, or those of its grades."""
        self.schools += 1
        self.taught += any(school.classes.get(grade) for grade in grades)
        for grade in grades:
            classes = school.classes.get(grade, ())
            self.count(len(classes), sum(found.pupils for found in classes), school.rolls.get(grade))

    def count(self, classes: int, reached: int, roll: Roll | None) -> None:
        """Take in the classes of one grade of one school."""
        self.classes += classes
        self.reached += reached
        if roll:
            self.counted += reached
            self.roll += roll.pupils
            self.rolls += 1


@dataclass
class InYear:
    """One school in a school year: its classes and its rolls by grade."""

    district: str | None
    province: str | None
    grades: range
    classes: dict[int, list[Class]] = field(default_factory=dict)
    rolls: dict[int, Roll] = field(default_factory=dict)


@dataclass
class Coverage:
    """How far the lessons of a school year came: all, by province, by district, by grade."""

    whole: Line = field(default_factory=Line)
    provinces: dict[Any, Line] = field(default_factory=dict)
    districts: dict[Any, Line] = field(default_factory=dict)
    grades: dict[int, Line] = field(default_factory=dict)


def coverage(schools: QuerySet, year: int) -> Coverage:
    """The coverage of these schools in a school year; those that joined later are left out. Three queries."""
    end = school_years.period_of(year).end
    found = Coverage()
    for school in _in_year(schools.filter(occurred_on__lte=end).order_by(), year).values():
        found.whole.add(school, school.grades)
        found.provinces.setdefault(school.province, Line()).add(school, school.grades)
        found.districts.setdefault(school.district, Line()).add(school, school.grades)
        for grade in school.grades:
            found.grades.setdefault(grade, Line()).add(school, [grade])
    return found


def _in_year(schools: QuerySet, year: int) -> dict[UUID, InYear]:
    names = ("pk", "site__district", "site__district__province", "first_grade", "last_grade")
    found = {
        pk: InYear(district, province, range(first, last + 1))
        for pk, district, province, first, last in schools.values_list(*names)
    }
    chosen = schools.values("pk")
    for one in classes_of(Lesson.objects.filter(school__in=chosen, school_year=year)):
        found[one.school_id].classes.setdefault(one.grade, []).append(one)
    for (school, grade), roll in rolls_in(PupilCount.objects.filter(school__in=chosen), year).items():
        found[school].rolls[grade] = roll
    return found


def share(part: int, whole: int) -> int | None:
    """Whole per cent, rounded down so that 100 means everybody; None without a whole."""
    return 100 * part // whole if whole else None
