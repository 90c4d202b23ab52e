"""Workplaces: enterprises whose workers the programme reaches, with dated counts of the workforce."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.entries import plain
from core.models import Site
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission


class Workplace(Record):
    """One enterprise at one site; `occurred_on` is the day since which the programme works with it.

    `sector` is a code of `workplace_sector`. Agreement and policy have the day on which they were signed or adopted.
    """

    kind_name = "workplace"
    view_permission = Permission.WORKPLACE_VIEW

    site = models.ForeignKey(Site, models.PROTECT, related_name="workplaces", verbose_name=_("site"))
    enterprise = models.CharField(_("enterprise"), max_length=120)
    sector = models.CharField(_("sector"), max_length=16)
    agreement_on = models.DateField(_("agreement signed on"), null=True, blank=True)
    agreement_until = models.DateField(_("agreement until"), null=True, blank=True)
    policy_on = models.DateField(_("HIV policy adopted on"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=280, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["enterprise"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(fields=["site"], condition=Q(voided_at=None), name="workplace_one_a_site"),
            models.CheckConstraint(
                condition=Q(agreement_until=None) | Q(agreement_until__gte=models.F("agreement_on")),
                name="workplace_agreement_in_order",
            ),
        ]

    def __str__(self):
        return self.enterprise

    def get_absolute_url(self):
        return reverse("workplaces:detail", args=[self.pk])

    def content(self) -> dict:
        rows = sorted([str(row.counted_on), row.sex, row.age_band, row.workers] for row in self.workforce.all())
        return super().content() | {"workforce": plain(rows)}


class WorkforceCount(models.Model):
    """Workers of one sex and age band (a code of `age_band_atomic`), as counted on a day."""

    workplace = models.ForeignKey(Workplace, models.CASCADE, related_name="workforce")
    counted_on = models.DateField(_("counted on"))
    sex = models.CharField(_("sex"), max_length=1, default="U")
    age_band = models.CharField(_("age"), max_length=8, default="AUNK")
    workers = models.PositiveIntegerField(_("workers"))

    class Meta:
        ordering = ["-counted_on", "sex", "age_band"]
        constraints = [
            models.UniqueConstraint(fields=["workplace", "counted_on", "sex", "age_band"], name="workforcecount_once"),
            models.CheckConstraint(condition=Q(sex__in=["F", "M", "X", "U"]), name="workforcecount_sex_known_code"),
        ]
