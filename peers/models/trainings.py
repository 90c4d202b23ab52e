"""Training of peer educators: courses, who came on which day, scores before and after, and what falls due again."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.entries import plain
from core.models import Site
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from core.scope import Scope
from peers.models.peer_educators import PeerEducator


class TrainingQuerySet(RecordQuerySet):
    def own_condition(self, scope: Scope) -> Q:
        """A course is one's own if one took part in it."""
        mine = TrainingAttendance.objects.filter(peer__user_id=scope.user_id)
        return Q(pk__in=mine.values("training_id"))


class Training(Record):
    """One course from `occurred_on` to `ends_on`. `topics` are codes of `training_topic`, `hours` the whole's."""

    kind_name = "training"
    view_permission = Permission.TRAINING_VIEW

    title = models.CharField(_("title"), max_length=120, blank=True)
    topics = models.JSONField(_("topics"), default=list)
    ends_on = models.DateField(_("last day"))
    hours = models.PositiveSmallIntegerField(_("hours"))
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    note = models.CharField(_("note"), max_length=280, blank=True)

    objects = TrainingQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("occurred_on")), name="training_ends_afterwards"),
        ]

    def __str__(self):
        return self.title or str(self.occurred_on)

    def get_absolute_url(self):
        return reverse("trainings:detail", args=[self.pk])

    def content(self) -> dict:
        rows = sorted(
            [str(row.peer_id), sorted(row.days), row.score_before, row.score_after, row.signed_off]
            for row in self.attendances.all()
        )
        return super().content() | {"attendances": plain(rows)}


class TrainingAttendance(models.Model):
    """One peer educator at one course: `days` attended (ISO texts), scores of 0 to 100, and whether they passed.

    `signed_off` says that the trainer saw that the peer educator can do it.
    """

    training = models.ForeignKey(Training, models.CASCADE, related_name="attendances")
    peer = models.ForeignKey(PeerEducator, models.PROTECT, related_name="trainings")
    days = models.JSONField(_("days attended"), default=list)
    score_before = models.PositiveSmallIntegerField(_("score before"), null=True, blank=True)
    score_after = models.PositiveSmallIntegerField(_("score after"), null=True, blank=True)
    signed_off = models.BooleanField(_("can do it"), default=False)

    class Meta:
        ordering = ["peer__reference"]
        constraints = [
            models.UniqueConstraint(fields=["training", "peer"], name="trainingattendance_once"),
            models.CheckConstraint(
                condition=(Q(score_before=None) | Q(score_before__lte=100))
                & (Q(score_after=None) | Q(score_after__lte=100)),
                name="trainingattendance_scores_to_100",
            ),
        ]
