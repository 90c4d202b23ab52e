"""Two people do the same, or what excludes it, at the same moment: one row, a refusal in words, nothing lost."""

from dataclasses import replace
from datetime import date
from uuid import uuid4

import pytest

from core.actions import imports
from core.actions.records import Outcome
from core.models import ConflictingCopy, Province
from core.models.users import system_user
from outreach.models import Contact
from peers.actions import (
    committee_meetings,
    committees,
    lessons,
    micro_plans,
    monthly_reports,
    peer_educators,
    roll_outs,
    schools,
    sessions,
    supervision,
    workplaces,
)
from peers.models import (
    Committee,
    CommitteeMeeting,
    Lesson,
    MicroPlan,
    MonthlyReport,
    PeerEducator,
    RollOut,
    School,
    Session,
    Workplace,
)
from peers.rules.committee_meetings import CommitteeMeetingEntry
from peers.rules.committees import CommitteeEntry
from peers.rules.monthly_reports import ReportEntry
from peers.rules.sessions import SessionEntry
from peers.rules.workplaces import WorkplaceEntry
from tests.at_once import REFUSED, at_once
from tests.factories import people
from tests.factories import schools as made_schools
from tests.factories import workplaces as made
from tests.factories.files import bring, text_file
from tests.factories.peers import peer
from tests.factories.programme import Programme
from tests.peers import courses, months, plans

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.parametrize("turn", range(3))]


@pytest.fixture
def programme(lists):
    return Programme("NGO-A")


def recorded(module, entry, organisation):
    return lambda: module.record(entry=entry, by=system_user(), organisation=organisation)


def test_one_session_sent_eight_times_is_one_session(programme, turn):
    came = frozenset({programme.person().pk, programme.person().pk})
    entry = SessionEntry(occurred_on=date(2025, 3, 3), kind="small_group", attendees=came, heads={("F", "A18"): 4})

    answers = at_once(*[recorded(sessions, entry, programme.organisation)] * 8)

    assert sorted(answers) == [Outcome.CREATED, *[Outcome.DUPLICATE] * 7]
    assert (Session.objects.count(), Contact.objects.count(), ConflictingCopy.objects.count()) == (1, 2, 0)


def test_two_lists_of_one_session_changed_at_once_are_one_of_them(programme, turn):
    first, second = programme.person(), programme.person()
    session = programme.talk("2025-03-03", {("F", "A18"): 4}, kind="small_group")

    def list_of(person):
        entry = sessions.entry_of(session, attendees=frozenset({person.pk}))
        return lambda: sessions.amend(record=session, entry=entry, version=1, by=system_user())

    answers = at_once(list_of(first), list_of(second))

    assert (answers.count(REFUSED), Contact.objects.countable().count()) == (1, 1)
    assert session.attendances.count() == 1


def test_report_accepted_while_it_changes_is_signed_as_it_stood_or_not_at_all(programme, turn):
    report = months.report(peer(), duty=(3,))
    changed = replace(monthly_reports.entry_of(report), note="more to say")

    answers = at_once(
        lambda: monthly_reports.accept(report=report, by=system_user()),
        lambda: monthly_reports.amend(record=report, entry=changed, version=1, by=system_user()),
    )

    report.refresh_from_db()
    assert (answers.count(REFUSED), report.version) == (1, 2)
    assert bool(report.accepted_on) is not bool(report.note)


def test_two_reports_of_one_month_at_once_are_one(programme, turn):
    who = peer()

    def month():
        return ReportEntry(occurred_on=date(2025, 3, 31), peer_id=who.pk, month=date(2025, 3, 1))

    answers = at_once(*[recorded(monthly_reports, month(), who.organisation) for _ in range(4)])

    assert sorted(answers) == [Outcome.CREATED, *[REFUSED] * 3]
    assert MonthlyReport.objects.count() == 1


def test_two_plans_of_one_month_at_once_are_one(programme, turn):
    who, person = peer(), programme.person()

    answers = at_once(
        *[recorded(micro_plans, plans.entry(who, [plans.line(person)]), who.organisation) for _ in range(4)]
    )

    assert sorted(answers) == [Outcome.CREATED, *[REFUSED] * 3]
    assert MicroPlan.objects.count() == 1


def test_two_reports_moved_to_one_month_at_once_are_one_there(programme, turn):
    who = peer()
    reports = [months.report(who, date(2025, number, 1)) for number in (1, 2)]

    def moved(report):
        entry = replace(monthly_reports.entry_of(report), month=date(2025, 3, 1), occurred_on=date(2025, 3, 31))
        return lambda: monthly_reports.amend(record=report, entry=entry, version=1, by=system_user())

    answers = at_once(*map(moved, reports))

    assert answers.count(REFUSED) == 1
    assert MonthlyReport.objects.filter(month=date(2025, 3, 1)).count() == 1


def test_two_committees_of_one_workplace_at_once_are_one(programme, turn):
    at = made.workplace()
    day = date(2025, 1, 1)

    answers = at_once(
        *[
            recorded(committees, CommitteeEntry(occurred_on=day, workplace_id=at.pk, formed_on=day), at.organisation)
            for _ in range(4)
        ]
    )

    assert sorted(answers) == [Outcome.CREATED, *[REFUSED] * 3]
    assert Committee.objects.count() == 1


def test_committee_reopened_while_another_is_formed_leaves_one_open(programme, turn):
    at = made.workplace()
    closed = made.committee(at, formed="2024-01-01", closed_on="2024-12-31")
    entry = CommitteeEntry(occurred_on=date(2025, 1, 1), workplace_id=at.pk, formed_on=date(2025, 1, 1))

    answers = at_once(
        lambda: committees.reopen(committee=closed, version=1, by=system_user()),
        recorded(committees, entry, at.organisation),
    )

    assert answers.count(REFUSED) == 1
    assert Committee.objects.filter(closed_on=None).count() == 1


