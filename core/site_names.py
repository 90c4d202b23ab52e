"""What sites are called among those who know them better than their neutral names: upper apps say so.

Only choices of forms use it. Lists, figures and files are read by others too and keep the neutral names.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from core.scope import Scope

_sources: list[Callable[[Scope], dict[UUID, str]]] = []


def register(source: Callable[[Scope], dict[UUID, str]]) -> None:
    """Let an upper app name sites for a person; it is asked once for each form."""
    if source not in _sources:
        _sources.append(source)


def known_to(scope: Scope) -> dict[UUID, str]:
    """The names that the person may read, by site."""
    return {pk: name for source in _sources for pk, name in source(scope).items()}


def label(field: Any, scope: Scope) -> None:
    """Let a field that offers sites call them by the names that the person may read."""
    names = known_to(scope)
    field.label_from_instance = lambda site: names.get(site.pk) or str(site)
