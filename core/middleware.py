"""Host binding, the request's scope, sessions that end, the second factor, and reads that can't write."""

import re
import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.functional import SimpleLazyObject
from django.utils.http import urlencode
from django.utils.translation import activate, get_language_from_request
from django.utils.translation import gettext as _

from core import resuming, sign_in
from core.actions import memberships, users

STAFF_PATHS = ("/app/", "/cms/", "/api/")
# What a person may open before the second factor: signing in and out, the own account, the language.
ACCOUNT_PATHS = ("/app/sign-in/", "/app/sign-out/", "/app/account/", "/app/language/")


class HostMiddleware:
    """Where PUBLIC_HOST or STAFF_HOST is set, each face answers on its own host only."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        staff_path = request.path.startswith(STAFF_PATHS)
        wanted = settings.STAFF_HOST if staff_path else settings.PUBLIC_HOST
        shared = request.path == "/healthz" or request.path.startswith(settings.STATIC_URL)
        if wanted and not shared and request.get_host().split(":")[0] != wanted:
            raise Http404
        return self.get_response(request)


class ScopeMiddleware:
    """`request.scope`, read from the memberships when first asked for; no signed-in answer is stored anywhere."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.scope = SimpleLazyObject(lambda: memberships.scope_of(request.user))
        response = self.get_response(request)
        if request.path.startswith(STAFF_PATHS):
            add_never_cache_headers(response)
            patch_cache_control(response, private=True, no_store=True)
        return response


class DevicesMiddleware:
    """Camera, microphone and place stay shut, but on a page that opens one for itself."""

    SHUT = "camera=(), microphone=(), geolocation=()"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", self.SHUT)
        return response


class DeniedMiddleware:
    """Refused requests (403) of people who are signed in are audited, without their address or device."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if response.status_code == 403 and request.path.startswith(STAFF_PATHS) and request.user.is_authenticated:
            match = request.resolver_match
            record_id = str(match.kwargs.get("pk", "")) if match else ""
            screen = match.view_name if match else ""
            users.note_denied(by=request.user, screen=screen or "", method=request.method, record_id=record_id)
        return response


class TimeoutMiddleware:
    """A session ends after `IDLE_SECONDS` without a request, and after `SESSION_COOKIE_AGE` in any case."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith(STAFF_PATHS) and request.user.is_authenticated:
            now, session = int(time.time()), request.session
            began, used = session.get(sign_in.BEGAN, now), session.get(sign_in.USED, now)
            if now - used > settings.IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE:
                return self.signed_out(request)
            # Written at most once a minute: a session row is not worth a write for every click.
            if sign_in.USED not in session or now - used >= 60:
                session[sign_in.BEGAN], session[sign_in.USED] = began, now
        return self.get_response(request)

    def signed_out(self, request):
        """To the sign-in, and back afterwards; what was being sent is kept for the same person (`core.resuming`)."""
        kept = resuming.kept(request)
        logout(request)
        if request.path.startswith("/api/"):
            raise PermissionDenied
        messages.info(request, _("You were signed out, because nothing happened for a while. Please sign in again."))
        if kept:
            request.session[resuming.KEPT] = kept
            return redirect_to_login(reverse("resume"))
        return redirect_to_login(request.get_full_path() if request.method in ("GET", "HEAD") else reverse("today"))


class OwnLanguageMiddleware:
    """Staff pages speak the language that the device chose last, else the person's own, else the browser's.

    A browser that asks for neither language gets Khmer.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith(("/app/", "/api/")) and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            own = request.user.language if request.user.is_authenticated else ""
            language = own or self.asked_for(request)
            activate(language)
            request.LANGUAGE_CODE = language
        return self.get_response(request)

    @staticmethod
    def asked_for(request) -> str:
        accepted = request.headers.get("Accept-Language", "").lower()
        known = any(part.strip().startswith(("en", "km")) for part in accepted.split(","))
        return get_language_from_request(request) if known else "km"


class SecondFactorMiddleware:
    """Whoever has a second factor proves it once a session; whoever needs one sets it up before anything else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.missing(request) or self.get_response(request)

    def missing(self, request):
        """Where to go first; None if nothing is missing. Raises PermissionDenied for machines' addresses."""
        if not request.path.startswith(STAFF_PATHS) or request.path.startswith(ACCOUNT_PATHS):
            return None
        user = request.user
        if settings.DEMO or not user.is_authenticated or _proved(request):
            return None
        if Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists():
            first = "mfa_reauthenticate"
        elif sign_in.needs_second_factor(user):
            first = "mfa_activate_totp"
        else:
            return None
        if request.path.startswith("/api/"):
            raise PermissionDenied
        after = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("today")
        return redirect(f"{reverse(first)}?{urlencode({'next': after})}")


def _proved(request) -> bool:
    return any(record["method"] == "mfa" for record in get_authentication_records(request, request.user))


class WriteOnRead(RuntimeError):
    """A GET request tried to change domain data: a fault of the program."""


class ReadOnlyGetMiddleware:
    """GET and HEAD can't write to domain tables. Audit lines are the named exception."""

    WRITES = re.compile(
        r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(core|outreach|peers|dashboards)_(\w+)"?', re.IGNORECASE
    )
    ALLOWED = {"core_auditline", "core_auditchain", "core_user_groups"}

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with connection.execute_wrapper(self.refuse_write):
            return self.get_response(request)

    @classmethod
    def refuse_write(cls, execute, sql, params, many, context):
        found = cls.WRITES.match(sql)
        if found and f"{found[1]}_{found[2]}".lower() not in cls.ALLOWED:
            raise WriteOnRead(f"A read tried to write to {found[1]}_{found[2]}")
        return execute(sql, params, many, context)
