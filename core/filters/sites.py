"""Filters of the sites' list."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import RegisterFilters
from core.models import Organisation, Province, ServicePoint, Site


class SiteFilters(RegisterFilters):
    """Name or code, setting, service, province, organisation where there are several; closed sites on request."""

    name = django_filters.CharFilter(label=_("Name or code"), method="named")
    kind = django_filters.ChoiceFilter(label=_("Setting"), choices=lambda: codes.choices("setting"))
    service = django_filters.ChoiceFilter(
        label=_("Service"), field_name="service_point__kind", choices=ServicePoint.Kind.choices
    )
    province = django_filters.ModelChoiceFilter(
        label=_("Province"), field_name="district__province", queryset=Province.objects.all()
    )
    organisation = django_filters.ModelChoiceFilter(label=_("Organisation"), queryset=Organisation.objects.none())
    closed = django_filters.ChoiceFilter(
        label=_("Closed sites"),
        choices=[("with", _("Shown too")), ("only", _("Only these"))],
        empty_label=_("Left out"),
        method="with_closed",
    )

    class Meta:
        model = Site
        fields = ["name", "kind", "service", "province", "organisation", "closed"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        seen = Site.objects.visible_to(self.scope).values("organisation")
        self.filters["organisation"].queryset = Organisation.objects.filter(pk__in=seen)

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("closed") else queryset.open()

    def named(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(code__icontains=value))

    def with_closed(self, queryset, name, value):
        return queryset.exclude(closed_on=None) if value == "only" else queryset
