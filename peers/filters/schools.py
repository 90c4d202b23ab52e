"""Filters of the schools' list, inside the person's scope."""

import django_filters
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.filters.registers import OccurredFilter, RecordFilters
from core.models import District, Province
from peers import school_years
from peers.models import Lesson, School
from peers.rules.schools import FIRST, LAST

GRADES = [(str(grade), str(grade)) for grade in range(FIRST, LAST + 1)]


def places(scope) -> tuple:
    """Provinces and districts in which the person sees schools."""
    seen = School.objects.visible_to(scope).order_by()
    districts = District.objects.filter(pk__in=seen.values("site__district"))
    return Province.objects.filter(pk__in=districts.values("province")), districts


class SchoolFilters(RecordFilters):
    """Province, district, grade, with or without lessons this school year, organisation, void."""

    occurred_on = OccurredFilter(label=_("With the programme since"))
    name = django_filters.CharFilter(label=_("Name"), field_name="site__name", lookup_expr="icontains")
    province = django_filters.ModelChoiceFilter(
        label=_("Province"),
        field_name="site__district__province",
        queryset=Province.objects.none(),
        empty_label=_("All"),
    )
    district = django_filters.ModelChoiceFilter(
        label=_("District"), field_name="site__district", queryset=District.objects.none(), empty_label=_("All")
    )
    grade = django_filters.ChoiceFilter(label=_("Grade"), choices=GRADES, method="with_grade", empty_label=_("All"))
    lessons = django_filters.ChoiceFilter(
        label=_("Lessons this school year"),
        method="with_lessons",
        choices=[("yes", _("With lessons")), ("no", _("Without lessons"))],
        empty_label=_("All"),
    )

    class Meta:
        model = School
        fields = ["name", "province", "district", "grade", "lessons", "occurred_on", "organisation", "void"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["province"].queryset, self.filters["district"].queryset = places(self.scope)

    def with_grade(self, queryset, name, value):
        return queryset.filter(first_grade__lte=int(value), last_grade__gte=int(value))

    def with_lessons(self, queryset, name, value):
        year = school_years.year_of(timezone.localdate())
        there = Exists(Lesson.objects.countable().filter(school=OuterRef("pk"), school_year=year))
        return queryset.filter(there if value == "yes" else ~there)
