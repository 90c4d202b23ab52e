"""Contacts from a file: people, anonymous ones, sessions of unnamed heads, voids, sites."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.models import AuditLine, Site
from outreach.models import Contact, Fact
from peers.models import Session, SessionHeadcount
from tests.factories.files import bring, counted, refused, text_file, workbook
from tests.factories.programme import Programme

pytestmark = pytest.mark.usefixtures("lists")
COLUMNS = (
    "id,date,client,contact_type,headcount,site,services,hts_outcome,cond_m,cond_f,lube,syr,syr_collected,hivst,void"
)


@pytest.fixture(autouse=True)
def people(lists):
    programme = Programme()
    programme.site("DIC-1")
    return [programme.person(reference=reference) for reference in ("C01", "C02")]


def file(*lines, header=COLUMNS):
    return text_file(header, *lines)


def one(reference="1"):
    return Contact.objects.get(reference=reference)


def pieces(record):
    return sorted((line.commodity, line.given, line.taken_back) for line in record.commodities.all())


def test_contact_takes_what_the_row_says():
    bring("contacts", file("1,2025-01-14,C01,small_group,22,DIC-1,IEC;CONDOM,declined,20,5,3,40,22,1,0"))

    contact = one()
    assert (str(contact.occurred_on), contact.client.reference, contact.kind, contact.group_size) == (
        "2025-01-14",
        "C01",
        "small_group",
        22,
    )
    assert (contact.site.code, contact.hts_outcome, contact.source) == ("DIC-1", "declined", "import")
    assert sorted(row.service for row in contact.services.all()) == ["CONDOM", "IEC"]
    assert pieces(contact) == [
        ("COND_F", 5, 0),
        ("COND_M", 20, 0),
        ("HIVST_KIT", 1, 0),
        ("LUBE_S", 3, 0),
        ("SYR_1ML_FIX", 40, 22),
    ]


def test_workbook_is_read_like_the_csv():
    rows = [row.split(",") for row in (COLUMNS, "1,2025-01-14,C01,small_group,2,DIC-1,IEC,,20,,,,,,")]
    rows[1][0], rows[1][4], rows[1][8] = 1, 2.0, 20
    csv_report = bring("contacts", file(",".join(map(str, rows[1])).replace("2.0", "2")))

    report = bring("contacts", workbook(*rows))

    assert (counted(csv_report), counted(report)) == ((1, 0, 0), (0, 0, 1))


@pytest.mark.parametrize(
    ("line", "contacts", "heads"),
    [
        ("1,2025-01-14,,one_to_one,1,,,,,,,,,,", 1, []),
        ("1,2025-01-14,,one_to_one,,,,,,,,,,,", 1, []),
        ("1,2025-01-14,,one_to_one,7,,,,,,,,,,", 0, [7]),
        ("1,2025-01-14,,workplace_session,1,,,,,,,,,,", 0, [1]),
        ("1,2025-01-14,,large_group,,,,,,,,,,,", 0, [1]),
        ("1,2025-01-14,,hotline,1,,,,,,,,,,", 1, []),
        ("1,2025-01-14,C01,workplace_session,40,,,,,,,,,,", 1, []),
    ],
)
def test_row_without_client_is_a_session_or_one_anonymous_contact(line, contacts, heads):
    bring("contacts", file(line))

    assert Contact.objects.count() == contacts
    assert list(SessionHeadcount.objects.values_list("sex", "age_band", "heads")) == [
        ("U", "AUNK", number) for number in heads
    ]


def test_session_keeps_services_and_commodities_but_no_test_and_warns():
    report = bring("contacts", file("1,2025-01-14,,event,90,DIC-1,IEC,declined,50,0,0,0,0,0,"))

    session = Session.objects.get(reference="1")
    assert (session.services, pieces(session), session.site.code) == (["IEC"], [("COND_M", 50, 0)], "DIC-1")
    assert [(warning.row, warning.column, warning.value) for warning in report.warnings] == [
        (2, "hts_outcome", "declined")
    ]


def test_heads_split_on_a_screen_stay_while_the_sum_is_the_same():
    line = "1,2025-01-14,,event,{},,,,,,,,,,"
    bring("contacts", file(line.format(90)))
    SessionHeadcount.objects.update(sex="F")

    same = bring("contacts", file(line.format(90)))
    other = bring("contacts", file(line.format(91)))

    assert (counted(same), counted(other)) == ((0, 0, 1), (0, 1, 0))
    assert list(SessionHeadcount.objects.values_list("sex", "heads")) == [("U", 91)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("1,2025-01-14,C01,event,90,,,,,,,,,,", "1,2025-01-14,,event,90,,,,,,,,,,"),
        ("1,2025-01-14,,event,90,,,,,,,,,,", "1,2025-01-14,C01,event,90,,,,,,,,,,"),
    ],
)
def test_contact_never_turns_into_a_session_nor_back(first, second):
    bring("contacts", file(first))

    assert refused("contacts", file(second)) == [(2, "id", "1")]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("2,14/01/2025,C01,one_to_one,1,,,,,,,,,,", ("date", "14/01/2025")),
        ("2,,C01,one_to_one,1,,,,,,,,,,", ("date", "")),
        ("2,2025-01-14,C99,one_to_one,1,,,,,,,,,,", ("client", "C99")),
        ("2,2025-01-14,C01,,1,,,,,,,,,,", ("contact_type", "")),
        ("2,2025-01-14,C01,shouting,1,,,,,,,,,,", ("contact_type", "shouting")),
        ("2,2025-01-14,C01,hotline,1,,,,,,,,,,", ("contact_type", "hotline")),
        ("2,2025-01-14,C01,one_to_one,0,,,,,,,,,,", ("headcount", "0")),
        ("2,2025-01-14,C01,one_to_one,20000,,,,,,,,,,", ("headcount", "20000")),
        ("2,2025-01-14,C01,one_to_one,1,DIC-9,,,,,,,,,", ("site", "DIC-9")),
        ("2,2025-01-14,C01,one_to_one,1,,IEC;MAGIC,,,,,,,,", ("services", "IEC;MAGIC")),
        ("2,2025-01-14,C01,one_to_one,1,,,perhaps,,,,,,,", ("hts_outcome", "perhaps")),
        ("2,2025-01-14,C01,one_to_one,1,,,,-1,,,,,,", ("cond_m", "-1")),
        ("2,2025-01-14,C01,one_to_one,1,,,,,,,ten,,,", ("syr", "ten")),
        ("2,2025-01-14,C01,one_to_one,1,,,,,,,,1.5,,", ("syr_collected", "1.5")),
        ("2,2025-01-14,C01,one_to_one,1,,,,,,,,,,2", ("void", "2")),
        ("2,2025-01-14,C01,one_to_one,1", ("", "")),
        ("2,2025-01-14,C01,one_to_one,1,,,,,,,,,,,surplus", ("", "")),
        (COLUMNS, ("", "")),
    ],
)
def test_bad_row_is_named_by_row_column_and_value(line, problem):
    assert refused("contacts", file("1,2025-01-14,C01,one_to_one,1,,,,,,,,,,", line)) == [(3, *problem)]
    assert (Contact.objects.count(), AuditLine.objects.filter(action="import.write").count()) == (0, 0)


def test_day_to_come_is_refused():
    tomorrow = timezone.localdate() + timedelta(days=1)

    assert refused("contacts", file(f"1,{tomorrow},C01,one_to_one,1,,,,,,,,,,")) == [(2, "date", str(tomorrow))]


def test_same_reference_twice_names_the_other_row():
    line = "1,2025-01-14,C01,one_to_one,1,,,,,,,,,,"

    assert refused("contacts", file(line, line)) == [(3, "id", "1")]


def test_every_bad_cell_of_a_row_is_told_at_once():
    found = refused("contacts", file("1,14/1/2025,C01,one_to_one,x,,,,-1,,,,,,"))

    assert found == [(2, "date", "14/1/2025"), (2, "headcount", "x"), (2, "cond_m", "-1")]


def test_an_unreadable_cell_hides_no_other_fault():
    found = refused("contacts", file("1,2025-01-14,C01,picnic,1,DIC-1,IEC;FOO,,many,,,,,,"))

    assert [column for _row, column, _value in found] == ["cond_m", "contact_type", "services"]


def test_changed_row_changes_and_an_absent_column_leaves():
    bring("contacts", file("1,2025-01-14,C01,one_to_one,1,DIC-1,IEC,declined,20,,,40,22,,"))

    report = bring("contacts", file("1,2025-01-15,C02,one_to_one,5", header="id,date,client,contact_type,cond_m"))

    contact = one()
    assert (counted(report), contact.version, contact.client.reference) == ((0, 1, 0), 2, "C02")
    assert (contact.site.code, contact.hts_outcome) == ("DIC-1", "declined")
    assert pieces(contact) == [("COND_M", 5, 0), ("SYR_1ML_FIX", 40, 22)]
    assert Fact.objects.get(contact=contact).ns_given == 40


def test_emptied_client_makes_the_contact_anonymous():
    bring("contacts", file("1,2025-01-14,C01,one_to_one,1,,,,,,,,,,"))

    bring("contacts", file("1,2025-01-14,,one_to_one,1,,,,,,,,,,"))

    assert one().client is None


def test_void_comes_in_void_and_stays_void():
    line = "1,2025-01-14,C01,one_to_one,1,,,,,,,,,,{}"
    bring("contacts", file(line.format(1)))

    report = bring("contacts", file(line.format(1)))

    assert (counted(report), one().void_reason, Fact.objects.count()) == ((0, 0, 1), "import", 0)
    assert refused("contacts", file(line.format(0))) == [(2, "void", "0")]
    assert refused("contacts", file(line.format(""))) == [(2, "void", "")]
    assert refused("contacts", file(line.replace("14", "15").format(1))) == [(2, "id", "1")]


@pytest.mark.parametrize("line", ["1,2025-01-14,C01,one_to_one,1,,,,,,,,,,", "1,2025-01-14,,event,90,,,,,,,,,,"])
def test_void_of_what_was_there_counts_as_a_change(line):
    bring("contacts", file(line))

    report = bring("contacts", file(line + "1"))

    [record] = [*Contact.objects.all(), *Session.objects.all()]
    assert (counted(report), record.is_void, record.void_reason) == ((0, 1, 0), True, "import")


def test_unknown_sites_are_made_private_and_plain_when_asked():
    report = bring("contacts", file("1,2025-01-14,C01,one_to_one,1,NEW-2,,,,,,,,,"), sites=True)

    site = Site.objects.get(code="NEW-2")
    assert (report.new_sites, site.name, site.district, hasattr(site, "service_point")) == (
        ["NEW-2"],
        "NEW-2",
        None,
        False,
    )
    assert (one().site, AuditLine.objects.filter(action="site.create", record_id=str(site.pk)).count()) == (site, 1)


def test_commodities_without_a_column_of_their_own_come_and_stay():
    header = "id,date,client,contact_type,syr,other_commodities"
    bring("contacts", file("1,2025-01-14,C01,one_to_one,10,SWAB=5;SHARPS=0/2", header=header))
    first = pieces(one())

    bring("contacts", file("1,2025-01-14,C01,one_to_one,12", header="id,date,client,contact_type,syr"))

    assert first == [("SHARPS", 0, 2), ("SWAB", 5, 0), ("SYR_1ML_FIX", 10, 0)]
    assert pieces(one()) == [("SHARPS", 0, 2), ("SWAB", 5, 0), ("SYR_1ML_FIX", 12, 0)]
    assert refused("contacts", file("2,2025-01-14,C01,one_to_one,1,SYR_1ML_FIX=3", header=header)) == [
        (2, "other_commodities", "SYR_1ML_FIX=3")
    ]


def test_choice_of_the_templates_drop_down_is_its_code():
    bring("contacts", file("1,2025-01-14,C01,one_to_one · One-to-one contact · ជួបម្នាក់ទល់ម្នាក់,1,,,,,,,,,,"))

    assert one().kind == "one_to_one"


def test_columns_outside_the_layout_are_left_out_and_named():
    report = bring("contacts", file("1,2025-01-14,C01,one_to_one,x", header="id,date,client,contact_type,remarks"))

    assert report.ignored == ["remarks"]


def test_queries_do_not_grow_with_the_rows(django_assert_max_num_queries):
    lines = [f"{n},2025-01-14,C01,one_to_one,1,DIC-1,IEC,,1,,,,,," for n in range(900)]
    small, large = file(*lines[:3]), file(*lines)
    bring("contacts", file("x,2025-01-14,C01,one_to_one,1,DIC-1,IEC,,1,,,,,,"))

    with django_assert_max_num_queries(66) as few:
        bring("contacts", small)
    with django_assert_max_num_queries(66) as many:
        bring("contacts", large)

    assert len(many) - len(few) <= 6
