"""Filters of the hotspots' list."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import RegisterFilters
from core.models import District, Organisation
from core.permissions import Permission
from outreach.models import Hotspot


class HotspotFilters(RegisterFilters):
    """Name or code, kind of place, district, state; the organisation where there are several."""

    name = django_filters.CharFilter(label=_("Name or code"), method="named")
    venue = django_filters.ChoiceFilter(
        label=_("Kind of place"), choices=lambda: codes.choices("venue_typology"), empty_label=_("All")
    )
    district = django_filters.ModelChoiceFilter(
        label=_("District"), field_name="site__district", queryset=District.objects.none(), empty_label=_("All")
    )
    status = django_filters.ChoiceFilter(label=_("State"), choices=Hotspot.Status.choices, empty_label=_("All"))
    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation"),
        field_name="site__organisation",
        queryset=Organisation.objects.none(),
        empty_label=_("All"),
    )

    class Meta:
        model = Hotspot
        fields = ["name", "venue", "district", "status", "organisation"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        seen = Hotspot.objects.visible_to(self.scope).order_by().values("site__district")
        self.filters["district"].queryset = District.objects.filter(pk__in=seen)
        homes = self.scope.all_organisations(Permission.HOTSPOT_VIEW)
        if len(homes) < 2:
            del self.filters["organisation"]
        else:
            self.filters["organisation"].queryset = Organisation.objects.filter(pk__in=homes)

    def named(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(site__code__icontains=value))
