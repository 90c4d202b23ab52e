"""Clients from a file: what a row means, what it changes, what it is refused for."""

import pytest
from django.utils import timezone

from core.models import AuditLine, RecordVersion
from core.models.records import identity
from outreach.actions import clients, look_alikes
from outreach.models import Client, LookAlike
from tests.factories.files import bring, counted, organisation, refused, text_file

pytestmark = pytest.mark.usefixtures("lists")
HEADER = "client,sex,gender,dob,dob_precision,primary_group,other_groups,known_pos_since,ovc_preventive,merged_into"


def file(*lines, header=HEADER):
    return text_file(header, *lines)


def one(reference="C1"):
    return Client.objects.get(reference=reference)


def groups(reference="C1"):
    rows = sorted(one(reference).groups.all(), key=lambda row: (not row.primary, str(row.since or ""), row.group))
    return [(row.group, row.primary, str(row.since or "")) for row in rows]


def test_client_takes_what_the_row_says():
    bring("clients", file("C1,F,woman,1998-05-04,day,FSW,PWID;MIG,2019-06-01,1,"))

    client = one()
    assert client.pk == identity("DEMO-NGO", "client", "C1")
    assert (client.sex, client.gender, str(client.birth_date), client.birth_precision) == (
        "F",
        "woman",
        "1998-05-04",
        "day",
    )
    assert (str(client.known_positive_since), client.ovc_preventive, client.source) == ("2019-06-01", True, "import")
    assert client.occurred_on == timezone.localdate()
    assert groups() == [("FSW", True, ""), ("MIG", False, ""), ("PWID", False, "")]


@pytest.mark.parametrize(
    ("dob", "precision", "stored"),
    [
        ("1985-03-09", "day", ("1985-03-09", "day")),
        ("1985-03-09", "", ("1985-03-09", "day")),
        ("1985-03", "month", ("1985-03-15", "month")),
        ("1985", "year", ("1985-07-01", "year")),
        ("1985", "estimated", ("1985-07-01", "estimated")),
        ("1985-01-01", "year", ("1985-07-01", "year")),
        ("១៩៨៥-០៣-០៩", "day", ("1985-03-09", "day")),
        ("1985-03-09 00:00:00", "day", ("1985-03-09", "day")),
        ("", "unknown", ("None", "unknown")),
        ("", "", ("None", "unknown")),
    ],
)
def test_birth_date_is_read_as_exactly_as_it_is_known(dob, precision, stored):
    bring("clients", file(f"C1,M,,{dob},{precision},,,,,"))

    assert (str(one().birth_date), one().birth_precision) == stored


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("C1,M,,1985,day,,,,,", ("dob", "1985")),
        ("C1,M,,1985,month,,,,,", ("dob", "1985")),
        ("C1,M,,9/3/1985,day,,,,,", ("dob", "9/3/1985")),
        ("C1,M,,1985-02-30,day,,,,,", ("dob", "1985-02-30")),
        ("C1,M,,2999-01-01,day,,,,,", ("dob", "2999-01-01")),
        ("C1,M,,,day,,,,,", ("dob", "")),
        ("C1,M,,1985-01-01,exactly,,,,,", ("dob_precision", "exactly")),
        ("C1,Q,,,,,,,,", ("sex", "Q")),
        ("C1,M,manly,,,,,,,", ("gender", "manly")),
        ("C1,M,,,,NOBODY,,,,", ("primary_group", "NOBODY")),
        ("C1,M,,,,,,2999-01-01,,", ("known_pos_since", "2999-01-01")),
        ("C1,M,,,,,,,maybe,", ("ovc_preventive", "maybe")),
        ("C1,M,,,,,,,,C9", ("merged_into", "C9")),
        (",M,,,,,,,,", ("client", "")),
    ],
)
def test_bad_row_is_named_by_row_column_and_value(line, problem):
    assert refused("clients", file("C0,F,,,,,,,,", line)) == [(3, *problem)]
    assert Client.objects.count() == 0


def test_same_file_again_leaves_everything_alone():
    content = file("C1,F,,1985,year,FSW,PWID,,0,", "C2,M,,,,,,,,C1")
    bring("clients", content)
    lines = AuditLine.objects.filter(record_kind="client").count()

    report = bring("clients", content)

    assert counted(report) == (0, 0, 2)
    assert AuditLine.objects.filter(record_kind="client").count() == lines


def test_changed_row_becomes_a_new_version_and_absent_columns_leave():
    bring("clients", file("C1,F,woman,1985-01-02,day,FSW,PWID,2019-06-01,1,"))

    report = bring("clients", file("C1,M,", header="client,sex,gender"))

    assert counted(report) == (0, 1, 0)
    client = one()
    assert (client.sex, client.gender, str(client.birth_date), client.ovc_preventive) == ("M", "", "1985-01-02", True)
    assert (str(client.known_positive_since), client.version) == ("2019-06-01", 2)
    assert groups() == [("FSW", True, ""), ("PWID", False, "")]
    assert RecordVersion.objects.get(record_id=client.pk).content["sex"] == "F"


