"""Reads the first sheet of an XLSX workbook from standard input and writes it as CSV to standard output.

Runs as a process of its own (`core.spreadsheets` starts it) with bounds on memory and time, so that a hostile
workbook can hurt nothing else. Nothing of the product is imported. A refusal is one word on standard error.
"""

import csv
import io
import re
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from defusedxml import ElementTree
from python_calamine import CalamineError, CalamineWorkbook

REFUSED = 3
# Sheets of text pack to a twentieth, rarely to a fiftieth; a bomb to a thousandth.
MOST_UNPACKED_TIMES = 100
FREE_AREA = 200_000
MOST_AREA_TIMES = 20
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
BROKEN = (
    BadZipFile,
    CalamineError,
    ElementTree.ParseError,
    expat.ExpatError,
    KeyError,
    ValueError,
    EOFError,
    OSError,
    RuntimeError,
)
_AT = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")


class Refusal(Exception):
    """One word: what is wrong with the workbook."""


def bound(megabytes: int, seconds: int) -> None:
    """Bounds on this process, set by itself before it reads anything."""
    size = megabytes * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (size, size))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def check_archive(archive: ZipFile, packed: int, most_unpacked: int) -> None:
    """Raises Refusal where the archive unpacks to too much, is broken, or names one file twice."""
    names = [info.filename for info in archive.infolist()]
    unpacked = sum(info.file_size for info in archive.infolist())
    if len(names) != len(set(names)) or len(names) > 2000:
        raise Refusal("broken")
    if unpacked > min(most_unpacked, MOST_UNPACKED_TIMES * packed + 1_000_000):
        raise Refusal("large")
    if archive.testzip() is not None:
        raise Refusal("broken")


def first_sheet(archive: ZipFile) -> str:
    """The path of the first sheet inside the archive."""
    try:
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    except KeyError as missing:
        raise Refusal("broken") from missing
    sheets = [element for element in book.iter() if element.tag.endswith("}sheet")]
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    if not sheets or not targets.get(sheets[0].get(_RELATION)):
        raise Refusal("empty")
    target = targets[sheets[0].get(_RELATION)]
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


class Area:
    """How far the filled cells of a sheet reach, told by an XML parser, whatever way the sheet is written."""

    def __init__(self) -> None:
        self.filled = self.rows = self.columns = 0
        self.row = self.column = 0
        self.in_cell = False

    def opened(self, name: str, attributes: dict[str, str]) -> None:
        kind = name.rpartition(":")[2]
        if self.in_cell:
            self.in_cell = False
            self.filled += 1
            self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
        if kind == "row":
            self.row = int(attributes.get("r") or self.row + 1)
            self.column = 0
        elif kind == "c":
            self.column, self.in_cell = self.column + 1, True
            if at := attributes.get("r"):
                self.place(at)

    def place(self, at: str) -> None:
        found = _AT.fullmatch(at)
        if not found:
            raise Refusal("broken")
        self.column, self.row = 0, int(found[2])
        for letter in found[1].upper():
            self.column = self.column * 26 + ord(letter) - 64

    def closed(self, name: str) -> None:
        self.in_cell = False

    @property
    def is_far(self) -> bool:
        """Whether few filled cells span a huge area, seen from A1: a reader would make room for all of it."""
        return self.rows * self.columns > FREE_AREA + MOST_AREA_TIMES * self.filled


def check_area(archive: ZipFile, path: str) -> None:
    """Raises Refusal for a sheet whose few filled cells span a huge area, or that declares entities."""
    area, parser = Area(), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = area.opened, area.closed
    parser.EntityDeclHandler = refuse_entity
    with archive.open(path) as sheet:
        parser.ParseFile(sheet)
    if area.is_far:
        raise Refusal("far")


def refuse_entity(*declared: object) -> None:
    raise Refusal("broken")


def text_of(value: object) -> str:
    """A cell as a CSV would hold it: whole numbers without a fraction, days as ISO dates."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        return str(value.date()) if (value.hour, value.minute, value.second) == (0, 0, 0) else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def rows(content: bytes) -> Iterator[list[str]]:
    """The sheet's rows from A1 on."""
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    if sheet.start is None:
        raise Refusal("empty")
    left = [""] * sheet.start[1]
    for row in sheet.iter_rows():
        yield left + [text_of(value) for value in row]


def main(megabytes: int, seconds: int, most_unpacked: int) -> None:
    bound(megabytes, seconds)
    content = sys.stdin.buffer.read()
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            check_archive(archive, len(content), most_unpacked)
            check_area(archive, first_sheet(archive))
        out = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", errors="replace", newline="")
        csv.writer(out).writerows(rows(content))
        out.flush()
    except Refusal as refusal:
        sys.exit(refuse(str(refusal)))
    except MemoryError:
        sys.exit(refuse("large"))
    except BROKEN:
        sys.exit(refuse("broken"))


def refuse(word: str) -> int:
    sys.stderr.write(word)
    return REFUSED


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:4]))
