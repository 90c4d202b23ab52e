"""Organisations, and who works in them as what."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.permissions import Permission, Role
from core.scope import Scope

ROLE_LABELS = {
    Role.PEER_EDUCATOR: _("Peer educator"),
    Role.OUTREACH_WORKER: _("Outreach worker"),
    Role.SUPERVISOR: _("Supervisor"),
    Role.PROGRAMME_MANAGER: _("Programme manager"),
    Role.DATA_OFFICER: _("Data officer"),
    Role.HOTLINE_COUNSELLOR: _("Hotline counsellor"),
    Role.PARTNER_VIEWER: _("Partner viewer"),
    Role.EDITOR: _("Editor"),
    Role.REVIEWER: _("Reviewer"),
    Role.ADMINISTRATOR: _("Administrator"),
}


class OrganisationQuerySet(models.QuerySet):
    def visible_to(self, scope: Scope, permission: Permission = Permission.ORGANISATION_MANAGE):
        if scope.everywhere(permission):
            return self
        return self.filter(pk__in=scope.all_organisations(permission))

    def without_lead(self):
        """Organisations in which nobody who can sign in is told of safeguarding concerns."""
        leads = Membership.objects.current().filter(safeguarding_lead=True, user__is_active=True)
        return self.filter(active=True).exclude(pk__in=leads.order_by().values("organisation"))


class Organisation(models.Model):
    """One organisation that runs the programme: an NGO, a network, a public service."""

    code = models.SlugField(_("code"), max_length=32, unique=True, allow_unicode=False)
    name = models.CharField(_("name"), max_length=120)
    provider_type = models.CharField(_("kind of provider"), max_length=32, default="ngo")
    active = models.BooleanField(_("active"), default=True)
    stock_in_bags = models.BooleanField(
        _("stock in workers' bags"),
        default=False,
        help_text=_("What a worker gives out leaves the worker's own bag instead of the site."),
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("organisations:detail", args=[self.pk])


class MembershipQuerySet(models.QuerySet):
    def current(self):
        return self.filter(ended_at=None, organisation__active=True)

    def visible_to(self, scope: Scope):
        if scope.everywhere(Permission.MEMBER_VIEW):
            return self
        return self.filter(organisation_id__in=scope.all_organisations(Permission.MEMBER_VIEW))


class Membership(models.Model):
    """One person's work in one organisation, in one role, from when to when."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(
        _("role"), max_length=32, choices=[(role.value, label) for role, label in ROLE_LABELS.items()]
    )
    safeguarding_lead = models.BooleanField(_("safeguarding lead"), default=False)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["user__username"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation"],
                condition=Q(ended_at=None),
                name="membership_one_current_role",
            )
        ]

    def __str__(self):
        return f"{self.user} · {self.get_role_display()}"

    def get_absolute_url(self):
        return reverse("members:detail", args=[self.pk])
