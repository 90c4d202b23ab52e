"""The field rules of life-skills lessons: the form, the import and the actions all ask here."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core import codes
from core.entries import Entry
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem
from peers.classes import class_name
from peers.rules.schools import FIRST, LAST

MOST_PUPILS = 500
LONGEST_MINUTES = 300
LONGEST_NAME = 16
# Whoever sits in a grade is usually this many years older than its number: grade 1 begins at six.
AGE_ABOVE_GRADE = 5
_NAME = re.compile(r"[^\W_](?:[\w\-/.]|[\u17b4-\u17dd])*")


@dataclass(frozen=True, kw_only=True)
class LessonEntry(Entry):
    """What somebody wants recorded: one lesson of one class. `heads` maps sex to pupils.

    However the class is written, the entry holds it as `peers.classes.class_name` keeps it.
    """

    school_id: UUID | None = None
    grade: int
    class_name: str = ""
    topics: frozenset[str] = frozenset()
    heads: Mapping[str, int] = field(default_factory=dict)
    minutes: int | None = None
    note: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "class_name", class_name(self.class_name, self.grade))
        object.__setattr__(self, "heads", {sex: number for sex, number in self.heads.items() if number})

    @property
    def pupils(self) -> int:
        return sum(self.heads.values())


def usual_age(grade: int) -> int:
    """The usual age of pupils of a grade, in years."""
    return grade + AGE_ABOVE_GRADE


def fits_from(topic: str) -> int:
    """The lowest grade whose usual age a topic is made for."""
    row = codes.table("lifeskills_topic").get(topic)
    age = row.attributes.get("default_min_age") if row else None
    return max(FIRST, int(age) - AGE_ABOVE_GRADE) if str(age or "").isdigit() else FIRST


def problems(entry: LessonEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    yield from happened_problems(entry.occurred_on, today)
    yield from note_problems(entry.note)
    if entry.school_id is None:
        yield Problem("school", _("Choose the school."), "")
    if not FIRST <= (entry.grade or 0) <= LAST:
        yield Problem("grade", _("Give a grade from 1 to 12."), str(entry.grade))
    else:
        yield from _topic_problems(entry)
    if len(entry.class_name) > LONGEST_NAME or (entry.class_name and not _NAME.fullmatch(entry.class_name)):
        text = _("Write the class with letters and digits, at most %(most)s, such as A or ក.")
        yield Problem("class_name", text % {"most": LONGEST_NAME}, entry.class_name)
    yield from code_problems("heads", "sex", sorted(entry.heads), entry.occurred_on)
    if min(entry.heads.values(), default=0) < 0 or not 1 <= entry.pupils <= MOST_PUPILS:
        text = _("Give the number of pupils in the lesson, from 1 to %(most)s.")
        yield Problem("heads", text % {"most": MOST_PUPILS}, str(entry.pupils))
    if entry.minutes is not None and not 1 <= entry.minutes <= LONGEST_MINUTES:
        text = _("Give the length in minutes, from 1 to %(most)s.") % {"most": LONGEST_MINUTES}
        yield Problem("minutes", text, str(entry.minutes))


def _topic_problems(entry: LessonEntry) -> Iterator[Problem]:
    yield from code_problems("topics", "lifeskills_topic", sorted(entry.topics), entry.occurred_on)
    if not entry.topics:
        yield Problem("topics", _("Choose at least one topic."), "")
    for topic in sorted(entry.topics):
        if (grade := fits_from(topic)) > entry.grade:
            text = _("“%(topic)s” is for pupils from age %(age)s: it fits from grade %(grade)s on. Leave it out here.")
            named = {"topic": codes.label("lifeskills_topic", topic), "age": usual_age(grade), "grade": grade}
            yield Problem("topics", text % named, topic)


def grade_problems(entry: LessonEntry, first: int, last: int) -> Iterator[Problem]:
    """Problems of a grade that the school doesn't have."""
    if not first <= (entry.grade or 0) <= last:
        text = _("This school has grades %(first)s to %(last)s. Choose one of them, or change the school.")
        yield Problem("grade", text % {"first": first, "last": last}, str(entry.grade))
