"""Monthly reports on their screens: the calendar to tick, accepting, sending back, and a year of months."""

import uuid
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from core.actions.memberships import scope_of
from core.permissions import Role
from peers.actions import monthly_reports
from peers.forms.monthly_reports import ReportForm
from peers.models import MonthlyReport
from peers.rules.monthly_reports import ReportEntry
from tests.factories.peers import peer
from tests.factories.people import member
from tests.peers.months import report
from tests.peers.test_monthly_reports import set_terms

pytestmark = pytest.mark.usefixtures("lists")


@pytest.fixture(autouse=True)
def clock():
    """The fourteenth of March 2025."""
    with time_machine.travel("2025-03-14 12:00 +07:00", tick=False) as travelled:
        yield travelled


@pytest.fixture
def boss(client, lists):
    """A supervisor, signed in."""
    found = member(Role.SUPERVISOR)
    client.force_login(found)
    return found


@pytest.fixture
def own(boss):
    return member(Role.PEER_EDUCATOR)


def at(name, record=None, query=""):
    return reverse(f"monthly-reports:{name}", args=[record.pk] if record else None) + query


def typed(made, month="2025-03", **changed):
    return {"id": str(uuid.uuid4()), "peer": str(made.pk), "month": month, "note": "", **changed}


def test_peer_educator_hands_in_the_own_month(client, boss, own):
    mine = peer(supervisor=boss, user=own)
    report(mine, date(2025, 2, 1))
    client.force_login(own)
    form = client.get(at("create")).context["form"]

    data = typed(mine, form.initial["month"], duty_days=["2025-03-04", "2025-03-11"], transport_days=["2025-03-11"])
    response = client.post(at("create"), data)

    made = MonthlyReport.objects.get(month=date(2025, 3, 1))
    assert (form.initial["peer"], form.initial["month"]) == (mine, "2025-03")
    assert response["Location"] == made.get_absolute_url()
    assert (made.peer, made.recorded_by, made.occurred_on) == (mine, own, date(2025, 3, 14))
    assert (made.duty_days, made.transport_days) == (["2025-03-04", "2025-03-11"], ["2025-03-11"])


def test_form_opens_with_last_month_until_it_is_handed_in(client, boss, own):
    mine = peer(supervisor=boss, user=own)
    client.force_login(own)

    before = client.get(at("create")).context["form"].month_text
    report(mine, date(2025, 2, 1))
    after = client.get(at("create")).context["form"].month_text

    assert (before, after) == ("2025-02", "2025-03")


def test_supervisor_chooses_whose_month_it_is(client, boss):
    first, second = peer("PE-1", supervisor=boss), peer("PE-2", supervisor=boss)

    nobody = client.get(at("create"))
    chosen = client.get(at("create", query=f"?peer={second.pk}&month=2025-01"))

    assert nobody.context["form"].peer_shown is None
    assert b"Choose whose month it is." in nobody.content
    assert [one.reference for one in nobody.context["form"].peers] == [first.reference, second.reference]
    assert (chosen.context["form"].peer_shown, chosen.context["form"].month_text) == (second, "2025-01")


@pytest.mark.parametrize("query", ["?peer=x", "?peer=%00", f"?peer={uuid.uuid4()}", "?month=x", "?month=9999-12"])
def test_odd_address_of_the_form_is_no_fault(client, boss, query):
    peer("PE-1", supervisor=boss)
    peer("PE-2", supervisor=boss)

    assert client.get(at("create", query=query)).status_code == 200


def test_calendar_begins_on_monday_marks_sessions_and_ends_today(client, boss, recorded):
    made = peer(supervisor=boss)
    recorded(occurred_on=date(2025, 3, 4)).facilitators.add(made)

    form = client.get(at("create", query=f"?peer={made.pk}&month=2025-03")).context["form"]

    duty, weeks = form.calendars[0]
    cells = [cell for week in weeks for cell in week if cell]
    assert (duty.name, [len(week) for week in weeks]) == ("duty_days", [7] * 6)
    assert [cell and cell.number for cell in weeks[0]] == [None] * 5 + [1, 2]
    assert [cell.number for cell in cells if cell.session] == [4]
    assert cells[3].said == "Tuesday 4 March, with a session"
    assert [cell.number for cell in cells if cell.tick] == list(range(1, 15))


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"month": "2025-04"}, ["month"]),
        ({"month": "2023-12"}, ["month"]),
        ({"month": "9999-12"}, ["month"]),
        ({"month": ""}, ["month"]),
        ({"month": "\x00"}, ["month"]),
        ({"duty_days": ["2025-03-15"]}, ["duty_days"]),
        ({"duty_days": ["2025-02-28"]}, ["duty_days"]),
        ({"transport_days": ["x"]}, ["transport_days"]),
        ({"note": "ring 012 345 678"}, ["note"]),
        ({"peer": ""}, ["peer"]),
        ({"peer": "\x00"}, ["peer"]),
    ],
)
def test_form_says_beside_the_field_what_is_wrong(client, boss, changed, wrong):
    made = peer(supervisor=boss)

    response = client.post(at("create"), typed(made, **changed))

    assert response.status_code == 200
    assert list(response.context["form"].errors) == wrong
    assert MonthlyReport.objects.count() == 0


