"""Filters of the list of peer educators, inside the person's scope."""

import django_filters
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import OccurredFilter, RecordFilters
from core.models import Site, User
from peers import standing
from peers.models import PeerEducator

NOBODY = "none"


class PeerFilters(RecordFilters):
    """State as it shows, supervisor, site, group, sex, recruited, organisation, void."""

    status = django_filters.ChoiceFilter(
        label=_("State"), choices=lambda: codes.choices("peer_status"), method="in_state", empty_label=_("All")
    )
    supervisor = django_filters.ModelChoiceFilter(
        label=_("Supervisor"),
        queryset=User.objects.none(),
        empty_label=_("All"),
        null_label=_("Nobody yet"),
        null_value=NOBODY,
    )
    site = django_filters.ModelChoiceFilter(
        label=_("Site"), queryset=Site.objects.none(), field_name="sites", empty_label=_("All")
    )
    group = django_filters.ChoiceFilter(
        label=_("Group"), choices=lambda: codes.choices("population_group"), method="with_group", empty_label=_("All")
    )
    sex = django_filters.ChoiceFilter(label=_("Sex"), choices=lambda: codes.choices("sex"), empty_label=_("All"))
    occurred_on = OccurredFilter(label=_("Recruited"))

    class Meta:
        model = PeerEducator
        fields = ["status", "supervisor", "site", "group", "sex", "occurred_on", "organisation", "void"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        leading = PeerEducator.objects.visible_to(self.scope).order_by().values("supervisor")
        self.filters["supervisor"].queryset = User.objects.filter(pk__in=leading).order_by("username")
        leads_at = PeerEducator.sites.through.objects.all()
        self.filters["site"].queryset = Site.objects.visible_to(self.scope).besides_schools(leads_at)

    def in_state(self, queryset, name, value):
        return standing.in_state(queryset, value, timezone.localdate())

    def with_group(self, queryset, name, value):
        return queryset.annotate(as_text=Cast("groups", TextField())).filter(as_text__contains=f'"{value}"')
