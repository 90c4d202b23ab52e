"""The data-quality desk: findings that somebody looked at and closed. Open ones are found anew each time."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import Organisation
from core.permissions import Permission
from core.scope import Scope


class ClosedFindingQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope):
        if scope.everywhere(Permission.QUALITY_VIEW):
            return self
        return self.filter(organisation_id__in=scope.all_organisations(Permission.QUALITY_VIEW))


class ClosedFinding(models.Model):
    """One finding that somebody closed, and why. `check_name` and `key` say which: it is found again, not stored.

    `fingerprint` is the state of the data that was judged: when it changes, the finding opens again.
    """

    class Reason(models.TextChoices):
        MENDED = "mended", _("Mended")
        TRUE = "true", _("True as it stands")
        CANT_KNOW = "cant_know", _("Can't be found out any more")
        OTHER = "other", _("Something else")

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    check_name = models.CharField(_("check"), max_length=32)
    key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64, blank=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    note = models.CharField(_("note"), max_length=280, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("closed at"))

    objects = ClosedFindingQuerySet.as_manager()

    class Meta:
        ordering = ["-closed_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["organisation", "check_name", "key"], name="closedfinding_once")]

    def __str__(self):
        return f"{self.check_name} {self.key}"
