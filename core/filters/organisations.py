"""Filters of the organisations' list."""

import django_filters
from django.utils.translation import gettext_lazy as _

from core.filters.registers import RegisterFilters
from core.models import Organisation


class OrganisationFilters(RegisterFilters):
    """Name, active or not."""

    name = django_filters.CharFilter(label=_("Name"), lookup_expr="icontains")
    active = django_filters.ChoiceFilter(
        label=_("Active"), choices=[("true", _("yes")), ("false", _("no"))], method="is_active"
    )

    class Meta:
        model = Organisation
        fields = ["name", "active"]

    def is_active(self, queryset, name, value):
        return queryset.filter(active=value == "true")
