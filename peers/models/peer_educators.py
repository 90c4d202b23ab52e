"""Peer educators: who they are to the programme, how they stand, and the terms of their work."""

from datetime import date

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.entries import plain
from core.models import Organisation, Site
from core.models.records import Record
from core.permissions import Permission
from peers.models.teams import TeamQuerySet

CANDIDATE, TRAINING, ACTIVE, ON_LEAVE, INACTIVE = "candidate", "training", "active", "on_leave", "inactive"
ENDED = ("graduated", "dropped", "dismissed")
# In the programme: trained or in training, and not left.
ENROLLED = (TRAINING, ACTIVE, ON_LEAVE)
# Days without a session led or a report accepted after which an active peer educator counts as inactive.
SILENT_DAYS = 60


class PeerEducatorQuerySet(TeamQuerySet):
    peer = ""

    def with_status_on(self, day: date):
        """With `status` on a day (a code of `peer_status`) and `status_since`; a candidate before the first one."""
        rows = PeerStatus.objects.filter(peer=OuterRef("pk"), since__lte=day).order_by("-since")
        return self.annotate(
            status=Coalesce(Subquery(rows.values("status")[:1]), models.Value(CANDIDATE)),
            status_since=Coalesce(Subquery(rows.values("since")[:1]), "occurred_on"),
        )

    def enrolled_on(self, day: date):
        """Those who were in training, active or on leave on a day, with their `status`."""
        return self.countable().filter(occurred_on__lte=day).with_status_on(day).filter(status__in=ENROLLED)


class PeerEducator(Record):
    """One peer educator. `reference` is their code, `occurred_on` the day on which they were recruited.

    `groups` are codes of `population_group` that they work with; `own_group` is their own, told freely or not at
    all. How they stood when is in rows of `PeerStatus`.
    """

    kind_name = "peer_educator"
    view_permission = Permission.PEER_VIEW

    sex = models.CharField(_("sex"), max_length=1, default="U")
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    groups = models.JSONField(_("groups they work with"), default=list, blank=True)
    own_group = models.CharField(_("own group"), max_length=16, blank=True)
    supervisor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="supervised_peers",
        verbose_name=_("supervisor"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="peer_records",
        verbose_name=_("user account"),
    )
    sites = models.ManyToManyField(Site, related_name="+", blank=True, verbose_name=_("sites"))
    note = models.CharField(_("note"), max_length=280, blank=True)

    objects = PeerEducatorQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["reference"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation", "user"],
                condition=Q(user__isnull=False, voided_at=None),
                name="peereducator_one_an_account",
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="peereducator_has_a_code"),
            models.CheckConstraint(condition=Q(sex__in=["F", "M", "X", "U"]), name="peereducator_sex_known_code"),
        ]

    def __str__(self):
        return self.reference

    def get_absolute_url(self):
        return reverse("peer-educators:detail", args=[self.pk])

    def content(self) -> dict:
        stands = [[row.status, plain(row.since), row.reason] for row in self.statuses.all()]
        return super().content() | {"sites": sorted(str(site.pk) for site in self.sites.all()), "statuses": stands}


class PeerStatus(models.Model):
    """How a peer educator stands from a day on: a code of `peer_status`; `reason` one of `peer_exit_reason`."""

    peer = models.ForeignKey(PeerEducator, models.CASCADE, related_name="statuses")
    status = models.CharField(_("state"), max_length=16)
    since = models.DateField(_("since"))
    reason = models.CharField(_("reason"), max_length=16, blank=True)

    class Meta:
        ordering = ["since"]
        constraints = [models.UniqueConstraint(fields=["peer", "since"], name="peerstatus_one_a_day")]

    def __str__(self):
        return self.status


class PeerTerms(models.Model):
    """One organisation's terms of peer work: what days are paid with, and how many people one person looks after."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, primary_key=True, related_name="peer_terms")
    stipend_per_day = models.DecimalField(
        _("stipend for a day"), max_digits=12, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    transport_per_day = models.DecimalField(
        _("transport for a day"), max_digits=12, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, choices=[("KHR", "៛"), ("USD", "US$")], default="KHR")
    people_per_peer = models.PositiveIntegerField(_("people for one peer educator, at most"), default=60)
    people_per_worker = models.PositiveIntegerField(_("people for one outreach worker, at most"), default=250)

    def __str__(self):
        return str(self.organisation)
