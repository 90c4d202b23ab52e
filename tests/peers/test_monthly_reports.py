"""Monthly reports: what may stand in them, accepting and sending back, and what an accepted one keeps."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import time_machine

from core.actions.records import Changed, Outcome, Refused
from core.models import RecordVersion
from core.models.users import system_user
from core.permissions import Role
from core.rules.problems import InvalidEntries
from peers.actions import monthly_reports, terms
from peers.models import MonthlyReport
from peers.rules.monthly_reports import ReportEntry, problems
from tests.factories.peers import peer
from tests.factories.people import member, organisation
from tests.peers.months import days, report

pytestmark = pytest.mark.usefixtures("lists")
TODAY = date(2025, 3, 14)
MARCH = date(2025, 3, 1)
SHEET = {"session_days": ["2025-03-04"], "day_rate": "12000.00", "transport_rate": "0.00", "currency": "KHR"}


@pytest.fixture
def clock():
    """The fourteenth of March 2025."""
    with time_machine.travel("2025-03-14 12:00 +07:00", tick=False):
        yield


def set_terms(stipend="12000", transport="4000", currency="KHR", code="NGO-A"):
    values = {"stipend_per_day": Decimal(stipend), "transport_per_day": Decimal(transport), "currency": currency}
    limits = {"people_per_peer": 60, "people_per_worker": 250}
    terms.set_terms(organisation=organisation(code), values=values | limits, by=system_user())


def fields(**said):
    entry = ReportEntry(**{"occurred_on": TODAY, "peer_id": peer().pk, "month": MARCH, **said})
    return [problem.field for problem in problems(entry, today=TODAY)]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({}, []),
        ({"month": date(2025, 4, 1)}, ["month"]),
        ({"month": date(2025, 3, 2)}, ["month"]),
        ({"month": date(1989, 12, 1)}, ["month"]),
        ({"occurred_on": date(2025, 3, 15)}, ["occurred_on"]),
        ({"duty_days": days(MARCH, 1, 14), "transport_days": days(MARCH, 14)}, []),
        ({"duty_days": days(MARCH, 15)}, ["duty_days"]),
        ({"duty_days": frozenset({"2025-02-28"})}, ["duty_days"]),
        ({"transport_days": frozenset({"2025-04-01"})}, ["transport_days"]),
        ({"duty_days": frozenset({"soon"})}, ["duty_days"]),
        ({"note": "x" * 281}, ["note"]),
        ({"note": "ring 012 345 678"}, ["note"]),
        ({"accepted_on": TODAY, "accepted_by_id": 1, "sheet": SHEET}, []),
        ({"accepted_on": TODAY, "sheet": SHEET}, ["accepted_by"]),
        ({"accepted_by_id": 1}, ["accepted_on"]),
        ({"sheet": SHEET}, ["accepted_on"]),
        ({"accepted_on": date(2025, 3, 15), "accepted_by_id": 1, "sheet": SHEET}, ["accepted_on"]),
        ({"accepted_on": date(2025, 3, 13), "accepted_by_id": 1, "sheet": SHEET}, ["accepted_on"]),
        ({"accepted_on": TODAY, "accepted_by_id": 1}, ["day_rate", "transport_rate", "currency"]),
        ({"accepted_on": TODAY, "accepted_by_id": 1, "sheet": SHEET | {"day_rate": "-1.00"}}, ["day_rate"]),
        ({"accepted_on": TODAY, "accepted_by_id": 1, "sheet": SHEET | {"day_rate": "NaN"}}, ["day_rate"]),
        ({"accepted_on": TODAY, "accepted_by_id": 1, "sheet": SHEET | {"day_rate": "1.5"}}, ["day_rate"]),
        ({"accepted_on": TODAY, "accepted_by_id": 1, "sheet": SHEET | {"day_rate": "1e999"}}, ["day_rate"]),
        ({"accepted_on": TODAY, "accepted_by_id": 1, "sheet": SHEET | {"currency": "EUR"}}, ["currency"]),
        ({"accepted_on": TODAY, "accepted_by_id": 1, "sheet": SHEET | {"session_days": ["x"]}}, ["session_days"]),
    ],
)
def test_field_at_its_edges(said, wrong):
    assert fields(**said) == wrong


def refused(made, **said):
    with pytest.raises(InvalidEntries) as wrong:
        report(made, **said)
    return [problem.field for problem in wrong.value.problems[0]]


def test_report_of_another_organisations_peer_is_refused():
    stranger = peer(organisation="NGO-B")
    entry = ReportEntry(occurred_on=date(2025, 4, 1), peer_id=stranger.pk, month=MARCH)

    found = monthly_reports.problems_of(entries=[entry], organisation=organisation())

    assert [problem.field for problem in found[0]] == ["peer"]


def test_report_before_recruitment_is_refused():
    made = peer(statuses=(("active", date(2025, 3, 10), ""),))

    assert refused(made, month=date(2025, 2, 1)) == ["month"]
    assert refused(made, duty=(9, 10), transport=(9,)) == ["duty_days", "transport_days"]
    assert report(made, duty=(10,)).duty_days == ["2025-03-10"]


def test_each_month_has_one_report_and_a_void_one_makes_room():
    made = peer()
    first = report(made)

    assert refused(made) == ["month"]
    monthly_reports.void(record=first, by=system_user(), reason="wrong person")
    assert report(made).month == MARCH


def test_two_reports_of_a_month_sent_together_are_refused():
    made = peer()
    both = [ReportEntry(occurred_on=date(2025, 4, 1), peer_id=made.pk, month=MARCH) for _time in range(2)]

    found = monthly_reports.problems_of(entries=both, organisation=organisation())

    assert {place: [p.field for p in wrong] for place, wrong in found.items()} == {0: ["month"], 1: ["month"]}


def test_report_sent_twice_is_one():
    entry = ReportEntry(occurred_on=date(2025, 4, 1), peer_id=peer().pk, month=MARCH)
    send = {"entry": entry, "by": system_user(), "organisation": organisation()}

    outcomes = [monthly_reports.record(**send), monthly_reports.record(**send)]

    assert outcomes == [Outcome.CREATED, Outcome.DUPLICATE]
    assert MonthlyReport.objects.count() == 1


def test_accepting_freezes_sessions_and_terms(recorded, supervisor):
    set_terms()
    made = peer()
    session = recorded(occurred_on=date(2025, 3, 4))
    session.facilitators.add(made)
    handed_in = report(made, duty=(4, 5))

    accepted = monthly_reports.accept(report=handed_in, by=supervisor)
    recorded(occurred_on=date(2025, 3, 6)).facilitators.add(made)
    set_terms("99000", "1", "USD")
    kept = MonthlyReport.objects.get()

    assert (accepted.accepted_by, accepted.version) == (supervisor, 2)
    assert kept.sheet == {
        "session_days": ["2025-03-04"],
        "day_rate": "12000.00",
        "transport_rate": "4000.00",
        "currency": "KHR",
    }


def test_accepted_report_is_changed_only_after_it_was_sent_back(supervisor):
    made = report(peer(), duty=(4,))
    accepted = monthly_reports.accept(report=made, by=supervisor)
    changed = replace(monthly_reports.entry_of(accepted), duty_days=days(MARCH, 4, 5))

    with pytest.raises(InvalidEntries) as wrong:
        monthly_reports.amend(record=accepted, entry=changed, version=2, by=supervisor)
    sneaky = replace(changed, accepted_on=None, accepted_by_id=None, sheet={})
    with pytest.raises(InvalidEntries):
        monthly_reports.amend(record=accepted, entry=sneaky, version=2, by=supervisor)
    back = monthly_reports.send_back(report=accepted, reason="The fifth is missing", by=supervisor)
    again = replace(monthly_reports.entry_of(back), duty_days=days(MARCH, 4, 5))
    mended = monthly_reports.amend(record=back, entry=again, version=3, by=supervisor)

    assert [problem.field for problem in wrong.value.problems[0]] == ["accepted_on"]
    assert (back.accepted_on, back.accepted_by, back.sheet) == (None, None, {})
    assert mended.duty_days == ["2025-03-04", "2025-03-05"]
    assert list(RecordVersion.objects.values_list("reason", flat=True)) == ["", "The fifth is missing", ""]


def test_accepting_twice_or_sending_back_what_waits_is_refused(supervisor):
    made = report(peer())
    with pytest.raises(Refused):
        monthly_reports.send_back(report=made, reason="why", by=supervisor)
    accepted = monthly_reports.accept(report=made, by=supervisor)

    with pytest.raises(Refused):
        monthly_reports.accept(report=accepted, by=supervisor)
    with pytest.raises(Refused):
        monthly_reports.send_back(report=accepted, reason="  ", by=supervisor)


def test_accepting_what_was_changed_meanwhile_is_refused(supervisor):
    opened = report(peer())
    changed = replace(monthly_reports.entry_of(opened), duty_days=days(MARCH, 4))
    monthly_reports.amend(record=opened, entry=changed, version=1, by=supervisor)

    with pytest.raises(Changed):
        monthly_reports.accept(report=opened, by=supervisor)


def test_void_report_cant_be_accepted(supervisor):
    made = report(peer())
    void = monthly_reports.void(record=made, by=supervisor, reason="twice")

    with pytest.raises(Refused):
        monthly_reports.accept(report=void, by=supervisor)


def test_only_a_member_of_the_organisation_can_have_accepted():
    stranger = member(Role.SUPERVISOR, "NGO-B")
    made = report(peer())

    with pytest.raises(InvalidEntries) as wrong:
        monthly_reports.accept(report=made, by=stranger)

    assert [problem.field for problem in wrong.value.problems[0]] == ["accepted_by"]


def test_many_reports_cost_the_same_queries_as_one(django_assert_num_queries):
    peers = [peer(f"PE-{n}") for n in range(12)]
    entries = [ReportEntry(occurred_on=date(2025, 4, 1), peer_id=one.pk, month=MARCH) for one in peers]
    who = {"by": system_user(), "organisation": organisation()}

    with django_assert_num_queries(13) as one:
        monthly_reports.record_many(entries=entries[:1], **who)
    with django_assert_num_queries(len(one)):
        monthly_reports.record_many(entries=entries[1:], **who)
