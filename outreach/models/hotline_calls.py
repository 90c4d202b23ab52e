"""Hotline calls: one anonymous caller each. Nothing here names a person, a number or a client."""

from datetime import timedelta

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.models import Province
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from outreach.models.campaigns import Campaign

# Natures of calls that somebody answered; silent, prank and wrong ones are counted apart.
ANSWERED = ("counselling", "information", "crisis")
APART = ("silent", "prank", "wrong")
# For how long a spoken code finds its call after the time at which the caller meant to ring again.
CODE_DAYS = 30


class HotlineCallQuerySet(RecordQuerySet):
    def answered(self):
        return self.filter(nature__in=ANSWERED)

    def waiting(self):
        """Callers who were given a time to ring again and haven't yet, while their code still holds."""
        came = HotlineCall.objects.countable().filter(follows=OuterRef("pk"))
        since = timezone.now() - timedelta(days=CODE_DAYS)
        return self.countable().filter(ring_again_at__gte=since).exclude(Exists(came))


class HotlineCall(Record):
    """One call to the hotline. A caller who wants to be followed up rings again and says `code_key`'s code.

    `age_band` is a code of `caller_age_band`: a band of `age_band_atomic`, or a broader one where the caller's age
    is known no better. Counting puts it into the band that holds the whole of it; where a set has none, into
    `other`. `code_key` is the keyed digest of the spoken code, empty without one; `follows` is the call that this
    one comes back to.
    """

    kind_name = "hotline_call"
    view_permission = Permission.CALL_VIEW
    derived = frozenset({"code_key"})

    started_at = models.TimeField(_("time"), null=True, blank=True)
    nature = models.CharField(_("kind of call"), max_length=16)
    topics = models.JSONField(_("topics"), default=list, blank=True)
    sex = models.CharField(_("sex"), max_length=1, default="U")
    age_band = models.CharField(_("age"), max_length=8, default="AUNK")
    caller = models.CharField(_("who called"), max_length=16, default="unknown")
    province = models.ForeignKey(
        Province, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("province")
    )
    outcome = models.CharField(_("what came of it"), max_length=16, blank=True)
    referral_type = models.CharField(_("referred to"), max_length=16, blank=True)
    ring_again_at = models.DateTimeField(_("rings again"), null=True, blank=True)
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="rung_again", verbose_name=_("rings again about")
    )
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, null=True, blank=True, related_name="calls", verbose_name=_("heard through")
    )
    code_key = models.CharField(max_length=64, blank=True, editable=False)

    objects = HotlineCallQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(sex__in=["F", "M", "X", "U"]), name="hotlinecall_sex_known_code"),
            models.UniqueConstraint(
                fields=["organisation", "code_key"], condition=~Q(code_key=""), name="hotlinecall_code_once"
            ),
            models.UniqueConstraint(fields=["follows"], condition=Q(voided_at=None), name="hotlinecall_rings_once"),
        ]
        indexes = [
            # What a figure asks of every call of a period, so that it never reads the calls themselves.
            models.Index(
                fields=["occurred_on", "organisation", "nature", "age_band", "sex", "province"],
                condition=Q(voided_at=None),
                name="hotlinecall_counted",
            ),
            models.Index(fields=["ring_again_at"], condition=Q(ring_again_at__isnull=False), name="hotlinecall_again"),
        ]

    def __str__(self):
        return f"{self.occurred_on} {self.nature}"

    def get_absolute_url(self):
        return reverse("hotline-calls:detail", args=[self.pk])

    @property
    def is_answered(self) -> bool:
        return self.nature in ANSWERED
