"""Safeguarding concerns: told to the safeguarding lead, acted on within a set time, seen by nobody else."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from outreach.models.clients import Client
from outreach.models.violence import ViolenceEvent


class ConcernQuerySet(RecordQuerySet):
    def open(self):
        return self.countable().filter(closed_on=None)

    def unanswered(self):
        """Concerns on which nothing was done yet."""
        return self.open().filter(first_action_at=None)

    def in_time(self):
        """Concerns on which something was done before their time was over."""
        return self.filter(first_action_at__lte=F("respond_by"))

    def late(self, now: datetime):
        """Concerns on which nothing was done before their time was over."""
        return self.filter(Q(first_action_at__gt=F("respond_by")) | Q(first_action_at=None, respond_by__lt=now))


class Concern(Record):
    """One concern about a child, or about a worker. `occurred_on` is the day it was raised, `raised_at` the moment.

    `concerns` are codes of `safeguarding_concern.csv`; `respond_by` is the end of the shortest time within which one
    of them asks for a first action. `actions` are lists of moment (ISO, UTC), code of `What` and note: what was done.
    Sex and age are those of somebody who isn't a client.
    """

    kind_name = "concern"
    view_permission = Permission.CONCERN_VIEW
    derived = frozenset({"respond_by", "first_action_at"})

    class Outcome(models.TextChoices):
        SAFE = "safe", _("The child is safe")
        REFERRED = "referred", _("Handed over to child protection")
        UNFOUNDED = "unfounded", _("There was no ground for it")
        LOST = "lost", _("The child couldn't be found")
        DEALT_WITH = "dealt_with", _("Dealt with inside the organisation")

    class What(models.TextChoices):
        SAFE_NOW = "safe_now", _("Made sure that the child is safe now")
        SPOKE = "spoke", _("Spoke with the child")
        FAMILY = "family", _("Spoke with the family or a trusted adult")
        REFERRED = "referred", _("Referred to child protection")
        HEALTH = "health", _("Went along to a health service")
        POLICE = "police", _("Told the police")
        STAFF = "staff", _("Took the worker off the work")
        OTHER = "other", _("Something else")

    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, related_name="concerns", verbose_name=_("client")
    )
    violence = models.ForeignKey(
        ViolenceEvent, models.PROTECT, null=True, blank=True, related_name="concerns", verbose_name=_("violence")
    )
    raised_at = models.DateTimeField(_("raised at"))
    concerns = models.JSONField(_("concerns"), default=list)
    sex = models.CharField(_("sex"), max_length=1, default="U")
    age = models.PositiveSmallIntegerField(_("age"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=280, blank=True)
    actions = models.JSONField(_("what was done"), default=list, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True)
    respond_by = models.DateTimeField(_("act until"), editable=False)
    first_action_at = models.DateTimeField(_("first action"), null=True, blank=True, editable=False)

    objects = ConcernQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(sex__in=["F", "M", "X", "U"]), name="concern_sex_known_code"),
            models.CheckConstraint(
                condition=Q(closed_on=None, outcome="") | (Q(closed_on__isnull=False) & ~Q(outcome="")),
                name="concern_closed_with_outcome",
            ),
            models.CheckConstraint(
                condition=Q(first_action_at=None) | Q(first_action_at__gte=F("raised_at")),
                name="concern_action_after_it_was_raised",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(first_action_at__isnull=False), name="concern_closed_after_an_action"
            ),
        ]
        indexes = [models.Index(fields=["respond_by"], condition=Q(closed_on=None), name="concern_open")]

    def __str__(self):
        return str(self.occurred_on)

    def get_absolute_url(self):
        return reverse("concerns:detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.closed_on is None and not self.is_void
