"""The stipend and transport sheet: its arithmetic by hand, whose lines stand on it, and what was signed."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from core.models.users import system_user
from core.permissions import Role
from peers import months, stipends
from peers.actions import monthly_reports, sessions
from peers.models import PeerEducator
from peers.stipends import money
from tests.factories.peers import peer
from tests.factories.people import member
from tests.peers.months import report
from tests.peers.test_monthly_reports import set_terms

pytestmark = pytest.mark.usefixtures("lists")
MARCH = date(2025, 3, 1)


@pytest.fixture(autouse=True)
def clock():
    """The second of April 2025: March is over."""
    with time_machine.travel("2025-04-02 09:00 +07:00", tick=False) as travelled:
        yield travelled


@pytest.fixture
def led(recorded):
    """A session of a day, led by somebody."""

    def lead(on, *leaders):
        session = recorded(occurred_on=on)
        session.facilitators.add(*leaders)
        return session

    return lead


@pytest.fixture
def boss(client, lists):
    """A supervisor, signed in."""
    found = member(Role.SUPERVISOR)
    client.force_login(found)
    return found


def lines(month=MARCH):
    peers = PeerEducator.objects.countable().with_status_on(months.last_day(month)).order_by("reference")
    return {line.peer.reference: line for line in stipends.lines(list(peers), month)}


def sheet(client, query="?month=2025-03"):
    return client.get(reverse("stipends") + query)


def codes_on(response):
    return [[row["code"] for row in team["rows"]] for team in response.context["teams"]]


def test_sheet_worked_by_hand(led):
    """12,000 ៛ a day, 4,000 ៛ for transport.

    PE-1: sessions on the 3rd (two of them), 10th and 17th; duty on the 10th, 20th and 21st: 5 days. Transport twice.
    PE-2: no session, duty on the 5th: 1 day. PE-3: sessions on the 3rd only, nothing handed in: 1 day.
    """
    set_terms("12000", "4000")
    one, two, three = (peer(f"PE-{n}") for n in (1, 2, 3))
    led(date(2025, 3, 3), one, three)
    led(date(2025, 3, 3), one)
    led(date(2025, 3, 10), one)
    led(date(2025, 3, 17), one)
    led(date(2025, 2, 28), one)
    led(date(2025, 4, 1), one)
    sessions.void(record=led(date(2025, 3, 18), one, two), by=system_user(), reason="twice")
    report(one, duty=(10, 20, 21), transport=(3, 20))
    report(two, duty=(5,))

    found = lines()

    told = {
        code: (len(x.session_days), len(x.duty_days), x.days_paid, x.stipend, x.transport, x.total)
        for code, x in found.items()
    }
    assert told == {
        "PE-1": (3, 3, 5, 60_000, 8_000, 68_000),
        "PE-2": (0, 1, 1, 12_000, 0, 12_000),
        "PE-3": (1, 0, 1, 12_000, 0, 12_000),
    }
    assert stipends.sums(found.values()) == [("KHR", 84_000, 8_000, 92_000)]


def test_accepted_line_stands_while_the_others_follow_sessions_and_terms(led, boss):
    set_terms("12000", "4000")
    signed, open_one = peer("PE-1"), peer("PE-2")
    report(signed, duty=(10,), accepted=date(2025, 4, 1))
    report(open_one, duty=(10,))
    set_terms("2.50", "1.25", "USD")
    led(date(2025, 3, 3), signed, open_one)

    found = lines()

    assert [(x.days_paid, x.stipend, x.currency, x.accepted) for x in found.values()] == [
        (1, Decimal("12000.00"), "KHR", True),
        (2, Decimal("5.00"), "USD", False),
    ]
    assert [currency for currency, *_sums in stipends.sums(found.values())] == ["KHR", "USD"]


def test_lines_are_of_the_active_and_of_those_who_have_something(led):
    peer("PE-1")
    peer("PE-2", statuses=(("active", date(2024, 1, 1), ""), ("dropped", date(2025, 2, 1), "job")))
    left = peer("PE-3", statuses=(("active", date(2024, 1, 1), ""), ("dropped", date(2025, 3, 9), "job")))
    peer("PE-4", statuses=(("training", date(2024, 1, 1), ""),))
    peer("PE-5", statuses=(("active", date(2024, 1, 1), ""), ("on_leave", date(2025, 2, 1), "")))
    led(date(2025, 3, 3), left)

    assert list(lines()) == ["PE-1", "PE-3"]


def test_transport_without_work_is_told(led):
    one = peer()
    led(date(2025, 3, 3), one)

    report(one, duty=(4,), transport=(3, 4, 5))

    assert lines()["PE-1"].unexplained == {"2025-03-05"}


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("0", "KHR", "0 ៛"),
        ("1234567", "KHR", "1,234,567 ៛"),
        ("12.50", "KHR", "12.50 ៛"),
        ("0", "USD", "US$ 0.00"),
        ("1234.5", "USD", "US$ 1,234.50"),
    ],
)
def test_money_has_its_currency(amount, currency, said):
    assert money(Decimal(amount), currency) == said


def test_supervisor_sees_the_own_team_alone(client, boss):
    other = member(Role.SUPERVISOR, username="other-supervisor")
    peer("PE-1", supervisor=boss)
    peer("PE-2", supervisor=other)
    peer("PE-3")
    peer("PE-4", organisation="NGO-B")

    response = sheet(client)

    assert codes_on(response) == [["PE-1"]]
    assert [one.reference for one in response.context["alone"]] == ["PE-3"]
    assert "PE-2" not in response.content.decode()


def test_manager_sees_a_table_for_each_team(client):
    bosses = [member(Role.SUPERVISOR, username=f"supervisor-{n}") for n in (1, 2)]
    for number, one in enumerate([bosses[1], bosses[0], bosses[1], None], start=1):
        peer(f"PE-{number}", supervisor=one)
    peer("PE-9", organisation="NGO-B")
    client.force_login(member(Role.PROGRAMME_MANAGER))

    response = sheet(client)

    found = {team["name"]: [row["code"] for row in team["rows"]] for team in response.context["teams"]}
    assert found == {"supervisor-1": ["PE-2"], "supervisor-2": ["PE-1", "PE-3"], "Without a supervisor": ["PE-4"]}


def test_sheet_marks_what_isnt_accepted_and_sums(client, boss):
    set_terms("12000", "4000")
    report(peer("PE-1", supervisor=boss), duty=(4, 5), transport=(4,), accepted=date(2025, 4, 1))
    waits = report(peer("PE-2", supervisor=boss), duty=(4,))
    missing = peer("PE-3", supervisor=boss)

    response = sheet(client)

    team = response.context["teams"][0]
    assert [row["state"] for row in team["rows"]] == ["", "not accepted yet", "no report yet"]
    assert [row["url"] for row in team["rows"][1:]] == [
        waits.get_absolute_url(),
        f"{reverse('monthly-reports:create')}?month=2025-03&peer={missing.pk}",
    ]
    assert (team["days"], team["sums"]) == (3, [("36,000 ៛", "4,000 ៛", "40,000 ៛")])
    assert response.context["waiting"] == 2
    assert "Days are paid, never the number of people met." in response.content.decode()


def test_month_turns_over_under_a_moving_clock(client, boss, clock, led):
    """On the last of March, April can't be asked for; a second later it is the month shown, and March still there."""
    set_terms("12000", "4000")
    one = peer("PE-1", supervisor=boss)
    clock.move_to("2025-03-31 23:59:59 +07:00")
    led(date(2025, 3, 31), one)
    client.force_login(boss)

    shown = [sheet(client, "").context["month"], sheet(client, "?month=2025-04").status_code]
    clock.move_to("2025-04-01 00:00:01 +07:00")
    client.force_login(boss)
    april = sheet(client, "").context
    march = sheet(client).context

    assert shown == ["2025-03", 400]
    assert (april["month"], april["after"], april["teams"][0]["days"]) == ("2025-04", "", 0)
    assert (march["after"], march["teams"][0]["days"]) == (f"{reverse('stipends')}?month=2025-04", 1)


