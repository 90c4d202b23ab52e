"""The command `import_data`: all rows or none, and every bad row told."""

import csv
import io
import subprocess
import sys

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from core.actions import imports
from core.models import AuditLine, ImportJob, Organisation
from core.permissions import Role
from outreach.models import Client
from tests.factories.files import bring, text_file
from tests.factories.people import member

pytestmark = pytest.mark.usefixtures("lists")
CLIENTS = text_file("client,sex", "C1,F", "C2,M")
BAD = text_file("client,sex,remarks", "C1,F,=1+1", "C2,Q,second", "C3,M,third")
UPLOAD = "/app/data/import/new/"


@pytest.fixture
def command(tmp_path):
    """Runs `import_data` over a file: `command("clients", content, organisation="NGO-A")`; answers its output."""

    def run(kind, content, name="file.csv", **options):
        path = tmp_path / name
        path.write_bytes(content)
        out, err = io.StringIO(), io.StringIO()
        run.err = err
        call_command("import_data", kind, path, stdout=out, stderr=err, **options)
        return out.getvalue()

    return run


def test_command_makes_the_organisation_when_asked_and_writes_every_row(command):
    told = command("clients", CLIENTS, organisation="NEW", create_organisation=True)

    assert told == "2 rows: 2 added, 0 changed, 0 left alone.\n"
    assert list(
        Client.objects.order_by("reference").values_list("reference", "organisation__code", "recorded_by__username")
    ) == [
        ("C1", "NEW", "system"),
        ("C2", "NEW", "system"),
    ]


@pytest.mark.parametrize(
    ("kind", "options", "code", "words"),
    [
        ("clients", {"organisation": "NOWHERE"}, 1, "There is no organisation “NOWHERE”"),
        ("clients", {"organisation": "Not A Code", "create_organisation": True}, 1, ""),
        ("clients", {"organisation": "NGO-A", "by": "nobody"}, 1, "There is no user “nobody”"),
        ("clients", {"organisation": "NGO-A", "by": "outreach_worker-ngo-a"}, 1, "You may not import"),
        ("clients", {"organisation": "NGO-A", "by": "data_officer-ngo-b"}, 1, "You may not import"),
        ("clients", {}, 2, "Name the organisation"),
        ("clients", {"organisation": "NGO-A", "report": "why.txt"}, 2, "must end in"),
        ("dances", {"organisation": "NGO-A"}, 1, "invalid choice"),
    ],
)
def test_command_refuses_in_words_and_by_its_exit_code(command, kind, options, code, words):
    member(Role.OUTREACH_WORKER, "NGO-A")
    member(Role.DATA_OFFICER, "NGO-B")

    with pytest.raises(CommandError) as refusal:
        command(kind, CLIENTS, **options)

    assert (refusal.value.returncode, words in str(refusal.value)) == (code, True)
    assert (Client.objects.count(), Organisation.objects.filter(code__startswith="N", name="Not A Code").count()) == (
        0,
        0,
    )


def test_command_of_an_unknown_kind_exits_with_2():
    done = subprocess.run([sys.executable, "manage.py", "import_data", "dances", "x.csv"], capture_output=True)

    assert done.returncode == 2


def test_command_writes_as_the_named_person(command):
    member(Role.DATA_OFFICER, "NGO-A")

    command("clients", CLIENTS, organisation="NGO-A", by="data_officer-ngo-a")

    assert set(Client.objects.values_list("recorded_by__username", flat=True)) == {"data_officer-ngo-a"}


def test_command_tells_each_bad_row_and_writes_nothing(command, tmp_path):
    out = tmp_path / "why.csv"

    with pytest.raises(CommandError) as refusal:
        command("clients", BAD, organisation="NEW", create_organisation=True, report=out)

    assert str(refusal.value) == "Nothing was imported: 1 of 3 rows have problems."
    assert command.err.getvalue().startswith('row 3, column sex, "Q": “Q” is not a code of this list.')
    assert (Client.objects.count(), Organisation.objects.count(), ImportJob.objects.count()) == (0, 0, 0)
    rows = list(csv.reader(io.StringIO(out.read_text(encoding="utf-8-sig"))))
    assert rows[0] == ["why", "client", "sex", "remarks"]
    assert [row[1:] for row in rows[1:]] == [["C2", "Q", "second"], ["C1", "F", "'=1+1"], ["C3", "M", "third"]]
    assert rows[1][0].startswith("row 3: sex: “Q”: “Q” is not a code")
    assert [row[0] for row in rows[2:]] == ["", ""]


def test_mended_file_with_reasons_is_imported_as_it_is(command, tmp_path):
    out = tmp_path / "why.xlsx"
    with pytest.raises(CommandError):
        command("clients", BAD, organisation="NEW", create_organisation=True, report=out)
    book = openpyxl.load_workbook(out)
    book.active["C2"] = "F"
    book.save(out)

    told = command("clients", out.read_bytes(), "why.xlsx", organisation="NEW", create_organisation=True)

    assert told.splitlines() == [
        "Columns left out: why, remarks",
        "3 rows: 3 added, 0 changed, 0 left alone.",
    ]


def test_file_with_a_column_why_of_its_own_keeps_it(command, tmp_path):
    out = tmp_path / "why.csv"

    with pytest.raises(CommandError):
        command(
            "clients", text_file("client,sex,why", "C1,Q,mine"), report=out, organisation="N", create_organisation=True
        )

    [row] = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig")))
    assert (row["why"][:6], row["own_why"]) == ("row 2:", "mine")


def test_dry_run_tells_the_same_and_writes_nothing(command):
    told = command("clients", CLIENTS, organisation="NEW", create_organisation=True, dry_run=True)

    assert told == "Dry run, nothing written. 2 rows: 2 added, 0 changed, 0 left alone.\n"
    assert (Client.objects.count(), Organisation.objects.count(), ImportJob.objects.count()) == (0, 0, 0)


def test_missing_column_is_named(command):
    with pytest.raises(CommandError) as refusal:
        command("contacts", text_file("id,date", "1,2025-01-14"), organisation="NEW", create_organisation=True)

    assert "columns are missing: client, contact_type" in str(refusal.value)


def test_import_leaves_one_line_with_counts_and_a_keyed_digest():
    bring("clients", CLIENTS)

    line = AuditLine.objects.get(action="import.write")
    assert line.detail == {"kind": "clients", "new_sites": 0, "rows": 2, "added": 2, "changed": 0, "left": 0}
    assert line.digest == imports.digest_of(CLIENTS)
