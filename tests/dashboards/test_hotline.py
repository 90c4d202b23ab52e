"""Hotline calls counted: by hand, by topic, beside those apart; the share of young callers over both denominators."""

import random
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import codes
from core.periods import Period
from core.scope import SYSTEM
from dashboards import counting
from dashboards.refusals import Refused
from outreach.actions import hotline_calls
from outreach.models import HotlineCall
from outreach.rules.hotline_calls import CallEntry
from tests.dashboards import naive_calls
from tests.factories.programme import Programme

pytestmark = pytest.mark.django_db
YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))


def count(code, period=YEAR, **asked):
    return counting.count(code, period, scope=SYSTEM, **asked)


def cells(result):
    return {tuple(cell[key] for key in result.by): cell["value"] for cell in result.cells}


@pytest.fixture
def line(programme):
    """Four answered calls, two of young callers, one whose age isn't known; and three apart."""
    programme.rang("2025-01-10", "testing;condom", age="A15", sex="F", province_id="12")
    programme.rang("2025-01-20", "testing", age="A10_24", sex="M", nature="counselling")
    programme.rang("2025-02-10", age="A25_49", sex="M", province_id="02")
    programme.rang("2025-02-11", "mental", nature="crisis")
    programme.rang("2025-02-11", nature="silent")
    programme.rang("2025-02-12", nature="silent")
    programme.rang("2025-03-12", nature="prank")
    programme.rang("2025-03-12", void=True)
    return programme


def test_answered_calls_are_counted_and_the_others_stand_beside(line):
    result = count("HL_CALLS")

    assert (result.total, result.extra) == (4, {"apart": {"silent": 2, "prank": 1, "wrong": 0}})


def test_young_share_has_two_denominators(line):
    result = count("HL_YOUNG")

    assert (result.numerator, result.denominator, result.total) == (2, 3, 2 / 3)
    assert result.extra == {"over_all": 0.5, "answered": 4, "known_age": 3}


def test_no_call_has_no_denominator(programme):
    result = count("HL_YOUNG")

    assert (result.total, result.denominator, result.extra["over_all"]) == (None, 0, None)


def test_call_about_two_topics_stands_in_both_and_counts_once(line):
    result = count("HL_CALLS", by=["topic"])

    assert (cells(result), result.total) == (
        {("condom",): 1, ("testing",): 2, ("mental",): 1, ("unknown",): 1},
        4,
    )
    assert count("HL_CALLS", where={"topic": ["testing", "condom"]}).total == 2


def test_age_stands_in_the_band_that_holds_the_whole_of_it(line):
    fine = cells(count("HL_CALLS", by=["age_band"]))
    rough = cells(count("HL_CALLS", by=["age_band"], age_bands="GAM"))
    who = cells(count("HL_CALLS", by=["age_band"], age_bands="WHO_PREP"))

    assert fine == {("15-19",): 1, ("25+",): 1, ("other",): 1, ("unknown",): 1}
    assert rough == {("<25",): 2, ("25+",): 1, ("unknown",): 1}
    assert who == {("15-19",): 1, ("25-49",): 1, ("other",): 1, ("unknown",): 1}


def test_calls_are_counted_by_the_other_keys(line):
    assert cells(count("HL_CALLS", by=["month"])) == {("2025-01",): 2, ("2025-02",): 2}
    assert cells(count("HL_CALLS", by=["province"])) == {("02",): 1, ("12",): 1, ("unknown",): 2}
    assert cells(count("HL_CALLS", by=["kind"])) == {("counselling",): 1, ("crisis",): 1, ("information",): 2}
    assert cells(count("HL_CALLS", by=["organisation", "educator"])) == {(line.organisation.code, "system"): 4}
    assert cells(count("HL_YOUNG", by=["sex"])) == {("F",): 1.0, ("M",): 0.5}


def test_calls_of_two_months_add_up_but_shares_do_not(line):
    january, february = Period(date(2025, 1, 1), date(2025, 1, 31)), Period(date(2025, 2, 1), date(2025, 2, 28))
    both = Period(date(2025, 1, 1), date(2025, 2, 28))

    added = count("HL_CALLS", january).add(count("HL_CALLS", february))

    assert (added.total, added.extra) == (count("HL_CALLS", both).total, count("HL_CALLS", both).extra)
    with pytest.raises(counting.WrongTotal):
        count("HL_YOUNG", january).add(count("HL_YOUNG", february))


def test_months_apart_leave_the_month_between_out(line):
    line.rang("2025-03-20")

    assert count("HL_CALLS", where={"month": ["2025-01", "2025-03"]}).total == 3


