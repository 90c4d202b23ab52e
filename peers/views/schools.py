"""The register of schools: their grades, pupils and teachers, and the classes that had lessons."""

from django.db.models import Prefetch
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.permissions import Permission
from core.resources.cells import day_of
from core.views.registers import Column
from core.views.steps import Step, offered
from core.views.written import WrittenRegister
from core.wording import shown
from peers import school_pages, school_years
from peers.actions import schools
from peers.classes import highest
from peers.filters.schools import SchoolFilters
from peers.forms.schools import CountPupilsForm, SchoolForm, TeachersTrainedForm
from peers.models import Lesson, School
from peers.resources.school_cells import PupilsCell, TeachersCell
from peers.resources.schools import SchoolResource
from peers.rolls import rolls_of
from peers.rules.schools import Pupils, Teachers
from peers.views.school_coverage import coverage_page


class DayStep(Step):
    """What was counted on a day; `?day=` opens what was said of a day, to correct it."""

    def form(self, data=None):
        return self.form_class(data, school=self.record, was=self.day())

    def words(self):
        return super().words() | {"submit_label": _("Save")}

    def day(self):
        """The day to correct; None for a new saying."""
        if self.request.method == "POST":
            return None
        return day_of(self.request.GET.get("day", ""))

    @staticmethod
    def fits(record):
        return not record.is_void


class CountPupils(DayStep):
    name, label = "count", gettext_lazy("Count the pupils")
    intro = gettext_lazy(
        "Pupils on the school's roll. Leave empty what wasn't counted. A second count of a day replaces the first; "
        "the history keeps both."
    )
    template = "peers/schools/count.html"
    form_class = CountPupilsForm

    def do(self, form):
        was, on = form.cleaned_data["was"], form.cleaned_data["on"]
        schools.count_pupils(school=self.record, on=on, pupils=form.numbers(), by=self.request.user, instead_of=was)


class TeachersTrained(DayStep):
    name, label = "teachers", gettext_lazy("Teachers trained")
    intro = gettext_lazy(
        "Teachers of this school who finished a training in life-skills lessons on this day. Said again for the same "
        "day, it replaces what was said first."
    )
    form_class = TeachersTrainedForm

    def do(self, form):
        was, on = form.cleaned_data["was"], form.cleaned_data["on"]
        schools.train_teachers(school=self.record, on=on, teachers=form.numbers(), by=self.request.user, instead_of=was)


STEPS = [CountPupils, TeachersTrained]


def pupils(school: School) -> int | None:
    """Pupils on the roll by the newest count of each grade; None if none was counted."""
    rolls = rolls_of((row.school_id, row.grade, row.counted_on, row.pupils) for row in school.pupils.all())
    return sum(roll.pupils for roll in rolls.values()) if rolls else None


def trained(school: School) -> int:
    return sum(row.teachers for row in school.teachers.all())


class Schools(WrittenRegister):
    """Schools with life-skills lessons."""

    model, writer = School, schools.writer
    namespace = "schools"
    heading = gettext_lazy("Schools")
    create_label = gettext_lazy("New school")
    empty_text = gettext_lazy("No school is recorded yet.")
    columns = [
        Column("site", gettext_lazy("School"), sort="site__name"),
        Column("district", gettext_lazy("District"), lambda row: row.site.district, sort="site__district_id"),
        Column("province", gettext_lazy("Province"), school_pages.province_of, sort="site__district__province_id"),
        Column("grades", gettext_lazy("Grades"), school_pages.grades_of),
        Column("pupils", gettext_lazy("Pupils"), pupils),
        Column("classes", gettext_lazy("Classes with lessons this school year"), lambda row: len(row.year_lessons)),
        Column(
            "reached",
            gettext_lazy("Pupils reached this school year"),
            lambda row: sum(lesson.pupils for lesson in row.year_lessons),
        ),
        Column("teachers", gettext_lazy("Teachers trained"), trained),
    ]
    labels = {
        "occurred_on": gettext_lazy("With the programme since"),
        "pupils": gettext_lazy("Pupils"),
        "teachers": gettext_lazy("Teachers trained"),
    }
    ordering = ("site__district", "site__code", "pk")
    filterset, form, resource = SchoolFilters, SchoolForm, SchoolResource
    create_permission = Permission.SCHOOL_RECORD
    void_permission = Permission.SCHOOL_VOID
    list_template = "peers/schools/list.html"
    detail_template = "peers/schools/detail.html"
    form_template = "peers/schools/form.html"

    @classmethod
    def routed(cls) -> list:
        coverage = path("coverage/", coverage_page, name="coverage")
        return cls.urls("groups/schools/", coverage, *(step.route(cls, "uuid") for step in STEPS))

    def readings(self, queryset):
        year = school_years.year_of(timezone.localdate())
        lessons = highest(Lesson.objects.filter(school_year=year)).order_by().only("school_id", "pupils")
        related = queryset.select_related("site__district__province", "recorded_by", "organisation", "voided_by")
        return related.prefetch_related("pupils", "teachers", Prefetch("lessons", lessons, to_attr="year_lessons"))

    def record(self, form, *, by):
        entry, home = form.entry(), form.organisation
        if new := form.new_site:
            return schools.record_at_new_site(entry=entry, **new, by=by, organisation=home)
        return super().record(form, by=by)

    def title(self, record):
        return record.site.name

    def actions(self, record, scope):
        if record.is_void:
            return []
        lesson = []
        if scope.can(Permission.SCHOOL_RECORD, record.organisation_id):
            lesson = [(_("New lesson"), f"{reverse('lessons:create')}?school={record.pk}", "main")]
        rest = [(label, url, "") for label, url, _style in super().actions(record, scope)]
        return [*lesson, *offered(STEPS, self, record, scope), *rest]

    def sections(self, record):
        facts = [
            (_("Code"), record.site.code),
            (_("District"), shown(record.site.district)),
            (_("Province"), school_pages.province_of(record)),
            (_("Grades"), school_pages.grades_of(record)),
            (self.label("occurred_on"), shown(record.occurred_on)),
        ]
        return [("", [*facts, *([(_("Note"), record.note)] if record.note else [])])]

    def content_text(self, key, value):
        if key == "pupils":
            return PupilsCell().render([Pupils(*row) for row in value])
        if key == "teachers":
            return TeachersCell().render([Teachers(*row) for row in value])
        return super().content_text(key, value)

    def extra_context(self, request, record=None):
        if record is None:
            return {"coverage_url": self.url("coverage"), "roll_out_url": reverse("roll-out")}
        may = not record.is_void and request.scope.can(Permission.SCHOOL_RECORD, record.organisation_id)
        sexes = dict(codes.choices("sex"))
        return {
            "years": school_pages.years_of(record),
            "counts": school_pages.counts_of(record, sexes),
            "trainings": school_pages.trainings_of(record, sexes),
            "count_url": self.url("count", record) if may else "",
            "teachers_url": self.url("teachers", record) if may else "",
            "others": _others(request.scope, record),
        }


def _others(scope, school: School) -> list[tuple[str, str]]:
    """(label, address) of what else can be recorded here: other forms list no schools among their places."""
    if school.is_void or school.site.closed_on:
        return []
    ways = [
        (_("Contact here"), "record-contact", Permission.CONTACT_RECORD),
        (_("Session here"), "sessions:create", Permission.SESSION_RECORD),
        (_("Training here"), "trainings:create", Permission.TRAINING_RECORD),
    ]
    may = [(label, name) for label, name, permission in ways if scope.can(permission, school.organisation_id)]
    return [(label, f"{reverse(name)}?site={school.site_id}") for label, name in may]
