"""Risk reviews: what a client tells, every three months or not at all, of what makes prevention needed."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from outreach.models.clients import Client

# Days after which a review is asked again.
REVIEW_DAYS = 90


class RiskReviewQuerySet(RecordQuerySet):
    def visible_to(self, scope):
        """Reviews that the permission reaches, of clients who are visible."""
        return super().visible_to(scope).filter(client__in=Client.objects.visible_to(scope).order_by().values("pk"))


class RiskReview(Record):
    """What one client answered on one day. Every question may be skipped: then it has no answer here.

    `acts_per_week` and `injections_per_week` are times a week; `answers` holds an answer by code of `risk_question`.
    """

    kind_name = "risk_review"
    view_permission = Permission.RISK_VIEW

    client = models.ForeignKey(Client, models.PROTECT, related_name="risk_reviews", verbose_name=_("client"))
    acts_per_week = models.PositiveSmallIntegerField(_("sex, times a week"), null=True, blank=True)
    injections_per_week = models.PositiveSmallIntegerField(_("injections, times a week"), null=True, blank=True)
    answers = models.JSONField(_("answers"), default=dict, blank=True)
    substances = models.JSONField(_("drugs used"), default=list, blank=True)

    objects = RiskReviewQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        indexes = [models.Index(fields=["client", "-occurred_on"], name="riskreview_newest")]

    def __str__(self):
        return str(self.occurred_on)

    def get_absolute_url(self):
        return reverse("risk-reviews:detail", args=[self.pk])
