"""The field rules of schools: the form, the import and the actions all ask here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from core.entries import Entry, plain
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem

FIRST, LAST = 1, 12
MOST_PUPILS = 5_000
MOST_TEACHERS = 500
KIND_OF_SITE = "school"


class Pupils(NamedTuple):
    """Pupils of one grade and sex on the roll, as counted on a day."""

    counted_on: date
    grade: int
    sex: str
    pupils: int


class Teachers(NamedTuple):
    """Teachers of one sex trained on a day."""

    trained_on: date
    sex: str
    teachers: int


@dataclass(frozen=True, kw_only=True)
class SchoolEntry(Entry):
    """What somebody wants recorded: one school; `occurred_on` is since when the programme works with it."""

    apart = frozenset({"pupils", "teachers"})

    site_id: UUID | None = None
    first_grade: int = 1
    last_grade: int = 6
    note: str = ""
    pupils: tuple[Pupils, ...] = ()
    teachers: tuple[Teachers, ...] = ()

    def content(self) -> dict:
        return super().content() | {"pupils": plain(sorted(self.pupils)), "teachers": plain(sorted(self.teachers))}


def problems(entry: SchoolEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    yield from happened_problems(entry.occurred_on, today)
    yield from note_problems(entry.note)
    if entry.site_id is None:
        yield Problem("site", _("Choose the site, or fill in code, name and district of a new one."), "")
    first, last = entry.first_grade, entry.last_grade
    for field, grade in (("first_grade", first), ("last_grade", last)):
        if not FIRST <= (grade or 0) <= LAST:
            yield Problem(field, _("Give a grade from 1 to 12."), str(grade))
    if FIRST <= (last or 0) < (first or 0) <= LAST:
        yield Problem("last_grade", _("The last grade comes after the first one, or is the same."), str(last))
    yield from _pupil_problems(entry, today)
    yield from _teacher_problems(entry, today)


def _pupil_problems(entry: SchoolEntry, today: date) -> Iterator[Problem]:
    for day in sorted({row.counted_on for row in entry.pupils}):
        yield from happened_problems(day, today, "pupils")
    yield from code_problems("pupils", "sex", sorted({row.sex for row in entry.pupils}), entry.occurred_on)
    grades = sorted({row.grade for row in entry.pupils})
    wrong = [grade for grade in grades if not (entry.first_grade or 0) <= grade <= (entry.last_grade or 0)]
    if wrong:
        text = _("The school has grades %(first)s to %(last)s, but pupils of grade %(grade)s are counted. Mend one.")
        numbers = {"first": entry.first_grade, "last": entry.last_grade, "grade": wrong[0]}
        yield Problem("pupils", text % numbers, str(wrong[0]))
    if any(not 0 <= row.pupils <= MOST_PUPILS for row in entry.pupils):
        yield Problem("pupils", _("Give a number of pupils from 0 to %(most)s.") % {"most": MOST_PUPILS}, "")
    if len({row[:3] for row in entry.pupils}) < len(entry.pupils):
        yield Problem("pupils", _("One grade and sex is counted twice on the same day. Keep one of the numbers."), "")


def _teacher_problems(entry: SchoolEntry, today: date) -> Iterator[Problem]:
    for day in sorted({row.trained_on for row in entry.teachers}):
        yield from happened_problems(day, today, "teachers")
    yield from code_problems("teachers", "sex", sorted({row.sex for row in entry.teachers}), entry.occurred_on)
    if any(not 1 <= row.teachers <= MOST_TEACHERS for row in entry.teachers):
        yield Problem("teachers", _("Give a number of teachers from 1 to %(most)s.") % {"most": MOST_TEACHERS}, "")
    if len({row[:2] for row in entry.teachers}) < len(entry.teachers):
        text = _("Teachers of one sex stand twice on the same day. Write them as one number.")
        yield Problem("teachers", text, "")
