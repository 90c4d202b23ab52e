"""What somebody wants recorded, as plain data: the entry that forms, imports and actions hand to one another.

An entry and its record say the same under the same names: a record's `site` is an entry's `site_id`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, ClassVar
from uuid import UUID, uuid4

# What an entry carries beside what it says.
FRAME = frozenset({"id", "void"})


def plain(value: Any) -> Any:
    """The value as JSON holds it: days, times and ids as texts, nothing as an empty text, sets in order."""
    # Most values are texts: asking for them first halves the time of long imports.
    if type(value) is str:
        return value
    if value is None:
        return ""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain(value[key]) for key in sorted(value)}
    if isinstance(value, set | frozenset):
        return sorted(plain(part) for part in value)
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return str(value)


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What somebody wants recorded of one kind: subclasses add a field for each thing that the record says.

    A link to another row is named `<field>_id`; codes of which there can be several are a frozenset. `apart` names
    fields that the record keeps in rows of their own: content of both adds them under names of its own.
    """

    apart: ClassVar[frozenset[str]] = frozenset()

    occurred_on: date
    id: UUID = field(default_factory=uuid4)
    reference: str = ""
    void: bool = False

    @classmethod
    def said(cls) -> list[str]:
        """Names of the fields that the record holds itself."""
        return [name for name, _key in _said(cls)]

    def content(self) -> dict:
        """The same shape as the record's `content()`."""
        return {key: plain(getattr(self, name)) for name, key in _said(type(self))}


@cache
def _said(kind: type[Entry]) -> tuple[tuple[str, str], ...]:
    """(name, key in the content) of each field that the record holds itself."""
    names = [one.name for one in fields(kind) if one.name not in FRAME | kind.apart]
    return tuple((name, name.removesuffix("_id")) for name in names)
