"""The audit chain: who did what, when, in lines that can't be changed unnoticed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models.organisations import Organisation
from core.permissions import Permission
from core.scope import Scope


class AuditChain(models.Model):
    """The head of one organisation's chain, or of the installation's own (no organisation)."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, null=True, related_name="audit_chain")
    length = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    def __str__(self):
        return self.organisation.code if self.organisation else "installation"


class AuditLineQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope):
        if scope.everywhere(Permission.AUDIT_VIEW):
            return self
        return self.filter(chain__organisation_id__in=scope.all_organisations(Permission.AUDIT_VIEW))

    def delete(self):
        raise TypeError("Audit lines are never deleted.")


class AuditLine(models.Model):
    """One thing that was done. Holds field names and a keyed digest, never values."""

    chain = models.ForeignKey(AuditChain, models.PROTECT, related_name="lines")
    sequence = models.PositiveBigIntegerField(_("number"))
    at = models.DateTimeField(_("when"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    action = models.CharField(_("what"), max_length=40)
    record_kind = models.CharField(_("kind of record"), max_length=32, blank=True)
    record_id = models.CharField(_("record"), max_length=40, blank=True)
    detail = models.JSONField(_("detail"), default=dict)
    digest = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = AuditLineQuerySet.as_manager()

    class Meta:
        ordering = ["chain", "-sequence"]
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="auditline_sequence_once")]
        indexes = [models.Index(fields=["record_id"], name="auditline_record")]

    def __str__(self):
        return f"{self.chain} {self.sequence}: {self.action}"

    def delete(self, *args, **kwargs):
        raise TypeError("Audit lines are never deleted.")
