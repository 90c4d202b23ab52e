"""Group sessions with unnamed heads, counted as attendances and never as people."""

from django.db import models
from django.db.models import OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.entries import plain
from core.models import Site
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission


class SessionQuerySet(RecordQuerySet):
    def with_heads(self):
        """With `heads_total`, the session's unnamed heads."""
        rows = SessionHeadcount.objects.filter(session=OuterRef("pk")).order_by().values("session")
        total = rows.annotate(total=Sum("heads")).values("total")
        return self.annotate(heads_total=Coalesce(Subquery(total), 0))

    def with_lines(self):
        """With site, heads and commodities at hand, in a constant number of queries."""
        return self.select_related("site__district", "recorded_by", "organisation").prefetch_related(
            "headcounts", "commodities"
        )


class Session(Record):
    """One talk, lesson or event for a group: its unnamed heads, topics and what was given out.

    `topics` and `services` are codes of `session_topic.csv` and `service.csv`.
    """

    kind_name = "session"
    view_permission = Permission.SESSION_VIEW

    kind = models.CharField(_("kind of session"), max_length=32)
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("site")
    )
    topics = models.JSONField(_("topics"), default=list, blank=True)
    services = models.JSONField(_("services"), default=list, blank=True)
    minutes = models.PositiveSmallIntegerField(_("length in minutes"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=280, blank=True)

    objects = SessionQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        constraints = [*Record.Meta.constraints]
        indexes = [models.Index(fields=["organisation", "-occurred_on", "-recorded_at"], name="session_newest")]

    def __str__(self):
        return f"{self.occurred_on} {self.kind}"

    def get_absolute_url(self):
        return reverse("sessions:detail", args=[self.pk])

    def content(self) -> dict:
        heads = sorted((row.sex, row.age_band, row.heads) for row in self.headcounts.all())
        lines = sorted((line.commodity, line.given, line.taken_back) for line in self.commodities.all())
        return super().content() | {"headcounts": plain(heads), "commodities": plain(lines)}


class SessionHeadcount(models.Model):
    """Unnamed heads of one sex and one age band (a code of `age_band_atomic.csv`) at a session."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="headcounts")
    sex = models.CharField(_("sex"), max_length=1, default="U")
    age_band = models.CharField(_("age"), max_length=8, default="AUNK")
    heads = models.PositiveIntegerField(_("heads"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "sex", "age_band"], name="sessionheadcount_once"),
            models.CheckConstraint(condition=Q(heads__gte=1), name="sessionheadcount_someone"),
            models.CheckConstraint(condition=Q(sex__in=["F", "M", "X", "U"]), name="sessionheadcount_sex_known_code"),
        ]


class SessionCommodity(models.Model):
    """Pieces of one commodity given and taken back at one session."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="commodities")
    commodity = models.CharField(_("commodity"), max_length=40)
    given = models.PositiveIntegerField(_("given"), default=0)
    taken_back = models.PositiveIntegerField(_("taken back"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "commodity"], name="sessioncommodity_once"),
            models.CheckConstraint(
                condition=Q(given__gt=0) | Q(taken_back__gt=0), name="sessioncommodity_moves_something"
            ),
        ]
