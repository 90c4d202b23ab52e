"""Supervision of peer educators: visits with a checklist, what was agreed, and coaching that the peer can read."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.entries import plain
from core.models.records import Record
from core.permissions import Permission
from peers.models.peer_educators import PeerEducator
from peers.models.sessions import Session
from peers.models.teams import TeamQuerySet


class SupervisionVisitQuerySet(TeamQuerySet):
    pass


class SupervisionVisit(Record):
    """One visit, review or check of one peer educator. `kind` is a code of `supervision_type`.

    `checklist` maps codes of `supervision_item` to 0 (not yet), 1 (partly) or 2 (yes); `score` is their sum out of
    what could be reached, from 0 to 100. `note` is coaching: the peer educator reads it.
    """

    kind_name = "supervision_visit"
    view_permission = Permission.SUPERVISION_VIEW
    derived = frozenset({"score"})

    peer = models.ForeignKey(
        PeerEducator, models.PROTECT, related_name="supervision_visits", verbose_name=_("peer educator")
    )
    kind = models.CharField(_("kind of visit"), max_length=24)
    session = models.ForeignKey(
        Session, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("session observed")
    )
    checklist = models.JSONField(_("checklist"), default=dict, blank=True)
    score = models.PositiveSmallIntegerField(_("score"), null=True, blank=True, editable=False)
    note = models.CharField(_("coaching note"), max_length=280, blank=True)
    next_on = models.DateField(_("next visit"), null=True, blank=True)

    objects = SupervisionVisitQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(score=None) | Q(score__lte=100), name="supervisionvisit_score_to_100"),
        ]
        indexes = [models.Index(fields=["peer", "-occurred_on"], name="supervisionvisit_newest")]

    def __str__(self):
        return f"{self.occurred_on} {self.kind}"

    def get_absolute_url(self):
        return reverse("supervision:detail", args=[self.pk])

    def content(self) -> dict:
        rows = [[row.text, row.due_on, row.done_on] for row in self.agreed.all()]
        return super().content() | {"agreed": plain(rows)}


class AgreedAction(models.Model):
    """One thing that peer educator and supervisor agreed to do until a day; `done_on` when it was done."""

    visit = models.ForeignKey(SupervisionVisit, models.CASCADE, related_name="agreed")
    place = models.PositiveSmallIntegerField()
    text = models.CharField(_("what was agreed"), max_length=200)
    due_on = models.DateField(_("until"))
    done_on = models.DateField(_("done on"), null=True, blank=True)

    class Meta:
        ordering = ["visit", "place"]
        constraints = [models.UniqueConstraint(fields=["visit", "place"], name="agreedaction_once")]
