"""The import command and its screens: all rows or none, looked at first, once."""

import csv
import io
import subprocess
import sys
import uuid

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from core import processes
from core.actions import imports
from core.models import AuditLine, ImportJob, Organisation, Site
from core.models.imports import KEPT_FOR
from core.permissions import Role
from outreach.models import Client, Contact
from tests.factories.files import bring, text_file, workbook
from tests.factories.people import member

pytestmark = pytest.mark.usefixtures("lists")
CLIENTS = text_file("client,sex", "C1,F", "C2,M")
BAD = text_file("client,sex,remarks", "C1,F,=1+1", "C2,Q,second", "C3,M,third")
UPLOAD = "/app/data/import/new/"


# --- the command -------------------------------------------------------------------------------------


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


# --- the screens -------------------------------------------------------------------------------------


def send(browser, content=CLIENTS, kind="clients", name="people.csv", **more):
    data = {"kind": kind, "file": SimpleUploadedFile(name, content), **more}
    return browser.post(UPLOAD, data)


def uploaded(browser, *args, **more):
    send(browser, *args, **more)
    return ImportJob.objects.latest("uploaded_at")


def at(name, job):
    return reverse(f"imports:{name}", args=[job.pk])


def test_upload_shows_what_would_happen_and_writes_nothing(signed_in):
    browser = signed_in()

    job = uploaded(browser)

    page = browser.get(at("detail", job)).content.decode()
    assert (job.state, job.counts) == ("ready", {"rows": 2, "added": 2, "changed": 0, "left": 0})
    assert (Client.objects.count(), "Import all rows" in page) == (0, True)


def test_confirmed_file_is_written_once_and_its_bytes_forgotten(signed_in):
    browser = signed_in()
    job = uploaded(browser)

    answers = [browser.post(at("confirm", job)).status_code for _click in range(2)]

    job.refresh_from_db()
    assert (answers, job.state, job.content, job.report["warning_count"]) == ([302, 302], "done", None, 0)
    assert (Client.objects.count(), AuditLine.objects.filter(action="import.write").count()) == (2, 1)


def test_same_file_again_is_asked_first(signed_in):
    browser = signed_in()
    browser.post(at("confirm", uploaded(browser)))
    job = uploaded(browser)

    unasked = browser.post(at("confirm", job))
    asked = browser.post(at("confirm", job), {"again": "on"})

    assert (unasked.status_code, "was imported on" in unasked.content.decode()) == (422, True)
    assert (asked.status_code, ImportJob.objects.get(pk=job.pk).state) == (302, "done")


def test_preview_shows_old_and_new(signed_in):
    browser = signed_in()
    bring("clients", CLIENTS, code="NGO-A")

    job = uploaded(browser, text_file("client,sex", "C1,M", "C2,M"))

    assert job.report["samples"]["changed"] == [{"row": 2, "reference": "C1", "cells": [["sex", "F", "M"]]}]
    assert job.report["samples"]["left"] == [{"row": 3, "reference": "C2", "cells": []}]


def test_preview_hides_what_the_person_may_not_see(signed_in):
    bring(
        "clients",
        text_file("client,sex,primary_group,known_pos_since", "C1,F,YSE,", "C2,F,GEN,2019-01-01"),
        code="NGO-A",
    )

    job = uploaded(
        signed_in(Role.PROGRAMME_MANAGER), text_file("client,sex,known_pos_since", "C1,M,", "C2,M,2020-02-02")
    )

    assert [row["cells"] for row in job.report["samples"]["changed"]] == [
        [["sex", "…", "M"], ["known_pos_since", "…", ""]],
        [["sex", "F", "M"], ["known_pos_since", "…", "2020-02-02"]],
    ]


def test_bad_rows_are_named_and_the_file_comes_back_with_reasons(signed_in):
    browser = signed_in()
    job = uploaded(browser, workbook(["client", "sex"], ["C1", "Q"], ["C2", "F"]), name="people.xlsx")

    page = browser.get(at("detail", job)).content.decode()
    back = browser.get(at("reasons", job))

    sheet = openpyxl.load_workbook(io.BytesIO(back.content)).active
    assert (job.state, "is not a code of this list" in page) == ("wrong", True)
    assert [cell.value for cell in sheet[2]][1:] == ["C1", "Q"]
    assert browser.post(at("confirm", job)).status_code == 302
    assert Client.objects.count() == 0


def test_unreadable_file_says_why_and_is_forgotten(signed_in):
    browser = signed_in()

    job = uploaded(browser, "client,sex\nC1,é\n".encode("latin-1"))

    assert (job.state, job.content) == ("unreadable", None)
    assert "isn&#x27;t in UTF-8: line 2" in browser.get(at("detail", job)).content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"x" * (2 * 1024 * 1024 + 1), "This file has more than 2 MB"), (b"", "This file is empty")],
)
def test_too_large_or_empty_upload_is_refused_on_the_form(signed_in, content, words):
    answer = send(signed_in(), content)

    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert ImportJob.objects.count() == 0


def test_upload_without_the_forms_token_is_refused(django_app_client):
    answer = send(django_app_client)

    assert (answer.status_code, ImportJob.objects.count()) == (403, 0)


@pytest.fixture
def django_app_client(lists):
    from django.test import Client as Browser  # noqa: PLC0415 - the name is taken by the model here

    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(member(Role.DATA_OFFICER))
    return browser


def test_records_changed_since_the_preview_bring_a_new_preview(signed_in):
    browser = signed_in()
    job = uploaded(browser)
    bring("clients", text_file("client,sex", "C1,M"), code="NGO-A")

    browser.post(at("confirm", job))

    job.refresh_from_db()
    assert (job.state, job.counts["changed"], Client.objects.get().sex) == ("ready", 1, "M")
    assert "Records changed since the preview" in browser.get(at("detail", job)).content.decode()


