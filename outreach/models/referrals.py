"""Referrals: a client is sent to a service, and what came of it."""

from datetime import date, timedelta

from django.conf import settings
from django.db import models
from django.db.models import DateField, ExpressionWrapper, F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core import codes
from core.models import ServicePoint
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from core.scope import Scope
from outreach.models.clients import Client
from outreach.models.contacts import Contact

OPEN_STATES = ["issued", "accepted"]
# Of an open referral something should have been heard after so many days; of an urgent one sooner.
OVERDUE_DAYS = 14
URGENT_DAYS = 3
# A service counts as confirmed in time up to so many days after the issue: the window of REF_DONE.
IN_TIME_DAYS = 90
# Who may see referrals of the types that the code list restricts, beside whoever recorded them.
RESTRICTED = {"protection": Permission.CHILD_PROTECTION, "status": Permission.KNOWN_POSITIVE}


class ReferralQuerySet(RecordQuerySet):
    def visible_to(self, scope: Scope):
        """Referrals that the person may see: restricted types and protected people only if that is allowed too."""
        visible = super().visible_to(scope)
        for kind, permission in RESTRICTED.items():
            if not scope.covers(permission, Permission.REFERRAL_VIEW):
                allowed = Q(organisation_id__in=scope.organisations(permission)) | Q(recorded_by_id=scope.user_id)
                visible = visible.filter(~_restricted(kind) | allowed)
        return visible

    def incoming(self, scope: Scope):
        """Open referrals of other organisations to services of mine, whose clients agreed that the service sees them.

        Restricted ones only where the person may see such records of the own organisation.
        """
        there = "destination__site__organisation_id"
        sent = self.countable().open().filter(share_consent=True).exclude(organisation_id=F(there))
        sent = sent.filter(destination__isnull=False)
        if not scope.everywhere(Permission.REFERRAL_VIEW):
            sent = sent.filter(**{f"{there}__in": scope.organisations(Permission.REFERRAL_VIEW)})
        for kind, permission in RESTRICTED.items():
            if not scope.everywhere(permission):
                allowed = Q(**{f"{there}__in": scope.organisations(permission)})
                sent = sent.filter(~_restricted(kind) | allowed)
        return sent

    def open(self):
        return self.filter(status__in=OPEN_STATES)

    def overdue(self, today: date):
        """Open ones of which something should have been heard by now."""
        urgent = Q(urgent=True) | Q(type__in=codes.having("referral_type", "urgent", "1"))
        late = Q(occurred_on__lt=today - timedelta(days=OVERDUE_DAYS))
        return self.open().filter(late | (urgent & Q(occurred_on__lt=today - timedelta(days=URGENT_DAYS))))

    def with_outcome(self, outcome: str):
        """Those that count as `issued` (all but the cancelled), or as one of the outcomes among them."""
        failed = codes.having("referral_status", "group", "closed_fail")
        last = ExpressionWrapper(F("occurred_on") + timedelta(days=IN_TIME_DAYS), output_field=DateField())
        condition = {
            "issued": ~Q(status="cancelled"),
            "confirmed": Q(status="completed", closed_on__lte=last),
            "late": Q(status="completed", closed_on__gt=last),
            "self_reported": Q(status="self_reported"),
            "partly": Q(status="partly"),
            "not": Q(status__in=failed),
            "open": Q(status__in=OPEN_STATES),
        }[outcome]
        return self.filter(condition)


def _restricted(kind: str) -> Q:
    """What makes a referral restricted: its type; for child protection also that the person is protected."""
    found = Q(type__in=codes.having("referral_type", "restricted", kind))
    if kind == "protection":
        hidden = Client.objects.filter(restricted=True).values("pk")
        found |= Q(client__in=hidden) | Q(client__in=Client.objects.merged_into_protected())
    return found


