"""Files that people import: each with what it would do, what it did, and its bytes for as long as they are needed."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core import imports, processes
from core.models.organisations import Organisation
from core.permissions import Permission
from core.scope import Scope

KEPT_FOR = timedelta(hours=24)
# A process on another machine can't be asked whether it lives: after this long it is taken for dead.
LOST_AFTER = timedelta(minutes=30)


class ImportJobQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope):
        if scope.system:
            return self
        mine = self.filter(organisation_id__in=scope.all_organisations(Permission.IMPORT))
        return mine.filter(kind__in=[name for name, _label in imports.choices(scope)])

    def with_old_bytes(self):
        return self.filter(content__isnull=False, uploaded_at__lt=timezone.now() - KEPT_FOR)


class ImportJob(models.Model):
    """One file that somebody brought, for one organisation. `counts` and `report` tell what it would do, then did.

    `content` holds the uploaded bytes until the file is imported, refused or a day old; `report` names rows and
    values and is emptied with it. `digest` is keyed: it recognises the same file and reveals nothing.
    """

    class State(models.TextChoices):
        CHECKING = "checking", _("Being checked")
        READY = "ready", _("Waiting for a decision")
        WRONG = "wrong", _("Rows to mend")
        UNREADABLE = "unreadable", _("Not readable")
        WAITING = "waiting", _("Waiting for its turn")
        IMPORTING = "importing", _("Being imported")
        DONE = "done", _("Imported")
        REFUSED = "refused", _("Given up")

    BUSY = (State.CHECKING, State.WAITING, State.IMPORTING)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("organisation"))
    kind = models.CharField(_("kind of file"), max_length=32)
    file_name = models.CharField(_("file"), max_length=120)
    digest = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    create_sites = models.BooleanField(_("make sites that aren't known yet"), default=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.CHECKING)
    message = models.CharField(max_length=400, blank=True)
    counts = models.JSONField(default=dict)
    report = models.JSONField(default=dict)
    progress = models.PositiveIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    worker_since = models.DateTimeField(null=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)

    objects = ImportJobQuerySet.as_manager()

    class Meta:
        ordering = ["-uploaded_at"]
        indexes = [models.Index(fields=["organisation", "-uploaded_at"], name="importjob_newest")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["done", "refused", "unreadable"]) | Q(content=None), name="importjob_wiped"
            )
        ]

    def get_absolute_url(self):
        return reverse("imports:detail", args=[self.pk])

    @property
    def is_stopped(self) -> bool:
        """Whether the process that worked on the file is gone: one transaction, so nothing was written."""
        if self.state not in self.BUSY or self.worker_since is None:
            return False
        lives = processes.lives(self.worker) if self.worker else None
        return self.worker_since < timezone.now() - LOST_AFTER if lives is None else not lives

    @property
    def is_busy(self) -> bool:
        return self.state in self.BUSY and not self.is_stopped

    @property
    def may_start(self) -> bool:
        """Whether the file can be imported now: checked and sound, or cut short in the middle."""
        return self.content is not None and (
            self.state == self.State.READY
            or (self.state in (self.State.WAITING, self.State.IMPORTING) and self.is_stopped)
        )
