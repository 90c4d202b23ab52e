"""Micro-plans: for each peer educator and month, whom to meet where, and what they need."""

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.entries import plain
from core.models import Site
from core.models.records import Record
from core.permissions import Permission
from outreach.models import Client
from peers.models.peer_educators import PeerEducator
from peers.models.teams import TeamQuerySet


class MicroPlanQuerySet(TeamQuerySet):
    def with_people(self):
        """With `people`: how many stand on the plan."""
        rows = PlanLine.objects.filter(plan=OuterRef("pk")).order_by().values("plan")
        return self.annotate(people=Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), 0))


class MicroPlan(Record):
    """One peer educator's plan of one month; `occurred_on` is the day on which it was made.

    `month` is the month's first day; `weeks` is how many weeks of need it plans for.
    """

    kind_name = "micro_plan"
    view_permission = Permission.PLAN_VIEW

    peer = models.ForeignKey(PeerEducator, models.PROTECT, related_name="plans", verbose_name=_("peer educator"))
    month = models.DateField(_("month"))
    weeks = models.PositiveSmallIntegerField(_("weeks"), default=4)
    note = models.CharField(_("note"), max_length=280, blank=True)

    objects = MicroPlanQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-month", "peer__reference"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["peer", "month"], condition=Q(voided_at=None), name="microplan_one_a_month"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="microplan_of_a_month"),
            models.CheckConstraint(condition=Q(weeks__gte=1, weeks__lte=5), name="microplan_one_to_five_weeks"),
        ]

    def __str__(self):
        return f"{self.peer_id} {self.month:%Y-%m}"

    def get_absolute_url(self):
        return reverse("micro-plans:detail", args=[self.pk])

    def content(self) -> dict:
        rows = sorted(
            [
                str(row.client_id),
                plain(row.site_id),
                row.acts_per_week,
                row.injections_per_week,
                row.priority,
                sorted(row.in_weeks),
            ]
            for row in self.lines.all()
        )
        return super().content() | {"lines": plain(rows)}


class PlanLine(models.Model):
    """One person on a plan, where to meet them, what they need a week, and in which weeks of the month (1 to 5).

    `acts_per_week` and `injections_per_week` are those of the risk review that held when the plan was made, empty
    where nothing was told. `priority` is 1 (first) to 3.
    """

    plan = models.ForeignKey(MicroPlan, models.CASCADE, related_name="lines")
    client = models.ForeignKey(Client, models.PROTECT, related_name="+", verbose_name=_("client"))
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    acts_per_week = models.PositiveSmallIntegerField(_("sex, times a week"), null=True, blank=True)
    injections_per_week = models.PositiveSmallIntegerField(_("injections, times a week"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("priority"), default=3)
    in_weeks = models.JSONField(_("weeks"), default=list)

    class Meta:
        ordering = ["plan", "priority", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "client"], name="planline_once"),
            models.CheckConstraint(condition=Q(priority__gte=1, priority__lte=3), name="planline_priority_1_to_3"),
        ]
