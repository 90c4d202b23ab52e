"""Classes of schools as they are counted: each once a school year, at the highest headcount of its lessons.

The lessons of a class are never added up: the same pupils sit in all of them.
"""

import re
import unicodedata
from typing import NamedTuple
from uuid import UUID

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
# What the eye doesn't see: zero-width spaces and joiners, which Khmer keyboards make.
_UNSEEN = re.compile("[\u200b-\u200d\u2060\ufeff]")
_SPACES = re.compile(r"[\s\x00]+")
_BEGINNING = re.compile(r"(GRADE|CLASS|ថ្នាក់ទី|ថ្នាក់)?[-–.:/]*")


class Class(NamedTuple):
    """One class of one school year; `lesson_id` and `heads` (sex → pupils) are those of its best attended lesson."""

    school_id: UUID
    school_year: int
    grade: int
    class_name: str
    lesson_id: UUID
    heads: dict[str, int]

    @property
    def pupils(self) -> int:
        return sum(self.heads.values())


def highest(lessons: QuerySet) -> QuerySet:
    """The lesson of each class and school year at which it stood highest; void ones never.

    Of lessons with as many pupils it is the earliest, then the one with the lowest id: so the split by sex is one.
    """
    place = Window(
        RowNumber(),
        partition_by=[F("school"), F("school_year"), F("grade"), F("class_name")],
        order_by=[F("pupils").desc(), F("occurred_on").asc(), F("pk").asc()],
    )
    return lessons.filter(voided_at=None).annotate(place_in_class=place).filter(place_in_class=1)


def classes_of(lessons: QuerySet) -> list[Class]:
    """The classes that these lessons were given to: in order of school, year, grade and name."""
    names = ("school_id", "school_year", "grade", "class_name", "pk", "heads")
    rows = highest(lessons).order_by("school_id", "school_year", "grade", "class_name")
    return [Class(*row) for row in rows.values_list(*names)]


def class_name(text: str, grade: int | None) -> str:
    """The name of a class inside its grade, as it is kept: “5 a”, “5A” and “a” are class A of grade 5.

    Letters are upper-cased (Khmer ones stay), digits Latin, spaces go. A grade written before the name is taken off:
    “5” alone is the one class of grade 5, which has no name; “51” isn't grade 5, since a digit follows.
    """
    text = _UNSEEN.sub("", unicodedata.normalize("NFC", text or "")).translate(_KHMER_DIGITS)
    text = _SPACES.sub("", unicodedata.normalize("NFC", text.upper()))
    before = None
    while text != before:
        before, text = text, _without_grade(text, grade)
    return text


def _without_grade(text: str, grade: int | None) -> str:
    rest = text[_BEGINNING.match(text).end() :]
    after = rest.removeprefix(str(grade))
    return after if after != rest and not after[:1].isdigit() else rest
