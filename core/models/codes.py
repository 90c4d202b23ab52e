"""Code lists: rows that a programme may retire, but that never vanish."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.permissions import Permission
from core.scope import Scope


class CodeQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope):
        """Code lists are the whole installation's: all of them, for whoever may see any."""
        return self.all() if scope.can(Permission.CODE_VIEW) else self.none()

    def in_list(self, name: str):
        return self.filter(list=name)

    def in_use(self):
        return self.filter(retired_on=None)

    def delete(self):
        raise TypeError("Codes are retired, never deleted.")


class Code(models.Model):
    """One entry of one code list, such as the service `NSP` of `service`.

    `number` is a small number, unique in its list and never given again: facts store bits and keys by it.
    `attributes` holds the list's own columns (`kp_prev_role`, `counting_level`, …) as texts.
    """

    class Review(models.TextChoices):
        OK = "ok", _("Checked")
        REVIEW = "review", _("Awaits a native reader")
        BLANK = "", _("No Khmer label")

    list = models.CharField(_("list"), max_length=40)
    code = models.CharField(_("code"), max_length=40)
    number = models.PositiveSmallIntegerField(_("number"))
    label_en = models.CharField(_("English label"), max_length=120)
    label_km = models.CharField(_("Khmer label"), max_length=120, blank=True)
    km_status = models.CharField(_("Khmer wording"), max_length=8, choices=Review, blank=True)
    notes = models.CharField(_("notes"), max_length=250, blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True)
    attributes = models.JSONField(default=dict)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)
    # Empty for a code that the reference lists themselves dropped, and take up again when they name it.
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("retired by")
    )

    objects = CodeQuerySet.as_manager()

    class Meta:
        ordering = ["list", "number"]
        constraints = [
            models.UniqueConstraint(fields=["list", "code"], name="code_once_per_list"),
            models.UniqueConstraint(fields=["list", "number"], name="code_number_once_per_list"),
            models.CheckConstraint(condition=Q(number__lt=1000), name="code_number_small"),
            models.CheckConstraint(
                condition=Q(retired_by=None) | Q(retired_on__isnull=False), name="code_retired_by_with_day"
            ),
        ]

    def __str__(self):
        return self.label

    @property
    def label(self) -> str:
        return (self.label_km if get_language() == "km" else "") or self.label_en

    def delete(self, *args, **kwargs):
        raise TypeError("Codes are retired, never deleted.")
