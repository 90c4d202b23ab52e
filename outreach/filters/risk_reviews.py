"""Filters of the list of risk reviews."""

import django_filters
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.filters.registers import OccurredFilter, RecordFilters
from outreach.models import RiskReview


class RiskReviewFilters(RecordFilters):
    """Day, whether the next review is due, whose, organisation, void. What was answered is no filter."""

    occurred_on = OccurredFilter()
    due = django_filters.ChoiceFilter(
        label=_("Next review"), method="next_due", choices=[("due", _("Due"))], empty_label=_("All")
    )
    whose = django_filters.ChoiceFilter(
        label=_("Whose"), method="of_whom", choices=[("mine", _("Mine"))], empty_label=_("All")
    )

    class Meta:
        model = RiskReview
        fields = ["occurred_on", "due", "whose", "organisation", "void"]

    def next_due(self, queryset, name, value):
        """Reviews of people whose newest one is more than three months old."""
        return queryset.with_people().filter(person__in=RiskReview.objects.people_due(timezone.localdate()))

    def of_whom(self, queryset, name, value):
        return queryset.filter(queryset.own_condition(self.scope))
