"""How the rows of a file become records, by the actions that screens use.

An importer plans portions of rows (what would be added, changed, left, and everything wrong) and writes what it
planned; `core.actions.imports` runs it in one transaction.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _

from core import wording
from core.batches import portions
from core.import_reports import Book, Draft, Errand, Report, Row, RowProblem, RowRefused, identity_of
from core.permissions import Permission
from core.rules.problems import Problem
from core.spreadsheets import Table, column_names, plain

AT_ONCE = 1000
SHOWN = 50


class Importer:
    """Reads the rows of one kind of file. One object a run; subclasses say what a row means.

    `resource` declares the columns, for import and export alike; each column's widget reads its cells.
    """

    name: ClassVar[str] = ""
    label: ClassVar[Any] = ""
    order: ClassVar[int] = 50
    resource: ClassVar[Any] = None
    required: ClassVar[tuple[str, ...]] = ()
    reference_column: ClassVar[str] = "id"
    template_columns: ClassVar[tuple[str, ...]] = ()
    # Beside `Permission.IMPORT`: what recording such a row by hand asks for.
    permission: ClassVar[Permission | None] = None

    def __init__(self, errand: Errand, header: Iterable[str] = ()) -> None:
        self.errand = errand
        self.report = Report()
        widgets = {
            column.column_name: column.widget for column in self.resource().fields.values() if not column.readonly
        }
        self.widgets = {name: widget for name, widget in widgets.items() if name in set(header)}
        self.report.ignored = [name for name in header if name and name not in widgets]
        self.seen: dict[str, int] = {}

    # --- what subclasses say ---------------------------------------------------------------------

    def books(self) -> tuple[Book, ...]:
        """Every book in which the file's references may stand; the first is the usual one."""
        raise NotImplementedError

    def look_up(self, rows: list[Row]) -> None:
        """Read what the rows refer to, in as few queries as there are kinds of references."""

    def book_of(self, row: Row) -> Book:
        return self.books()[0]

    def entry(self, row: Row, record: Any, new_id: UUID, book: Book) -> Any:
        """The entry that the row asks for. Raises RowRefused."""
        raise NotImplementedError

    def differs(self, draft: Draft) -> bool:
        """Whether the row says something else than the record."""
        return draft.entry.content() != draft.record.content()

    def before_writing(self, drafts: list[Draft]) -> None:
        """Make what these drafts refer to."""

    def finish(self, *, write: bool) -> None:
        """What can only be told, or done, when every row was read."""

    def unseen(self, record: Any) -> set[str]:
        """Columns of a record whose present value this person may not see."""
        visible = type(record).objects.visible_to(self.errand.scope).filter(pk=record.pk)
        return set() if visible.exists() else set(self.widgets)

    # --- planning --------------------------------------------------------------------------------

    def wrong(self, row: Row, column: str, message: str, value: str = "") -> None:
        self.report.errors.append(RowProblem(row.number, column, row.cells.get(column, value), message))

    def warn(self, row: Row, column: str, message: str) -> None:
        self.report.warnings.append(RowProblem(row.number, column, row.cells.get(column, ""), message))

    def plan(self, rows: list[Row]) -> list[Draft]:
        """What becomes of a portion of rows; what is wrong goes into the report."""
        self.report.rows += len(rows)
        good = [row for row in rows if self.understood(row)]
        self.look_up(good)
        existing = self.existing(good)
        drafts = [draft for row in good if (draft := self.draft(row, existing))]
        for book in self.books():
            self.check(book, [draft for draft in drafts if draft.book is book])
        sound = [draft for draft in drafts if draft.fate]
        for draft in sound:
            self.tally(draft)
        return sound

    def understood(self, row: Row) -> bool:
        """Whether enough of the row can be read to check the rest of it; reads its cells into `values`."""
        for name, widget in self.widgets.items():
            try:
                row.values[name] = widget.clean(row.cells[name])
            except ValueError as fault:
                self.wrong(row, name, str(fault))
                row.values[name] = widget.clean("")
                row.unread.add(name)
        before = len(self.report.errors)
        row.reference = row.values.get(self.reference_column) or ""
        if not row.reference:
            self.wrong(row, self.reference_column, _("Give this row a reference of its own, such as a running number."))
        elif len(row.reference) > 64:
            self.wrong(row, self.reference_column, _("Keep the reference to 64 characters."))
        elif (first := self.seen.setdefault(row.reference, row.number)) != row.number:
            text = _("Row %(row)s has the same reference. Keep one of the two, or give one another reference.")
            self.wrong(row, self.reference_column, text % {"row": first})
        return len(self.report.errors) == before and row.unread.isdisjoint(self.required)

    def existing(self, rows: list[Row]) -> dict[int, dict[str, Any]]:
        references = [row.reference for row in rows]
        return {place: b.existing(self.errand.organisation, references) for place, b in enumerate(self.books())}

    def draft(self, row: Row, existing: dict[int, dict[str, Any]]) -> Draft | None:
        try:
            book = self.book_of(row)
            for place, other in enumerate(self.books()):
                if other is not book and row.reference in existing[place]:
                    raise RowRefused(self.reference_column, self.elsewhere(other))
            record = existing[self.books().index(book)].get(row.reference)
            new_id = identity_of(self.errand.organisation.code, book.model.kind_name, row.reference)
            draft = Draft(row, book, record)
            draft.entry = self.entry(row, record, new_id, book)
        except RowRefused as fault:
            self.wrong(row, fault.column, fault.message)
            return None
        return self.voided(draft)

    def elsewhere(self, other: Book) -> str:
        text = _(
            "This reference is already a record of another kind (%(kind)s). Void that one on its page and give this "
            "row a new reference."
        )
        return text % {"kind": wording.kind(other.model.kind_name)}

    def voided(self, draft: Draft) -> Draft | None:
        """Settle what the column `void` asks of a draft."""
        wanted, record, row = draft.row.values.get("void"), draft.record, draft.row
        if record is None:
            if wanted:
                draft.entry = replace(draft.entry, void=True)
        elif not record.is_void:
            draft.void = bool(wanted)
        elif wanted is False:
            text = _("This record is void already and can't come back. Write 1 here, or give the row a new reference.")
            self.wrong(row, "void", text)
            return None
        elif self.differs(draft):
            text = _("This record is void already and can't be changed. Give the row a new reference.")
            self.wrong(row, self.reference_column, text)
            return None
        return draft

    def check(self, book: Book, drafts: list[Draft]) -> None:
        """Ask the concept's rules, then say of each sound draft what becomes of it."""
        found = book.problems_of(entries=[draft.entry for draft in drafts], organisation=self.errand.organisation)
        for place, draft in enumerate(drafts):
            # A void record that the row leaves alone says nothing that anybody could mend.
            stays = getattr(draft.record, "is_void", False)
            problems = [p for p in found.get(place, ()) if not (stays or self.forgiven(draft, p))]
            for problem in problems:
                column = book.columns.get(problem.field, problem.field)
                if column not in draft.row.unread:
                    self.wrong(draft.row, column, problem.message, problem.value)
            if not problems and not draft.row.unread:
                draft.fate = self.fate(draft)

    def forgiven(self, draft: Draft, problem: Problem) -> bool:
        """Whether the import itself mends this problem."""
        return False

    def fate(self, draft: Draft) -> str:
        if draft.record is None:
            return "added"
        return "changed" if draft.void or self.differs(draft) else "left"

    def tally(self, draft: Draft) -> None:
        setattr(self.report, draft.fate, getattr(self.report, draft.fate) + 1)
        shown = self.report.samples[draft.fate]
        if len(shown) < SHOWN:
            shown.append({"row": draft.row.number, "reference": draft.row.reference, "cells": self.shown(draft)})

    def shown(self, draft: Draft) -> list[list[str]]:
        """[column, old, new] of a changed draft where they differ; [column, "", new] of an added one."""
        written = {name: self.widgets[name].render(value) for name, value in draft.row.values.items()}
        if draft.fate == "left":
            return []
        if draft.fate == "added":
            return [[name, "", text] for name, text in written.items() if text and name != self.reference_column]
        old = self.present(draft)
        hidden = self.unseen(draft.record)
        pairs = [[name, "…" if name in hidden else old.get(name, ""), text] for name, text in written.items()]
        return [p for p in pairs if p[0] != self.reference_column and (p[0] in hidden or p[1] != p[2])]

    def present(self, draft: Draft) -> dict[str, str]:
        """What the record says now, column by column, as an export would write it."""
        resource = self.resource()
        columns = [column for column in resource.fields.values() if column.column_name in self.widgets]
        return {column.column_name: str(resource.export_field(column, draft.record)) for column in columns}

    # --- writing ---------------------------------------------------------------------------------

    def write(self, drafts: list[Draft]) -> None:
        """Write a portion that was planned in this transaction."""
        self.before_writing(drafts)
        who = {"by": self.errand.by, "organisation": self.errand.organisation}
        for book in self.books():
            mine = [draft for draft in drafts if draft.book is book]
            new = [draft.entry for draft in mine if draft.fate == "added"]
            changed = [draft.entry for draft in mine if draft.fate == "changed"]
            void = [draft.entry.id for draft in mine if draft.void]
            if new:
                book.record_many(entries=new, source=self.errand.source, checked=True, **who)
            if changed:
                book.amend_many(entries=changed, reason="import", checked=True, **who)
            if void:
                book.void_many(ids=void, reason="import", **who)


