"""Life-skills lessons in a file: the columns of import and export."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy

from core.import_reports import Errand
from core.permissions import Permission
from core.resources.cells import CodesCell, NumberCell, TextCell
from core.resources.entries import EntryImporter, EntryResource, Named
from core.resources.registers import Column
from peers.actions import lessons
from peers.models import Lesson, School
from peers.resources.school_cells import HeadsCell
from peers.rules.lessons import LONGEST_MINUTES
from peers.rules.schools import LAST

COLUMNS = {"class": "class_name", "pupils": "heads"}


class SchoolsNamed(Named):
    """A school by its reference or id, as it stands in its own file, or by the code of its site."""

    def look_up(self, names: set[str], errand: Errand) -> dict[str, Any]:
        found = super().look_up(names, errand)
        if rest := names - found.keys():
            here = School.objects.countable().filter(organisation=errand.organisation, site__code__in=rest)
            found |= dict(here.values_list("site__code", "pk"))
        return found


SCHOOL = SchoolsNamed(
    lambda errand: School.objects.filter(organisation=errand.organisation),
    gettext_lazy(
        "No school has this name here. Use its reference or the code of its site, or bring the schools first."
    ),
)


class LessonResource(EntryResource):
    """One lesson a row."""

    school = Column(column_name="school", widget=TextCell())
    grade = Column(column_name="grade", attribute="grade", widget=NumberCell(most=LAST))
    class_name = Column(column_name="class", attribute="class_name", widget=TextCell())
    topics = Column(column_name="topics", attribute="topics", widget=CodesCell("lifeskills_topic"))
    pupils = Column(column_name="pupils", attribute="heads", widget=HeadsCell())
    minutes = Column(column_name="minutes", attribute="minutes", widget=NumberCell(most=LONGEST_MINUTES))
    note = Column(column_name="note", attribute="note", widget=TextCell())

    class Meta(EntryResource.Meta):
        model = Lesson

    def dehydrate_school(self, lesson):
        return lesson.school.reference or str(lesson.school_id)


class LessonImporter(EntryImporter):
    """One lesson a row; a class is counted once a school year, at the highest headcount of its lessons."""

    name = "lessons"
    order = 76
    label = gettext_lazy("Life-skills lessons")
    resource = LessonResource
    writer = lessons.writer
    links = {"school": SCHOOL}
    permission = Permission.SCHOOL_RECORD
    required = ("id", "date", "school", "grade", "topics", "pupils")
    template_columns = ("id", "date", "school", "grade", "class", "topics", "pupils", "minutes", "note")
    readings = staticmethod(lambda queryset: queryset.select_related("school"))

    def __init__(self, errand, header=()):
        super().__init__(errand, header)
        self.fields |= {column: name for column, name in COLUMNS.items() if column in self.widgets}
        named = {name: column for column, name in COLUMNS.items()}
        self.book = replace(self.book, columns={**self.book.columns, **named})
