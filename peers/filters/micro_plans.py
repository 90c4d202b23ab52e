"""Filters of the list of micro-plans."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from core.filters.registers import RecordFilters
from peers.models import MicroPlan, PeerEducator


class MonthFilter(django_filters.DateFilter):
    """One month, as 2025-03."""

    def __init__(self, **kwargs):
        widget = forms.DateInput({"type": "month", "placeholder": "2025-03"}, format="%Y-%m")
        super().__init__(**{"label": _("Month"), "widget": widget, "input_formats": ["%Y-%m"], **kwargs})


class MicroPlanFilters(RecordFilters):
    """Month, peer educator, day made, organisation, void."""

    month = MonthFilter()
    peer = django_filters.ModelChoiceFilter(
        label=_("Peer educator"), queryset=PeerEducator.objects.none(), empty_label=_("All")
    )

    class Meta:
        model = MicroPlan
        fields = ["month", "peer", "occurred_on", "organisation", "void"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["peer"].queryset = PeerEducator.objects.visible_to(self.scope).order_by("reference")
        self.filters["occurred_on"].label = _("Made on")