def test_second_report_of_a_month_is_refused_on_the_screen(client, boss):
    made = peer(supervisor=boss)
    client.post(at("create"), typed(made))

    response = client.post(at("create"), typed(made))

    assert list(response.context["form"].errors) == ["month"]
    assert MonthlyReport.objects.count() == 1


def test_form_sent_twice_makes_one(client, boss):
    data = typed(peer(supervisor=boss))

    locations = [client.post(at("create"), data)["Location"] for _time in range(2)]

    assert locations == [MonthlyReport.objects.get().get_absolute_url()] * 2


def test_supervisor_accepts_and_sends_back(client, boss, own):
    set_terms("12000", "4000")
    made = report(peer(supervisor=boss, user=own), duty=(4, 5), transport=(6,), handed_in=date(2025, 3, 10))
    asked = client.get(at("accept", made)).context["intro"]

    accepted = client.post(at("accept", made), {"version": "1"})
    offered = [label for label, _url, _style in client.get(made.get_absolute_url()).context["actions"]]
    client.post(at("send-back", made), {"version": "2", "reason": "The sixth has no work"})
    client.force_login(own)
    page = client.get(made.get_absolute_url())

    assert asked == (
        "2 days paid: 24,000 ៛, transport 4,000 ៛, together 28,000 ៛. Transport without a session or duty: 6. "
        "The month isn't over: sessions still to come won't be on the sheet."
    )
    assert accepted["Location"] == made.get_absolute_url()
    assert offered == ["Make void", "Send back"]
    assert page.context["sent_back"] == "The sixth has no work"
    assert [label for label, _url, _style in page.context["actions"]] == ["Change"]


def test_accepted_report_is_not_changed_on_the_screen(client, boss):
    made = report(peer(supervisor=boss), duty=(4,), handed_in=date(2025, 3, 10))
    monthly_reports.accept(report=made, by=boss)

    data = {"version": "2", "duty_days": ["2025-03-05"], "note": "", "change_reason": ""}
    response = client.post(at("amend", made), data)

    assert response.context["form"].non_field_errors() == [
        "This report is accepted. Send it back first, then it can be changed."
    ]
    assert MonthlyReport.objects.get().duty_days == ["2025-03-04"]


@pytest.mark.parametrize(("version", "wrong"), [("7", ["__all__"]), ("", ["version"]), ("x", ["version"])])
def test_accepting_another_version_is_asked_again(client, boss, version, wrong):
    made = report(peer(supervisor=boss), handed_in=date(2025, 3, 10))

    response = client.post(at("accept", made), {"version": version})

    assert list(response.context["form"].errors) == wrong
    assert MonthlyReport.objects.get().accepted_on is None


def test_nobody_accepts_the_own_month(client, boss):
    """A supervisor who was a peer educator still has the account of one."""
    own = member(Role.PEER_EDUCATOR)
    made = report(peer(user=own), handed_in=date(2025, 3, 10))
    member(Role.SUPERVISOR, username=own.username)
    client.force_login(own)

    assert [client.get(at("accept", made)).status_code, client.post(at("accept", made)).status_code] == [403, 403]


def test_peer_educator_changes_what_waits_and_accepts_nothing(client, boss, own):
    made = report(peer(supervisor=boss, user=own), duty=(4,), handed_in=date(2025, 3, 10))
    client.force_login(own)

    data = {"version": "1", "duty_days": ["2025-03-05"], "note": "", "change_reason": ""}
    changed = client.post(at("amend", made), data)
    refused = [client.post(at(name, made), {"version": "2"}).status_code for name in ("accept", "send-back", "void")]

    assert changed["Location"] == made.get_absolute_url()
    assert (MonthlyReport.objects.get().duty_days, refused) == (["2025-03-05"], [403, 403, 403])


def test_list_costs_the_same_for_one_and_for_three(client, boss, django_assert_num_queries):
    report(peer("PE-1", supervisor=boss), handed_in=date(2025, 3, 10))
    client.get(at("list"))

    with django_assert_num_queries(6):
        client.get(at("list"))
    for code in ("PE-2", "PE-3"):
        report(peer(code, supervisor=boss), handed_in=date(2025, 3, 10), accepted=date(2025, 3, 11))
    with django_assert_num_queries(6):
        client.get(at("list"))


