"""The register of members: who works here as what, and how they get in."""

from allauth.mfa.models import Authenticator
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import teams, throttle, wording
from core.actions import memberships, users
from core.columns import Column
from core.filters.members import MemberFilters
from core.forms.members import MemberForm, RoleForm
from core.models import SYSTEM_USERNAME, Membership, Organisation
from core.permissions import Permission, Role
from core.resources.members import MemberResource
from core.rules.memberships import may_appoint, may_help
from core.views.registers import Register
from core.views.screens import Screen
from core.views.steps import Step, offered

LINK = "one_time_link"


def _held(record) -> list[tuple[int, str]]:
    return [(row.organisation_id, row.role) for row in record.user.memberships.all() if not row.ended_at]


def appoints(record, scope) -> bool:
    """Whether this person may change everything about the other: every role that they hold is in reach."""
    return may_appoint(scope, record.user_id, _held(record))


def helps(record, scope) -> bool:
    """Whether this person may help the other to sign in."""
    held = _held(record)
    if not held or record.user.username == SYSTEM_USERNAME or not may_help(scope, record.user_id, held):
        return False
    return record.user_id not in teams.hidden_workers(scope)


class GiveRole(Step):
    name, label = "role", gettext_lazy("Change the role")
    intro = gettext_lazy("The present role in that organisation ends, and the new one begins at once.")

    def form(self, data=None):
        organisations = self.register.organisations(self.request.scope, Permission.MEMBER_MANAGE)
        record = self.record
        initial = {
            "organisation": record.organisation_id,
            "role": record.role,
            "safeguarding_lead": record.safeguarding_lead,
        }
        return RoleForm(data, scope=self.request.scope, organisations=organisations, initial=initial)

    @staticmethod
    def may(record, scope):
        return may_appoint(scope, record.user_id, [(record.organisation_id, record.role)])

    @staticmethod
    def fits(record):
        return record.user.is_active

    def do(self, form):
        self.record = memberships.grant(user=self.record.user, by=self.request.user, **form.cleaned_data)


class EndRole(Step):
    name, label, danger = "end", gettext_lazy("End the role"), True
    intro = gettext_lazy("From now on the person sees nothing of this organisation. What they recorded stays.")
    said = gettext_lazy("The role has ended.")

    @staticmethod
    def may(record, scope):
        return may_appoint(scope, record.user_id, [(record.organisation_id, record.role)])

    @staticmethod
    def fits(record):
        return record.ended_at is None

    def do(self, form):
        memberships.end(membership=self.record, by=self.request.user)


class MakeLink(Step):
    name, label, needs = "invite", gettext_lazy("Make a sign-in link"), "help_permission"
    intro = gettext_lazy(
        "With the link the person sets a new password: once, within 24 hours. They are signed out everywhere, "
        "and links made before stop working. Hand it over in person."
    )

    @staticmethod
    def may(record, scope):
        return helps(record, scope)

    @staticmethod
    def fits(record):
        return record.user.is_active

    def act(self, form):
        # By way of the session: the link is never in a history, a log or a page that can be loaded again.
        self.request.session[LINK] = [self.record.pk, users.invite(user=self.record.user, by=self.request.user)]
        return redirect(self.register.url("link", self.record))


class Release(Step):
    name, label, needs = "release", gettext_lazy("Release the sign-in"), "help_permission"
    intro = gettext_lazy("After too many tries the person has to wait. Released, they may try again at once.")
    said = gettext_lazy("The person may try again now.")

    @staticmethod
    def may(record, scope):
        return helps(record, scope)

    @staticmethod
    def fits(record):
        return throttle.is_waiting(record.user.username, record.user_id)

    def do(self, form):
        users.release(user=self.record.user, by=self.request.user)


class ResetSecondFactor(Step):
    name, label, danger = "second-factor", gettext_lazy("Reset the second factor"), True
    intro = gettext_lazy(
        "For a lost phone. Make sure that it is really this person who asks: until a new factor is set up, "
        "the password alone opens the account."
    )
    said = gettext_lazy("The second factor is off. The next sign-in asks for a new one where the role needs it.")

    @staticmethod
    def may(record, scope):
        return appoints(record, scope)

    @staticmethod
    def fits(record):
        return Authenticator.objects.filter(user_id=record.user_id).exists()

    def do(self, form):
        users.reset_second_factor(user=self.record.user, by=self.request.user)


