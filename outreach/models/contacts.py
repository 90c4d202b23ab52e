"""Contacts: one event with one person, known or anonymous, with what was done and given."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Site
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from core.scope import Scope
from outreach.models.clients import Client


class ContactQuerySet(RecordQuerySet):
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
        return self.select_related("client", "site__district", "recorded_by", "organisation").prefetch_related(
            "services", "commodities"
        )


class Contact(Record):
    """One event with one person on one day. Without a client it is anonymous."""

    kind_name = "contact"
    view_permission = Permission.CONTACT_VIEW

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
    note = models.CharField(_("note"), max_length=280, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["-occurred_on", "-recorded_at"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=Q(group_size__gte=1), name="contact_group_has_someone"),
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
