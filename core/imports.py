"""Kinds of files that can be imported: each app registers its own from `AppConfig.ready`.

So a screen or a command of the kernel reads files of registers that it doesn't know. An importer
(`core.importers.Importer`) says what the rows of one kind mean.
"""

from typing import Any

from core.scope import Scope

_importers: dict[str, Any] = {}
_writers: dict[str, Any] = {}


def register(*importers: Any) -> None:
    """Make kinds of files known, by their names."""
    _importers.update({importer.name: importer for importer in importers})


def kinds() -> dict[str, Any]:
    return dict(_importers)


def choices(scope: Scope) -> list[tuple[str, Any]]:
    """(name, label) of every kind that the person may import, in the order in which a programme needs them."""
    known = sorted(_importers.values(), key=lambda importer: importer.order)
    return [(i.name, i.label) for i in known if i.permission is None or scope.can(i.permission)]


def register_writer(name: str, writer: Any) -> None:
    """Let an upper app write rows of a lower app's file: `writer` has a `book` and makes entries."""
    _writers[name] = writer


def writer(name: str) -> Any:
    """Who writes such rows; None if nobody does."""
    return _writers.get(name)
