"""Filters of the list of supervision visits."""

import django_filters
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import RecordFilters
from peers.models import PeerEducator, SupervisionVisit


class SupervisionFilters(RecordFilters):
    """Day, peer educator, kind, organisation, void."""

    peer = django_filters.ModelChoiceFilter(
        label=_("Peer educator"), queryset=PeerEducator.objects.none(), empty_label=_("All")
    )
    kind = django_filters.ChoiceFilter(
        label=_("Kind of visit"), choices=lambda: codes.choices("supervision_type"), empty_label=_("All")
    )

    class Meta:
        model = SupervisionVisit
        fields = ["occurred_on", "peer", "kind", "organisation", "void"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["peer"].queryset = PeerEducator.objects.visible_to(self.scope)
