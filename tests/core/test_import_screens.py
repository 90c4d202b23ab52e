"""Importing on the screen: looked at first, once, all rows or none."""

import io
import subprocess
import sys
import uuid

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from core import processes
from core.actions import imports
from core.models import AuditLine, ImportJob, Site
from core.models.imports import KEPT_FOR
from core.permissions import Role
from outreach.models import Client, Contact
from tests.factories.files import bring, text_file, workbook
from tests.factories.people import member

pytestmark = pytest.mark.usefixtures("lists")
CLIENTS = text_file("client,sex", "C1,F", "C2,M")
UPLOAD = "/app/data/import/new/"


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


def test_result_leads_to_what_was_imported(signed_in):
    browser = signed_in()
    job = uploaded(browser)
    browser.post(at("confirm", job))

    page = browser.get(at("detail", job)).content.decode()

    assert '<a class="link-tap" href="/app/people/clients/">Clients</a>' in page


def test_file_that_changes_nothing_offers_no_import(signed_in):
    browser = signed_in()
    browser.post(at("confirm", uploaded(browser)))

    page = browser.get(at("detail", uploaded(browser, content=text_file("client,sex", "C1,F")))).content.decode()

    assert ("There is nothing to import." in page, "Import all rows" in page) == (True, False)


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
