"""Drop-in centres: what a centre offers, and when it is open. A visit itself is a contact."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Site
from core.permissions import Permission
from core.scope import Scope

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class OfSiteQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope):
        return self.filter(site__in=Site.objects.visible_to(scope))

    def of_organisations_with(self, scope: Scope, permission: Permission):
        return self.filter(site__organisation_id__in=scope.all_organisations(permission))


class CentreService(models.Model):
    """One service of the centre's own list (`dic_service`), and what ticking it means.

    `services` are codes of the programme's services; `commodity` and `quantity` what is usually given with it.
    """

    site = models.ForeignKey(Site, models.CASCADE, related_name="centre_services", verbose_name=_("centre"))
    code = models.CharField(_("service of the centre"), max_length=40)
    services = models.JSONField(_("counts as"), default=list, blank=True)
    commodity = models.CharField(_("usually given"), max_length=40, blank=True)
    quantity = models.PositiveIntegerField(_("pieces"), default=0)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    objects = OfSiteQuerySet.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["site", "code"], name="centreservice_once"),
            models.CheckConstraint(
                condition=Q(commodity="", quantity=0) | (~Q(commodity="") & Q(quantity__gt=0)),
                name="centreservice_commodity_with_quantity",
            ),
        ]

    def __str__(self):
        return self.code


class OpeningHours(models.Model):
    """A stretch of one weekday in which a centre is open. Monday is 0."""

    site = models.ForeignKey(Site, models.CASCADE, related_name="opening_hours", verbose_name=_("centre"))
    weekday = models.PositiveSmallIntegerField(_("day of the week"), choices=WEEKDAYS)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    objects = OfSiteQuerySet.as_manager()

    class Meta:
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="openinghours_weekday"),
            models.CheckConstraint(condition=Q(closes__gt=models.F("opens")), name="openinghours_closes_later"),
            models.UniqueConstraint(fields=["site", "weekday", "opens"], name="openinghours_once"),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"
