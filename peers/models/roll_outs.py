"""How life-skills education was rolled out by province: where it is planned or running, with whom, since when."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Province
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission


class RollOut(Record):
    """How one province stands for one organisation since `occurred_on`. It says nothing of how many are reached."""

    kind_name = "roll_out"
    view_permission = Permission.SCHOOL_VIEW

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Running")
        ENDED = "ended", _("Ended")

    province = models.ForeignKey(Province, models.PROTECT, related_name="+", verbose_name=_("province"))
    status = models.CharField(_("state"), max_length=8, choices=Status)
    partner = models.CharField(_("partner"), max_length=120, blank=True)
    note = models.CharField(_("note"), max_length=280, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["province"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "province"], condition=Q(voided_at=None), name="rollout_once_a_province"
            ),
        ]

    def __str__(self):
        return str(self.province)

    def get_absolute_url(self):
        return reverse("roll-outs:detail", args=[self.pk])
