"""Files of peer educators and their months: what is exported comes in again and says the same."""

import pytest
from django.urls import reverse

from core.models import Site
from core.permissions import Role
from core.resources.workbooks import csv_bytes, workbook_bytes
from peers.models import MonthlyReport, PeerEducator
from peers.resources.monthly_reports import ReportResource
from peers.resources.peer_educators import PeerResource
from tests.factories.files import bring, counted, organisation, refused, text_file
from tests.factories.people import member
from tests.outreach.taken import with_turns

pytestmark = pytest.mark.usefixtures("lists")
KINDS = [("peer_educators", PeerResource, PeerEducator), ("monthly_reports", ReportResource, MonthlyReport)]
HEAD = "id,date,sex,birth_year,languages,groups,supervisor,user,sites,statuses,own_group,note,void"
LIFE = "training:2024-01-06;active:2024-03-01;dropped:2025-01-05:job"
PEERS = [
    f"PE-1,2024-01-06,F,1999,km;en,GFW,boss,educator,S1;S2,{LIFE},GFW,=calm,",
    "PE-2,2024-02-01,,,,,,,,,,,",
    "PE-3,2024-02-01,M,2001,,MIG;GFW,boss,,,active:2024-02-01,,,1",
]
MONTHS_HEAD = (
    "id,date,peer,month,duty_days,transport_days,accepted_on,accepted_by,session_days,day_rate,transport_rate,"
    "currency,note,void"
)
MONTHS = [
    "R1,2024-05-02,PE-1,2024-04,2024-04-03;2024-04-09,2024-04-03,2024-05-03,boss,2024-04-04,12000.00,4000.00,KHR,ok,",
    "R2,2024-06-02,PE-1,2024-05,,,,,,,,,,",
    "R3,2024-06-02,PE-2,2024-05,2024-05-03,,2024-06-03,boss,,3.50,1.25,USD,,",
    "R4,2024-06-02,PE-1,2024-05,,,,,,,,,,1",
]


def team(code):
    """The people and sites that the files name."""
    organisation(code)
    member(Role.SUPERVISOR, code, username="boss")
    member(Role.PEER_EDUCATOR, code, username="educator")
    for site in ("S1", "S2"):
        Site.objects.create(organisation=organisation(code), code=site, name=f"{site} of {code}")


@pytest.fixture(autouse=True)
def example(lists):
    team("DEMO-NGO")
    bring("peer_educators", text_file(HEAD, *PEERS))
    bring("monthly_reports", text_file(MONTHS_HEAD, *MONTHS))


def exported(resource, model, *, personal=True, form="csv", code="DEMO-NGO"):
    queryset = model.objects.filter(organisation=organisation(code)).order_by("reference")
    rows = list(resource().rows(queryset, personal=personal))
    return workbook_bytes([("rows", rows)]) if form == "xlsx" else csv_bytes(rows)


def test_file_says_what_the_records_say():
    one = PeerEducator.objects.get(reference="PE-1")
    month = MonthlyReport.objects.get(reference="R1")

    assert (one.sex, one.birth_year, one.languages, one.groups) == ("F", 1999, ["en", "km"], ["GFW"])
    assert (one.supervisor.username, one.user.username, one.own_group, one.note) == ("boss", "educator", "GFW", "=calm")
    assert [(row.status, str(row.since), row.reason) for row in one.statuses.all()] == [
        ("training", "2024-01-06", ""),
        ("active", "2024-03-01", ""),
        ("dropped", "2025-01-05", "job"),
    ]
    assert sorted(site.code for site in one.sites.all()) == ["S1", "S2"]
    assert month.sheet == {
        "session_days": ["2024-04-04"],
        "day_rate": "12000.00",
        "transport_rate": "4000.00",
        "currency": "KHR",
    }
    assert (str(month.accepted_on), month.accepted_by.username) == ("2024-05-03", "boss")
    assert MonthlyReport.objects.get(reference="R2").sheet == {}


@pytest.mark.parametrize("personal", [True, False])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize(("kind", "resource", "model"), KINDS)
def test_export_brought_in_again_leaves_every_row_alone(kind, resource, model, form, personal):
    content = exported(resource, model, personal=personal, form=form)

    report = bring(kind, content)

    assert (counted(report), report.ignored, report.warnings) == ((0, 0, model.objects.count()), [], [])


