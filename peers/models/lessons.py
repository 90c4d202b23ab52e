"""Life-skills lessons of school classes. A class is counted once a school year, at its highest headcount."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from peers.models.schools import School


class Lesson(Record):
    """One lesson of one class: the pupils who sat in it, and topics (codes of `lifeskills_topic`).

    The class is known by school, school year, grade and `class_name`; `school_year` is the year in which it began.
    `heads` maps sex to pupils.
    """

    kind_name = "lesson"
    view_permission = Permission.SCHOOL_VIEW
    derived = frozenset({"school_year", "pupils"})

    school = models.ForeignKey(School, models.PROTECT, related_name="lessons", verbose_name=_("school"))
    school_year = models.PositiveSmallIntegerField(_("school year"), editable=False)
    grade = models.PositiveSmallIntegerField(_("grade"))
    class_name = models.CharField(_("class"), max_length=16, blank=True)
    topics = models.JSONField(_("topics"), default=list)
    heads = models.JSONField(_("pupils by sex"), default=dict)
    pupils = models.PositiveIntegerField(_("pupils"), editable=False)
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=280, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(grade__gte=1, grade__lte=12), name="lesson_grade_1_to_12"),
            models.CheckConstraint(condition=Q(pupils__gte=1), name="lesson_has_someone"),
        ]
        indexes = [
            models.Index(fields=["school", "school_year", "grade", "class_name"], name="lesson_class"),
            models.Index(fields=["occurred_on", "organisation"], name="lesson_day"),
            models.Index(fields=["organisation", "-occurred_on", "-recorded_at"], name="lesson_newest"),
        ]

    def __str__(self):
        return f"{self.occurred_on} {self.grade}{self.class_name}"

    def get_absolute_url(self):
        return reverse("lessons:detail", args=[self.pk])
