"""Violence that somebody told of: its rules, what follows from telling, the clock for PEP."""

from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from core.actions.records import Outcome
from core.models import AuditLine, Record
from core.models.users import system_user
from core.rules.problems import InvalidEntries
from outreach.actions import concerns, violence
from outreach.models import Concern, Referral, ViolenceEvent
from outreach.rules import violence as rules
from outreach.rules.violence import HELP, ViolenceEntry
from tests.factories.people import organisation
from tests.outreach.taken import with_turns

DAY = date(2025, 3, 10)


def entry(**changed):
    return ViolenceEntry(**{"occurred_on": DAY, "types": frozenset({"physical"}), **changed})


def fields(one):
    return [problem.field for problem in rules.problems(one, today=DAY)]


def recorded(one, *, by=None, source=Record.Source.WEB):
    violence.record(entry=one, by=by or system_user(), organisation=organisation(), source=source)
    return ViolenceEvent.objects.get(pk=one.id)


def raised():
    return [sorted(concern.concerns) for concern in Concern.objects.order_by("recorded_at", "pk")]


# --- rules ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, []),
        ({"types": frozenset()}, ["types"]),
        ({"types": frozenset({"nope"})}, ["types"]),
        ({"occurred_on": DAY + timedelta(days=1)}, ["occurred_on"]),
        ({"sex": "Q"}, ["sex"]),
        ({"age": 0}, []),
        ({"age": 110}, []),
        ({"age": 111}, ["age"]),
        ({"age": -1}, ["age"]),
        ({"happened_on": DAY}, []),
        ({"happened_on": DAY + timedelta(days=1)}, ["happened_on"]),
        ({"happened_on": date(1989, 12, 31)}, ["happened_on"]),
        ({"happened_at": time(3, 0)}, ["happened_on"]),
        ({"help_wanted": frozenset(HELP)}, []),
        ({"help_wanted": frozenset({"HTS"})}, ["help_wanted"]),
        ({"pep": "accepted"}, ["pep"]),
        ({"pep": "maybe"}, ["pep"]),
        ({"types": frozenset({"sexual"}), "pep": "accepted"}, []),
        ({"types": frozenset({"sexual"}), "pep": "declined"}, []),
        ({"types": frozenset({"sexual"}), "pep": "declined", "help_wanted": frozenset({"PEP"})}, ["pep"]),
        ({"types": frozenset({"sexual"}), "pep": "accepted", "help_wanted": frozenset({"PEP"})}, []),
        ({"note": "call 012 345 678"}, ["note"]),
        ({"note": "x" * 281}, ["note"]),
        ({"note": "x" * 280}, []),
    ],
)
def test_problems_at_their_edges(lists, changed, wrong):
    assert fields(entry(**changed)) == wrong


def test_pep_by_is_72_hours_after_the_moment(lists):
    one = entry(types=frozenset({"sexual"}), happened_on=date(2025, 3, 8), happened_at=time(21, 30))

    assert timezone.localtime(rules.pep_by(one)) == timezone.make_aware(datetime(2025, 3, 11, 21, 30))


def test_pep_by_without_the_time_is_counted_from_the_end_of_the_day(lists):
    one = entry(types=frozenset({"sexual"}), happened_on=date(2025, 3, 8))

    assert timezone.localtime(rules.pep_by(one)) == timezone.make_aware(datetime(2025, 3, 11, 23, 59))


@pytest.mark.parametrize(
    ("changed", "asked"),
    [
        ({"types": frozenset({"physical"})}, False),
        ({"types": frozenset({"physical"}), "help_wanted": frozenset({"PEP"})}, True),
        ({"types": frozenset({"sexual"}), "happened_on": None}, False),
        ({"types": frozenset({"sexual"}), "pep": "not_needed"}, False),
        ({"types": frozenset({"sexual"}), "pep": "declined"}, True),
    ],
)
def test_pep_by_stands_where_it_is_a_question(lists, changed, asked):
    one = entry(**{"happened_on": DAY, **changed})

    assert (rules.pep_by(one) is not None) == asked


# --- what follows ---------------------------------------------------------------------------------------


def test_record_issues_an_urgent_referral_for_each_help_wanted(programme):
    person = programme.person(born="1990-01-01")
    one = entry(client_id=person.pk, types=frozenset({"sexual"}), help_wanted=frozenset({"GBV", "MH"}), pep="accepted")

    recorded(one)

    found = Referral.objects.order_by("type").values_list("type", "urgent", "occurred_on", "client", "status")
    assert list(found) == [(code, True, DAY, person.pk, "issued") for code in ("GBV", "MH", "PEP")]


