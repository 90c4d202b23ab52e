"""Workbooks and CSV files made in memory only: nothing that leaves the product lies on a disk on the way."""

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutral(value: object) -> object:
    """A cell that no spreadsheet runs as a formula: texts that begin like one get an apostrophe, numbers stay."""
    if value is None:
        return ""
    if isinstance(value, (bool, int, float)):
        return value
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_bytes(rows: Iterable[Iterable]) -> bytes:
    """UTF-8 with a byte order mark, so that Excel reads Khmer."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([neutral(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


class _MemoryWriter(ExcelWriter):
    """openpyxl's writer, with the sheets' texts kept in memory instead of temporary files."""

    def write_worksheet(self, ws):
        ws.close()
        writer = ws._writer  # noqa: SLF001 - no public way to say where a sheet is written
        self._archive.writestr(ws.path[1:], writer.out.getvalue())
        ws._rels = writer._rels  # noqa: SLF001
        self.manifest.append(ws)


def workbook_bytes(sheets: Iterable[tuple[str, Iterable[Iterable]]]) -> bytes:
    """An XLSX file of (title, rows); the rows are read once, one after the other."""
    book = Workbook(write_only=True)
    book.properties.creator = ""
    book.properties.created = book.properties.modified = datetime.now(UTC).replace(tzinfo=None)
    for title, rows in sheets:
        sheet = book.create_sheet(title[:31])
        sheet._writer = WorksheetWriter(sheet, io.BytesIO())  # noqa: SLF001 - the place that would open a file
        sheet._writer.write_top()  # noqa: SLF001
        for row in rows:
            sheet.append([_cell(value) for value in row])
    out = io.BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED, allowZip64=True) as archive:
        _MemoryWriter(book, archive).save()
    return out.getvalue()


def _cell(value: object) -> object:
    value = neutral(value)
    return ILLEGAL_CHARACTERS_RE.sub("�", value) if isinstance(value, str) else value
