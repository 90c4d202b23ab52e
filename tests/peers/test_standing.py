"""Active, or silent for too long: one rule, read the same way in the list, on the page and by others."""

from datetime import date, timedelta

import pytest

from core.models.users import system_user
from peers import standing
from peers.actions import sessions
from peers.models import MonthlyReport, PeerEducator, Session
from tests.factories.peers import peer
from tests.peers.months import report

pytestmark = pytest.mark.usefixtures("lists")
TODAY = date(2025, 6, 30)
EDGE = TODAY - timedelta(days=60)


def led(by, on, *, void=False, recorded=None):
    session = recorded(occurred_on=on)
    session.facilitators.add(by)
    if void:
        sessions.void(record=session, by=system_user(), reason="twice")


def read(day=TODAY):
    return standing.with_signs(PeerEducator.objects.with_status_on(day), day)


@pytest.mark.parametrize(
    ("status", "since", "sign", "shown"),
    [
        ("active", date(2024, 1, 1), None, "inactive"),
        ("active", date(2024, 1, 1), EDGE, "inactive"),
        ("active", date(2024, 1, 1), EDGE + timedelta(days=1), "active"),
        ("active", EDGE, None, "inactive"),
        ("active", EDGE + timedelta(days=1), None, "active"),
        ("on_leave", date(2024, 1, 1), None, "on_leave"),
        ("dropped", date(2024, 1, 1), None, "dropped"),
    ],
)
def test_status_shown_at_its_edges(status, since, sign, shown):
    assert standing.shown_status(status, since, sign, TODAY) == shown


def test_silence_is_told_from_the_day_it_was_too_long(recorded):
    never, once, works = (peer(f"PE-{n}") for n in range(1, 4))
    led(once, date(2025, 3, 1), recorded=recorded)
    led(works, date(2025, 6, 1), recorded=recorded)

    found = {one.pk: standing.shown_since(one, TODAY) for one in read()}

    assert found == {never.pk: date(2024, 3, 1), once.pk: date(2025, 4, 30), works.pk: date(2024, 1, 1)}


def signs(day):
    """The newest sign of work of everybody, as it was known on a day."""
    return {row.pk: standing.last_sign(row) for row in standing.with_signs(PeerEducator.objects.all(), day)}


def test_signs_are_the_newest_session_led_and_report_accepted(recorded):
    silent, leader, reporter, both, waiting = (peer(f"PE-{n}") for n in range(1, 6))
    led(silent, date(2025, 6, 1), void=True, recorded=recorded)
    led(leader, date(2025, 5, 1), recorded=recorded)
    led(leader, date(2025, 5, 9), recorded=recorded)
    report(reporter, date(2025, 4, 1), accepted=date(2025, 5, 4))
    led(both, date(2025, 5, 20), recorded=recorded)
    report(both, date(2025, 4, 1), accepted=date(2025, 5, 5))
    report(waiting, date(2025, 5, 1))

    found = signs(TODAY)

    assert found == {
        silent.pk: None,
        leader.pk: date(2025, 5, 9),
        reporter.pk: date(2025, 5, 4),
        both.pk: date(2025, 5, 20),
        waiting.pk: None,
    }


def test_signs_after_the_day_are_not_known_yet(recorded):
    one = peer()
    led(one, date(2025, 6, 2), recorded=recorded)
    report(one, date(2025, 4, 1), accepted=date(2025, 6, 3))

    found = [signs(day)[one.pk] for day in (date(2025, 6, 1), date(2025, 6, 2), TODAY)]

    assert found == [None, date(2025, 6, 2), date(2025, 6, 3)]


def test_signs_of_many_cost_one_query(django_assert_num_queries):
    for number in range(5):
        peer(f"PE-{number}")

    with django_assert_num_queries(1):
        signs(TODAY)


def test_list_and_page_agree_with_a_naive_recount(recorded):
    for number, days in enumerate([1, 59, 60, 61, None]):
        one = peer(f"PE-A{number}")
        if days is not None:
            led(one, TODAY - timedelta(days=days), recorded=recorded)
        two = peer(f"PE-B{number}", statuses=(("active", TODAY - timedelta(days=days or 400), ""),))
        if number == 3:
            led(two, TODAY, recorded=recorded)
    peer("PE-C", statuses=(("active", date(2024, 1, 1), ""), ("on_leave", date(2024, 5, 1), "")))

    naive = {}
    for one in PeerEducator.objects.prefetch_related("statuses"):
        status, since = [(row.status, row.since) for row in one.statuses.all()][-1]
        signs = [s.occurred_on for s in Session.objects.filter(voided_at=None) if one in s.facilitators.all()]
        signs += [r.accepted_on for r in MonthlyReport.objects.filter(peer=one) if r.accepted_on]
        quiet = all((TODAY - day).days >= 60 for day in [*signs, since])
        naive[one.reference] = "inactive" if status == "active" and quiet else status
    shown = {one.reference: standing.shown_on(one, TODAY) for one in read()}
    listed = {
        one.reference: status
        for status in ("candidate", "training", "active", "on_leave", "inactive", "dropped")
        for one in standing.in_state(read(), status, TODAY)
    }

    assert shown == naive
    assert listed == naive
    assert sorted(naive.values()) == ["active"] * 5 + ["inactive"] * 5 + ["on_leave"]
