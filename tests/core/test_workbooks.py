"""Files that leave: formulas neutralised, Khmer readable, nothing on a disk."""

import csv
import io
import tempfile

import openpyxl
import pytest

from core.resources.workbooks import csv_bytes, neutral, workbook_bytes


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+855", "'+855"),
        ("-5", "'-5"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        (-5, -5),
        (2.5, 2.5),
        (None, ""),
        ("KTV-1", "KTV-1"),
        ("", ""),
    ],
)
def test_cells_never_run_as_formulas(value, written):
    assert neutral(value) == written


def test_csv_reads_back_as_written():
    content = csv_bytes([["ឈ្មោះ", "n"], ['a;b,c\n"d"', 3]])

    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == [["ឈ្មោះ", "n"], ['a;b,c\n"d"', "3"]]
    assert content.startswith(b"\xef\xbb\xbf")


def test_workbook_reads_back_as_written():
    content = workbook_bytes([("ឈ្មោះ", [["a", "b"], ["=1+1", -3]]), ("About", [["by", "x\x07y"]])])

    book = openpyxl.load_workbook(io.BytesIO(content))
    sheets = {sheet.title: [[cell.value for cell in row] for row in sheet.rows] for sheet in book}
    assert sheets == {"ឈ្មោះ": [["a", "b"], ["'=1+1", -3]], "About": [["by", "x�y"]]}
    assert book.worksheets[0]["A2"].data_type == "s"


def test_empty_workbook_is_one():
    book = openpyxl.load_workbook(io.BytesIO(workbook_bytes([("Nothing", [])])))

    assert book.sheetnames == ["Nothing"]


def test_files_are_made_in_memory(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a file was opened on the disk")

    for name in ("NamedTemporaryFile", "TemporaryFile", "mkstemp", "SpooledTemporaryFile"):
        monkeypatch.setattr(tempfile, name, refuse)
    monkeypatch.setattr("openpyxl.worksheet._writer.create_temporary_file", refuse)

    assert workbook_bytes([("a", [["b"]])])[:2] == b"PK"