@pytest.mark.parametrize("month", ["2025-13", "2025", "x", "9999-01", "0001-01", "2025-03-01", "２０２５-03", "\x00"])
def test_month_that_is_none_answers_400(client, boss, month):
    response = client.get(reverse("stipends"), {"month": month})

    assert response.status_code == 400


def test_month_before_everybody_is_an_empty_sheet(client, boss):
    peer("PE-1", supervisor=boss)

    response = sheet(client, "?month=2001-01")

    assert (response.status_code, response.context["teams"]) == (200, [])


@pytest.mark.parametrize("role", [Role.PEER_EDUCATOR, Role.OUTREACH_WORKER, Role.HOTLINE_COUNSELLOR])
def test_sheet_is_for_those_who_lead(client, role):
    client.force_login(member(role))

    assert sheet(client).status_code == 403


def test_sheet_costs_the_same_for_one_and_for_three(client, boss, django_assert_num_queries):
    report(peer("PE-1", supervisor=boss), duty=(4,))
    sheet(client)  # the first request of a session writes it

    with django_assert_num_queries(7):
        sheet(client)
    for code in ("PE-2", "PE-3"):
        report(peer(code, supervisor=boss), duty=(4,), accepted=date(2025, 4, 1))
    with django_assert_num_queries(7):
        sheet(client)


def test_sent_back_line_is_reckoned_anew(led, boss):
    set_terms("12000", "4000")
    one = peer("PE-1", supervisor=boss)
    accepted = report(one, duty=(4,), accepted=date(2025, 4, 1))
    set_terms("15000", "4000")

    monthly_reports.send_back(report=accepted, reason="again", by=boss)

    assert lines()["PE-1"].stipend == 15_000
