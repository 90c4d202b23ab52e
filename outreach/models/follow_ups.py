"""Follow-up lists: what a worker ticked off, and until when it stays off the list."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Organisation


class FollowUpTickQuerySet(models.QuerySet):
    def holding(self, worker_id: int, day: date):
        """A worker's ticks that keep their lines away on a day."""
        return self.filter(worker_id=worker_id, until__gte=day)


class FollowUpTick(models.Model):
    """One line that a worker ticked off: it stays away through `until`, or until what it is about changes.

    `reason` says what was done; `subject` is the id of the client, referral or overdose that the line is about.
    """

    class List(models.TextChoices):
        NOT_MET = "not_met", _("Not met")
        TEST_DUE = "test_due", _("Test due")
        REFERRAL = "referral", _("Referral open")
        OVERDOSE = "overdose", _("Overdose follow-up")
        REVIEW_DUE = "review_due", _("Risk review due")

    class Reason(models.TextChoices):
        DONE = "done", _("Done")
        AWAY = "away", _("Away for now")
        REFUSES = "refuses", _("Doesn't want to")
        NOT_MINE = "not_mine", _("Somebody else's")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    list_name = models.CharField(_("list"), max_length=12, choices=List)
    subject = models.UUIDField()
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    ticked_on = models.DateField()
    until = models.DateField()

    objects = FollowUpTickQuerySet.as_manager()

    class Meta:
        ordering = ["-ticked_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["worker", "list_name", "subject"], name="followuptick_once"),
            models.CheckConstraint(condition=models.Q(until__gte=models.F("ticked_on")), name="followuptick_forwards"),
        ]

    def __str__(self):
        return f"{self.list_name} {self.subject}"
