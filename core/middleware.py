"""Host binding, the request's scope, and reads that can't write."""

import re

from django.conf import settings
from django.db import connection
from django.http import Http404
from django.utils.cache import add_never_cache_headers, patch_cache_control
from django.utils.functional import SimpleLazyObject

from core.actions import memberships

STAFF_PATHS = ("/app/", "/cms/", "/api/")


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
