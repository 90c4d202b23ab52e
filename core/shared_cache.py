"""The default cache: each process's own memory, but sign-in throttles and spent codes lie where all see them."""

from typing import Any

from django.core.cache import caches
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache

SHARED_PREFIX = "allauth"


class OwnAndSharedCache(LocMemCache):
    """Memory of the process, except for keys of allauth, which go to the database by way of the `shared` cache.

    With several workers a throttle in memory would count each worker's attempts apart, and a supervisor's
    release would reach one worker only.
    """

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        if key.startswith(SHARED_PREFIX):
            return caches["shared"].get(key, default, version)
        return super().get(key, default, version)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        if key.startswith(SHARED_PREFIX):
            return caches["shared"].set(key, value, timeout, version)
        return super().set(key, value, timeout, version)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        if key.startswith(SHARED_PREFIX):
            return caches["shared"].add(key, value, timeout, version)
        return super().add(key, value, timeout, version)

    def delete(self, key: str, version: int | None = None) -> bool:
        if key.startswith(SHARED_PREFIX):
            return caches["shared"].delete(key, version)
        return super().delete(key, version)
