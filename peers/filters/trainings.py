"""Filters of the list of trainings."""

import django_filters
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import RecordFilters
from core.models import Site
from peers.models import PeerEducator, Training


class TrainingFilters(RecordFilters):
    """Day, topic, who took part, site, organisation, void."""

    topic = django_filters.ChoiceFilter(
        label=_("Topic"), choices=lambda: codes.choices("training_topic"), method="about", empty_label=_("All")
    )
    site = django_filters.ModelChoiceFilter(label=_("Site"), queryset=Site.objects.none(), empty_label=_("All"))

    peer = django_filters.ModelChoiceFilter(
        field_name="attendances__peer",
        label=_("Peer educator"),
        queryset=PeerEducator.objects.none(),
        empty_label=_("All"),
    )

    class Meta:
        model = Training
        fields = ["occurred_on", "topic", "peer", "site", "organisation", "void"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["site"].queryset = Site.objects.visible_to(self.scope).besides_schools(Training.objects.all())
        self.filters["peer"].queryset = PeerEducator.objects.visible_to(self.scope)

    def about(self, queryset, name, value):
        # SQLite can't look into lists of texts; codes hold no quotation marks.
        return queryset.annotate(as_text=Cast("topics", TextField())).filter(as_text__contains=f'"{value}"')
