"""Files around an import: the template to fill in, and the uploaded file back with what is wrong."""

import io
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from core import codes
from core.import_reports import RowProblem
from core.importers import Importer
from core.resources.cells import CHOICE_MARK, CodeCell, CodesCell, FlagCell
from core.resources.workbooks import csv_bytes, workbook_bytes
from core.spreadsheets import Table

WHY, OWN_WHY = "why", "own_why"
ROWS_WITH_LISTS = 2000
# Lists that aren't rows of codes.
_FIXED = {"birth_precision": ("day", "month", "year", "estimated", "unknown")}


def with_reasons(table: Table, problems: Iterable[RowProblem]) -> Iterator[list[str]]:
    """The file again, row by row: first a column that says why a row can't be imported, bad rows on top."""
    why: dict[int, list[str]] = {}
    for problem in problems:
        named = ": ".join(filter(None, [problem.column, f"“{problem.value}”" if problem.value else ""]))
        why.setdefault(problem.row, []).append(f"{named}: {problem.message}" if named else problem.message)
    again = table.header[0] == WHY
    header = [OWN_WHY if name == WHY else name for name in table.header[again:]]
    yield [WHY, *header]
    for wanted in (True, False):
        for number, cells in table.rows():
            if (number in why) == wanted:
                reason = f"row {number}: {' '.join(why[number])}" if wanted else ""
                yield [reason, *cells[again:]]


def report_file(table: Table, problems: Iterable[RowProblem], *, workbook: bool) -> bytes:
    """`with_reasons` as a CSV file or a workbook. Cells keep their texts; formulas stay neutralised."""
    rows = with_reasons(table, problems)
    return workbook_bytes([(_("Rows"), rows)]) if workbook else csv_bytes(rows)


def template_csv(importer: type[Importer]) -> bytes:
    """The header alone."""
    return csv_bytes([importer.template_columns])


def template_workbook(importer: type[Importer]) -> bytes:
    """A workbook to fill in: drop-downs with the codes and their labels in both languages, all of them on a sheet."""
    book = Workbook()
    book.properties.creator = ""
    sheet = book.active
    sheet.title = importer.name
    fields = {column.column_name: column.widget for column in importer.resource().fields.values()}
    listed = book.create_sheet("codes")
    listed.append(["list", "code", "English", "ខ្មែរ", ""])
    places: dict[str, str] = {}
    for number, name in enumerate(importer.template_columns, start=1):
        letter = get_column_letter(number)
        sheet.cell(1, number, name).font = Font(bold=True)
        sheet.column_dimensions[letter].width = max(14, len(name) + 2)
        cell = fields[name]
        if isinstance(cell, CodeCell):
            places.setdefault(cell.name, _list_codes(listed, cell.name))
            _add_choices(sheet, letter, places[cell.name], several=isinstance(cell, CodesCell))
        elif isinstance(cell, FlagCell):
            _add_choices(sheet, letter, '"0,1"', several=False)
        for row in range(2, ROWS_WITH_LISTS + 2) if not isinstance(cell, CodeCell) else ():
            sheet.cell(row, number).number_format = "@"
    sheet.freeze_panes = "B2"
    listed.freeze_panes = "A2"
    for letter, width in zip("ABCDE", (18, 16, 44, 44, 60), strict=True):
        listed.column_dimensions[letter].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _list_codes(listed, name: str) -> str:
    """Write the codes of a list in both languages; answers where the texts of the drop-down stand."""
    first = listed.max_row + 1
    rows = codes.in_use(name)
    for code in _FIXED.get(name, rows):
        labels = [rows[code].label_en, rows[code].label_km] if code in rows else ["", ""]
        listed.append([name, code, *labels, CHOICE_MARK.join([code, *filter(None, labels)])])
    return f"codes!$E${first}:$E${listed.max_row}"


def _add_choices(sheet, letter: str, source: str, *, several: bool) -> None:
    """A drop-down for one column; a column of several codes takes others typed in as well."""
    rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=not several)
    rule.add(f"{letter}2:{letter}{ROWS_WITH_LISTS + 1}")
    sheet.add_data_validation(rule)
