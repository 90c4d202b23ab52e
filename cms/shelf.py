"""Rendered pages kept at hand, and thrown away the moment that anything is published.

A page's HTML depends on the page alone, so one copy serves every reader. Copies lie in Django's cache
under the *edition*: a mark that changes with every line of Wagtail's own log (publish, unpublish, move,
delete, privacy). No process has to tell another: each looks at the log again after `FRESH_SECONDS`.
"""

import gzip
import time
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Max
from wagtail.models import PageLogEntry

FRESH_SECONDS = 0.5  # a published page shows within a second
KEEP_SECONDS = 15 * 60
SMALLEST_WORTH_PACKING = 500  # bytes


@dataclass(frozen=True)
class Copy:
    """One rendered page, plain and packed."""

    plain: bytes
    packed: bytes

    @classmethod
    def of(cls, html: bytes) -> "Copy":
        # mtime=0: the same page packs to the same bytes.
        return cls(plain=html, packed=gzip.compress(html, compresslevel=9, mtime=0))


class Edition:
    """The state of everything published, as one short text, read from the log at most twice a second."""

    def __init__(self):
        self.mark = ""
        self.read_at = float("-inf")

    def current(self) -> str:
        """The mark. Counting as well as the highest number catches a slow transaction's late line."""
        if time.monotonic() - self.read_at >= FRESH_SECONDS:
            found = PageLogEntry.objects.aggregate(last=Max("pk"), lines=Count("pk"))
            self.mark = f"{found['last']}-{found['lines']}"
            self.read_at = time.monotonic()
        return self.mark

    def forget(self) -> None:
        """Look at the log again at the next question."""
        self.read_at = float("-inf")


edition = Edition()


def _key(address: str) -> str:
    return f"cms:{edition.current()}:{address}"


def take(address: str) -> Copy | None:
    """The copy of an address, if there is one of the current edition."""
    return cache.get(_key(address))


def put(address: str, html: bytes) -> Copy:
    """Keep a rendered page and return its copy."""
    copy = Copy.of(html)
    cache.set(_key(address), copy, KEEP_SECONDS)
    return copy