def test_two_workplaces_of_one_site_at_once_are_one(programme, turn):
    site = made.site_of(programme.organisation)

    def entry():
        return WorkplaceEntry(occurred_on=date(2025, 1, 1), site_id=site.pk, enterprise="Lotus", sector="garment")

    answers = at_once(*[recorded(workplaces, entry(), programme.organisation) for _ in range(4)])

    assert sorted(answers) == [Outcome.CREATED, *[REFUSED] * 3]
    assert Workplace.objects.count() == 1


def test_workplace_at_a_new_site_sent_twice_at_once_is_one_site_and_one_workplace(programme, turn):
    entry = WorkplaceEntry(occurred_on=date(2025, 1, 1), site_id=None, enterprise="Lotus", sector="garment")
    site = {"code": "NEW-1", "name": "Lotus", "district": None}

    answers = at_once(
        *[
            lambda: workplaces.record_at_new_site(
                entry=entry, site=site, by=system_user(), organisation=programme.organisation
            )
        ]
        * 4
    )

    assert (answers.count(Outcome.CREATED), Workplace.objects.count()) == (1, 1)


def test_status_changed_twice_at_once_is_changed_once(programme, turn):
    who = peer()

    def paused(day):
        return lambda: peer_educators.set_status(
            peer=who, status="on_leave", since=date(2025, 3, day), by=system_user()
        )

    answers = at_once(paused(1), paused(2))

    assert (answers.count(REFUSED), who.statuses.count()) == (1, 2)


def test_two_peer_educators_given_one_account_at_once_are_one_with_it(programme, turn):
    account = people.member("peer_educator", "NGO-A")
    both = [peer("PE-1"), peer("PE-2")]

    def given(who):
        entry = replace(peer_educators.entry_of(who), user_id=account.pk)
        return lambda: peer_educators.amend(record=who, entry=entry, version=1, by=system_user())

    answers = at_once(*map(given, both))

    assert (answers.count(REFUSED), PeerEducator.objects.filter(user=account).count()) == (1, 1)


def test_two_meetings_at_once_each_tick_an_action_of_an_earlier_one(programme, turn):
    of = made.committee(formed="2025-01-10")
    two = [("Posters", "chair", "2025-03-01", None), ("Doctor", "chair", "2025-03-01", None)]
    earlier = made.meeting(of, "2025-02-01", actions=two)

    def held(place):
        entry = CommitteeMeetingEntry(id=uuid4(), occurred_on=date(2025, 3, 1), committee_id=of.pk, minutes="Went on")
        return lambda: committee_meetings.hold(
            entry=entry, done=[(earlier.pk, place)], by=system_user(), organisation=of.organisation
        )

    answers = at_once(held(1), held(2))

    assert answers == [Outcome.CREATED, Outcome.CREATED]
    assert [row.done_on for row in earlier.actions.all()] == [date(2025, 3, 1), date(2025, 3, 1)]
    assert CommitteeMeeting.objects.count() == 3


def test_action_said_done_by_two_at_once_is_done_once(programme, turn):
    of = made.committee(formed="2025-01-10")
    meeting = made.meeting(of, "2025-02-01", actions=[("Posters", "chair", "2025-03-01", None)])

    def done():
        return committee_meetings.action_done(
            meeting=meeting, place=1, on=date(2025, 3, 1), version=None, by=system_user()
        )

    answers = at_once(done, done)

    assert answers.count(REFUSED) == 0
    assert CommitteeMeeting.objects.get().version == 2


def test_actions_agreed_with_a_peer_educator_done_at_once_are_both_done(programme, turn):
    two = (courses.agreed("Bring the plan"), courses.agreed("Bring the cards"))
    visit = courses.visited(peer(), agreed=two)

    def done(place):
        key = supervision.ActionKey(visit.pk, place, 1)
        return lambda: supervision.mark_done(
            actions=[key], on=date(2025, 3, 9), by=system_user(), organisation=visit.organisation
        )

    answers = at_once(done(0), done(1))

    visit.refresh_from_db()
    assert (answers.count(REFUSED), visit.version) == (1, 2)


def test_lesson_recorded_while_its_school_becomes_void_is_one_or_the_other(programme, turn):
    school = made_schools.school_of()
    entry = made_schools.lesson_entry(school)

    at_once(
        recorded(lessons, entry, school.organisation),
        lambda: schools.void(record=school, by=system_user(), reason="recorded twice"),
    )

    assert School.objects.get().is_void is not Lesson.objects.exists()


def test_province_said_twice_at_once_stands_once(programme, turn):
    province = Province.objects.get(pk="14")

    def said():
        return roll_outs.set_state(
            organisation=programme.organisation,
            province=province,
            status="running",
            on=date(2025, 1, 1),
            by=system_user(),
        )

    at_once(said, said, said)

    assert RollOut.objects.count() == 1


def test_file_brought_in_while_its_month_is_handed_in_is_one_or_the_other(programme, turn):
    who = peer()
    content = text_file("id,date,peer,month", "R1,2025-03-31,PE-1,2025-03")
    entry = ReportEntry(occurred_on=date(2025, 3, 31), peer_id=who.pk, month=date(2025, 3, 1))

    def brought_in():
        try:
            return bring("monthly_reports", content, code="NGO-A")
        except imports.HasErrors:
            return REFUSED

    answers = at_once(brought_in, recorded(monthly_reports, entry, who.organisation))

    assert (answers.count(REFUSED), MonthlyReport.objects.count()) == (1, 1)
