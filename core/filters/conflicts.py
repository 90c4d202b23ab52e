"""Filters of the conflicts' list."""

import django_filters
from django.utils.translation import gettext_lazy as _

from core.filters.registers import OccurredFilter, RegisterFilters
from core.models import ConflictingCopy


class ConflictFilters(RegisterFilters):
    """When it came; settled ones on request."""

    sent_at = OccurredFilter(label=_("Date"), field_name="sent_at__date")
    settled = django_filters.ChoiceFilter(
        label=_("Settled"),
        choices=[("with", _("Shown too")), ("only", _("Only these"))],
        empty_label=_("Left out"),
        method="with_settled",
    )

    class Meta:
        model = ConflictingCopy
        fields = ["sent_at", "settled"]

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("settled") else queryset.open()

    def with_settled(self, queryset, name, value):
        return queryset.exclude(settled_at=None) if value == "only" else queryset
