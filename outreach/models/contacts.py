"""Contacts: one event with one person, known or anonymous, with what was done and given."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.entries import plain
from core.models import Site
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from core.scope import Scope
from outreach.models.clients import Client


class HowCounted(models.TextChoices):
    """How used needles and syringes were counted: one by one, by weight, or by eye."""

    COUNTED = "counted", _("Counted")
    WEIGHED = "weighed", _("Weighed")
    ESTIMATED = "estimated", _("Estimated")


class ContactQuerySet(RecordQuerySet):
    def own_condition(self, scope: Scope) -> Q:
        """A contact is one's own if one recorded it, or was the worker whom the person met."""
        return Q(recorded_by_id=scope.user_id) | Q(worker_id=scope.user_id)

    def visits(self):
        """Visits to a drop-in centre."""
        return self.filter(kind=Contact.VISIT)

    def in_now(self, day):
        """Visitors of a day who came and haven't left."""
        return self.visits().countable().filter(occurred_on=day, arrived_at__isnull=False, left_at=None)

    def visible_to(self, scope: Scope):
        visible = super().visible_to(scope)
        if scope.covers(Permission.CHILD_PROTECTION, Permission.CONTACT_VIEW):
            return visible
        protected = Q(organisation_id__in=scope.organisations(Permission.CHILD_PROTECTION))
        hidden = Client.objects.filter(restricted=True).values("pk")
        merged = Client.objects.merged_into_protected()
        open_record = Q(client=None) | (~Q(client__in=hidden) & ~Q(client__in=merged))
        return visible.filter(open_record | protected | Q(recorded_by_id=scope.user_id))

    def with_lines(self):
        """With client, site, services and commodities at hand, in a constant number of queries."""
        people = ("client", "site__district", "recorded_by", "worker", "organisation")
        return self.select_related(*people).prefetch_related("services", "commodities")


class Contact(Record):
    """One event with one person on one day. Without a client it is anonymous.

    `worker` is who met the person, `recorded_by` who typed it. A visit to a drop-in centre is a contact with the
    time of arrival, and what the person used there by the centre's own list. `for_others` is for how many other
    people needles were taken along.
    """

    kind_name = "contact"
    view_permission = Permission.CONTACT_VIEW
    VISIT = "dic_visit"

    client = models.ForeignKey(
        Client, models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("client")
    )
    kind = models.CharField(_("kind of contact"), max_length=32)
    group_size = models.PositiveIntegerField(_("people in the group"), default=1)
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="contacts", verbose_name=_("site")
    )
    hts_outcome = models.CharField(_("HIV test"), max_length=16, blank=True)
    overdose_reported = models.BooleanField(_("overdose reported"), default=False)
    worker = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("worker"))
    arrived_at = models.TimeField(_("arrived"), null=True, blank=True)
    left_at = models.TimeField(_("left"), null=True, blank=True)
    centre_services = models.JSONField(_("used at the centre"), default=list, blank=True)
    for_others = models.PositiveSmallIntegerField(_("other people needles were taken for"), default=0)
    return_method = models.CharField(_("how returns were counted"), max_length=10, choices=HowCounted, blank=True)
    note = models.CharField(_("note"), max_length=280, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(group_size__gte=1), name="contact_group_has_someone"),
            models.CheckConstraint(
                condition=Q(left_at=None) | Q(arrived_at__isnull=False, left_at__gte=models.F("arrived_at")),
                name="contact_left_after_arriving",
            ),
            models.CheckConstraint(
                condition=Q(arrived_at=None) | Q(kind="dic_visit"), name="contact_only_visits_arrive"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "-occurred_on", "-recorded_at"], name="contact_newest"),
            models.Index(fields=["recorded_by", "-occurred_on"], name="contact_recorder"),
        ]

    def __str__(self):
        return f"{self.occurred_on} {self.kind}"

    def get_absolute_url(self):
        return reverse("contacts:detail", args=[self.pk])

    def content(self) -> dict:
        lines = sorted((line.commodity, line.given, line.taken_back) for line in self.commodities.all())
        return {
            "reference": self.reference,
            "occurred_on": str(self.occurred_on),
            "client": str(self.client_id or ""),
            "kind": self.kind,
            "group_size": self.group_size,
            "site": str(self.site_id or ""),
            "services": sorted(row.service for row in self.services.all()),
            "hts_outcome": self.hts_outcome,
            "overdose_reported": self.overdose_reported,
            "worker": plain(self.worker_id),
            "arrived_at": plain(self.arrived_at),
            "left_at": plain(self.left_at),
            "centre_services": sorted(self.centre_services),
            "for_others": self.for_others,
            "return_method": str(self.return_method),
            "note": self.note,
            "commodities": [list(line) for line in lines],
        }


class ServiceGiven(models.Model):
    """One service of the code list, given at one contact."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="services")
    service = models.CharField(_("service"), max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contact", "service"], name="servicegiven_once")]

    def __str__(self):
        return self.service


class CommodityLine(models.Model):
    """Pieces of one commodity given and taken back at one contact."""

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="commodities")
    commodity = models.CharField(_("commodity"), max_length=40)
    given = models.PositiveIntegerField(_("given"), default=0)
    taken_back = models.PositiveIntegerField(_("taken back"), default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "commodity"], name="commodityline_once"),
            models.CheckConstraint(
                condition=Q(given__gt=0) | Q(taken_back__gt=0), name="commodityline_moves_something"
            ),
        ]

    def __str__(self):
        return self.commodity
