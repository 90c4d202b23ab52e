"""Filters of the list of rounds that collect used needles."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.filters.registers import OccurredFilter, RecordFilters
from core.models import Province, Site
from outreach.models import HowCounted, NeedleCollection


class NeedleCollectionFilters(RecordFilters):
    """Day, how they were counted, site, province, organisation, void."""

    occurred_on = OccurredFilter()
    method = django_filters.ChoiceFilter(
        label=_("How they were counted"), choices=HowCounted.choices, empty_label=_("All")
    )
    site = django_filters.ModelChoiceFilter(label=_("Site"), queryset=Site.objects.none(), empty_label=_("All"))
    province = django_filters.ModelChoiceFilter(
        label=_("Province"), queryset=Province.objects.all(), method="in_province", empty_label=_("All")
    )

    class Meta:
        model = NeedleCollection
        fields = ["occurred_on", "method", "site", "province", "organisation", "void"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["site"].queryset = Site.objects.visible_to(self.scope).besides_schools(
            NeedleCollection.objects.all()
        )

    def in_province(self, queryset, name, value):
        return queryset.filter(Q(district__province=value) | Q(site__district__province=value))
