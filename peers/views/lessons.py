"""The register of life-skills lessons: one class on one day."""

from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.permissions import Permission
from core.resources.cells import day_of
from core.views.registers import Column
from core.views.written import WrittenRegister
from core.wording import coded, shown
from outreach.wording import joined
from peers import school_years
from peers.actions import lessons
from peers.classes import highest
from peers.filters.lessons import LessonFilters
from peers.forms.lessons import LessonForm
from peers.models import Lesson, School
from peers.resources.lessons import LessonResource
from peers.school_pages import class_label, heads_text


class Lessons(WrittenRegister):
    """Life-skills lessons."""

    model, writer = Lesson, lessons.writer
    namespace = "lessons"
    heading = gettext_lazy("Life-skills lessons")
    create_label = gettext_lazy("New lesson")
    empty_text = gettext_lazy("No lesson is recorded yet.")
    columns = [
        "occurred_on",
        Column("school", gettext_lazy("School"), sort="school__site__name"),
        Column("class", gettext_lazy("Class"), lambda row: class_label(row.grade, row.class_name), sort="grade"),
        "pupils",
        "topics",
    ]
    code_lists = {"topics": "lifeskills_topic"}
    labels = {"heads": gettext_lazy("Pupils"), "school": gettext_lazy("School")}
    filterset, form, resource = LessonFilters, LessonForm, LessonResource
    create_permission = Permission.SCHOOL_RECORD
    void_permission = Permission.SCHOOL_VOID
    detail_template = "peers/lessons/detail.html"
    form_template = "peers/lessons/form.html"

    def readings(self, queryset):
        return super().readings(queryset).select_related("school__site__district")

    def title(self, record):
        return joined([record.school.site.name, class_label(record.grade, record.class_name)])

    def initial(self, request):
        """The school of the address, or of the last lesson that this person recorded."""
        day = day_of(request.GET.get("date", "")) or timezone.localdate()
        return {"occurred_on": day, "school": _named(request) or _last(request)}

    def actions(self, record, scope):
        offered = super().actions(record, scope)
        if not record.school.is_void and scope.can(self.create_permission, record.organisation_id):
            again = f"{self.url('create')}?school={record.school_id}&date={record.occurred_on}"
            offered = [(_("Another class at this school"), again, "main"), *((a, b, "") for a, b, _main in offered)]
        return offered

    def sections(self, record):
        facts = [
            (_("Date"), shown(record.occurred_on)),
            (_("School"), record.school.site.name),
            (_("District"), shown(record.school.site.district)),
            (_("School year"), school_years.name(record.school_year)),
            (_("Class"), class_label(record.grade, record.class_name)),
            (_("Topics"), coded("lifeskills_topic", record.topics)),
            (_("Pupils"), record.pupils),
            (_("By sex"), heads_text(record.heads, dict(codes.choices("sex")))),
            (_("Length in minutes"), record.minutes),
        ]
        return [("", [*facts, *([(_("Note"), record.note)] if record.note else [])])]

    def content_text(self, key, value):
        if key == "heads":
            return heads_text(value, dict(codes.choices("sex")))
        return super().content_text(key, value)

    def extra_context(self, request, record=None):
        if record is None or record.is_void:
            return {}
        same = Lesson.objects.filter(
            school=record.school_id, school_year=record.school_year, grade=record.grade, class_name=record.class_name
        )
        return {"best": highest(same).first(), "school_url": reverse("schools:detail", args=[record.school_id])}


def _named(request) -> str:
    """The school that the address names, if this person sees it."""
    try:
        pk = UUID(request.GET.get("school", ""))
    except ValueError:
        return ""
    return str(pk) if School.objects.visible_to(request.scope).countable().filter(pk=pk).exists() else ""


def _last(request) -> str:
    mine = Lesson.objects.visible_to(request.scope).countable().filter(recorded_by=request.user)
    found = mine.order_by("-recorded_at").values_list("school", flat=True).first()
    return str(found or "")
