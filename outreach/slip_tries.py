"""Wrong codes at the slip desk: counted for a few minutes, and too many of them make whoever sends them wait.

Only wrong codes count, so those who type right never wait for themselves. An address is kept as a keyed digest that
changes with every window, so that nothing tells who typed.
"""

import hashlib
import hmac
import time

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import caches
from django.http import HttpRequest

# Wrong codes and the seconds in which so many are borne: from one address, and from everybody together.
ADDRESS_TRIES, ADDRESS_SECONDS = 10, 5 * 60
ALL_TRIES, ALL_SECONDS = 600, 60


def _keys(request: HttpRequest) -> list[tuple[str, int, int]]:
    """(key in the shared cache, tries, seconds) of what counts for this request."""
    now = time.time()
    address = get_adapter().get_client_ip(request)
    text = f"slip desk\x00{int(now // ADDRESS_SECONDS)}\x00{address}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), text, hashlib.sha256).hexdigest()
    everybody = f"slip-desk:all:{int(now // ALL_SECONDS)}"
    return [(f"slip-desk:{digest}", ADDRESS_TRIES, ADDRESS_SECONDS), (everybody, ALL_TRIES, ALL_SECONDS)]


def must_wait(request: HttpRequest) -> bool:
    """Whether there were too many wrong codes: nothing is looked up then."""
    return any(caches["shared"].get(key, 0) >= tries for key, tries, _seconds in _keys(request))


def note_wrong(request: HttpRequest) -> None:
    """Count one wrong code."""
    for key, _tries, seconds in _keys(request):
        caches["shared"].set(key, caches["shared"].get(key, 0) + 1, seconds)
