"""Filters of the states of provinces."""

import django_filters
from django.utils.translation import gettext_lazy as _

from core.filters.registers import OccurredFilter, RecordFilters
from core.models import Province
from peers.models import RollOut


class RollOutFilters(RecordFilters):
    """Since when, province, state, organisation, void."""

    occurred_on = OccurredFilter(label=_("Since"))
    province = django_filters.ModelChoiceFilter(
        label=_("Province"), queryset=Province.objects.all(), empty_label=_("All")
    )
    status = django_filters.ChoiceFilter(label=_("State"), choices=RollOut.Status.choices, empty_label=_("All"))

    class Meta:
        model = RollOut
        fields = ["occurred_on", "province", "status", "organisation", "void"]
