"""Referrals from a file."""

import pytest

from outreach.models import Referral
from outreach.resources.referrals import BOOK, ReferralResource
from tests.factories.files import bring, counted, refused, text_file
from tests.factories.programme import Programme

pytestmark = pytest.mark.usefixtures("lists")
HEADER = "id,client,date,type,status,closed"


@pytest.fixture(autouse=True)
def people(lists):
    return Programme().person(reference="C01")


def file(*lines, header=HEADER):
    return text_file(header, *lines)


def test_referral_takes_what_the_row_says_with_its_dated_events():
    bring("referrals", file("R1,C01,2025-01-14,STI,completed,2025-01-17"))

    referral = Referral.objects.get(reference="R1")
    assert (referral.client.reference, referral.type, referral.status, str(referral.closed_on)) == (
        "C01",
        "STI",
        "completed",
        "2025-01-17",
    )
    assert [(event.status, str(event.happened_on)) for event in referral.events.all()] == [
        ("issued", "2025-01-14"),
        ("completed", "2025-01-17"),
    ]


def test_open_referral_is_closed_by_a_later_file():
    bring("referrals", file("R1,C01,2025-01-14,STI,issued,"))

    report = bring("referrals", file("R1,C01,2025-01-14,STI,not_attended,2025-02-01"))

    referral = Referral.objects.get(reference="R1")
    assert (counted(report), referral.status, str(referral.closed_on), referral.version) == (
        (0, 1, 0),
        "not_attended",
        "2025-02-01",
        2,
    )


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("R2,C99,2025-01-14,STI,issued,", ("client", "C99")),
        ("R2,,2025-01-14,STI,issued,", ("client", "")),
        ("R2,C01,,STI,issued,", ("date", "")),
        ("R2,C01,2025-01-14,,issued,", ("type", "")),
        ("R2,C01,2025-01-14,DANCE,issued,", ("type", "DANCE")),
        ("R2,C01,2025-01-14,STI,gone,2025-01-15", ("status", "gone")),
        ("R2,C01,2025-01-14,STI,completed,", ("closed", "")),
        ("R2,C01,2025-01-14,STI,issued,2025-01-15", ("closed", "2025-01-15")),
        ("R2,C01,2025-01-14,STI,completed,2025-01-13", ("closed", "2025-01-13")),
    ],
)
def test_bad_row_is_named_by_row_column_and_value(line, problem):
    assert refused("referrals", file("R1,C01,2025-01-14,STI,issued,", line)) == [(3, *problem)]
    assert Referral.objects.count() == 0


WIDE = HEADER + ",urgent,not_completed_because,share_consent,arrived"


def test_arrival_and_consent_come_from_columns_of_their_own():
    bring("referrals", file("R1,C01,2025-01-14,STI,completed,2025-01-17,1,,1,2025-01-16", header=WIDE))

    referral = Referral.objects.get()
    assert (referral.share_consent, str(referral.arrived_on), referral.urgent) == (True, "2025-01-16", True)
    assert [(event.step, str(event.happened_on)) for event in referral.events.all()] == [
        *[("issued", "2025-01-14"), ("arrived", "2025-01-16"), ("served", "2025-01-17")],
    ]


def test_file_without_these_columns_leaves_them_alone():
    bring("referrals", file("R1,C01,2025-01-14,STI,issued,,,,1,2025-01-16", header=WIDE))

    report = bring("referrals", file("R1,C01,2025-01-14,STI,issued,"))

    referral = Referral.objects.get()
    assert (counted(report), referral.share_consent, str(referral.arrived_on)) == ((0, 0, 1), True, "2025-01-16")


def test_arrival_that_can_not_be_is_named_by_its_column():
    line = "R1,C01,2025-01-14,STI,completed,2025-01-17,,,,2025-01-18"

    assert refused("referrals", file(line, header=WIDE)) == [(2, "arrived", "2025-01-18")]


def test_closing_by_a_file_leaves_a_dated_event():
    bring("referrals", file("R1,C01,2025-01-14,STI,issued,"))

    bring("referrals", file("R1,C01,2025-01-14,STI,not_attended,2025-02-01"))

    assert [(event.status, str(event.happened_on)) for event in Referral.objects.get().events.all()] == [
        *[("issued", "2025-01-14"), ("not_attended", "2025-02-01")],
    ]


def exported(programme):
    rows = BOOK.readings(Referral.objects.filter(organisation=programme.organisation).order_by("reference"))
    return ReferralResource().export(rows).csv


def test_file_goes_out_and_comes_in_again_unchanged():
    here, there = Programme(), Programme("EMPTY")
    there.person(reference="C01")
    lines = ["R1,C01,2025-01-14,STI,completed,2025-01-17,1,,1,2025-01-16", "R2,C01,2025-01-15,TB,issued,,,,,"]
    lines += ["R3,C01,2025-01-16,HTS,lost,2025-03-01,,moved,1,", "R4,C01,2025-01-17,GBV,accepted,,1,,,2025-01-18"]
    bring("referrals", file(*lines, header=WIDE))
    content = exported(here)

    report = bring("referrals", content.encode(), code="EMPTY")
    again = bring("referrals", content.encode(), code="EMPTY")

    assert (counted(report), counted(again)) == ((4, 0, 0), (0, 0, 4))
    assert exported(there) == content


def test_imported_open_referrals_have_slips_and_closed_ones_none():
    bring("referrals", file("R1,C01,2025-01-14,STI,issued,", "R2,C01,2025-01-14,STI,lost,2025-02-01"))

    assert dict(Referral.objects.values_list("reference", "slip")) == {"R1": 1, "R2": 0}