def test_export_brought_into_another_organisation_says_the_same():
    files = [(kind, resource, model, exported(resource, model)) for kind, resource, model in KINDS]
    team("OTHER")

    for kind, _resource, _model, content in files:
        bring(kind, content, code="OTHER")

    assert [exported(resource, model, code="OTHER") for _kind, resource, model, _content in files] == [
        content for *_rest, content in files
    ]


def test_own_group_and_notes_are_personal():
    header = next(iter(PeerResource().rows(PeerEducator.objects.none())))

    assert set(HEAD.split(",")) - set(header) == {"own_group", "note"}


def test_column_that_isnt_there_leaves_and_an_empty_cell_clears():
    bring("peer_educators", text_file("id,date,statuses,sites", "PE-1,2024-01-06,,S2"))

    one = PeerEducator.objects.get(reference="PE-1")
    assert (one.statuses.count(), [site.code for site in one.sites.all()]) == (0, ["S2"])
    assert (one.own_group, one.supervisor.username, one.birth_year) == ("GFW", "boss", 1999)


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("statuses", "active"),
        ("statuses", "active:soon"),
        ("statuses", "active:2024-03-01:job:late"),
        ("statuses", "inactive:2024-03-01"),
        ("statuses", "active:2024-01-01"),
        ("statuses", "active:9999-01-01"),
        ("supervisor", "nobody"),
        ("supervisor", "6f5b3c52-0d0e-5f0a-9a67-2f4f6d3a1c10"),
        ("supervisor", "educator"),
        ("user", "boss"),
        ("user", "educator"),
        ("sites", "S1;S9"),
        ("groups", "GFW;NOBODY"),
        ("own_group", "NOBODY"),
        ("birth_year", "2015"),
        ("birth_year", "99999"),
        ("sex", "Z"),
    ],
)
def test_cell_of_a_peer_that_cant_be_is_named(column, cell):
    found = refused("peer_educators", text_file(f"id,date,{column}", f"PE-9,2024-02-01,{cell}"))

    assert {(row, name) for row, name, _value in found} == {(2, column)}
    assert not PeerEducator.objects.filter(reference="PE-9").exists()


def test_reason_that_is_missing_is_told_in_the_column_of_states():
    found = refused("peer_educators", text_file("id,date,statuses", "PE-9,2024-02-01,dropped:2024-03-01"))

    assert {name for _row, name, _value in found} == {"statuses"}


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("month", "2024"),
        ("month", "2030-01"),
        ("month", "2023-12"),
        ("peer", "PE-99"),
        ("peer", "PE-3"),
        ("duty_days", "2024-08-01;x"),
        ("duty_days", "2024-09-01"),
        ("duty_days", "9999-01-01"),
        ("accepted_on", "2024-09-02"),
        ("session_days", "2024-08-01"),
    ],
)
def test_cell_of_a_month_that_cant_be_is_named(column, cell):
    row = {"id": "R9", "date": "2024-09-01", "peer": "PE-1", "month": "2024-08", column: cell}
    found = refused("monthly_reports", text_file(",".join(row), ",".join(row.values())))

    unsigned = {"accepted_by", "day_rate", "transport_rate", "currency"}
    expected = {"accepted_on": unsigned, "session_days": {"accepted_on"}}
    assert {name for _row, name, _value in found} == expected.get(column, {column})


def test_accepted_month_isnt_changed_by_a_file():
    row = "R1,2024-05-02,PE-1,2024-04,2024-04-03"

    assert refused("monthly_reports", text_file("id,date,peer,month,duty_days", row)) == [
        (2, "accepted_on", "2024-05-03")
    ]


def test_files_cost_the_same_for_one_row_and_for_thirty(django_assert_num_queries):
    head = "id,date,supervisor,sites,statuses"
    some = [f"PE-{n},2024-02-01,boss,S1,active:2024-02-01" for n in range(100, 131)]

    with django_assert_num_queries(with_turns(30, 1)) as one:
        bring("peer_educators", text_file(head, *some[:1]))
    with django_assert_num_queries(len(one)):
        bring("peer_educators", text_file(head, *some[1:]))


@pytest.mark.parametrize("name", ["peer-educators", "monthly-reports"])
def test_export_screen_answers_a_file(client, name):
    client.force_login(member(Role.DATA_OFFICER, "DEMO-NGO"))

    response = client.post(reverse(f"{name}:export"), {"format": "csv", "reason": "to look at", "personal": "on"})

    assert response.status_code == 200
    assert b"PE-1" in response.content
