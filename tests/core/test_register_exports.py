"""The files of registers: what leaves, for whom, and what is noted of it."""

import csv
import io
import re
from datetime import date

import openpyxl
import pytest

from core import codes
from core.models import AuditLine
from core.permissions import Role
from tests.factories.people import member
from tests.factories.registers import at, session

pytestmark = pytest.mark.usefixtures("lists")


def read_csv(response):
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))


def test_export_leaves_out_what_is_personal_and_others(signed_in):
    session(reference="S-1", note="Canteen", heads={("F", "A15"): 12, ("U", "AUNK"): 30}, given={"COND_M": 40})
    session("NGO-B", reference="B-1")

    response = signed_in().post(at("export"), {"format": "csv", "reason": "monthly report"})

    assert read_csv(response) == [
        {
            "id": "S-1",
            "date": "2025-03-01",
            "kind": "large_group",
            "site": "",
            "heads": "42",
            "headcounts": "F:A15=12;U:AUNK=30",
            "topics": "",
            "services": "",
            "minutes": "",
            "cond_m": "40",
            "cond_f": "0",
            "lube": "0",
            "syr": "0",
            "syr_collected": "0",
            "hivst": "0",
            "other_commodities": "",
            "void": "0",
            "place": "",
            "facilitators": "",
            "attendees": "",
            "campaign": "",
            "knowledge": "",
        }
    ]
    assert re.fullmatch(
        r'attachment; filename="sessions-\d{8}-\d{4}-data_officer-ngo-a.csv"', response["Content-Disposition"]
    )


def test_export_with_personal_fields_neutralises_formulas(signed_in):
    session(note="=HYPERLINK()")

    response = signed_in().post(at("export"), {"format": "csv", "reason": "clean up", "personal": "on"})

    assert [row["note"] for row in read_csv(response)] == ["'=HYPERLINK()"]


def test_export_of_personal_fields_needs_its_permission(signed_in):
    session(note="Canteen")

    response = signed_in(Role.PROGRAMME_MANAGER).post(
        at("export"), {"format": "csv", "reason": "report", "personal": "on"}
    )

    assert "note" not in read_csv(response)[0]


def test_export_workbook_tells_who_when_and_what_for(signed_in):
    session(heads={("U", "AUNK"): 30})
    query = "?kind=large_group&occurred_on_after=2025-01-01"

    response = signed_in().post(at("export", query=query), {"format": "xlsx", "reason": "monthly report"})

    book = openpyxl.load_workbook(io.BytesIO(response.content))
    data, about = ([[cell.value for cell in row] for row in sheet.rows] for sheet in book.worksheets)
    assert data[1][data[0].index("heads")] == 30
    assert {row[0]: row[1] for row in about if row[0] != "Made on"} == {
        "Register": "Sessions",
        "Made by": "data_officer-ngo-a",
        "For": "monthly report",
        "Filters": "kind, occurred_on_after",
        "Records": 1,
    }


def test_export_keeps_the_filters_of_the_list(signed_in):
    session(occurred_on=date(2025, 3, 1))
    session(occurred_on=date(2025, 3, 2), kind="event")

    response = signed_in().post(at("export", query="?kind=event"), {"format": "csv", "reason": "report"})

    assert [row["date"] for row in read_csv(response)] == ["2025-03-02"]


def test_export_takes_only_organisations_where_it_is_allowed(client):
    user = member(Role.DATA_OFFICER, "NGO-A", "two-roles")
    member(Role.SUPERVISOR, "NGO-B", "two-roles")
    session("NGO-A", reference="A-1")
    session("NGO-B", reference="B-1")
    client.force_login(user)

    response = client.post(at("export"), {"format": "csv", "reason": "report"})

    assert [row["id"] for row in read_csv(response)] == ["A-1"]


def test_export_is_audited_with_filters_and_rows(signed_in):
    session()
    session("NGO-B")

    signed_in().post(at("export", query="?kind=large_group"), {"format": "csv", "reason": "monthly report"})

    line = AuditLine.objects.latest("pk")
    assert (line.action, line.chain.organisation.code, line.actor.username) == (
        "sessions.export",
        "NGO-A",
        "data_officer-ngo-a",
    )
    assert line.detail == {
        "filters": ["kind"],
        "format": "csv",
        "personal": False,
        "reason": "monthly report",
        "rows": 1,
    }


def test_export_without_a_reason_is_refused(signed_in):
    response = signed_in().post(at("export"), {"format": "csv", "reason": ""})

    assert (response.status_code, list(response.context["form"].errors)) == (200, ["reason"])


@pytest.mark.parametrize("number", [1, 3])
def test_export_takes_the_same_queries_for_any_number(signed_in, number, django_assert_num_queries):
    for _ in range(number):
        session(heads={("F", "A15"): 3, ("M", "A15"): 2}, given={"COND_M": 2})
    client = signed_in()
    codes.table("sex")

    with django_assert_num_queries(20):
        response = client.post(at("export"), {"format": "csv", "reason": "report"})

    assert len(read_csv(response)) == number