def test_record_twice_is_one_event_with_its_referrals_and_concern_once(programme):
    person = programme.person(born="2010-01-01")
    one = entry(client_id=person.pk, help_wanted=frozenset({"CP"}))

    outcomes = [violence.record(entry=one, by=system_user(), organisation=organisation()) for _time in range(3)]

    assert outcomes == [Outcome.CREATED, Outcome.DUPLICATE, Outcome.DUPLICATE]
    assert (ViolenceEvent.objects.count(), Referral.objects.count(), Concern.objects.count()) == (1, 1, 1)


def test_record_for_somebody_anonymous_issues_nothing(lists):
    recorded(entry(sex="F", age=30, help_wanted=frozenset({"GBV"})))

    assert (Referral.objects.count(), Concern.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("types", "concern"),
    [
        ({"physical"}, ["physical"]),
        ({"sexual"}, ["sexual"]),
        ({"verbal"}, ["emotional"]),
        ({"emotional"}, ["emotional"]),
        ({"harassment"}, ["emotional"]),
        ({"discrimination"}, ["emotional"]),
        ({"arrest"}, ["detention"]),
        ({"verbal", "sexual", "harassment"}, ["emotional", "sexual"]),
    ],
)
def test_record_for_a_child_tells_the_lead(lists, types, concern):
    event = recorded(entry(age=17, sex="F", types=frozenset(types)))

    told = Concern.objects.get()
    assert (sorted(told.concerns), told.violence, told.age, told.sex) == (concern, event, 17, "F")
    assert told.occurred_on == timezone.localdate()


@pytest.mark.parametrize(
    ("born", "age", "told"),
    [
        ("2007-03-11", None, 1),  # 18 the day after
        ("2007-03-10", None, 0),  # 18 on the day
        ("2007-03-11", 30, 1),  # the birth date goes before what was said
        ("2007-03-10", 10, 0),
        (None, 17, 1),
        (None, 18, 0),
        (None, None, 0),
    ],
)
def test_record_goes_by_the_age_on_the_day_of_telling(programme, born, age, told):
    recorded(entry(client_id=programme.person(born=born).pk, age=age))

    assert Concern.objects.count() == told


def test_record_goes_by_the_birth_date_of_the_record_merged_into(programme):
    person, child = programme.person(born="1990-01-01"), programme.person(born="2012-01-01")
    programme.merge(person, child)

    recorded(entry(client_id=person.pk))

    assert Concern.objects.get().client == person


def test_amend_to_a_child_tells_the_lead(lists):
    event = recorded(entry(age=20))

    changed = violence.writer.entry_of(event, age=16)
    violence.amend(record=event, entry=changed, version=1, by=system_user())

    assert raised() == [["physical"]]


def test_amend_tells_the_lead_only_what_is_new(lists):
    event = recorded(entry(age=16))
    for version, types in enumerate([{"physical", "arrest"}, {"physical"}, {"arrest", "physical", "sexual"}], start=1):
        now = violence.writer.entry_of(event, types=frozenset(types))
        event = violence.amend(record=event, entry=now, version=version, by=system_user())

    assert sorted(raised()) == [["detention"], ["physical"], ["sexual"]]


def test_amend_with_more_help_issues_what_is_new(programme):
    event = recorded(entry(client_id=programme.person(born="1990-01-01").pk, help_wanted=frozenset({"GBV"})))

    more = violence.writer.entry_of(event, help_wanted=frozenset({"GBV", "LEGAL"}))
    violence.amend(record=event, entry=more, version=1, by=system_user())

    assert sorted(Referral.objects.values_list("type", flat=True)) == ["GBV", "LEGAL"]


def test_import_makes_neither_referral_nor_concern(programme):
    one = entry(client_id=programme.person(born="2012-01-01").pk, help_wanted=frozenset({"GBV"}))

    recorded(one, source=Record.Source.IMPORT)

    assert (Referral.objects.count(), Concern.objects.count()) == (0, 0)


def test_nothing_stands_if_the_concern_cannot_be_told(lists, monkeypatch):
    monkeypatch.setattr(concerns.writer, "problems_of", lambda **_anything: {0: []})

    with pytest.raises(InvalidEntries):
        recorded(entry(age=12))
    assert (ViolenceEvent.objects.count(), AuditLine.objects.filter(record_kind="violence").count()) == (0, 0)


def test_many_cost_no_more_queries_than_one(programme, django_assert_num_queries):
    person = programme.person(born="2012-01-01")
    by, home = system_user(), organisation()
    recorded(entry(age=12))

    def written(number):
        many = [entry(client_id=person.pk, help_wanted=frozenset({"GBV", "CP"})) for _one in range(number)]
        violence.record_many(entries=many, by=by, organisation=home)

    with django_assert_num_queries(with_turns(35, 2)):
        written(1)
    with django_assert_num_queries(with_turns(35, 2)):
        written(3)
