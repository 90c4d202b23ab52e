"""Filters of the sessions' list, inside the person's scope."""

import django_filters
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import RecordFilters
from core.models import Site
from peers.models import Session


class SessionFilters(RecordFilters):
    """Day, kind, site, organisation, void."""

    kind = django_filters.ChoiceFilter(
        label=_("Kind of session"), choices=lambda: codes.choices("contact_type"), empty_label=_("All")
    )
    site = django_filters.ModelChoiceFilter(label=_("Site"), queryset=Site.objects.none(), empty_label=_("All"))

    class Meta:
        model = Session
        fields = ["occurred_on", "kind", "site", "organisation", "void"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["site"].queryset = Site.objects.visible_to(self.scope)
