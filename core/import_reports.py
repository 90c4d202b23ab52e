"""What a file would do, or did, row by row: the words that importers, screens and commands share."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from core.models import Organisation, Record, User
from core.models.records import identity
from core.rules.problems import Problem
from core.scope import Scope


@dataclass(frozen=True)
class RowProblem:
    """One thing wrong with one row: where it stands, what was written, and how to mend it."""

    row: int
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        column, value = f", column {self.column}" if self.column else "", f', "{self.value}"' if self.value else ""
        return f"row {self.row}{column}{value}: {self.message}"


class RowRefused(ValueError):
    """A row that can't become a record, for one reason."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(message)
        self.column, self.message = column, message


@dataclass(slots=True)
class Row:
    """One row: the texts of the columns that the file has, and what they mean once they are read.

    `unread` names the columns that couldn't be read and count as empty, so that the rest can still be checked.
    """

    number: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    reference: str = ""


@dataclass
class Report:
    """What a file would do, or did."""

    rows: int = 0
    added: int = 0
    changed: int = 0
    left: int = 0
    errors: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    new_sites: list[str] = field(default_factory=list)
    samples: dict[str, list] = field(default_factory=lambda: {"added": [], "changed": [], "left": []})

    @property
    def counts(self) -> dict[str, int]:
        return {"rows": self.rows, "added": self.added, "changed": self.changed, "left": self.left}


@dataclass(frozen=True)
class Errand:
    """Who imports into which organisation, and how: given to every importer."""

    organisation: Organisation
    by: User
    scope: Scope
    today: date
    create_sites: bool = False
    source: str = Record.Source.IMPORT


@dataclass(frozen=True)
class Book:
    """The actions of one concept, as imports need them. `columns` maps a rule's field to the file's column."""

    model: type[Record]
    problems_of: Callable[..., dict[int, list[Problem]]]
    record_many: Callable[..., list]
    amend_many: Callable[..., int]
    void_many: Callable[..., int] | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    readings: Callable[[QuerySet], QuerySet] = lambda queryset: queryset

    def existing(self, organisation: Organisation, references: Iterable[str]) -> dict[str, Any]:
        """The organisation's records by reference: as it calls them now, as it first imported them, or by their id."""
        wanted = list(references)
        mine = self.readings(self.model.objects.filter(organisation=organisation))
        found = {record.reference: record for record in mine.filter(reference__in=wanted)}
        kind = self.model.kind_name
        ids = {identity_of(organisation.code, kind, text): text for text in wanted if text not in found}
        ids |= {key: text for text in ids.values() if (key := uuid_of(text))}
        for record in mine.filter(pk__in=ids) if ids else ():
            found.setdefault(ids[record.pk], record)
        return found


@lru_cache(maxsize=8192)
def identity_of(organisation_code: str, kind: str, reference: str) -> UUID:
    """`core.models.records.identity`, kept for the portion at hand, which asks for each several times."""
    return identity(organisation_code, kind, reference)


def uuid_of(text: str) -> UUID | None:
    """The id that a text is; None if it isn't one in the usual form."""
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None


@dataclass
class Draft:
    """One row on its way: the record that is there already, what it shall say, and what becomes of it."""

    row: Row
    book: Book
    record: Any
    entry: Any = None
    fate: str = ""
    void: bool = False
