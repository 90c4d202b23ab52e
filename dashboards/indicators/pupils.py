"""LS_PUPILS: pupils of classes that had life-skills lessons, each class once a school year at its fullest lesson."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from dashboards.indicators import standings
from dashboards.questions import Question
from dashboards.results import Cell, Listing, Result, answer, cells_of
from peers import classes
from peers.models import Lesson

_SCHOOL = "school__"
_COLUMNS = (*(_SCHOOL + column for column in standings.SITE.values()), "organisation__code")


@dataclass(frozen=True)
class _Class:
    """A class and the lesson that it is counted by: the lesson's id, the school, and pupils by cell."""

    lesson: UUID
    school: UUID
    year: int
    heads: dict[Cell, int]


def _classes(question: Question) -> Iterator[_Class]:
    """Classes with a lesson in the period, and with somebody in it whom the filters leave."""
    for row in _lessons(question):
        if heads := _heads(question, row):
            yield _Class(row["pk"], row["school"], row["school_year"], heads)


def _lessons(question: Question) -> Iterator[dict[str, Any]]:
    """The fullest lesson of each class and school year among those of the period."""
    period = question.period
    found: Any = Lesson.objects.in_period(period.start, period.end)
    if question.organisations is not None:
        found = found.filter(organisation__in=question.organisations)
    heads = ["heads"] if question.needs("sex") else []
    columns = ("pk", "school", "school_year", "grade", "pupils", *heads, *_COLUMNS)
    rows: Iterator[dict[str, Any]] = classes.highest(found).order_by().values(*columns).iterator(2000)
    return rows


def _heads(question: Question, row: dict[str, Any]) -> dict[Cell, int]:
    """Pupils of a lesson by cell; none if the filters leave nobody."""
    told = dict(standings.place(row, _SCHOOL))
    told |= {"grade": standings.one(str(row["grade"])), "organisation": standings.one(row["organisation__code"])}
    by_sex = row["heads"] if "heads" in row else {"U": row["pupils"]}
    found: dict[Cell, int] = {}
    for sex, number in by_sex.items():
        for cell in standings.cells(question, {**told, "sex": standings.one(sex)}) if number else []:
            found[cell] = found.get(cell, 0) + number
    return found


def count(question: Question) -> Result:
    """Pupils; beside them schools, classes, and the school years that they stand in."""
    values: Counter[Cell] = Counter()
    years: Counter[int] = Counter()
    schools, number = set(), 0
    for one in _classes(question):
        values.update(one.heads)
        years[one.year] += sum(one.heads.values())
        schools.add(one.school)
        number += 1
    by_year = {str(year): number for year, number in sorted(years.items())}
    total = years.total()
    return answer(
        question,
        total=total,
        numerator=total,
        denominator=None,
        cells=cells_of(question.by, values),
        extra={"schools": len(schools), "classes": number, "by_school_year": by_year},
    )


def listing(question: Question) -> Listing:
    """The lessons that the classes are counted by."""
    return Listing((Lesson, [one.lesson for one in _classes(question.total())]))
