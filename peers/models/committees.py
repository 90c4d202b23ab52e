"""Workplace committees: formed, met, gone quiet, formed anew or closed; how one stands is computed."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.entries import plain
from core.models.records import Record, RecordQuerySet
from core.permissions import Permission
from peers.models.workplaces import Workplace

# A committee is active while a minuted meeting lies no more than so many days back.
ACTIVE_DAYS = 90


class Committee(Record):
    """One committee of one workplace; `occurred_on` is the day on which it was planned or first noted.

    `formed_on` is when its members were appointed, `reformed_on` (ISO texts) when it was formed anew after having
    gone quiet, `trained_on` when the members were trained. No name of a member is kept.
    """

    kind_name = "committee"
    view_permission = Permission.WORKPLACE_VIEW

    workplace = models.ForeignKey(Workplace, models.PROTECT, related_name="committees", verbose_name=_("workplace"))
    formed_on = models.DateField(_("formed on"), null=True, blank=True)
    reformed_on = models.JSONField(_("formed anew on"), default=list, blank=True)
    trained_on = models.DateField(_("members trained on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    closed_because = models.CharField(_("closed because"), max_length=200, blank=True)
    note = models.CharField(_("note"), max_length=280, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta(Record.Meta):
        ordering = ["workplace__enterprise", "-occurred_on"]
        constraints = [
            *Record.Meta.constraints,
            models.UniqueConstraint(
                fields=["workplace"], condition=Q(voided_at=None, closed_on=None), name="committee_one_open_a_workplace"
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None, closed_because="") | (Q(closed_on__isnull=False) & ~Q(closed_because="")),
                name="committee_closed_whole_or_not",
            ),
            models.CheckConstraint(
                condition=Q(closed_on=None) | Q(formed_on=None) | Q(closed_on__gte=models.F("formed_on")),
                name="committee_closed_after_forming",
            ),
        ]

    def __str__(self):
        return str(self.workplace)

    def get_absolute_url(self):
        return reverse("committees:detail", args=[self.pk])

    def content(self) -> dict:
        rows = [[row.role, row.side, row.sex, row.since, row.until] for row in self.members.all()]
        return super().content() | {"members": plain(rows)}


class CommitteeMember(models.Model):
    """One seat in a committee: its role (a code of `committee_role`), whose side, the member's sex, and the term."""

    class Side(models.TextChoices):
        EMPLOYER = "employer", _("Employer")
        WORKER = "worker", _("Workers")
        UNION = "union", _("Union")
        OUTSIDE = "outside", _("From outside")

    committee = models.ForeignKey(Committee, models.CASCADE, related_name="members")
    place = models.PositiveSmallIntegerField()
    role = models.CharField(_("role"), max_length=16)
    side = models.CharField(_("side"), max_length=8, choices=Side)
    sex = models.CharField(_("sex"), max_length=1, default="U")
    since = models.DateField(_("from"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        ordering = ["committee", "place"]
        constraints = [
            models.UniqueConstraint(fields=["committee", "place"], name="committeemember_once"),
            models.CheckConstraint(
                condition=Q(until=None) | Q(since=None) | Q(until__gte=models.F("since")),
                name="committeemember_term_in_order",
            ),
        ]
