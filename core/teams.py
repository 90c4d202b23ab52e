"""Whose work lists a person may not open, though both work in one organisation: told by registration.

The kernel knows no teams. An app that does registers a source; `docs/adr/0013-teams-see-their-own-work.md` says what is
a work list.
"""

from collections.abc import Callable, Iterable

from core.scope import Scope

Source = Callable[[Scope], Iterable[int]]

_sources: list[Source] = []


def register(source: Source) -> None:
    """Add a source, which answers the ids of the users hidden from a scope; the same twice is one."""
    if source not in _sources:
        _sources.append(source)


def hidden_workers(scope: Scope) -> frozenset[int]:
    """Ids of the users whose work lists the person may not open: one query a source."""
    return frozenset(user for source in _sources for user in source(scope)) - {scope.user_id}
