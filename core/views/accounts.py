"""One's own account: a link followed, a password, a second factor, the language, a form sent after all."""

from allauth.account.internal.flows.login import record_authentication
from allauth.core import ratelimit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import views as totp_views
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import INTERNAL_RESET_SESSION_TOKEN, PasswordResetConfirmView
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django.views.i18n import set_language as django_set_language

from core import resuming, sign_in, wording
from core.actions import users
from core.forms.accounts import ChangePasswordForm, SetPasswordForm
from core.models import Membership


@require_safe
@login_required
def account(request):
    """Who one is here: roles, password, second factor."""
    roles = Membership.objects.current().filter(user=request.user).select_related("organisation")
    facts = [
        (_("User name"), request.user.username),
        (_("Name"), request.user.get_full_name()),
        (_("Last sign-in"), wording.shown(request.user.last_login)),
        *((row.organisation.name, row.get_role_display()) for row in roles),
    ]
    second_factor = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).exists()
    needed = sign_in.needs_second_factor(request.user)
    context = {"heading": _("Your account"), "facts": facts, "second_factor": second_factor, "needed": needed}
    return render(request, "core/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_password(request):
    """A new password for oneself. The other sessions of the person end, this one goes on."""
    if too_many := ratelimit.consume_or_429(request, action="change_password", user=request.user):
        return too_many
    form = ChangePasswordForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        users.set_password(user=request.user, password=form.cleaned_data["new_password1"], by=request.user)
        update_session_auth_hash(request, request.user)
        messages.success(request, _("Your new password is set."))
        return redirect("account")
    return render(request, "core/change_password.html", {"heading": _("Change your password"), "form": form})


class SetPassword(PasswordResetConfirmView):
    """The one-time link. Its token moves into the session at once, so it stays out of histories and logs."""

    form_class = SetPasswordForm
    token_generator = users.link_tokens
    template_name = "core/set_password.html"
    success_url = reverse_lazy("account_login")

    def form_valid(self, form):
        users.set_password(user=self.user, password=form.cleaned_data["new_password1"], by=self.user)
        del self.request.session[INTERNAL_RESET_SESSION_TOKEN]
        messages.success(self.request, _("Your new password is set. Sign in with it now."))
        return redirect(self.success_url)

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        heading = _("Choose your password") if self.validlink else _("This link is no longer good")
        return {**context, "heading": heading, "person": self.user if self.validlink else None}


set_password = SetPassword.as_view()


class ActivateTOTP(totp_views.ActivateTOTPView):
    """Setting up an authenticator app proves it for this session too."""

    def form_valid(self, form):
        response = super().form_valid(form)
        record_authentication(self.request, self.request.user, "mfa", type="totp", reauthenticated=True)
        users.note_second_factor(user=self.request.user, on=True, by=self.request.user)
        return response


class DeactivateTOTP(totp_views.DeactivateTOTPView):
    """Taking the authenticator app off, where the role doesn't need one."""

    def form_valid(self, form):
        response = super().form_valid(form)
        users.note_second_factor(user=self.request.user, on=False, by=self.request.user)
        return response


activate_totp = login_required(ActivateTOTP.as_view())
deactivate_totp = login_required(DeactivateTOTP.as_view())


@require_POST
def set_language(request):
    """Django's own language switch; a signed-in person's choice is remembered for other devices too."""
    response = django_set_language(request)
    if request.user.is_authenticated:
        users.choose_language(user=request.user, language=request.POST.get("language", ""), by=request.user)
    return response


@require_safe
@login_required
def resume(request):
    """What was being sent when the session ended, to be sent now with one tap."""
    form = resuming.taken(request)
    if form is None:
        return redirect("today")
    return render(request, "core/resume.html", {"heading": _("This was not saved yet"), "kept": form})
