"""Safeguarding concerns: their rules, their clocks, what the lead does about them."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from core.actions.records import Outcome, Refused
from core.models import AuditLine, RecordVersion
from core.models.users import system_user
from core.rules.problems import InvalidEntries
from outreach.actions import clients, concerns
from outreach.models import Concern
from outreach.rules import concerns as rules
from outreach.rules.concerns import ConcernEntry, action
from tests.factories.people import organisation

NOW = timezone.make_aware(datetime(2025, 3, 10, 14, 30, 40))
DAY = date(2025, 3, 10)
RAISED = timezone.make_aware(datetime(2025, 3, 10, 9, 0))


@pytest.fixture
def clock(monkeypatch):
    """Sets what time it is: `clock(moment)`."""

    def set_to(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to(NOW)
    return set_to


def entry(**changed):
    return ConcernEntry(**{"occurred_on": DAY, "concerns": frozenset({"neglect"}), **changed})


def fields(one):
    return [problem.field for problem in rules.problems(one, now=NOW)]


def recorded(one):
    concerns.record(entry=one, by=system_user(), organisation=organisation())
    return Concern.objects.get(pk=one.id)


def done(moment, what="spoke", note=""):
    return action(moment, what, note)


# --- rules ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, []),
        ({"concerns": frozenset()}, ["concerns"]),
        ({"concerns": frozenset({"nope"})}, ["concerns"]),
        ({"occurred_on": DAY + timedelta(days=1), "raised_at": None}, ["occurred_on", "raised_at"]),
        ({"occurred_on": DAY - timedelta(days=1)}, ["raised_at"]),
        ({"raised_at": RAISED}, []),
        ({"raised_at": NOW}, []),
        ({"raised_at": NOW + timedelta(minutes=1)}, ["raised_at"]),
        ({"raised_at": RAISED - timedelta(days=1)}, ["raised_at"]),
        ({"sex": "Q"}, ["sex"]),
        ({"age": 111}, ["age"]),
        ({"note": "write to a@b.org"}, ["note"]),
        ({"raised_at": RAISED, "actions": (done(RAISED),)}, []),
        ({"raised_at": RAISED, "actions": (done(RAISED - timedelta(minutes=1)),)}, ["done_at"]),
        ({"raised_at": RAISED, "actions": (done(NOW),)}, []),
        ({"raised_at": RAISED, "actions": (done(NOW + timedelta(minutes=1)),)}, ["done_at"]),
        ({"raised_at": RAISED, "actions": (done(NOW, "nope"),)}, ["what"]),
        ({"raised_at": RAISED, "actions": (done(NOW, note="012 345 678"),)}, ["note"]),
        ({"outcome": "safe"}, ["outcome"]),
        ({"closed_on": DAY, "actions": (done(NOW),)}, ["outcome"]),
        ({"closed_on": DAY, "outcome": "safe"}, ["outcome"]),
        ({"closed_on": DAY, "outcome": "nope", "actions": (done(NOW),)}, ["outcome"]),
        ({"closed_on": DAY, "outcome": "safe", "actions": (done(NOW),)}, []),
        (
            {"closed_on": DAY - timedelta(days=1), "outcome": "safe", "actions": (done(NOW),)},
            ["closed_on", "closed_on"],
        ),
        ({"closed_on": DAY + timedelta(days=1), "outcome": "safe", "actions": (done(NOW),)}, ["closed_on"]),
    ],
)
def test_problems_at_their_edges(lists, changed, wrong):
    assert fields(entry(**changed)) == wrong


@pytest.mark.parametrize(
    ("kinds", "hours"),
    [
        ({"neglect"}, 72),
        ({"missing"}, 24),
        ({"sexual"}, 1),
        ({"neglect", "missing"}, 24),
        ({"neglect", "missing", "staff"}, 1),
        ({"unheard_of"}, 72),
    ],
)
def test_respond_within_is_the_shortest(lists, kinds, hours):
    assert rules.respond_within(kinds) == timedelta(hours=hours)


def test_respond_within_now_is_a_setting(lists, settings):
    settings.SAFEGUARDING_NOW_HOURS = 0.5

    assert rules.respond_within({"sexual"}) == timedelta(minutes=30)


# --- raising --------------------------------------------------------------------------------------------


def test_record_begins_the_clock_at_the_minute_of_writing(lists, clock):
    concern = recorded(entry(concerns=frozenset({"missing"})))

    assert concern.raised_at == NOW.replace(second=0)
    assert concern.respond_by == NOW.replace(second=0) + timedelta(hours=24)
    assert (concern.first_action_at, concern.closed_on, concern.outcome) == (None, None, "")


def test_record_again_later_is_the_same_concern(lists, clock):
    one = entry()
    recorded(one)
    clock(NOW + timedelta(minutes=20))

    again = concerns.record(entry=one, by=system_user(), organisation=organisation())

    assert (again, Concern.objects.get().raised_at) == (Outcome.DUPLICATE, NOW.replace(second=0))


def test_raise_for_a_client_raises_now_and_once(programme):
    person, key = programme.person(born="2012-01-01"), uuid4()

    outcomes = [
        concerns.raise_for(client=person, concerns=["sexual_exploit"], by=system_user(), concern_id=key)
        for _time in range(2)
    ]

    concern = Concern.objects.get()
    assert (outcomes, concern.client, concern.concerns) == (
        [Outcome.CREATED, Outcome.DUPLICATE],
        person,
        ["sexual_exploit"],
    )


def test_record_for_another_organisations_client_is_refused(programme, other):
    with pytest.raises(InvalidEntries) as wrong:
        recorded(entry(occurred_on=timezone.localdate(), client_id=other.person().pk))

    assert [problem.field for problem in wrong.value.problems[0]] == ["client"]


# --- acting ---------------------------------------------------------------------------------------------


def act(concern, moment, what="spoke", note=""):
    return concerns.act(concern=concern, done_at=moment, what=what, note=note, by=system_user())


def test_act_sets_the_first_action_and_keeps_versions(lists, clock):
    concern = recorded(entry(raised_at=RAISED))

    act(concern, RAISED + timedelta(hours=2), "family")
    concern = act(concern, RAISED + timedelta(hours=1), "safe_now", " With \n her aunt ")

    assert concern.first_action_at == RAISED + timedelta(hours=1)
    assert concern.actions == [
        ["2025-03-10T03:00:00+00:00", "safe_now", "With her aunt"],
        ["2025-03-10T04:00:00+00:00", "family", ""],
    ]
    assert (concern.version, RecordVersion.objects.filter(record_id=concern.pk).count()) == (3, 2)


def test_act_twice_with_the_same_words_is_one_action(lists, clock):
    concern = recorded(entry(raised_at=RAISED))

    act(concern, NOW)
    concern = act(concern, NOW)

    assert (len(concern.actions), concern.version) == (1, 2)


@pytest.mark.parametrize("moment", [RAISED - timedelta(minutes=1), NOW + timedelta(minutes=1)])
def test_act_outside_its_time_is_refused(lists, clock, moment):
    concern = recorded(entry(raised_at=RAISED))

    with pytest.raises(InvalidEntries) as wrong:
        act(concern, moment)

    assert [problem.field for problem in wrong.value.problems[0]] == ["done_at"]


def test_close_needs_an_action(lists, clock):
    concern = recorded(entry(raised_at=RAISED))

    with pytest.raises(InvalidEntries):
        concerns.close(concern=concern, outcome="safe", on=DAY, by=system_user())

    assert Concern.objects.get().closed_on is None


def test_close_and_reopen(lists, clock):
    concern = act(recorded(entry(raised_at=RAISED)), NOW)

    closed = concerns.close(concern=concern, outcome="safe", on=DAY, by=system_user())
    with pytest.raises(Refused):
        act(closed, NOW, "police")
    with pytest.raises(Refused):
        concerns.close(concern=closed, outcome="safe", on=DAY, by=system_user())
    with pytest.raises(Refused):
        concerns.reopen(concern=closed, reason="  ", by=system_user())
    again = concerns.reopen(concern=closed, reason="It happened again", by=system_user())

    assert (closed.closed_on, closed.outcome) == (DAY, "safe")
    assert (again.closed_on, again.outcome, again.is_open) == (None, "", True)
    kept = RecordVersion.objects.filter(record_id=concern.pk).order_by("version").last()
    assert kept.reason == "It happened again"
    with pytest.raises(Refused):
        concerns.reopen(concern=again, reason="once more", by=system_user())


def test_void_concern_takes_nothing_more(lists, clock):
    concern = act(recorded(entry(raised_at=RAISED)), NOW)
    concerns.void(record=concern, by=system_user(), reason="recorded by mistake")

    for change in (
        lambda: act(concern, NOW, "police"),
        lambda: concerns.close(concern=concern, outcome="safe", on=DAY, by=system_user()),
        lambda: concerns.reopen(concern=concern, reason="x", by=system_user()),
    ):
        with pytest.raises(Refused):
            change()


def test_acting_goes_on_when_the_client_became_void(programme):
    person = programme.person(born="2012-01-01")
    concerns.raise_for(client=person, concerns=["neglect"], by=system_user())
    clients.void(client=person, by=system_user(), reason="twice")

    concern = act(Concern.objects.get(), timezone.now())

    assert len(concern.actions) == 1


def test_audit_tells_what_was_done_without_a_value(lists, clock):
    concern = act(recorded(entry(raised_at=RAISED, note="secret words")), NOW, note="more words")
    concerns.close(concern=concern, outcome="safe", on=DAY, by=system_user())

    lines = AuditLine.objects.filter(record_kind="concern").order_by("pk").values_list("action", "detail")
    assert list(lines) == [
        ("concern.record", {"source": "web"}),
        ("concern.amend", {"fields": ["actions"], "version": 2}),
        ("concern.amend", {"fields": ["closed_on", "outcome"], "version": 3}),
    ]


def test_late_and_in_time_at_their_edges(lists, clock):
    concern = recorded(entry(raised_at=RAISED, concerns=frozenset({"sexual"})))
    limit = RAISED + timedelta(hours=1)

    waiting = (Concern.objects.late(limit).count(), Concern.objects.late(limit + timedelta(seconds=1)).count())
    act(concern, limit)
    just = (Concern.objects.in_time().count(), Concern.objects.late(NOW).count())
    Concern.objects.update(first_action_at=limit + timedelta(minutes=1))
    after = (Concern.objects.in_time().count(), Concern.objects.late(NOW).count())

    assert (waiting, just, after) == ((0, 1), (1, 0), (0, 1))
