"""Contacts that another record writes and keeps in line with itself: whose each is, and where it is changed.

Upper apps say so for what is theirs. Such a contact is changed and made void where it belongs, never by itself: the
two would say different things.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Owner:
    """The record that a contact belongs to; `refusal` says where to change it instead."""

    record: Any
    refusal: Any


Source = Callable[[Iterable[UUID]], Mapping[UUID, Owner]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Let an upper app say which of some contacts are its own; asked once for all of them."""
    if source not in _sources:
        _sources.append(source)


def owners(contact_ids: Iterable[UUID]) -> dict[UUID, Owner]:
    """The owners of those contacts that have one."""
    ids = list(contact_ids)
    if not ids:
        return {}
    return {pk: owner for source in _sources for pk, owner in source(ids).items()}
