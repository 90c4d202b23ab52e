"""Filters of the sessions' list, inside the person's scope."""

import django_filters
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import RecordFilters
from core.models import Site
from outreach.models import Campaign
from peers.models import PeerEducator, Session


class SessionFilters(RecordFilters):
    """Day, kind, site, facilitator, topic, campaign, organisation, void."""

    kind = django_filters.ChoiceFilter(
        label=_("Kind of session"), choices=lambda: codes.choices("contact_type"), empty_label=_("All")
    )
    site = django_filters.ModelChoiceFilter(label=_("Site"), queryset=Site.objects.none(), empty_label=_("All"))
    facilitator = django_filters.ModelChoiceFilter(
        label=_("Led by"), queryset=PeerEducator.objects.none(), method="led_by", empty_label=_("All")
    )
    topic = django_filters.ChoiceFilter(
        label=_("Topic"), choices=lambda: codes.choices("session_topic"), method="about", empty_label=_("All")
    )
    campaign = django_filters.ModelChoiceFilter(
        label=_("Campaign"), queryset=Campaign.objects.none(), empty_label=_("All")
    )

    class Meta:
        model = Session
        fields = ["occurred_on", "kind", "site", "facilitator", "topic", "campaign", "organisation", "void"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["site"].queryset = Site.objects.visible_to(self.scope).besides_schools(Session.objects.all())
        self.filters["facilitator"].queryset = PeerEducator.objects.visible_to(self.scope).countable()
        self.filters["campaign"].queryset = Campaign.objects.visible_to(self.scope).countable()

    def led_by(self, queryset, name, value):
        """Sessions that this peer educator led; a session with several isn't shown several times."""
        led = Session.facilitators.through.objects.filter(peereducator=value)
        return queryset.filter(pk__in=led.values("session_id"))

    def about(self, queryset, name, value):
        """Sessions with this topic: a code stands in quotation marks in the stored list."""
        return queryset.annotate(topics_text=Cast("topics", TextField())).filter(topics_text__contains=f'"{value}"')
