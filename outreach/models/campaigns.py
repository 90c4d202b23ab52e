"""Campaigns: a message spread for some time over some channels, which sessions, materials and calls can name."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models.records import Record, RecordQuerySet
from core.permissions import Permission


class CampaignQuerySet(RecordQuerySet):
    def running_on(self, day):
        """Campaigns that had begun and weren't over on a day."""
        return self.countable().filter(Q(ends_on=None) | Q(ends_on__gte=day), occurred_on__lte=day)


class Campaign(Record):
    """One campaign from `occurred_on` to `ends_on`, open while that is empty.

    `channels` are codes of `campaign_channel`.
    """

    kind_name = "campaign"
    view_permission = Permission.CAMPAIGN_VIEW

    name = models.CharField(_("name"), max_length=120)
    message = models.CharField(_("message"), max_length=280, blank=True)
    channels = models.JSONField(_("channels"), default=list, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "name"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=models.F("occurred_on")), name="campaign_ends_afterwards"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("campaigns:detail", args=[self.pk])
