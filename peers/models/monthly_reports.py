"""A peer educator's month: the days of duty, handed in and accepted. Days are paid, never contacts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models.records import Record
from core.permissions import Permission
from peers.models.peer_educators import PeerEducator
from peers.models.teams import TeamQuerySet


class MonthlyReport(Record):
    """One peer educator's report of one month; `occurred_on` is the day on which it was handed in.

    `month` is the month's first day. `duty_days` and `transport_days` are days of the month (ISO texts): duty beside
    sessions, and days on which transport was paid for. On acceptance the supervisor signs, and `sheet` keeps what
    was signed: session days, amounts for a day, currency.
    """

    kind_name = "monthly_report"
    view_permission = Permission.PEER_VIEW

    peer = models.ForeignKey(PeerEducator, models.PROTECT, related_name="reports", verbose_name=_("peer educator"))
    month = models.DateField(_("month"))
    duty_days = models.JSONField(_("days of duty"), default=list, blank=True)
    transport_days = models.JSONField(_("days with transport"), default=list, blank=True)
    note = models.CharField(_("note"), max_length=280, blank=True)
    accepted_on = models.DateField(_("accepted on"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("accepted by")
    )
    sheet = models.JSONField(_("what was signed"), default=dict, blank=True)

    objects = TeamQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-month", "peer__reference"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["peer", "month"], condition=Q(voided_at=None), name="monthlyreport_one_a_month"
            ),
            models.CheckConstraint(
                condition=Q(accepted_on=None, accepted_by=None)
                | Q(accepted_on__isnull=False, accepted_by__isnull=False),
                name="monthlyreport_accepted_whole_or_not",
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="monthlyreport_of_a_month"),
        ]

    def __str__(self):
        return f"{self.peer_id} {self.month:%Y-%m}"

    def get_absolute_url(self):
        return reverse("monthly-reports:detail", args=[self.pk])
