"""Filters of the members' list."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.filters.registers import RegisterFilters
from core.models import ROLE_LABELS, Membership, Organisation

LABELS = [(role.value, label) for role, label in ROLE_LABELS.items()]


class MemberFilters(RegisterFilters):
    """Name, role, organisation where there are several, roles that ended on request."""

    name = django_filters.CharFilter(label=_("Name"), method="named")
    role = django_filters.ChoiceFilter(label=_("Role"), choices=LABELS)
    organisation = django_filters.ModelChoiceFilter(label=_("Organisation"), queryset=Organisation.objects.none())
    ended = django_filters.ChoiceFilter(
        label=_("Ended"), choices=[("with", _("Shown too"))], empty_label=_("Left out"), method="keep"
    )

    class Meta:
        model = Membership
        fields = ["name", "role", "organisation", "ended"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.offer_organisations(Membership.objects.visible_to(self.scope))

    def offer_organisations(self, rows):
        seen = Organisation.objects.filter(pk__in=rows.values("organisation"))
        self.filters["organisation"].queryset = seen

    def filter_queryset(self, queryset):
        queryset = super().filter_queryset(queryset)
        return queryset if self.form.cleaned_data.get("ended") else queryset.filter(ended_at=None)

    def named(self, queryset, name, value):
        return queryset.filter(Q(user__username__icontains=value) | Q(user__first_name__icontains=value))

    def keep(self, queryset, name, value):
        return queryset
