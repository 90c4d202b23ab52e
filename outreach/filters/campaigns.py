"""Filters of the campaigns' list, and the filter by campaign of the records that name one."""

import django_filters
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import OccurredFilter, RecordFilters
from outreach.models import Campaign


class CampaignFilter(django_filters.ModelChoiceFilter):
    """One campaign that the records name."""

    def __init__(self, **kwargs):
        super().__init__(
            **{"label": _("Campaign"), "queryset": Campaign.objects.none(), "empty_label": _("All"), **kwargs}
        )

    def offer(self, scope) -> None:
        """Give the campaigns inside the person's scope as choices."""
        self.queryset = Campaign.objects.visible_to(scope).order_by("-occurred_on", "name")


class CampaignFilters(RecordFilters):
    """Running now or not, channel, first day, organisation, void."""

    occurred_on = OccurredFilter(label=_("First day"))
    running = django_filters.ChoiceFilter(
        label=_("When"),
        method="runs",
        choices=[("now", _("Running now")), ("later", _("Not begun yet")), ("over", _("Over"))],
        empty_label=_("All"),
    )
    channel = django_filters.ChoiceFilter(
        label=_("Channel"),
        choices=lambda: codes.choices("campaign_channel"),
        method="through",
        empty_label=_("All"),
    )

    class Meta:
        model = Campaign
        fields = ["running", "channel", "occurred_on", "organisation", "void"]

    def runs(self, queryset, name, value):
        today = timezone.localdate()
        if value == "later":
            return queryset.filter(occurred_on__gt=today)
        over = Q(ends_on__lt=today)
        return queryset.filter(over) if value == "over" else queryset.filter(~over, occurred_on__lte=today)

    def through(self, queryset, name, value):
        # Lists in JSON are asked as text: SQLite can't look into them otherwise.
        return queryset.annotate(as_text=Cast("channels", TextField())).filter(as_text__contains=f'"{value}"')
