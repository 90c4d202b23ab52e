"""How a committee stands on a day, under a moving clock, against a naive reading of its days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.models.users import system_user
from peers import committee_life
from peers.actions import committee_meetings, committees
from peers.committee_standing import Standing, standing, standing_of, standing_read, with_last_minuted
from peers.models import Committee, CommitteeMeeting
from tests.factories.programme import day
from tests.factories.workplaces import committee, meeting, workplace

pytestmark = pytest.mark.usefixtures("lists")
FORMED = date(2024, 3, 1)


def on(of, when):
    """The status on a day, read anew."""
    found = Committee.objects.get(pk=of.pk)
    return standing_of([found], when if isinstance(when, date) else day(when))[found.pk].status


def after(days, start=FORMED):
    return start + timedelta(days=days)


def test_committee_from_formation_to_dormancy():
    of = committee(noted="2024-02-01", formed="2024-03-01", trained_on="2024-03-20")

    told = [on(of, after(days)) for days in (-1, 0, 18, 19, 90, 91)]

    assert told == ["planned", "formed", "formed", "trained", "trained", "inactive"]


@pytest.mark.parametrize(("days", "status"), [(0, "active"), (89, "active"), (90, "active"), (91, "inactive")])
def test_minuted_meeting_keeps_it_active_for_ninety_days(days, status):
    of = committee(formed="2024-03-01")
    meeting(of, "2024-05-01")

    assert on(of, after(days, date(2024, 5, 1))) == status


def test_meeting_after_the_day_does_not_count_on_it():
    of = committee(formed="2024-03-01")
    meeting(of, "2024-03-10")

    assert [on(of, "2024-03-09"), on(of, "2024-03-10")] == ["formed", "active"]


def test_meeting_without_minutes_keeps_nothing_alive():
    of = committee(formed="2024-03-01")
    meeting(of, "2024-05-01", minutes="")

    assert [on(of, after(90)), on(of, after(91))] == ["formed", "inactive"]


def test_minutes_on_paper_are_minutes():
    of = committee(formed="2024-03-01")
    meeting(of, "2024-05-01", minutes="", minutes_on_paper=True)

    assert on(of, after(91)) == "active"


def test_void_meeting_counts_no_more():
    of = committee(formed="2024-03-01")
    held = meeting(of, "2024-05-01")
    before = on(of, after(91))

    committee_meetings.void(record=held, by=system_user(), reason="another committee's")

    assert (before, on(of, after(91))) == ("active", "inactive")


def test_meeting_recorded_late_puts_the_past_right():
    of = committee(formed="2024-03-01")
    meeting(of, "2024-09-01")
    before = on(of, "2024-07-01")

    meeting(of, "2024-05-01")

    assert (before, on(of, "2024-07-01"), on(of, "2024-09-01")) == ("inactive", "active", "active")


def test_formed_anew_begins_its_ninety_days_and_forgets_earlier_meetings():
    of = committee(formed="2024-03-01", trained_on="2024-03-20")
    meeting(of, "2024-05-01")
    anew = date(2024, 9, 1)

    committees.form_anew(committee=of, on=anew, version=1, by=system_user())

    told = [on(of, after(days, anew)) for days in (-1, 0, 90, 91)]
    assert told == ["inactive", "formed", "formed", "inactive"]


def test_training_since_the_last_forming_counts_and_an_earlier_one_does_not():
    of = committee(formed="2024-03-01", reformed_on=("2024-09-01",), trained_on="2024-03-20")
    again = committee(
        workplace(site="FACT-2"), formed="2024-03-01", reformed_on=("2024-09-01",), trained_on="2024-09-05"
    )

    assert [on(of, "2024-09-10"), on(again, "2024-09-10"), on(again, "2024-09-04")] == ["formed", "trained", "formed"]


def test_closed_from_the_day_of_closing_and_open_again_when_it_is_taken_back():
    of = committee(formed="2024-03-01")
    meeting(of, "2024-05-01")
    committees.close(committee=of, on=date(2024, 6, 1), because="moved away", version=1, by=system_user())
    closed = [on(of, "2024-05-31"), on(of, "2024-06-01")]

    committees.reopen(committee=Committee.objects.get(pk=of.pk), version=2, by=system_user())

    assert (closed, on(of, "2024-06-01")) == (["active", "closed"], "active")


@pytest.mark.parametrize(("days", "nearly", "left"), [(74, False, 16), (75, True, 15), (90, True, 0), (91, False, -1)])
def test_about_to_go_quiet_from_day_75_to_90(days, nearly, left):
    of = Committee(formed_on=FORMED, reformed_on=[])

    stands = standing(of, None, after(days))

    assert (stands.nearly_quiet, stands.days_left) == (nearly, left)


def test_quiet_since_the_day_after_it_was_due():
    of = Committee(formed_on=FORMED, reformed_on=[])

    assert standing(of, None, after(200)).quiet_since == after(91)
    assert Standing("planned", FORMED).quiet_since is None


def naive(of, meetings, when):
    """What the definition says, step by step."""
    if of.closed_on is not None and of.closed_on <= when:
        return "closed"
    forming = [d for d in [of.formed_on, *[date.fromisoformat(t) for t in of.reformed_on]] if d and d <= when]
    if not forming:
        return "planned"
    last = max(forming)
    if any(last <= held <= when and (when - held).days <= 90 for held in meetings):
        return "active"
    if any(last <= held <= when for held in meetings) or (when - last).days > 90:
        return "inactive"
    return "trained" if of.trained_on and last <= of.trained_on <= when else "formed"


DAYS = st.integers(0, 900).map(lambda number: date(2024, 1, 1) + timedelta(days=number))


@given(
    formed=st.none() | DAYS,
    more=st.lists(DAYS, max_size=2),
    trained=st.none() | DAYS,
    closed=st.none() | DAYS,
    meetings=st.lists(DAYS, max_size=6),
    when=DAYS,
)
def test_standing_is_what_the_definition_says(formed, more, trained, closed, meetings, when):
    more = [later for later in sorted(set(more)) if formed and later > formed]
    of = Committee(formed_on=formed, reformed_on=[str(d) for d in more], trained_on=trained, closed_on=closed)
    held = [d for d in meetings if formed and d >= formed]
    newest = max((d for d in held if d <= when), default=None)

    assert standing(of, newest, when).status == naive(of, held, when)


def test_many_committees_stand_in_one_query(django_assert_num_queries):
    for number in range(3):
        meeting(committee(workplace(site=f"FACT-{number}"), formed="2024-03-01"), "2024-05-01")
    rows = list(Committee.objects.all())

    with django_assert_num_queries(1):
        found = standing_of(rows, day("2024-06-01"))
    with django_assert_num_queries(1):
        read = with_last_minuted(Committee.objects.all(), day("2024-06-01"))
        again = {row.pk: standing_read(row, day("2024-06-01")) for row in read}

    assert found == again
    assert {one.status for one in found.values()} == {"active"}


def told(of, today):
    meetings = list(CommitteeMeeting.objects.countable().filter(committee=of))
    return [(c.what, str(c.on), str(c.until or "")) for c in committee_life.life_of(of, meetings, day(today))]


def test_life_is_told_newest_first_with_its_quiet_times():
    of = committee(noted="2024-02-01", formed="2024-03-01", reformed_on=("2024-12-01",), closed_on="2025-06-01")
    meeting(of, "2024-04-01")
    meeting(of, "2024-05-01")
    meeting(of, "2024-06-01", minutes="")

    assert told(of, "2025-07-01") == [
        ("closed", "2025-06-01", ""),
        ("quiet", "2025-03-02", "2025-05-31"),
        ("anew", "2024-12-01", ""),
        ("quiet", "2024-07-31", "2024-11-30"),
        ("met", "2024-04-01", "2024-06-01"),
        ("formed", "2024-03-01", ""),
        ("planned", "2024-02-01", ""),
    ]


def test_life_of_a_quiet_committee_has_no_end():
    of = committee(noted="2024-03-01", formed="2024-03-01")

    assert told(of, "2024-05-30")[0] == ("formed", "2024-03-01", "")
    assert told(of, "2024-05-31")[0] == ("quiet", "2024-05-31", "")
    assert told(committee(workplace(site="FACT-2"), noted="2024-03-01"), "2025-01-01") == [
        ("planned", "2024-03-01", "")
    ]