def test_given_up_file_is_forgotten(signed_in):
    browser = signed_in()
    job = uploaded(browser)

    browser.post(at("refuse", job))

    job.refresh_from_db()
    assert (job.state, job.content, job.report, Client.objects.count()) == ("refused", None, {}, 0)
    assert browser.post(at("confirm", job)).status_code == 302
    assert Client.objects.count() == 0


def test_undecided_file_is_forgotten_after_a_day(signed_in):
    browser = signed_in()
    old = uploaded(browser)
    ImportJob.objects.filter(pk=old.pk).update(uploaded_at=timezone.now() - KEPT_FOR * 1.1)

    uploaded(browser)

    old.refresh_from_db()
    assert (old.state, old.content, old.report) == ("refused", None, {})


@pytest.fixture
def cut_short(signed_in):
    """A file whose import was killed in the middle: its process is gone, its transaction with it."""
    browser = signed_in()
    job = uploaded(browser)
    gone = subprocess.run(
        [sys.executable, "-c", "from core import processes; print(processes.me())"], capture_output=True, text=True
    ).stdout.strip()
    ImportJob.objects.filter(pk=job.pk).update(state="importing", worker=gone, worker_since=timezone.now())
    job.refresh_from_db()
    return browser, job


def test_import_cut_short_says_so_and_can_be_started_again(cut_short):
    browser, job = cut_short

    page = browser.get(at("detail", job)).content.decode()
    browser.post(at("confirm", job))

    job.refresh_from_db()
    assert "Nothing was written. You can start it again." in page
    assert (job.state, Client.objects.count()) == ("done", 2)


def test_import_that_goes_on_is_not_started_again(signed_in):
    browser = signed_in()
    job = uploaded(browser)
    ImportJob.objects.filter(pk=job.pk).update(state="importing", worker=processes.me(), worker_since=timezone.now())

    browser.post(at("confirm", job))

    job.refresh_from_db()
    assert (job.state, Client.objects.count()) == ("importing", 0)
    assert '<meta http-equiv="refresh"' in browser.get(at("detail", job)).content.decode()


def test_long_file_goes_to_the_background_and_comes_out_the_same(signed_in):
    browser = signed_in()
    content = text_file("client,sex", *(f"C{number:05},F" for number in range(8000)))

    job = uploaded(browser, content)
    browser.post(at("confirm", job))

    job.refresh_from_db()
    assert len(content) > imports.AT_ONCE_BYTES
    assert (job.state, Client.objects.count()) == ("done", 8000)


def test_unknown_sites_are_made_only_when_ticked(signed_in):
    browser = signed_in()
    content = text_file("id,date,client,contact_type,site", "1,2025-01-14,,one_to_one,SPOT-1")

    without = uploaded(browser, content, "contacts")
    ticked = uploaded(browser, content, "contacts", create_sites="on")
    browser.post(at("confirm", ticked))

    assert (without.state, Site.objects.get().code, Contact.objects.count()) == ("wrong", "SPOT-1", 1)


def test_teammate_sees_the_counts_but_neither_rows_nor_buttons(signed_in, client):
    job = uploaded(signed_in())
    client.force_login(member(Role.PROGRAMME_MANAGER, "NGO-A"))

    page = client.get(at("detail", job)).content.decode()
    client.post(at("confirm", job))

    assert ("C1" in page, "Import all rows" in page, Client.objects.count()) == (False, False, 0)
    assert client.get(at("reasons", job)).status_code == 404


@pytest.mark.parametrize("name", ["detail", "reasons", "confirm", "refuse", "check_again"])
def test_other_organisations_file_is_not_there(signed_in, name):
    job = uploaded(signed_in())
    browser = signed_in(Role.DATA_OFFICER, "NGO-B")
    method = "get" if name in ("detail", "reasons") else "post"

    assert getattr(browser, method)(at(name, job)).status_code == 404
    assert getattr(browser, method)(at(name, ImportJob(pk=uuid.uuid4()))).status_code == 404


@pytest.mark.parametrize("address", ["/app/data/import/", UPLOAD, "/app/data/import/template/clients.csv"])
def test_screens_are_for_those_who_may_import(signed_in, client, address):
    anonymous = client.get(address)
    allowed = signed_in(Role.DATA_OFFICER).get(address)
    forbidden = signed_in(Role.SUPERVISOR).get(address)

    assert (anonymous.status_code, allowed.status_code, forbidden.status_code) == (302, 200, 403)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_imports_asks_the_same_number_of_questions(signed_in, django_assert_num_queries, rows):
    browser = signed_in()
    for number in range(rows):
        uploaded(browser, text_file("client,sex", f"C{number},F"))
    browser.get("/app/data/import/")

    with django_assert_num_queries(LIST_QUERIES):
        page = browser.get("/app/data/import/")

    assert page.content.decode().count("people.csv") == rows


LIST_QUERIES = 5


@pytest.mark.parametrize("kind", ["clients", "contacts", "referrals", "sessions"])
def test_template_offers_codes_in_both_languages_and_reads_back(signed_in, kind):
    browser = signed_in()

    plain = browser.get(f"/app/data/import/template/{kind}.csv").content.decode("utf-8-sig").strip().split(",")
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/app/data/import/template/{kind}.xlsx").content))

    sheet, listed = book.worksheets
    first = next(listed.iter_rows(min_row=2, values_only=True))
    assert [cell.value for cell in sheet[1]] == plain
    assert len(sheet.data_validations.dataValidation) >= 2
    assert first[4] == " · ".join(first[1:4])


def test_template_of_an_unknown_kind_is_not_there(signed_in):
    assert signed_in().get("/app/data/import/template/dances.csv").status_code == 404
