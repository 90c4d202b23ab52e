"""Filters of the list of violence, inside the person's scope."""

import django_filters
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import OccurredFilter, RecordFilters
from core.models import Site
from outreach.models import ViolenceEvent


def holding(queryset: QuerySet, field: str, code: str) -> QuerySet:
    """Rows whose list of codes holds this one: no code has a quotation mark, and JSON puts them around it."""
    return queryset.annotate(as_text=Cast(field, TextField())).filter(as_text__contains=f'"{code}"')


class ViolenceFilters(RecordFilters):
    """Day of telling, kind, whether PEP can still begin, site, organisation, void."""

    occurred_on = OccurredFilter(label=_("Told on"))
    type = django_filters.ChoiceFilter(
        label=_("Kind of violence"),
        choices=lambda: codes.choices("violence_type"),
        method="of_type",
        empty_label=_("All"),
    )
    pep = django_filters.ChoiceFilter(
        label=_("PEP"), choices=[("running", _("Can still begin"))], method="with_clock", empty_label=_("All")
    )
    site = django_filters.ModelChoiceFilter(label=_("Site"), queryset=Site.objects.none(), empty_label=_("All"))

    class Meta:
        model = ViolenceEvent
        fields = ["occurred_on", "type", "pep", "site", "organisation", "void"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["site"].queryset = Site.objects.visible_to(self.scope).besides_schools(ViolenceEvent.objects.all())

    def of_type(self, queryset, name, value):
        return holding(queryset, "types", value)

    def with_clock(self, queryset, name, value):
        return queryset.with_clock_running(timezone.now())
