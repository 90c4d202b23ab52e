"""Violence that somebody told of: restricted records, at any age."""

from datetime import datetime
from uuid import UUID, uuid5

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Site
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from outreach.models.clients import Client

# Hours after exposure within which PEP can begin (WHO guidelines on post-exposure prophylaxis).
PEP_HOURS = 72


class ViolenceQuerySet(RecordQuerySet):
    def with_clock_running(self, now: datetime):
        """Events after which PEP can still begin, and nobody has said no to it."""
        return self.filter(pep_by__gt=now).exclude(pep=ViolenceEvent.Pep.DECLINED)


class ViolenceEvent(Record):
    """One event of violence. `occurred_on` is the day it was told, `happened_on` the day it happened.

    `types` are codes of `violence_type.csv`, `help_wanted` of `referral_type.csv`. Sex and age are those of somebody
    who isn't a client; a client's age stands here only where no birth date is known. `pep_by` is the end of the 72
    hours within which PEP can begin, empty where it isn't a question.
    """

    kind_name = "violence"
    view_permission = Permission.VIOLENCE_VIEW
    derived = frozenset({"pep_by"})

    class Pep(models.TextChoices):
        ACCEPTED = "accepted", _("Referred for PEP")
        DECLINED = "declined", _("PEP declined")
        NOT_NEEDED = "not_needed", _("No risk of HIV")

    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, related_name="violence_events", verbose_name=_("client")
    )
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    sex = models.CharField(_("sex"), max_length=1, default="U")
    age = models.PositiveSmallIntegerField(_("age"), null=True, blank=True)
    happened_on = models.DateField(_("day it happened"), null=True, blank=True)
    happened_at = models.TimeField(_("time it happened"), null=True, blank=True)
    types = models.JSONField(_("kind of violence"), default=list)
    help_wanted = models.JSONField(_("help wanted"), default=list, blank=True)
    pep = models.CharField(_("PEP"), max_length=12, choices=Pep, blank=True)
    note = models.CharField(_("note"), max_length=280, blank=True)
    pep_by = models.DateTimeField(_("PEP can begin until"), null=True, blank=True, editable=False)

    objects = ViolenceQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(happened_on=None) | Q(happened_on__lte=models.F("occurred_on")),
                name="violenceevent_told_after_it_happened",
            ),
            models.CheckConstraint(condition=Q(sex__in=["F", "M", "X", "U"]), name="violenceevent_sex_known_code"),
        ]

    def __str__(self):
        return str(self.occurred_on)

    def get_absolute_url(self):
        return reverse("violence:detail", args=[self.pk])

    def referral_id(self, code: str) -> UUID:
        """The id of the referral that help of this kind leads to: the same whenever it is asked."""
        return uuid5(self.pk, f"referral:{code}")
