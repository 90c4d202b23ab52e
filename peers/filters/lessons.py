"""Filters of the lessons' list, inside the person's scope."""

import django_filters
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import RecordFilters
from core.models import District, Province
from peers import school_years
from peers.filters.schools import GRADES, places
from peers.models import Lesson, School


class LessonFilters(RecordFilters):
    """Day, school, school year, grade, topic, place, organisation, void."""

    school = django_filters.ModelChoiceFilter(label=_("School"), queryset=School.objects.none(), empty_label=_("All"))
    school_year = django_filters.ChoiceFilter(label=_("School year"), empty_label=_("All"))
    grade = django_filters.ChoiceFilter(label=_("Grade"), choices=GRADES, empty_label=_("All"))
    topic = django_filters.ChoiceFilter(
        label=_("Topic"),
        method="with_topic",
        choices=lambda: codes.choices("lifeskills_topic"),
        empty_label=_("All"),
    )
    province = django_filters.ModelChoiceFilter(
        label=_("Province"),
        field_name="school__site__district__province",
        queryset=Province.objects.none(),
        empty_label=_("All"),
    )
    district = django_filters.ModelChoiceFilter(
        label=_("District"),
        field_name="school__site__district",
        queryset=District.objects.none(),
        empty_label=_("All"),
    )

    class Meta:
        model = Lesson
        fields = [
            "occurred_on",
            "school",
            "school_year",
            "grade",
            "topic",
            "province",
            "district",
            "organisation",
            "void",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # The first lesson tells how far back there are any: asking all of them for their years takes longer.
        first = Lesson.objects.visible_to(self.scope).order_by("occurred_on").values_list("school_year", flat=True)
        now = school_years.year_of(timezone.localdate())
        years = range(now, (first.first() or now) - 1, -1)
        self.filters["school_year"].extra["choices"] = [(str(year), school_years.name(year)) for year in years]
        self.filters["province"].queryset, self.filters["district"].queryset = places(self.scope)
        self.filters["school"].queryset = School.objects.visible_to(self.scope).select_related("site")

    def with_topic(self, queryset, name, value):
        return queryset.annotate(as_text=Cast("topics", TextField())).filter(as_text__contains=f'"{value}"')
