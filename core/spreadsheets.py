"""Reading the files that people bring: CSV and XLSX into one table of texts, or a refusal in plain words."""

import csv
import io
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from core import workbook_reading

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
SECONDS = 60
MEGABYTES = 4096
MOST_UNPACKED = 1_500_000_000
_INVISIBLE = " \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff"
_WORKBOOK = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


class Unreadable(Exception):
    """A file that can't be read. The message says why, and what to do."""


@dataclass(frozen=True)
class Bounds:
    """What reading one workbook may cost: memory in megabytes, seconds, bytes when unpacked."""

    megabytes: int = MEGABYTES
    seconds: int = SECONDS
    most_unpacked: int = MOST_UNPACKED


@dataclass(frozen=True)
class Table:
    """A header and rows of texts. `text` is the whole file as CSV; `workbook` says that it was an XLSX."""

    header: tuple[str, ...]
    text: str
    delimiter: str
    workbook: bool

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """(number, cells) of every row with something in it. The header has number 1, as a spreadsheet shows it."""
        reader = csv.reader(io.StringIO(self.text, newline=""), delimiter=self.delimiter, strict=True)
        try:
            for number, cells in enumerate(reader, start=1):
                if number > 1 and any(cells):
                    yield number, cells
        except csv.Error as fault:
            raise _broken_csv(reader.line_num, fault) from fault


def plain(cell: str) -> str:
    """A cell without what spreadsheets add: invisible ends, and the apostrophe before what looks like a formula."""
    cell = cell.strip(_INVISIBLE)
    if cell[:1] == "'" and cell[1:].startswith(FORMULA_STARTS):
        cell = cell[1:]
    return cell if cell.isascii() else unicodedata.normalize("NFC", cell)


def column_names(header: list[str]) -> tuple[str, ...]:
    """Names as the layouts write them: small letters, `_` for spaces."""
    return tuple("_".join(plain(name).lower().split()) for name in header)


def read(content: bytes, bounds: Bounds | None = None) -> Table:
    """The table that a file holds.

    Raises Unreadable.
    """
    if not content.strip():
        raise Unreadable(_("This file is empty. Take the template, fill it in and send that."))
    if content.startswith(_OLD_WORKBOOK):
        raise Unreadable(
            _("This is an old or a locked Excel file. Take any password off, save it as “.xlsx” and send that.")
        )
    workbook = content.startswith(_WORKBOOK)
    text = _decoded(_workbook_csv(content, bounds or Bounds()) if workbook else content)
    delimiter = "," if workbook else _delimiter(text)
    header = column_names(_first_row(text, delimiter))
    if not any(header):
        raise Unreadable(_("The first row is empty. It must hold the names of the columns."))
    twice = sorted({name for name in header if name and header.count(name) > 1})
    if twice:
        raise Unreadable(
            _("These columns stand twice in the first row: %(names)s. Keep each of them once.")
            % {"names": ", ".join(twice)}
        )
    table = Table(header, text, delimiter, workbook)
    if next(table.rows(), None) is None:
        raise Unreadable(_("This file has a header, but no rows below it."))
    return table


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable(_("This file is in UTF-16. In Excel choose “CSV UTF-8” when you save it, and send that."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise Unreadable(
            _("This file isn't in UTF-8: line %(line)s can't be read. In Excel choose “CSV UTF-8” when you save it.")
            % {"line": line}
        ) from fault
    if "\x00" in text:
        raise Unreadable(_("This isn't a CSV file or an Excel workbook. Save it as one of them and send that."))
    return text


def _first_row(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
    except csv.Error as fault:
        raise _broken_csv(1, fault) from fault


def _delimiter(text: str) -> str:
    """`,` or `;`, whichever parts the first line into more columns."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    counts = {mark: len(_first_row(first, mark)) for mark in ",;\t"}
    if counts["\t"] > max(counts[","], counts[";"]):
        raise Unreadable(
            _("The columns are parted by tabs. Save the file as CSV with commas, or as an Excel workbook.")
        )
    return ";" if counts[";"] > counts[","] else ","


def _broken_csv(line: int, fault: csv.Error) -> Unreadable:
    if "limit" in str(fault):
        return Unreadable(
            _("Near line %(line)s one cell is far too long. Is a quotation mark left open?") % {"line": line}
        )
    return Unreadable(
        _("Near line %(line)s a quotation mark is left open or stands alone. Mend that line.") % {"line": line}
    )


def _workbook_csv(content: bytes, bounds: Bounds) -> bytes:
    """The first sheet as CSV, read by a bounded process of its own."""
    limits = (bounds.megabytes, bounds.seconds, bounds.most_unpacked)
    command = [sys.executable, "-I", str(Path(workbook_reading.__file__)), *map(str, limits)]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=bounds.seconds + 5)
    except subprocess.TimeoutExpired as late:
        raise _refusal("large") from late
    if done.returncode == 0:
        return done.stdout
    raise _refusal(done.stderr.decode(errors="replace") if done.returncode == workbook_reading.REFUSED else "large")


def _refusal(word: str) -> Unreadable:
    texts = {
        "empty": _("The first sheet of this workbook is empty."),
        "broken": _("This workbook is damaged or isn't an Excel workbook. Open it, save it as “.xlsx” and send that."),
        "far": _(
            "A single cell stands very far from the others, which makes this workbook too large to read. "
            "Copy your rows into a new workbook and send that."
        ),
    }
    large = _("This workbook is too large to read. Part it into smaller ones, or save it as CSV.")
    return Unreadable(texts.get(word, large))