def missing_columns(importer: type[Importer], table: Table) -> list[str]:
    return [name for name in importer.required if name not in table.header]


def run(
    importer: Importer, table: Table, *, write: bool, progress: Callable[[int], None] = lambda rows: None
) -> Report:
    """Plan every row of the table and, as long as nothing is wrong, write each portion planned.

    The caller holds the transaction, and takes it back if the report has errors.
    """
    for portion in portions(_rows(importer, table), AT_ONCE):
        drafts = importer.plan(portion)
        if write and not importer.report.errors:
            importer.write(drafts)
        progress(importer.report.rows)
    importer.finish(write=write and not importer.report.errors)
    importer.report.errors.sort(key=lambda problem: problem.row)
    return importer.report


def _rows(importer: Importer, table: Table) -> Iterator[Row]:
    """Rows of the right length that aren't the header again; the others go into the report."""
    columns = [(place, name) for place, name in enumerate(table.header) if name in importer.widgets]
    wide = len(table.header)
    for number, cells in table.rows():
        texts = [plain(cell) for cell in cells]
        if not any(texts):
            continue
        row = Row(number, {name: texts[place] for place, name in columns if place < len(texts)})
        if message := _misshapen(table, texts, wide):
            importer.report.rows += 1
            importer.wrong(row, "", message)
        else:
            yield row


def _misshapen(table: Table, texts: list[str], wide: int) -> str:
    if len(texts) < wide:
        numbers = {"cells": len(texts), "columns": wide}
        return _("This row has %(cells)s cells, the header has %(columns)s. Fill in the missing ones.") % numbers
    if any(texts[wide:]):
        return _("This row has more cells than the header. Put texts with a comma or semicolon into quotation marks.")
    if texts[0].lower() == table.header[0] and column_names(texts) == table.header:
        return _("This is the header again. Take this row out.")
    return ""
