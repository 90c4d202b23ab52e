"""Filters of the list of monthly reports, inside the person's scope."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from core.filters.registers import OccurredFilter, RecordFilters
from peers import months
from peers.models import MonthlyReport, PeerEducator


class MonthFilterField(forms.CharField):
    widget = forms.TextInput({"type": "month"})

    def clean(self, value):
        text = super().clean(value)
        month = months.first_day(text) if text else None
        if text and month is None:
            raise forms.ValidationError(_("Write the month as year-month, such as 2025-03."))
        return month


class MonthFilter(django_filters.Filter):
    """A calendar month, written as 2025-03."""

    field_class = MonthFilterField


class ReportFilters(RecordFilters):
    """Month, peer educator, accepted or waiting, handed in, organisation, void."""

    month = MonthFilter(label=_("Month"))
    peer = django_filters.ModelChoiceFilter(
        label=_("Peer educator"), queryset=PeerEducator.objects.none(), empty_label=_("All")
    )
    accepted = django_filters.ChoiceFilter(
        label=_("Accepted"), choices=[("yes", _("Accepted")), ("no", _("Waiting"))], method="is_accepted",
        empty_label=_("All"),
    )  # fmt: skip
    occurred_on = OccurredFilter(label=_("Handed in"))

    class Meta:
        model = MonthlyReport
        fields = ["month", "peer", "accepted", "occurred_on", "organisation", "void"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["peer"].queryset = PeerEducator.objects.visible_to(self.scope).order_by("reference")

    def is_accepted(self, queryset, name, value):
        return queryset.filter(accepted_on__isnull=value == "no")
