"""Prevention packages: which services make somebody "reached with the defined package"."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Package(models.Model):
    """One version of one package. `rule` is {"all": [{"name", "any": [service codes], "known_positive": bool}, …]}.

    Every part needs one of its services in the period, or in `look_back_days` before its end where that is
    set. A part with `known_positive` is also met by somebody known positive before the period.
    """

    code = models.CharField(_("code"), max_length=32)
    version = models.PositiveSmallIntegerField(_("version"))
    rule = models.JSONField(_("rule"))
    look_back_days = models.PositiveSmallIntegerField(_("look-back in days"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=120)
    holds_from = models.DateField(_("holds from"))

    class Meta:
        ordering = ["code", "-version"]
        constraints = [models.UniqueConstraint(fields=["code", "version"], name="package_version_once")]

    def __str__(self):
        return f"{self.code} v{self.version}"
