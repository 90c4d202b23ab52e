"""The abstract record that every register builds on: made once, amended in versions, voided, never deleted."""

import uuid

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from core.entries import plain
from core.models.organisations import Organisation
from core.permissions import Permission
from core.scope import Scope

# Identities of imported rows: UUIDv5 of organisation, kind and the organisation's own reference.
IDENTITIES = uuid.UUID("6f5b3c52-0d0e-5f0a-9a67-2f4f6d3a1c10")


def identity(organisation_code: str, kind: str, reference: str) -> uuid.UUID:
    """The id of the record that an organisation calls `reference`: the same for ever, on any machine."""
    return uuid.uuid5(IDENTITIES, f"{organisation_code}\x1f{kind}\x1f{reference}")


class RecordQuerySet(models.QuerySet):
    # Whether `visible_to` shows less than the permission reaches: then a second text is shown with its record only.
    narrower = False

    def visible_to(self, scope: Scope):
        """Records that the person may see; every read starts here."""
        permission = self.model.view_permission
        if scope.everywhere(permission):
            return self.all()
        condition = Q(organisation_id__in=scope.organisations(permission))
        if own := scope.own_organisations(permission):
            condition |= Q(organisation_id__in=own) & self.own_condition(scope)
        return self.filter(condition)

    def own_condition(self, scope: Scope) -> Q:
        """What makes a record one's own."""
        return Q(recorded_by_id=scope.user_id)

    def countable(self):
        return self.filter(voided_at=None)

    def in_period(self, start, end):
        """Records that occurred from `start` to `end`, both days included."""
        return self.filter(occurred_on__gte=start, occurred_on__lte=end)

    def delete(self):
        raise TypeError("Records are voided, never deleted.")


class Record(models.Model):
    """Something that happened or was registered, on one date, in one organisation.

    `id` is made by the form or device, so that a retry is safe. `digest` is the keyed digest of the first
    version's content: the same id with the same content is the same record, with other content a conflict.
    """

    class Source(models.TextChoices):
        WEB = "web", _("Typed on a screen")
        PHONE = "phone", _("Sent by a phone")
        IMPORT = "import", _("Imported from a file")

    kind_name: str = ""
    view_permission: Permission
    # Fields of a subclass that follow from what it says, and so aren't said again in its content.
    derived: frozenset[str] = frozenset()

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    reference = models.CharField(_("own reference"), max_length=64, blank=True)
    occurred_on = models.DateField(_("date"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded at"))
    source = models.CharField(_("source"), max_length=8, choices=Source, default=Source.WEB)
    version = models.PositiveIntegerField(_("version"), default=1)
    digest = models.CharField(max_length=64, editable=False)
    voided_at = models.DateTimeField(_("voided at"), null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("voided by"),
    )
    void_reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "reference"],
                condition=~Q(reference=""),
                name="%(class)s_reference_once",
            ),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None, void_reason="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
                name="%(class)s_void_whole_or_not",
            ),
            models.CheckConstraint(condition=Q(version__gte=1), name="%(class)s_version_from_one"),
        ]

    def delete(self, *args, **kwargs):
        raise TypeError("Records are voided, never deleted.")

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None

    @classmethod
    def said_fields(cls) -> list[models.Field]:
        """The fields that make up the content: all but the frame that every record has, and derived ones."""
        frame = {field.name for field in Record._meta.fields} - {"reference", "occurred_on"}
        return [field for field in cls._meta.concrete_fields if field.name not in frame | cls.derived]

    def content(self) -> dict:
        """What the record says, as plain JSON values: the base of digests, versions and history."""
        return {field.name: plain(getattr(self, field.attname)) for field in self.said_fields()}


class RecordVersion(models.Model):
    """What a record said before a change: one row for each version that is no longer the newest."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    record_kind = models.CharField(max_length=32)
    record_id = models.UUIDField()
    version = models.PositiveIntegerField()
    content = models.JSONField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["record_id", "version"]
        constraints = [models.UniqueConstraint(fields=["record_id", "version"], name="recordversion_once")]


def view_permissions() -> dict[str, Permission]:
    """What it takes to see a record, by the name of its kind."""
    return {model.kind_name: model.view_permission for model in _record_models()}


def _record_models() -> list[type[Record]]:
    return [model for model in apps.get_models() if issubclass(model, Record)]


class ConflictingCopyQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope):
        """Second texts of records that the person sees all of: whoever may settle, but not read, sees none."""
        settles = set(scope.all_organisations(Permission.CONFLICT_RESOLVE))
        kinds: dict[tuple[int, ...], list[str]] = {}
        for kind, permission in view_permissions().items():
            here = settles if scope.everywhere(permission) else settles.intersection(scope.organisations(permission))
            kinds.setdefault(tuple(sorted(here)), []).append(kind)
        seen = Q(pk__in=[])
        for organisations, names in kinds.items():
            if organisations:
                seen |= Q(organisation_id__in=organisations, record_kind__in=names)
        for model in _record_models():
            if (rows := model.objects.all()).narrower:
                shown = rows.visible_to(scope).order_by().values("pk")
                seen &= ~Q(record_kind=model.kind_name) | Q(record_id__in=shown)
        return self.filter(seen)

    def open(self):
        return self.filter(settled_at=None)


class ConflictingCopy(models.Model):
    """A second, different text for a record that was already there: kept until a supervisor has looked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    record_kind = models.CharField(max_length=32)
    record_id = models.UUIDField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    settled_note = models.CharField(max_length=200, blank=True)

    objects = ConflictingCopyQuerySet.as_manager()

    class Meta:
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(fields=["record_id", "digest"], name="conflictingcopy_once"),
            models.CheckConstraint(
                condition=Q(settled_at=None, settled_by=None) | Q(settled_at__isnull=False, settled_by__isnull=False),
                name="conflictingcopy_settled_whole_or_not",
            ),
        ]


def newest_first():
    return [F("occurred_on").desc(), F("recorded_at").desc(), F("id").asc()]
