"""Reading files that people bring: CSV and workbooks, sound, odd and hostile."""

import io
import time
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from core.spreadsheets import Bounds, Unreadable, plain, read
from tests.factories.files import text_file, workbook

SCREEN = Bounds(megabytes=1024, seconds=20, most_unpacked=200_000_000)


def rows_of(content):
    return list(read(content).rows())


def complaint(content):
    with pytest.raises(Unreadable) as refusal:
        read(content, SCREEN)
    return str(refusal.value)


@pytest.mark.parametrize("mark", [",", ";"])
@pytest.mark.parametrize("start", ["", "\ufeff"])
def test_csv_with_either_mark_and_with_or_without_bom(mark, start):
    content = f'{start}Id{mark}Other Groups\n1{mark}"A,B;C"\n'.encode()

    table = read(content)

    assert (table.header, list(table.rows())) == (("id", "other_groups"), [(2, ["1", "A,B;C"])])


def test_row_numbers_count_empty_rows():
    assert rows_of(b"id,date\n1,a\n\n2,b\n") == [(2, ["1", "a"]), (4, ["2", "b"])]


def test_workbook_reads_days_numbers_and_truths_as_a_csv_would_hold_them():
    content = workbook(["id", "date", "n", "half", "yes"], [1, date(2025, 1, 14), 20, 2.5, True])

    assert rows_of(content) == [(2, ["1", "2025-01-14", "20", "2.5", "1"])]


def test_workbook_that_begins_lower_and_to_the_right_keeps_its_rows_and_columns():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"], book.active["B3"] = "id", "date", datetime(2025, 1, 14)
    out = io.BytesIO()
    book.save(out)

    assert rows_of(out.getvalue()) == [(3, ["", "2025-01-14"])]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "This file is empty"),
        (b"\n \n", "This file is empty"),
        (b"id,date\n", "no rows below"),
        (b"id,date,ID\n1,2,3\n", "stand twice in the first row: id"),
        ("id,name\n1,a\n2,café\n".encode("latin-1"), "isn't in UTF-8: line 3"),
        ("id,date\n1,2\n".encode("utf-16"), "UTF-16"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "isn't in UTF-8: line 1"),
        (b"id,date\n1,\x00\n", "isn't a CSV file"),
        (b'id,date\n1,"2025\n2,x\n', "quotation mark"),
        (b"id\tdate\n1\t2\n", "parted by tabs"),
        (b"\xd0\xcf\x11\xe0rest", "old or a locked Excel file"),
        (b"PK\x03\x04rest", "damaged"),
        (workbook(), "first sheet of this workbook is empty"),
    ],
)
def test_file_that_cannot_be_read_is_refused_in_plain_words(content, words):
    assert words in complaint(content)


def test_workbook_with_one_cell_far_away_is_refused_at_once():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD20000"] = "id", 1
    out = io.BytesIO()
    book.save(out)
    began = time.monotonic()

    words = complaint(out.getvalue())

    assert "stands very far from the others" in words
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "row",
    [
        "<row r='1400'><c r='XFD1400'><v>1</v></c></row>",
        '<row r = "1400"><c q=">" r = "XFD1400"><v>1</v></c></row>',
        '<row r="1400"><c r="xfd1400"><v>1</v></c></row>',
        '<row r="9000000"><c><v>1</v></c><c><v>1</v></c></row>',
    ],
)
def test_workbook_with_a_far_cell_written_unusually_is_refused(row):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(["id"], ["1"]))) as usual, zipfile.ZipFile(out, "w") as made:
        for name in usual.namelist():
            content = usual.read(name).decode()
            made.writestr(name, content.replace("</sheetData>", f"{row}</sheetData>"))

    assert "stands very far from the others" in complaint(out.getvalue())


def test_workbook_that_unpacks_to_too_much_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * 250_000_000)

    assert "too large to read" in complaint(out.getvalue())


def test_workbook_that_names_one_part_twice_is_refused():
    out = io.BytesIO(workbook(["id"], ["1"]))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")

    assert "damaged" in complaint(out.getvalue())


@pytest.mark.parametrize(
    ("cell", "text"),
    [("'=1+1", "=1+1"), ("'-5", "-5"), ("'a", "'a"), ("\u200b a\u00a0", "a"), ("ក", "ក"), ("", "")],
)
def test_plain_takes_off_what_spreadsheets_add(cell, text):
    assert plain(cell) == text


def test_text_file_is_what_the_tests_think_it_is():
    assert rows_of(text_file("id", "1")) == [(2, ["1"])]
