"""Schools with life-skills lessons: their grades, pupils and trained teachers, each as counted on a day."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.entries import plain
from core.models import Site
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission


class School(Record):
    """One school at one site; `occurred_on` is the day since which the programme works with it.

    Grades go from `first_grade` to `last_grade` (1 to 12).
    """

    kind_name = "school"
    view_permission = Permission.SCHOOL_VIEW

    site = models.ForeignKey(Site, models.PROTECT, related_name="schools", verbose_name=_("site"))
    first_grade = models.PositiveSmallIntegerField(_("first grade"), default=1)
    last_grade = models.PositiveSmallIntegerField(_("last grade"), default=6)
    note = models.CharField(_("note"), max_length=280, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["site__name"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["site"], condition=Q(voided_at=None), name="school_one_a_site"),
            models.CheckConstraint(
                condition=Q(first_grade__gte=1, last_grade__lte=12, first_grade__lte=models.F("last_grade")),
                name="school_grades_in_order",
            ),
        ]

    def __str__(self):
        return str(self.site)

    def get_absolute_url(self):
        return reverse("schools:detail", args=[self.pk])

    def content(self) -> dict:
        pupils = sorted([str(row.counted_on), row.grade, row.sex, row.pupils] for row in self.pupils.all())
        teachers = sorted([str(row.trained_on), row.sex, row.teachers] for row in self.teachers.all())
        return super().content() | {"pupils": plain(pupils), "teachers": plain(teachers)}


class PupilCount(models.Model):
    """Pupils of one grade and sex on the school's roll, as counted on a day."""

    school = models.ForeignKey(School, models.CASCADE, related_name="pupils")
    counted_on = models.DateField(_("counted on"))
    grade = models.PositiveSmallIntegerField(_("grade"))
    sex = models.CharField(_("sex"), max_length=1, default="U")
    pupils = models.PositiveIntegerField(_("pupils"))

    class Meta:
        ordering = ["-counted_on", "grade", "sex"]
        constraints = [
            models.UniqueConstraint(fields=["school", "counted_on", "grade", "sex"], name="pupilcount_once"),
            models.CheckConstraint(condition=Q(sex__in=["F", "M", "X", "U"]), name="pupilcount_sex_known_code"),
        ]


class TeachersTrained(models.Model):
    """Teachers of one sex who were trained for life-skills lessons on a day."""

    school = models.ForeignKey(School, models.CASCADE, related_name="teachers")
    trained_on = models.DateField(_("trained on"))
    sex = models.CharField(_("sex"), max_length=1, default="U")
    teachers = models.PositiveIntegerField(_("teachers"))

    class Meta:
        ordering = ["-trained_on", "sex"]
        constraints = [
            models.UniqueConstraint(fields=["school", "trained_on", "sex"], name="teacherstrained_once"),
            models.CheckConstraint(condition=Q(sex__in=["F", "M", "X", "U"]), name="teacherstrained_sex_known_code"),
        ]
