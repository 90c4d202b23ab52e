"""Referrals: a client is sent to a service, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import ServicePoint
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from core.scope import Scope
from outreach.models.clients import Client
from outreach.models.contacts import Contact

OPEN_STATES = ["issued", "accepted"]


class ReferralQuerySet(RecordQuerySet):
    def visible_to(self, scope: Scope):
        visible = super().visible_to(scope)
        if scope.covers(Permission.CHILD_PROTECTION, Permission.REFERRAL_VIEW):
            return visible
        protected = Q(organisation_id__in=scope.organisations(Permission.CHILD_PROTECTION))
        hidden = Client.objects.filter(restricted=True).values("pk")
        merged = Client.objects.merged_into_protected()
        open_record = ~Q(client__in=hidden) & ~Q(client__in=merged) & ~Q(type="CP")
        return visible.filter(open_record | protected | Q(recorded_by_id=scope.user_id))

    def open(self):
        return self.filter(status__in=OPEN_STATES)


class Referral(Record):
    """One client sent to one kind of service. `occurred_on` is the day the slip was issued.

    `status` is a code of `referral_status.csv`; `closed_on` the day of its last word, empty while open.
    """

    kind_name = "referral"
    view_permission = Permission.REFERRAL_VIEW

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
    # The slip's code follows from the installation's key and these two; only its digest is kept.
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

    def content(self) -> dict:
        return {
            "reference": self.reference,
            "occurred_on": str(self.occurred_on),
            "client": str(self.client_id),
            "contact": str(self.contact_id or ""),
            "type": self.type,
            "destination": str(self.destination_id or ""),
            "urgent": self.urgent,
            "status": self.status,
            "closed_on": str(self.closed_on or ""),
            "not_completed_because": self.not_completed_because,
            "share_consent": self.share_consent,
            "arrived_on": str(self.arrived_on or ""),
        }


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