def test_list_opens_the_calls_behind_a_figure(line):
    young = counting.listing("HL_YOUNG", YEAR, scope=SYSTEM)
    tested = counting.listing("HL_CALLS", YEAR, where={"topic": ["testing"], "sex": ["F"]}, scope=SYSTEM)

    assert ([call.age_band for call in young], [call.sex for call in tested]) == (["A15", "A10_24"], ["F"])


def test_void_call_counts_no_more(line):
    call = HotlineCall.objects.get(nature="crisis")
    hotline_calls.void(record=call, by=line.by, reason="test")

    assert (count("HL_CALLS").total, count("HL_YOUNG").extra["answered"]) == (3, 3)


def test_calls_are_never_people_contacts_or_attendances(line):
    assert [count(code).total for code in ("REACH", "CONTACTS", "ATTENDANCES")] == [0, 0, 0]


@pytest.mark.parametrize("key", ["group", "site", "service", "commodity"])
def test_calls_know_no_group_site_or_service(line, key):
    with pytest.raises(Refused):
        count("HL_CALLS", by=[key])


def test_unknown_topic_is_refused(line):
    with pytest.raises(Refused, match="weather"):
        count("HL_CALLS", where={"topic": ["weather"]})


def test_count_command_takes_the_topic(line, capsys):
    call_command("count", "HL_CALLS", "--from", "2025-01-01", "--to", "2025-12-31", "--by", "topic", "--format", "csv")

    assert "testing,2" in capsys.readouterr().out


class Year:
    """Random calls of two organisations, decided by a seed."""

    KEYS = ("sex", "age_band", "province", "organisation", "kind", "topic", "month", "educator")
    VALUES = {
        "sex": list("FMXU"),
        "province": ["12", "02", "unknown"],
        "kind": ["information", "crisis", "silent"],
        "topic": ["sti", "drugs", "unknown"],
        "organisation": ["NGO-A", "NGO-B"],
        "age_band": ["other", "unknown"],
        "educator": ["system"],
    }

    def __init__(self, seed):
        self.chance = random.Random(seed)
        for code in ("NGO-A", "NGO-B"):
            programme = Programme(code)
            entries = [self.entry() for _number in range(60)]
            hotline_calls.record_many(entries=entries, by=programme.by, organisation=programme.organisation)

    def entry(self):
        pick = self.chance.choice
        nature = pick(["information", "counselling", "crisis", "silent", "wrong"])
        topics = self.chance.sample(["sti", "drugs", "testing"], pick([0, 1, 2])) if nature[0] in "ic" else []
        return CallEntry(
            occurred_on=date(2025, 1, 1) + timedelta(days=self.chance.randrange(120)),
            nature=nature,
            topics=frozenset(topics if nature in ("information", "counselling", "crisis") else []),
            sex=pick("FMXU"),
            age_band=pick(list(codes.table("caller_age_band"))),
            province_id=pick([None, "12", "02"]),
            void=self.chance.random() < 0.1,
        )

    def question(self, code):
        start = date(2025, 1, 1) + timedelta(days=self.chance.randrange(60))
        period = Period(start, start + timedelta(days=self.chance.randrange(1, 90)))
        keys = [key for key in self.KEYS if code == "HL_CALLS" or key != "age_band"]
        by = self.chance.sample(keys, self.chance.choice([0, 1, 2, 3]))
        asked = self.chance.sample(sorted(self.VALUES), self.chance.choice([0, 1, 2]))
        where = {key: self.chance.sample(self.VALUES[key], 1) for key in asked}
        return period, by, where, self.chance.choice(["YOUTH_10_24", "GAM", "WHO_PREP", "SAFEGUARD"])


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(min_value=0, max_value=2**32))
def test_counts_equal_the_naive_recount(programme, seed):
    with transaction.atomic():
        year = Year(seed)
        for code in ("HL_CALLS", "HL_YOUNG") * 4:
            period, by, where, bands = year.question(code)
            result = counting.count(code, period, by=by, where=where, age_bands=bands, scope=SYSTEM)
            expected, total = naive_calls.count(code, period.start, period.end, by, where, bands)
            if code == "HL_CALLS":
                assert (result.total, cells(result)) == (total[0], {cell: n for cell, (n, _o) in expected.items()})
            else:
                told = {cell: one / other for cell, (one, other) in expected.items() if one and other}
                assert ((result.numerator, result.denominator), cells(result)) == (total, told)
        transaction.set_rollback(True)
