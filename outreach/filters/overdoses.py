"""Filters of the list of overdoses."""

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.filters.registers import OccurredFilter, RecordFilters
from core.models import Site
from outreach.models import Overdose


class OverdoseFilters(RecordFilters):
    """Follow-up, day, how it ended, who helped, site, organisation, void."""

    waiting = django_filters.ChoiceFilter(
        label=_("Follow-up"),
        method="still_waiting",
        choices=[("waiting", _("Waiting")), ("overdue", _("Overdue")), ("done", _("Done"))],
        empty_label=_("All"),
    )
    occurred_on = OccurredFilter()
    outcome = django_filters.ChoiceFilter(
        label=_("How it ended"), choices=Overdose.Outcome.choices, empty_label=_("All")
    )
    helped_by = django_filters.ChoiceFilter(
        label=_("Who helped"), choices=Overdose.Helper.choices, empty_label=_("All")
    )
    site = django_filters.ModelChoiceFilter(label=_("Site"), queryset=Site.objects.none(), empty_label=_("All"))

    class Meta:
        model = Overdose
        fields = ["waiting", "occurred_on", "outcome", "helped_by", "site", "organisation", "void"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["site"].queryset = Site.objects.visible_to(self.scope).besides_schools(Overdose.objects.all())

    def still_waiting(self, queryset, name, value):
        if value == "done":
            return queryset.exclude(followed_up_on=None)
        queryset = queryset.waiting()
        return queryset.filter(follow_up_by__lt=timezone.now()) if value == "overdue" else queryset
