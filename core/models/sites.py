"""Where contacts happen, and where people are sent."""

import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models.organisations import Organisation
from core.models.places import District
from core.permissions import Permission
from core.scope import Scope

SCHOOL = "school"  # a code of `setting`


class SiteQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope):
        if scope.everywhere(Permission.SITE_VIEW):
            return self
        return self.filter(organisation_id__in=scope.all_organisations(Permission.SITE_VIEW))

    def open(self):
        return self.filter(closed_on=None)

    def besides_schools(self, rows: models.QuerySet, kept: Iterable[uuid.UUID] = ()):
        """Places that are offered beside each other: without the schools at whose site none of `rows` happened.

        Schools come in hundreds and have a register of their own. `kept` are sites that stay all the same.
        """
        there = Exists(rows.filter(site=OuterRef("pk")).order_by())
        return self.filter(~Q(kind=SCHOOL) | Q(pk__in=list(kept)) | there)


class Site(models.Model):
    """One place where the programme meets people: a drop-in centre, a hotspot, a factory, a school."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="sites", verbose_name=_("organisation"))
    code = models.CharField(_("code"), max_length=64)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("setting"), max_length=32, default="outreach_team")
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="sites", verbose_name=_("district")
    )
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "code"], name="site_code_once_per_organisation")]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("sites:detail", args=[self.pk])


class ServicePointQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope):
        """Public points are for everyone who may see sites; a private one is its organisation's."""
        if scope.everywhere(Permission.SITE_VIEW):
            return self
        mine = scope.all_organisations(Permission.SITE_VIEW)
        return self.filter(Q(site__organisation_id__in=mine) | Q(public=True)) if mine else self.none()

    def open(self):
        return self.filter(site__closed_on=None)


class ServicePoint(models.Model):
    """What a site offers to people who are sent there: HIV testing, methadone, legal aid and so on."""

    class Kind(models.TextChoices):
        DROP_IN = "drop_in", _("Drop-in centre")
        VCCT = "vcct", _("HIV testing (VCCT)")
        STI = "sti", _("STI clinic")
        PMTCT = "pmtct", _("Mother-to-child prevention (PMTCT)")
        ART = "art", _("HIV care and treatment")
        TB = "tb", _("Tuberculosis service")
        METHADONE = "methadone", _("Methadone clinic")
        HOSPITAL = "hospital", _("Hospital or health centre")
        VIOLENCE = "violence", _("Care after violence")
        CHILD_PROTECTION = "child_protection", _("Child protection and social service")
        SHELTER = "shelter", _("Shelter")
        LEGAL = "legal", _("Legal aid")
        MENTAL_HEALTH = "mental_health", _("Mental health")
        COMMUNITY = "community", _("Pagoda or community support")
        SCHOOL = "school", _("School or training")
        HOTLINE = "hotline", _("Hotline")
        OFFICE = "office", _("Office")

    site = models.OneToOneField(Site, models.PROTECT, primary_key=True, related_name="service_point")
    kind = models.CharField(_("service"), max_length=32, choices=Kind)
    public = models.BooleanField(_("may be shown to the public"), default=False)
    opening_hours = models.CharField(_("opening hours"), max_length=120, blank=True)

    objects = ServicePointQuerySet.as_manager()

    class Meta:
        ordering = ["site__name"]

    def __str__(self):
        return self.site.name
