"""Safeguarding concerns: told to the safeguarding lead, acted on within a set time, seen by nobody else."""

from django.conf import settings
from django.db import models
from django.db.models import Q
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


class Concern(Record):
    """One concern about a child, or about a worker. `occurred_on` is the day it was raised, `raised_at` the moment.

    `respond_by` is the end of the shortest time within which one of its concerns asks for a first action.
    """

    kind_name = "concern"
    view_permission = Permission.CONCERN_VIEW
    derived = frozenset({"respond_by", "first_action_at", "closed_on", "outcome"})

    class Outcome(models.TextChoices):
        SAFE = "safe", _("The child is safe")
        REFERRED = "referred", _("Handed over to child protection")
        UNFOUNDED = "unfounded", _("There was no ground for it")
        LOST = "lost", _("The child couldn't be found")
        DEALT_WITH = "dealt_with", _("Dealt with inside the organisation")

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
    respond_by = models.DateTimeField(_("act until"), editable=False)
    first_action_at = models.DateTimeField(_("first action"), null=True, blank=True, editable=False)
    closed_on = models.DateField(_("closed on"), null=True, blank=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True, editable=False)

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
                condition=Q(first_action_at=None) | Q(first_action_at__gte=models.F("raised_at")),
                name="concern_action_after_it_was_raised",
            ),
        ]

    def __str__(self):
        return str(self.occurred_on)

    def get_absolute_url(self):
        return reverse("concerns:detail", args=[self.pk])


class ConcernAction(models.Model):
    """One thing that was done about a concern, and when."""

    class What(models.TextChoices):
        SAFE_NOW = "safe_now", _("Made sure that the child is safe now")
        SPOKE = "spoke", _("Spoke with the child")
        FAMILY = "family", _("Spoke with the family or a trusted adult")
        REFERRED = "referred", _("Referred to child protection")
        HEALTH = "health", _("Went along to a health service")
        POLICE = "police", _("Told the police")
        STAFF = "staff", _("Took the worker off the work")
        OTHER = "other", _("Something else")

    concern = models.ForeignKey(Concern, models.CASCADE, related_name="actions")
    done_at = models.DateTimeField(_("done at"))
    what = models.CharField(_("what was done"), max_length=12, choices=What)
    note = models.CharField(_("note"), max_length=280, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["done_at", "pk"]

    def __str__(self):
        return self.what
