"""Group sessions with unnamed heads, counted as attendances and never as people."""

from django.db import models
from django.db.models import Count, OuterRef, Prefetch, Q, Subquery, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.entries import plain
from core.models import Site
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from core.scope import Scope
from outreach.models import Campaign, Client, Contact
from peers.models.peer_educators import PeerEducator
from peers.models.teams import other_teams


class SessionQuerySet(RecordQuerySet):
    narrower = True

    def own_condition(self, scope: Scope) -> Q:
        """A session is one's own if one recorded it, or led it."""
        led = Session.facilitators.through.objects.filter(peereducator__user_id=scope.user_id)
        return Q(recorded_by_id=scope.user_id) | Q(pk__in=led.values("session_id"))

    def visible_to(self, scope: Scope):
        """Without the sessions of other supervisors' teams, unless somebody of one's own led them too."""
        visible = super().visible_to(scope)
        if scope.covers(Permission.TEAM_EVERY, Permission.SESSION_VIEW):
            return visible
        theirs = PeerEducator.objects.countable().filter(other_teams(scope)).order_by()
        led = Session.facilitators.through.objects
        by_them = led.filter(peereducator__in=theirs.values("pk")).values("session_id")
        by_mine = led.exclude(peereducator__in=theirs.values("pk")).values("session_id")
        typed_by_them = Q(recorded_by__in=theirs.filter(user__isnull=False).values("user"))
        return visible.filter(self.own_condition(scope) | Q(pk__in=by_mine) | ~(Q(pk__in=by_them) | typed_by_them))

    def with_heads(self):
        """With `heads_total`, the session's unnamed heads."""
        rows = SessionHeadcount.objects.filter(session=OuterRef("pk")).order_by().values("session")
        total = rows.annotate(total=Sum("heads")).values("total")
        return self.annotate(heads_total=Coalesce(Subquery(total), 0))

    def with_named(self):
        """With `named_total`, the people on the session's list."""
        rows = SessionAttendance.objects.filter(session=OuterRef("pk")).order_by().values("session")
        return self.annotate(named_total=Coalesce(Subquery(rows.annotate(total=Count("pk")).values("total")), 0))

    def with_lines(self):
        """With site, heads and commodities at hand, in a constant number of queries."""
        rows = SessionAttendance.objects.select_related("client")
        # Joined and not fetched apart: SQLite takes no list of more than a thousand people.
        people = rows.only("session_id", "client_id", "contact_id", "client__reference", "client__survivor_id")
        return self.select_related("site__district", "recorded_by", "organisation", "campaign").prefetch_related(
            "headcounts", "commodities", "facilitators", Prefetch("attendances", people)
        )


class Session(Record):
    """One talk, lesson or event for a group: who led it, named people, unnamed heads, topics and what was given out.

    `topics` and `services` are codes of `session_topic.csv` and `service.csv`. `place` says in words where at the
    site, or where else. `knowledge` holds counts of the five-question check, `before` and `after`: how many answered,
    how many had each question right (by code of `knowledge_item`), how many had all five right.
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
    place = models.CharField(_("place"), max_length=120, blank=True)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="sessions", verbose_name=_("campaign")
    )
    knowledge = models.JSONField(_("knowledge check"), default=dict, blank=True)
    facilitators = models.ManyToManyField(
        PeerEducator, related_name="sessions", blank=True, verbose_name=_("led by peer educators")
    )
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
        return super().content() | {
            "headcounts": plain(heads),
            "commodities": plain(lines),
            "facilitators": sorted(str(peer.pk) for peer in self.facilitators.all()),
            "attendees": sorted(str(row.client_id) for row in self.attendances.all()),
        }


class SessionAttendance(models.Model):
    """One named person at a session. The contact that it wrote is what reach is counted from."""

    session = models.ForeignKey(Session, models.CASCADE, related_name="attendances")
    client = models.ForeignKey(Client, models.PROTECT, related_name="+", verbose_name=_("client"))
    contact = models.OneToOneField(Contact, models.PROTECT, related_name="session_attendance")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "client"], name="sessionattendance_once")]


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
