"""Long lists in portions that every database takes as parameters of one query."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

AT_ONCE = 5000


def portions(items: Iterable[Item], size: int = AT_ONCE) -> Iterator[list[Item]]:
    """Lists of up to `size` items, in order."""
    rest = iter(items)
    while portion := list(islice(rest, size)):
        yield portion
