"""Signing in, second factors and one's own password."""

from allauth.account.forms import LoginForm, ReauthenticateForm
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.contrib.auth.forms import SetPasswordForm as DjangoSetPasswordForm
from django.utils.translation import gettext_lazy as _

_CODE = {"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "off", "spellcheck": "false"}


class SignInForm(LoginForm):
    """User name and password."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label, password.label = _("User name"), _("Password")
        login.widget.attrs = {
            "autocomplete": "username",
            "autocapitalize": "off",
            "spellcheck": "false",
            "autofocus": "",
        }
        password.widget.attrs = {"autocomplete": "current-password"}
        password.help_text = ""


class ConfirmPasswordForm(ReauthenticateForm):
    """The password once more, before something sensitive."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["password"].label = _("Password")
        self.fields["password"].widget.attrs = {"autocomplete": "current-password", "autofocus": ""}


def _name_code_field(form: forms.Form, help_text: str = "") -> None:
    field = form.fields["code"]
    field.label, field.help_text = _("Code"), help_text
    field.widget.attrs = {**_CODE, "autofocus": ""}


class ActivateForm(ActivateTOTPForm):
    """The first code of an authenticator app."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name_code_field(self, _("Six digits, shown by the app."))


class CodeForm(mfa_forms.AuthenticateForm):
    """The code at sign-in."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name_code_field(self, _("Six digits from the app, or one of your recovery codes."))


class ConfirmCodeForm(mfa_forms.ReauthenticateForm):
    """The code once more, before something sensitive."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        _name_code_field(self, _("Six digits from the app, or one of your recovery codes."))


class SetPasswordForm(DjangoSetPasswordForm):
    """A new password, typed twice; `users.set_password` writes it."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        first, second = self.fields["new_password1"], self.fields["new_password2"]
        first.label, second.label = _("New password"), _("The same again")
        first.help_text = _("At least 12 characters, not a common password, and not like your user name.")
        second.help_text = ""
        self.error_messages = {
            **self.error_messages,
            "password_mismatch": _("The two passwords differ. Type both again."),
        }


class ChangePasswordForm(SetPasswordForm):
    """One's own password: the present one, then the new one twice."""

    field_order = ["old_password", "new_password1", "new_password2"]
    old_password = forms.CharField(
        label=_("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": ""}),
    )

    def clean_old_password(self):
        password = self.cleaned_data["old_password"]
        if not self.user.check_password(password):
            raise forms.ValidationError(_("This password is not right."))
        return password
