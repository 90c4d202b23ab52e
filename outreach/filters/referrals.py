"""Filters of the referrals' list."""

from datetime import timedelta

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import OccurredFilter, RecordFilters
from outreach.models import Referral

OVERDUE_DAYS = 30


class ReferralFilters(RecordFilters):
    """Open or overdue, service sought, state, day of issue, organisation, void."""

    open = django_filters.ChoiceFilter(
        label=_("Open"),
        method="still_open",
        choices=[("open", _("Open")), ("overdue", _("Open for more than 30 days")), ("closed", _("Closed"))],
        empty_label=_("All"),
    )
    type = django_filters.ChoiceFilter(
        label=_("Service sought"), choices=lambda: codes.choices("referral_type"), empty_label=_("All")
    )
    status = django_filters.ChoiceFilter(
        label=_("State"), choices=lambda: codes.choices("referral_status"), empty_label=_("All")
    )
    occurred_on = OccurredFilter(label=_("Issued"))

    class Meta:
        model = Referral
        fields = ["open", "occurred_on", "type", "status", "organisation", "void"]

    def still_open(self, queryset, name, value):
        if value == "closed":
            return queryset.filter(closed_on__isnull=False)
        if value == "overdue":
            queryset = queryset.filter(occurred_on__lt=timezone.localdate() - timedelta(days=OVERDUE_DAYS))
        return queryset.open()
