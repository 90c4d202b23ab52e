"""Filters of the list of deliveries, transfers and losses."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import RecordFilters
from outreach.filters.campaigns import CampaignFilter
from outreach.filters.stock import PlaceFilter
from outreach.models import StockDocument, StockMove


class StockDocumentFilters(RecordFilters):
    """What happened, place on either side, commodity, campaign, dates, organisation, void."""

    kind = django_filters.ChoiceFilter(
        label=_("What happened"), choices=StockDocument.Kind.choices, empty_label=_("All")
    )
    place = PlaceFilter(label=_("Place"), method="at_place")
    commodity = django_filters.ChoiceFilter(
        label=_("Commodity"), choices=lambda: codes.choices("commodity"), method="with_commodity", empty_label=_("All")
    )

    campaign = CampaignFilter()

    class Meta:
        model = StockDocument
        fields = ["kind", "place", "commodity", "campaign", "occurred_on", "organisation", "void"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["place"].offer(self.scope)
        self.filters["campaign"].offer(self.scope)

    def at_place(self, queryset, name, value):
        return queryset.filter(Q(source_place=value) | Q(destination_place=value))

    def with_commodity(self, queryset, name, value):
        return queryset.filter(pk__in=StockMove.objects.filter(commodity=value).values("document"))
