"""Filters of the code lists."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import RegisterFilters
from core.models import Code


class CodeFilters(RegisterFilters):
    """List, words, whether the Khmer wording awaits a reader, whether retired."""

    list = django_filters.ChoiceFilter(label=_("List"), choices=lambda: [(name, name) for name in codes.names()])
    words = django_filters.CharFilter(label=_("Code or label"), method="with_words")
    km_status = django_filters.ChoiceFilter(
        label=_("Khmer wording"), choices=[choice for choice in Code.Review.choices if choice[0]]
    )
    retired = django_filters.ChoiceFilter(
        label=_("Retired"), choices=[("yes", _("yes")), ("no", _("no"))], method="is_retired"
    )

    class Meta:
        model = Code
        fields = ["list", "words", "km_status", "retired"]

    def with_words(self, queryset, name, value):
        found = Q(code__icontains=value) | Q(label_en__icontains=value) | Q(label_km__icontains=value)
        return queryset.filter(found)

    def is_retired(self, queryset, name, value):
        return queryset.filter(retired_on__isnull=value == "no")
