"""Filters of the list of workplaces, and of their coverage."""

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import OccurredFilter, RecordFilters, RegisterFilters
from core.models import Province
from peers.models import Workplace

FIRST_YEAR = 2006


def sector_filter(path: str = "sector"):
    return django_filters.ChoiceFilter(
        field_name=path, label=_("Sector"), choices=lambda: codes.choices("workplace_sector"), empty_label=_("All")
    )


def province_filter(path: str):
    return django_filters.ModelChoiceFilter(
        field_name=path, label=_("Province"), queryset=Province.objects.all(), empty_label=_("All")
    )


class WorkplaceFilters(RecordFilters):
    """Sector, province, whether there is an open committee, since when, organisation, void."""

    sector = sector_filter()
    province = province_filter("site__district__province")
    committee = django_filters.ChoiceFilter(
        label=_("Committee"),
        method="with_committee",
        choices=[("yes", _("With a committee")), ("no", _("Without a committee"))],
        empty_label=_("All"),
    )
    occurred_on = OccurredFilter(label=_("Since"))

    class Meta:
        model = Workplace
        fields = ["sector", "province", "committee", "occurred_on", "organisation", "void"]

    def with_committee(self, queryset, name, value):
        return queryset.filter(open_committee__isnull=value != "yes")


class CoverageFilters(RegisterFilters):
    """The year that is counted (all of the time if none), sector and province."""

    year = django_filters.ChoiceFilter(label=_("Year"), method="of_year", choices=(), empty_label=_("All years"))
    sector = sector_filter()
    province = province_filter("site__district__province")

    class Meta:
        model = Workplace
        fields = ["year", "sector", "province"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        now = timezone.localdate().year
        years = [(str(year), str(year)) for year in range(now, FIRST_YEAR - 1, -1)]
        self.filters["year"].extra["choices"] = years

    def of_year(self, queryset, name, value):
        return queryset

    @property
    def asked_year(self) -> int | None:
        """The year asked for; None for all of the time."""
        found = self.form.cleaned_data.get("year") if self.form.is_valid() else ""
        return int(found) if found else None
