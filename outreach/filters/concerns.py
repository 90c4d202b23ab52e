"""Filters of the safeguarding lead's worklist."""

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import OccurredFilter, RecordFilters
from outreach.filters.violence import holding
from outreach.models import Concern


class ConcernFilters(RecordFilters):
    """What is to be done, what it is about, day of raising, organisation, void."""

    state = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[
            ("waiting", _("Nothing done yet")),
            ("open", _("Still open")),
            ("closed", _("Closed")),
            ("in_time", _("Acted on in time")),
            ("late", _("Late")),
        ],
        method="in_state",
        empty_label=_("All"),
    )
    concern = django_filters.ChoiceFilter(
        label=_("Concern"),
        choices=lambda: codes.choices("safeguarding_concern"),
        method="about",
        empty_label=_("All"),
    )
    occurred_on = OccurredFilter(label=_("Raised"))

    class Meta:
        model = Concern
        fields = ["state", "concern", "occurred_on", "organisation", "void"]

    def in_state(self, queryset, name, value):
        if value == "waiting":
            return queryset.unanswered()
        if value == "closed":
            return queryset.filter(closed_on__isnull=False)
        if value == "in_time":
            return queryset.in_time()
        return queryset.late(timezone.now()) if value == "late" else queryset.open()

    def about(self, queryset, name, value):
        return holding(queryset, "concerns", value)
