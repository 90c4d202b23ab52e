"""Failed sign-ins of one user name: how many are allowed, whether the name waits, and letting it go.

The counting is django-allauth's; this module knows only its key, so that a person can be released.
"""

import time

from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.cache import cache


def key_of(username: str) -> str:
    """The throttle's key of a user name, the same on every host and in any case of letters."""
    return f"sign-in:{username.lower()}"


def _cache_keys(username: str, user_pk: int) -> list[str]:
    rate = ratelimit.parse_rate(settings.SIGN_IN_TRIES)
    keys = [key_of(username), f"mfa-auth-user-{user_pk}"]
    return [
        ratelimit.get_cache_key(None, app="allauth.account", action="login_failed", rate=rate, key=key) for key in keys
    ]


def is_waiting(username: str, user_pk: int) -> bool:
    """Whether the person has to wait before the next try."""
    rate = ratelimit.parse_rate(settings.SIGN_IN_TRIES)
    histories = [cache.get(key, []) for key in _cache_keys(username, user_pk)]
    return any(not ratelimit.apply_rate(history, time.time(), rate, dry_run=True)[0] for history in histories)


def release(username: str, user_pk: int) -> None:
    """Forget the failed sign-ins: the person may try again at once."""
    for key in _cache_keys(username, user_pk):
        cache.delete(key)
