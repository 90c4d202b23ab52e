"""Filters of the list of counts."""

import django_filters
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import RecordFilters
from outreach.filters.stock import PlaceFilter
from outreach.models import StockCount, StockMove


class StockCountFilters(RecordFilters):
    """Place, a commodity that differed from the books, dates, organisation, void."""

    place = PlaceFilter(label=_("Place"))
    differing = django_filters.ChoiceFilter(
        label=_("Differing"), choices=lambda: codes.choices("commodity"), method="where_differing", empty_label=_("All")
    )

    class Meta:
        model = StockCount
        fields = ["place", "differing", "occurred_on", "organisation", "void"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["place"].offer(self.scope)

    def where_differing(self, queryset, name, value):
        return queryset.filter(pk__in=StockMove.objects.filter(commodity=value).values("count"))
