"""Filters of the hotline calls' list."""

from datetime import timedelta

import django_filters
from django.db.models import TextField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import codes
from core.filters.registers import RecordFilters
from core.models import Province
from outreach.filters.campaigns import CampaignFilter
from outreach.models import HotlineCall
from outreach.models.hotline_calls import ANSWERED, APART


class HotlineCallFilters(RecordFilters):
    """Days, answered or apart, kind, topic, age, sex, province, hour, who rings again, campaign, organisation, void."""

    answered = django_filters.ChoiceFilter(
        label=_("Answered"),
        method="answered_or_not",
        choices=[("answered", _("Answered")), ("apart", _("Silent, prank, wrong"))],
        empty_label=_("All"),
    )
    nature = django_filters.ChoiceFilter(
        label=_("Kind of call"), choices=lambda: codes.choices("hotline_call_nature"), empty_label=_("All")
    )
    topic = django_filters.ChoiceFilter(
        label=_("Topic"), choices=lambda: codes.choices("hotline_topic"), method="about", empty_label=_("All")
    )
    age_band = django_filters.ChoiceFilter(
        label=_("Caller's age"), choices=lambda: codes.choices("caller_age_band"), empty_label=_("All")
    )
    sex = django_filters.ChoiceFilter(label=_("Sex"), choices=lambda: codes.choices("sex"), empty_label=_("All"))
    province = django_filters.ModelChoiceFilter(
        label=_("Province"), queryset=Province.objects.order_by("code"), empty_label=_("All")
    )
    hour = django_filters.ChoiceFilter(
        label=_("Hour"),
        method="at_hour",
        choices=[*((str(hour), f"{hour:02}:00–{hour:02}:59") for hour in range(24)), ("none", _("Time not recorded"))],
        empty_label=_("All"),
    )
    again = django_filters.ChoiceFilter(
        label=_("Rings again"),
        method="rings_again",
        choices=[("today", _("Today")), ("missed", _("Didn't ring")), ("later", _("Later"))],
        empty_label=_("All"),
    )

    campaign = CampaignFilter(label=_("Heard through"))

    class Meta:
        model = HotlineCall
        fields = [
            "occurred_on",
            "answered",
            "nature",
            "topic",
            "age_band",
            "sex",
            "province",
            "hour",
            "again",
            "campaign",
            "organisation",
            "void",
        ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["campaign"].offer(self.scope)

    def answered_or_not(self, queryset, name, value):
        return queryset.filter(nature__in=ANSWERED if value == "answered" else APART)

    def about(self, queryset, name, value):
        # Lists in JSON are asked as text: SQLite can't look into them otherwise.
        return queryset.annotate(as_text=Cast("topics", TextField())).filter(as_text__contains=f'"{value}"')

    def at_hour(self, queryset, name, value):
        return queryset.filter(started_at=None) if value == "none" else queryset.filter(started_at__hour=int(value))

    def rings_again(self, queryset, name, value):
        start = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
        days = {
            "missed": {"ring_again_at__lt": start},
            "today": {"ring_again_at__gte": start, "ring_again_at__lt": start + timedelta(days=1)},
            "later": {"ring_again_at__gte": start + timedelta(days=1)},
        }
        return queryset.waiting().filter(**days[value])
