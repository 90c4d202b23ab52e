"""What can be done with life-skills lessons: record, amend, void."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actions.writing import Link, Writer
from core.batches import portions
from core.models import Organisation
from core.rules.problems import Problem
from peers import school_years
from peers.models import Lesson, School
from peers.rules import lessons as rules
from peers.rules.lessons import LessonEntry

SCHOOL = Link(
    lambda organisation: School.objects.filter(organisation=organisation),
    gettext_lazy("There is no such school. Choose one from the list."),
)


class Known(NamedTuple):
    """First and last grade of each school, None for a void one; and the school of each lesson that is there."""

    grades: Mapping[UUID, tuple[int, int] | None]
    stands: Mapping[UUID, UUID]


class Lessons(Writer):
    """Lessons; the school year follows from the day, the number of pupils from the heads."""

    model = Lesson
    entry = LessonEntry
    links = {"school_id": SCHOOL}
    beside_people = True  # no lesson is recorded while its school becomes void

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def known(self, entries: Sequence[LessonEntry], organisation: Organisation) -> Known:
        grades: dict[UUID, tuple[int, int] | None] = {}
        stands: dict[UUID, UUID] = {}
        for portion in portions({entry.school_id for entry in entries if entry.school_id}):
            schools = School.objects.filter(pk__in=portion, organisation=organisation)
            for pk, first, last, voided in schools.values_list("pk", "first_grade", "last_grade", "voided_at"):
                grades[pk] = None if voided else (first, last)
        if None in grades.values():
            for portion in portions(entry.id for entry in entries):
                stands |= dict(Lesson.objects.filter(pk__in=portion).values_list("pk", "school"))
        return Known(grades, stands)

    def rule_with(self, entry: LessonEntry, known: Known, *, today):
        grades = known.grades.get(entry.school_id, (entry.grade, entry.grade))
        if grades is not None:
            yield from rules.grade_problems(entry, *grades)
        elif not entry.void and known.stands.get(entry.id) != entry.school_id:
            yield Problem("school", _("This school's record is void. Choose another one."), str(entry.school_id))

    def derive(self, record, entry):
        record.school_year = school_years.year_of(entry.occurred_on)
        record.pupils = entry.pupils


writer = Lessons()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of