def test_empty_cells_clear():
    bring("clients", file("C1,F,woman,1985-01-02,day,FSW,PWID,2019-06-01,1,"))

    bring("clients", file("C1,,,,,,,,,"))

    client = one()
    assert (client.sex, client.gender, client.birth_date, client.known_positive_since) == ("U", "", None, None)
    assert (client.ovc_preventive, groups()) == (False, [])


def test_group_with_a_day_joins_the_history_and_one_without_replaces_it():
    bring("clients", file("C1,PWUD,", header="client,primary_group,group_from"))
    bring("clients", file("C1,PWID,2024-03-01", header="client,primary_group,group_from"))
    joined = groups()

    bring("clients", file("C1,MSM", header="client,primary_group"))

    assert joined == [("PWUD", True, ""), ("PWID", True, "2024-03-01")]
    assert groups() == [("MSM", True, "")]


def test_child_is_never_stored_as_a_sex_worker_and_the_report_warns():
    year = timezone.localdate().year - 16

    report = bring("clients", file(f"C1,F,,{year},year,FSW,MSW,,,"))

    assert groups() == [("YSE", True, ""), ("YSE", False, "")]
    assert one().restricted is True
    assert [(warning.row, warning.column, warning.value) for warning in report.warnings] == [
        (2, "primary_group", "FSW")
    ]


def test_merge_resolves_chains_in_any_order_of_rows():
    bring("clients", file("C3,M,,,,,,,,C2", "C2,M,,,,,,,,C1", "C1,M,,,,,,,,"))

    assert (one("C3").merged_into, one("C3").survivor, one("C2").survivor) == (one("C2"), one("C1"), one("C1"))


def test_merge_into_a_client_of_an_earlier_file():
    bring("clients", file("C1,M,,,,,,,,"))

    bring("clients", file("C2,M,,,,,,,,C1"))

    assert one("C2").survivor == one("C1")


def test_circle_of_merges_is_refused_on_its_rows():
    bring("clients", file("C1,M,,,,,,,,", "C2,M,,,,,,,,C1"))

    assert refused("clients", file("C1,M,,,,,,,,C2")) == [(2, "merged_into", "C2")]
    assert refused("clients", file("C8,M,,,,,,,,C8")) == [(2, "merged_into", "C8")]
    assert one("C1").merged_into is None


def test_emptied_merge_is_taken_apart_and_an_absent_column_leaves_it():
    bring("clients", file("C1,M,,,,,,,,", "C2,M,,,,,,,,C1"))
    left = bring("clients", file("C2,M", header="client,sex"))
    kept = one("C2").merged_into

    report = bring("clients", file("C2,M,,,,,,,,"))

    assert (counted(left), kept) == ((0, 0, 1), one("C1"))
    assert (counted(report), one("C2").merged_into, one("C2").survivor) == ((0, 1, 0), None, None)


def test_client_registered_on_a_screen_is_found_by_reference_or_by_id(programme):
    named = programme.person(reference="X7", sex="F")
    unnamed = programme.person(sex="F")
    Client.objects.filter(pk=unnamed.pk).update(reference="")

    report = bring("clients", file("X7,M", f"{unnamed.pk},M", header="client,sex"), code="NGO-A")

    assert counted(report) == (0, 2, 0)
    assert [Client.objects.get(pk=row.pk).sex for row in (named, unnamed)] == ["M", "M"]
    assert Client.objects.get(pk=unnamed.pk).reference == ""


def test_void_client_is_not_changed_by_a_file(programme):
    person = programme.person(reference="X7", sex="F")
    clients.void(client=person, by=programme.by, reason="by mistake")

    assert refused("clients", file("X7,M", header="client,sex"), code="NGO-A") == [(2, "client", "X7")]
    assert refused("clients", file("X8,X7", header="client,merged_into"), code="NGO-A") == [(2, "merged_into", "X7")]


def test_same_reference_in_another_organisation_is_another_person(other):
    other.person(reference="C1", sex="F")

    report = bring("clients", file("C1,M", header="client,sex"))

    assert counted(report) == (1, 0, 0)
    assert list(Client.objects.order_by("sex").values_list("sex", "organisation__code")) == [
        ("F", "NGO-B"),
        ("M", "DEMO-NGO"),
    ]


def test_merge_by_file_is_the_same_as_by_hand(programme):
    first, second = programme.person(reference="A"), programme.person(reference="B")
    look_alikes.merge(client=second, into=first, by=programme.by)

    report = bring("clients", file("B,A", header="client,merged_into"), code="NGO-A")

    assert counted(report) == (0, 0, 1)
    assert LookAlike.objects.count() == 0
    assert organisation("NGO-A") == programme.organisation
