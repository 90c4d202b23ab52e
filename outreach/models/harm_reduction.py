"""Harm reduction beside contacts: overdoses, rounds that collect used needles, methadone."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import District, Site
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from outreach.models.clients import Client
from outreach.models.contacts import Contact, HowCounted

# Hours after an overdose within which the person is looked after again.
FOLLOW_UP_HOURS = 72


class OverdoseQuerySet(RecordQuerySet):
    def visible_to(self, scope):
        """Events that the permission reaches; those of a protected client only where the client is visible."""
        clients = Client.objects.visible_to(scope).order_by().values("pk")
        return super().visible_to(scope).filter(Q(client=None) | Q(client__in=clients))

    def waiting(self):
        """Events that somebody survived and that nobody has followed up."""
        return self.countable().filter(followed_up_on=None).exclude(outcome=Overdose.Outcome.DIED)


class Overdose(Record):
    """One overdose, what was done, and how the person was afterwards. `doses` are those of naloxone used.

    `contact` is the contact that the event itself recorded: the response, and the kit that replaces the used one.
    """

    kind_name = "overdose"
    view_permission = Permission.HARM_VIEW
    derived = frozenset({"contact", "follow_up_by"})

    class Helper(models.TextChoices):
        PEER = "peer", _("A peer")
        STAFF = "staff", _("Our own staff")
        FRIEND = "friend", _("A friend or relative")
        MEDICAL = "medical", _("A health worker")
        NOBODY = "nobody", _("Nobody")

    class Outcome(models.TextChoices):
        RECOVERED = "recovered", _("Recovered on the spot")
        HOSPITAL = "hospital", _("Taken to hospital")
        DIED = "died", _("Died")
        UNKNOWN = "unknown", _("Not known")

    class FollowUp(models.TextChoices):
        WELL = "well", _("Met, and well")
        NEEDS_CARE = "needs_care", _("Met, and referred")
        NOT_FOUND = "not_found", _("Not found")

    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, related_name="overdoses", verbose_name=_("client")
    )
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    happened_at = models.TimeField(_("time"), null=True, blank=True)
    substances = models.JSONField(_("drugs used"), default=list, blank=True)
    helped_by = models.CharField(_("who helped"), max_length=8, choices=Helper, blank=True)
    doses = models.PositiveSmallIntegerField(_("doses of naloxone used"), default=0)
    replace_kit = models.BooleanField(_("the kit was replaced"), default=True)
    outcome = models.CharField(_("how it ended"), max_length=12, choices=Outcome, default=Outcome.UNKNOWN)
    followed_up_on = models.DateField(_("followed up on"), null=True, blank=True)
    follow_up = models.CharField(_("at the follow-up"), max_length=12, choices=FollowUp, blank=True)
    follow_up_by = models.DateTimeField(_("follow up until"), editable=False)
    contact = models.OneToOneField(
        Contact, models.PROTECT, null=True, blank=True, related_name="overdose", editable=False
    )

    objects = OverdoseQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=Q(followed_up_on=None, follow_up="") | (Q(followed_up_on__isnull=False) & ~Q(follow_up="")),
                name="overdose_follow_up_whole_or_not",
            ),
            models.CheckConstraint(
                condition=Q(followed_up_on=None) | Q(followed_up_on__gte=models.F("occurred_on")),
                name="overdose_followed_up_afterwards",
            ),
        ]

    def __str__(self):
        return str(self.occurred_on)

    def get_absolute_url(self):
        return reverse("overdoses:detail", args=[self.pk])


class NeedleCollection(Record):
    """One round that collected used needles and syringes from public places. `pieces` are needle-syringe units.

    `grams` is what was weighed, where the pieces follow from the weight.
    """

    kind_name = "needle_collection"
    view_permission = Permission.HARM_VIEW

    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("site"))
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("district")
    )
    method = models.CharField(_("how they were counted"), max_length=10, choices=HowCounted)
    pieces = models.PositiveIntegerField(_("needles and syringes"))
    grams = models.PositiveIntegerField(_("weight in grams"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=280, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(pieces__gt=0), name="needlecollection_something"),
            models.CheckConstraint(
                condition=Q(grams=None) | Q(method="weighed"), name="needlecollection_weight_only_if_weighed"
            ),
        ]

    def __str__(self):
        return str(self.occurred_on)

    def get_absolute_url(self):
        return reverse("needle-collections:detail", args=[self.pk])


class MethadoneStatus(models.Model):
    """Where a client stands with methadone treatment from a day on. The newest row holds."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting to begin")
        ON = "on", _("In treatment")
        PAUSED = "paused", _("Missing doses")
        STOPPED = "stopped", _("Stopped")
        NEVER = "never", _("Not wanted")

    client = models.ForeignKey(Client, models.CASCADE, related_name="methadone_statuses")
    status = models.CharField(_("methadone"), max_length=8, choices=Status)
    since = models.DateField(_("since"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [models.UniqueConstraint(fields=["client", "since"], name="methadonestatus_one_a_day")]

    def __str__(self):
        return self.status