class Deactivate(Step):
    name, label, danger = "deactivate", gettext_lazy("Close the account"), True
    intro = gettext_lazy(
        "The person is signed out everywhere at once and can't sign in again. What they recorded stays."
    )
    said = gettext_lazy("The account is closed.")

    @staticmethod
    def may(record, scope):
        return appoints(record, scope)

    @staticmethod
    def fits(record):
        return record.user.is_active

    def do(self, form):
        users.deactivate(user=self.record.user, by=self.request.user)


class Reactivate(Step):
    name, label = "reactivate", gettext_lazy("Open the account again")
    said = gettext_lazy("The account is open.")

    @staticmethod
    def may(record, scope):
        return record.user.username != SYSTEM_USERNAME and appoints(record, scope)

    @staticmethod
    def fits(record):
        return not record.user.is_active

    def do(self, form):
        users.reactivate(user=self.record.user, by=self.request.user)


class Link(Screen):
    """The link just made, shown once."""

    needs = "help_permission"

    def get(self, request, pk):
        if not helps(self.record, request.scope):
            raise PermissionDenied
        made_for, link = request.session.pop(LINK, None) or (None, "")
        context = {
            "heading": _("Sign-in link: %(person)s") % {"person": self.record.user},
            "lead": self.register.heading,
            "link": request.build_absolute_uri(link) if made_for == self.record.pk else "",
            "again_url": self.register.url("invite", self.record),
            "back_url": self.register.url("detail", self.record),
        }
        return render(request, "core/members/link.html", context)


def state_of(record) -> str:
    """Whether the person can sign in, and whether the role goes on."""
    if not record.user.is_active:
        return _("closed")
    if record.ended_at:
        return _("role ended")
    return _("active") if record.user.has_usable_password() else _("awaits a password")


STEPS = [MakeLink, Release, GiveRole, ResetSecondFactor, EndRole, Deactivate, Reactivate]


class Members(Register):
    """Everybody's roles in the organisations that one may look after."""

    model = Membership
    namespace = "members"
    heading = gettext_lazy("Members")
    create_label = gettext_lazy("New member")
    empty_text = gettext_lazy("Nobody works here yet.")
    columns = [
        Column("user", gettext_lazy("User name"), sort="user__username"),
        Column("name", gettext_lazy("Name"), lambda row: row.user.get_full_name(), sort="user__first_name"),
        "role",
        Column("organisation", gettext_lazy("Organisation"), sort="organisation__name"),
        Column("last_login", gettext_lazy("Last sign-in"), lambda row: row.user.last_login, sort="user__last_login"),
        Column("state", gettext_lazy("State"), state_of),
    ]
    ordering = ("user__username", "organisation__name", "pk")
    filterset = MemberFilters
    form = MemberForm
    resource = MemberResource
    view_permission = Permission.MEMBER_VIEW
    create_permission = Permission.MEMBER_MANAGE
    help_permission = Permission.MEMBER_HELP
    list_template = "core/members/list.html"

    @classmethod
    def routed(cls) -> list:
        link = path("<int:pk>/link/", Link.as_view(register=cls()), name="link")
        return cls.urls("data/members/", link, *(step.route(cls) for step in STEPS))

    def readings(self, queryset):
        return queryset.select_related("user", "organisation").prefetch_related("user__memberships")

    def record(self, form, *, by):
        values = form.values()
        role = Role(values.pop("role"))
        user = users.create(**values, role=role, organisation=form.organisation, by=by)
        return user.memberships.get()

    def actions(self, record, scope):
        return offered(STEPS, self, record, scope)

    def sections(self, record):
        user = record.user
        second_factor = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
        waiting = throttle.is_waiting(user.username, user.pk)
        person = [
            (_("User name"), user.username),
            (_("Name"), user.get_full_name()),
            (_("State"), state_of(record)),
            (_("Last sign-in"), wording.shown(user.last_login)),
            (_("Second factor"), wording.shown(second_factor)),
            (_("Has to wait after too many tries"), wording.shown(waiting)),
        ]
        role = [
            (_("Organisation"), str(record.organisation)),
            (_("Role"), record.get_role_display()),
            (_("Safeguarding lead"), wording.shown(record.safeguarding_lead)),
            (_("From"), wording.shown(record.started_at)),
            (_("To"), wording.shown(record.ended_at)),
        ]
        return [(_("Person"), person), (_("Role"), role)]

    def title(self, record):
        return f"{record.user} · {record.get_role_display()}"

    def extra_context(self, request, record=None):
        """On the list, for those who can appoint one: organisations without a safeguarding lead."""
        if record is not None or not request.scope.can(Permission.MEMBER_MANAGE):
            return {}
        mine = Organisation.objects.visible_to(request.scope, Permission.MEMBER_MANAGE)
        return {"leaderless": ", ".join(mine.without_lead().values_list("name", flat=True)[:10])}
