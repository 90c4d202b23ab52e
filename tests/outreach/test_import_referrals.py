"""Referrals from a file."""

import pytest

from outreach.models import Referral
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