class Referral(Record):
    """One client sent to one kind of service. `occurred_on` is the day the slip was issued.

    `status` is a code of `referral_status.csv`; `closed_on` the day of its last word, empty while open.
    """

    kind_name = "referral"
    view_permission = Permission.REFERRAL_VIEW
    derived = frozenset({"slip", "slip_key"})

    client = models.ForeignKey(Client, models.PROTECT, related_name="referrals", verbose_name=_("client"))
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="referrals", verbose_name=_("contact")
    )
    type = models.CharField(_("service sought"), max_length=16)
    destination = models.ForeignKey(
        ServicePoint,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="referrals",
        verbose_name=_("sent to"),
    )
    urgent = models.BooleanField(_("urgent"), default=False)
    status = models.CharField(_("state"), max_length=16, default="issued")
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    not_completed_because = models.CharField(_("why not"), max_length=16, blank=True)
    share_consent = models.BooleanField(_("agrees that the service sees it"), default=False)
    arrived_on = models.DateField(_("arrived on"), null=True, blank=True)
    # The slip's code follows from the installation's key, the id and this number; only its digest is kept, and only
    # while the code works.
    slip = models.PositiveSmallIntegerField(default=0, editable=False)
    slip_key = models.CharField(max_length=64, blank=True, editable=False)

    objects = ReferralQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(status__in=OPEN_STATES, closed_on=None)
                | (~Q(status__in=OPEN_STATES) & Q(closed_on__isnull=False)),
                name="referral_closed_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(closed_on__gte=models.F("occurred_on")),
                name="referral_closed_after_issue",
            ),
            models.CheckConstraint(
                condition=Q(arrived_on=None) | Q(arrived_on__gte=models.F("occurred_on")),
                name="referral_arrived_after_issue",
            ),
            models.UniqueConstraint(fields=["slip_key"], condition=~Q(slip_key=""), name="referral_slip_once"),
        ]
        indexes = [models.Index(fields=["organisation", "-occurred_on"], name="referral_newest")]

    def __str__(self):
        return f"{self.occurred_on} {self.type}"

    def get_absolute_url(self):
        return reverse("referrals:detail", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATES

    @property
    def waits_urgently(self) -> bool:
        """Whether it is urgent: said so, or by its type."""
        return self.urgent or self.type in codes.having("referral_type", "urgent", "1")


class ReferralEvent(models.Model):
    """One dated step of a referral, and who said so. `status` is the state that it led to, empty for an arrival."""

    class Step(models.TextChoices):
        ISSUED = "issued", _("Sent")
        ACCEPTED = "accepted", _("Accepted by the service")
        ARRIVED = "arrived", _("Arrived there")
        SERVED = "served", _("Received the service")
        CLOSED = "closed", _("Closed without the service")

    class SaidBy(models.TextChoices):
        CLIENT = "client", _("The client")
        SLIP = "slip", _("The returned slip")
        FACILITY = "facility", _("The service")
        STAFF = "staff", _("Our own staff")

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="events")
    step = models.CharField(_("step"), max_length=10, choices=Step)
    status = models.CharField(_("state"), max_length=16, blank=True)
    happened_on = models.DateField(_("on"))
    said_by = models.CharField(_("who said so"), max_length=10, choices=SaidBy)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["happened_on", "pk"]

    def __str__(self):
        return self.step


class TracingAttempt(models.Model):
    """One try to find somebody who was referred and of whom nothing was heard. There are three at most."""

    MOST = 3

    class How(models.TextChoices):
        PEER = "peer", _("By a peer")
        HOTSPOT = "hotspot", _("At the hotspot")
        CENTRE = "centre", _("At the centre")

    class Outcome(models.TextChoices):
        WENT = "went", _("Found: went there")
        WILL_GO = "will_go", _("Found: means to go")
        DECLINED = "declined", _("Found: doesn't want to go")
        NOT_FOUND = "not_found", _("Not found")

    referral = models.ForeignKey(Referral, models.CASCADE, related_name="tracing")
    number = models.PositiveSmallIntegerField(_("try"))
    tried_on = models.DateField(_("on"))
    how = models.CharField(_("how"), max_length=8, choices=How)
    outcome = models.CharField(_("what came of it"), max_length=10, choices=Outcome)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "number"], name="tracingattempt_once"),
            models.CheckConstraint(condition=Q(number__gte=1, number__lte=3), name="tracingattempt_three_at_most"),
        ]

    def __str__(self):
        return f"{self.number} {self.outcome}"
