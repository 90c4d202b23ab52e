"""The workbook: the page's own tables, numbers as numbers, what was asked, and the definitions."""

import io

import openpyxl
import pytest
from django.urls import reverse

from core.models import AuditLine, Site
from core.models.users import system_user
from core.permissions import Role
from fixtures.actions import reference
from tests.factories.programme import Programme
from tests.factories.staff import member
from tests.factories.workplaces import committee, workplace

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    """A programme with two people, one of them met in two months, and a needle given."""
    reference.load(by=system_user())
    programme = Programme("HOME")
    woman = programme.person(sex="F", born="1990-01-01", group="PWID")
    programme.met(woman, "2025-02-03", "IEC", given={"SYR_1ML_FIX": 3}, back={"SYR_1ML_FIX": 1})
    programme.met(woman, "2025-03-03")
    programme.met(programme.person(sex="M", born="2009-01-01", group="OSY"), "2025-02-03")
    return programme


@pytest.fixture
def book(client, home):
    """Opens the workbook of an address as somebody of the programme."""

    def fetch(name, *args, query="period=2025", role=Role.SUPERVISOR, **who):
        client.force_login(member(role, home.organisation, **who))
        response = client.get(f"{reverse(name, args=args)}?{query}")
        assert response.status_code == 200
        return openpyxl.load_workbook(io.BytesIO(response.content)), response

    return fetch


def rows(sheet):
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_workbook_holds_every_table_of_the_page(book):
    workbook, _response = book("figures-workbook")

    assert workbook.sheetnames == [
        "Reach by age and sex",
        "Reach by month",
        "Reach by population group",
        "Contacts",
        "Attendances",
        "Commodities given",
        "About this file",
        "Definitions",
    ]


def test_long_titles_of_sheets_lose_their_last_part(book, home):
    committee(workplace(organisation=home.organisation), formed="2025-01-10")

    workbook, _response = book("figures-groups-workbook")

    titles = [title for title in workbook.sheetnames if title.startswith("Workplace committees")]
    assert titles == ["Workplace committees formed", "Workplace committees active"]


def test_workbook_writes_numbers_as_numbers(book):
    workbook, _response = book("figures-workbook")

    table = rows(workbook["Reach by age and sex"])
    assert table[0][0] == "Reach by age and sex"
    assert table[1][0] == "Year 2025 · 1 January 2025 – 31 December 2025"
    assert table[3] == ["Age", "Female", "Male", "Other", "Not recorded", "All"]
    assert table[-1] == ["All", 1, 1, 0, 0, 2]


def test_workbook_writes_shares_unrounded(book):
    workbook, _response = book("figure-workbook", "NS_RETURN")

    (_first, line) = (row for row in rows(workbook.worksheets[0]) if row[0] in ("February 2025", "All"))
    assert line[1:4] == [1 / 3, 1, 3]


def test_workbook_tells_who_when_and_what(book):
    workbook, response = book("figures-workbook", query="period=2025&group=PWID", username="sokha")

    about = dict(row[:2] for row in rows(workbook["About this file"]))
    assert (about["Filters"], about["Made by"]) == ("People who inject drugs", "sokha")
    assert [row[0] for row in rows(workbook["Definitions"])] == [
        "Code",
        "REACH",
        "CONTACTS",
        "ATTENDANCES",
        "COMMODITIES",
    ]
    assert response["Content-Disposition"].endswith('-sokha.xlsx"')


def test_workbook_neutralises_formulas(book, home):
    Site.objects.create(organisation=home.organisation, code="=1+1", name="=1+1")
    home.met(home.person(), "2025-02-03", site=Site.objects.get(code="=1+1"))

    workbook, _response = book("figure-workbook", "REACH", query="period=2025&by=site")

    assert ["'=1+1", 1] in [row[:2] for row in rows(workbook.worksheets[0])]


def test_workbook_of_all_indicators_gives_numerator_and_denominator(book):
    workbook, _response = book("figures-indicators-workbook")

    lines = {row[0]: row[2:5] for row in rows(workbook.worksheets[0]) if row and row[0]}
    assert (lines["REACH"], lines["NS_RETURN"]) == ([2, 2, None], [1 / 3, 1, 3])


def test_workbook_of_all_indicators_says_which_cannot_be_limited_so(book):
    workbook, _response = book("figures-indicators-workbook", query="period=2025&group=PWID")

    why = {row[0]: row[2] for row in rows(workbook["All indicators"]) if row[0] in ("REACH", "HL_CALLS")}
    assert why == {"REACH": 1, "HL_CALLS": "Not shown: this can't be limited by Population group."}


def test_workbook_is_audited_without_values(book, home):
    book("figures-workbook", query="period=2025&group=PWID")

    line = AuditLine.objects.get(chain__organisation=home.organisation, action="figures.export")
    assert line.detail == {
        "indicators": ["REACH", "CONTACTS", "ATTENDANCES", "COMMODITIES"],
        "filters": ["group", "period"],
    }