def test_list_is_filtered(client, boss):
    one, two = peer("PE-1", supervisor=boss), peer("PE-2", supervisor=boss)
    report(one, date(2025, 1, 1), accepted=date(2025, 2, 1))
    report(one, date(2025, 2, 1))
    void = report(two, date(2025, 2, 1), handed_in=date(2025, 3, 3))
    monthly_reports.void(record=void, by=boss, reason="twice")

    found = {}
    for query in ("", "?month=2025-02", f"?peer={one.pk}", "?accepted=yes", "?accepted=no", "?void=only"):
        rows = client.get(at("list", query=query)).context["rows"]
        found[query] = [(cells[0][1], cells[1][1]) for _url, cells in rows]

    assert list(found.values()) == [
        [("February 2025", "PE-1"), ("January 2025", "PE-1")],
        [("February 2025", "PE-1")],
        [("February 2025", "PE-1"), ("January 2025", "PE-1")],
        [("January 2025", "PE-1")],
        [("February 2025", "PE-1")],
        [("February 2025", "PE-2")],
    ]


@pytest.mark.parametrize("query", ["?month=x", "?month=2025-13", "?peer=x", "?accepted=perhaps", "?colour=red"])
def test_filter_that_is_none_answers_400(client, boss, query):
    assert client.get(at("list", query=query)).status_code == 400


class Year:
    """A peer educator, followed through the screens under a moving clock."""

    def __init__(self, client, clock, boss, own):
        self.client, self.clock, self.boss, self.own = client, clock, boss, own
        data = {"reference": "PE-1", "occurred_on": "2025-03-14", "status": "candidate", "sex": "F"}
        data |= {"id": str(uuid.uuid4()), "user": str(own.pk), "supervisor": str(boss.pk)}
        client.post(reverse("peer-educators:create"), data)
        self.peer = boss.supervised_peers.get()

    def at(self, day, who):
        self.clock.move_to(f"{day} 09:00 +07:00")
        self.client.force_login(who)

    def becomes(self, status, since):
        self.at(since, self.boss)
        self.peer.refresh_from_db()
        asked = {"status": status, "since": since, "reason": "", "version": self.peer.version}
        assert self.client.post(reverse("peer-educators:status", args=[self.peer.pk]), asked).status_code == 302

    def month(self, text, days, handed_in):
        """Handed in by the peer educator and accepted by the supervisor on the same day."""
        self.at(handed_in, self.own)
        self.client.post(at("create"), typed(self.peer, text, duty_days=[f"{text}-{day:02}" for day in days]))
        self.at(handed_in, self.boss)
        newest = MonthlyReport.objects.get(month=f"{text}-01")
        assert self.client.post(at("accept", newest), {"version": newest.version}).status_code == 302

    def shown(self):
        """The state in the list."""
        rows = self.client.get(reverse("peer-educators:list")).context["rows"]
        return rows[0][1][1][1]

    def total(self, text):
        """What the stipend sheet of a month adds up to; None where there is no line."""
        teams = self.client.get(reverse("stipends") + f"?month={text}").context["teams"]
        return teams[0]["sums"][0][2] if teams else None


def test_year_of_a_peer_educator_through_the_screens(client, boss, own, clock):
    """Recruited in March, trained, active, a month a month, leave, back, graduated; the sheet and the list follow."""
    set_terms("10000", "2000")
    year, read = Year(client, clock, boss, own), []

    year.becomes("training", "2025-03-20")
    year.becomes("active", "2025-04-10")
    year.month("2025-04", (11, 12), "2025-05-02")
    read.append(year.shown())
    year.at("2025-07-01", boss)
    read.append(year.shown())
    year.month("2025-06", (3, 4, 5), "2025-07-02")
    read.append(year.shown())
    year.becomes("on_leave", "2025-08-01")
    read.append(year.shown())
    year.becomes("active", "2025-10-01")
    year.month("2025-10", (7,), "2025-11-01")
    year.becomes("graduated", "2026-03-10")
    read.append(year.shown())

    assert read == ["Active", "Inactive", "Active", "On leave", "Graduated / promoted"]
    asked = ["2025-04", "2025-05", "2025-06", "2025-09", "2025-10", "2026-03"]
    assert [year.total(text) for text in asked] == ["20,000 ៛", "0 ៛", "30,000 ៛", None, "10,000 ៛", None]
    states = ["candidate", "training", "active", "on_leave", "active", "graduated"]
    assert [row.status for row in year.peer.statuses.all()] == states


def test_form_and_bulk_path_give_equal_verdicts(boss):
    """Of what both can be told: the form's calendar offers no other days."""
    made, scope = peer(supervisor=boss), scope_of(boss)
    for month, note in (("2025-03", ""), ("2025-04", ""), ("2025-03", "ring 012 345 678"), ("2025-04", "x@y.zz")):
        form = ReportForm(typed(made, month, note=note), scope=scope, organisations=[made.organisation])
        entry = ReportEntry(
            occurred_on=date(2025, 3, 14), peer_id=made.pk, month=date.fromisoformat(f"{month}-01"), note=note
        )
        found = monthly_reports.problems_of(entries=[entry], organisation=made.organisation)

        told = {problem.field: problem.message for problem in found.get(0, ())}
        assert {name: errors[0] for name, errors in form.errors.items()} == told
