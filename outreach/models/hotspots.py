"""Hotspots: where people at risk can be met. Their names are for the team that works there, and nobody else."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.models import Site
from core.permissions import Permission
from core.scope import Scope


class HotspotQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope):
        """Hotspots of one's own teams; all of the organisation's for those who manage them."""
        if scope.everywhere(Permission.HOTSPOT_VIEW):
            return self
        condition = Q(site__organisation_id__in=scope.organisations(Permission.HOTSPOT_VIEW))
        if own := scope.own_organisations(Permission.HOTSPOT_VIEW):
            mine = Hotspot.team.through.objects.filter(user_id=scope.user_id).values("hotspot_id")
            condition |= Q(site__organisation_id__in=own, pk__in=mine)
        return self.filter(condition)

    def active(self):
        return self.filter(status=Hotspot.Status.ACTIVE)


class Hotspot(models.Model):
    """One hotspot. Its site carries a code and the district, which everybody may see; the name stays here."""

    kind_name = "hotspot"
    view_permission = Permission.HOTSPOT_VIEW

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        MOVED = "moved", _("Moved")
        CLOSED = "closed", _("Closed")

    site = models.OneToOneField(Site, models.PROTECT, primary_key=True, related_name="hotspot")
    name = models.CharField(_("name"), max_length=120)
    venue = models.CharField(_("kind of place"), max_length=16)
    times = models.CharField(_("when people are there"), max_length=120, blank=True)
    status = models.CharField(_("state"), max_length=8, choices=Status, default=Status.ACTIVE)
    status_since = models.DateField(_("since"))
    moved_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="moved_from", verbose_name=_("moved to")
    )
    team = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True, verbose_name=_("team"))

    objects = HotspotQuerySet.as_manager()

    class Meta:
        ordering = ["site__code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(moved_to=None) | (Q(status="moved") & ~Q(moved_to=models.F("site"))),
                name="hotspot_moved_elsewhere",
            )
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("hotspots:detail", args=[self.pk])

    @property
    def newest_estimate(self):
        """The estimate that holds; None before the first."""
        return next(iter(self.estimates.all()), None)

    def content(self) -> dict:
        """Everything that is said of it, as plain values."""
        return {
            "name": self.name,
            "venue": self.venue,
            "times": self.times,
            "district": self.site.district_id or "",
            "status": str(self.status),
            "status_since": str(self.status_since),
            "moved_to": str(self.moved_to_id or ""),
            "team": sorted(user.pk for user in self.team.all()),
        }


class SizeEstimate(models.Model):
    """How many people can be met at a hotspot, as estimated on a day: between `low` and `high`, most likely `point`."""

    class Method(models.TextChoices):
        COUNT = "count", _("Counted on the spot")
        INFORMANTS = "informants", _("Asked people who know the place")
        MAPPING = "mapping", _("Programme mapping")
        CAPTURE = "capture", _("Capture and recapture")
        SURVEY = "survey", _("Survey")

    hotspot = models.ForeignKey(Hotspot, models.CASCADE, related_name="estimates")
    estimated_on = models.DateField(_("on"))
    low = models.PositiveIntegerField(_("at least"))
    point = models.PositiveIntegerField(_("most likely"))
    high = models.PositiveIntegerField(_("at most"))
    method = models.CharField(_("how"), max_length=12, choices=Method)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-estimated_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["hotspot", "estimated_on"], name="sizeestimate_one_a_day"),
            models.CheckConstraint(
                condition=Q(low__lte=models.F("point")) & Q(point__lte=models.F("high")), name="sizeestimate_in_order"
            ),
        ]

    def __str__(self):
        return f"{self.low}–{self.point}–{self.high}"
