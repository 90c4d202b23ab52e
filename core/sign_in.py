"""What django-allauth asks of this project: nobody signs up, failures are audited, secrets rest encrypted."""

import base64
import hashlib
import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import throttle
from core.actions import memberships, users
from core.permissions import SECOND_FACTOR

# When this session began and when it was last used, in seconds since 1970.
BEGAN, USED = "began_at", "used_at"


def needs_second_factor(user) -> bool:
    """Whether the person holds a permission that asks for a second factor; nobody in a demonstration."""
    if settings.DEMO or not user.is_authenticated:
        return False
    scope = memberships.scope_of(user)
    return any(scope.can(permission) for permission in SECOND_FACTOR)


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by user name and password; accounts are made by those who manage members, never by oneself."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_password": gettext_lazy("This password is not right."),
        "too_many_login_attempts": gettext_lazy(
            "Too many tries. Wait a quarter of an hour, or ask your supervisor to release your sign-in."
        ),
        "rate_limited": gettext_lazy("Too many tries. Wait a minute, then try again."),
        "username_password_mismatch": gettext_lazy(
            "User name and password don't belong together. Check both; large and small letters differ."
        ),
    }

    def is_open_for_signup(self, request):
        return False

    def get_client_ip(self, request):
        """The address is counted for throttling and never stored; a socket without one counts as one client."""
        return super().get_client_ip(request) if request.META.get("REMOTE_ADDR") else "unknown"

    def _get_login_attempts_cache_key(self, request, **credentials):
        return throttle.key_of(credentials.get("username", ""))

    def authentication_failed(self, request, **credentials):
        users.note_failed_sign_in(username=credentials.get("username", ""))

    def login(self, request, user):
        super().login(request, user)
        request.session[BEGAN] = request.session[USED] = int(time.time())

    def respond_user_inactive(self, request, user):
        messages.error(request, _("This account is closed. Ask your supervisor."))
        return redirect("account_login")


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: encrypted under a key made from SECRET_KEY, and kept by those who need one."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy("Your role needs a second factor, so it stays on."),
        "incorrect_code": gettext_lazy("This code is not right. Wait for the next one and type it again."),
    }

    def get_totp_issuer(self):
        return "Romduol"

    def encrypt(self, text):
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        """Raises InvalidToken if the text was altered or the key is another: never answers the text itself."""
        return _box().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator):
        return not needs_second_factor(authenticator.user)


def _box() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    keys = [hashlib.sha256(b"second factor\x00" + secret.encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])
