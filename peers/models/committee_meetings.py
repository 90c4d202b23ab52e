"""Meetings of workplace committees: who came, the minutes, what was decided, and what is to be done until when."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.entries import plain
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from peers.models.committees import Committee


class CommitteeMeetingQuerySet(RecordQuerySet):
    def minuted(self):
        """Meetings that keep a committee active: those with minutes, here or on paper."""
        return self.countable().filter(~Q(minutes="") | Q(minutes_on_paper=True))


class CommitteeMeeting(Record):
    """One meeting of one committee. `decisions` are short texts; `present` maps sex to members who came."""

    kind_name = "committee_meeting"
    view_permission = Permission.WORKPLACE_VIEW

    committee = models.ForeignKey(Committee, models.PROTECT, related_name="meetings", verbose_name=_("committee"))
    present = models.JSONField(_("members present"), default=dict, blank=True)
    minutes = models.CharField(_("minutes, in short"), max_length=280, blank=True)
    minutes_on_paper = models.BooleanField(_("minutes are kept on paper"), default=False)
    decisions = models.JSONField(_("decisions"), default=list, blank=True)

    objects = CommitteeMeetingQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        constraints = [*Record.Meta.constraints]
        indexes = [models.Index(fields=["committee", "-occurred_on"], name="committeemeeting_newest")]

    def __str__(self):
        return str(self.occurred_on)

    def get_absolute_url(self):
        return reverse("committee-meetings:detail", args=[self.pk])

    @property
    def is_minuted(self) -> bool:
        return bool(self.minutes or self.minutes_on_paper)

    def content(self) -> dict:
        rows = [[row.text, row.role, row.due_on, row.done_on] for row in self.actions.all()]
        return super().content() | {"actions": plain(rows)}


class CommitteeAction(models.Model):
    """One thing to be done after a meeting: by which role (a code of `committee_role`), until when, done when."""

    meeting = models.ForeignKey(CommitteeMeeting, models.CASCADE, related_name="actions")
    place = models.PositiveSmallIntegerField()
    text = models.CharField(_("what is to be done"), max_length=200)
    role = models.CharField(_("by whom"), max_length=16, blank=True)
    due_on = models.DateField(_("until"))
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        ordering = ["meeting", "place"]
        constraints = [models.UniqueConstraint(fields=["meeting", "place"], name="committeeaction_once")]
