"""What the tests of counting share: the reference data, a programme, and a short way to ask."""

import pytest

from core.models.users import system_user
from core.periods import Period
from core.scope import SYSTEM
from dashboards import counting
from fixtures.actions import reference
from tests.factories.programme import Programme, day


@pytest.fixture
def programme(db):
    """An organisation with the code lists loaded and nothing recorded."""
    reference.load(by=system_user())
    return Programme()


@pytest.fixture
def count():
    """Counts everywhere: `count("REACH", "2025-01-01", "2025-06-30", by="sex", where={"group": ["PWID"]})`."""

    def ask(code, start, end, by="", scope=SYSTEM, **options):
        keys = [key for key in by.split(",") if key]
        return counting.count(code, Period(day(start), day(end)), by=keys, scope=scope, **options)

    return ask


@pytest.fixture
def names():
    """References of the records behind a figure, asked as `count` is."""

    def ask(code, start, end, scope=SYSTEM, **options):
        records = counting.listing(code, Period(day(start), day(end)), scope=scope, **options)
        return [record.reference for record in records]

    return ask


@pytest.fixture
def cells():
    """Values of a result by their codes, joined with `|`."""

    def of(result):
        return {"|".join(cell[key] for key in result.by): cell["value"] for cell in result.cells}

    return of


@pytest.fixture
def home():
    """A programme with people of several groups, contacts, a session, commodities and a referral in 2025."""
    reference.load(by=system_user())
    programme = Programme("HOME")
    site = programme.site("centre", "1201")
    girl = programme.person(sex="F", born="2009-01-01", group="OSY")
    woman = programme.person(sex="F", born="1990-01-01", group="PWID")
    man = programme.person(sex="M", born="1985-01-01", group="PWID", known="2020-01-01")
    other = programme.person(sex="X", group="MSM")
    for person in (girl, woman, man, other):
        programme.met(person, "2025-02-03", "HTS_DONE;IEC;CONDOM", site=site, given={"COND_M": 10})
    programme.met(man, "2025-03-04", "NSP", kind="dic_visit", given={"SYR_1ML_FIX": 20}, back={"SYR_1ML_FIX": 5})
    programme.met(woman, "2025-03-04", kind="dic_visit")
    programme.met(None, "2025-03-05")
    programme.talk("2025-04-01", {("F", "A15_19"): 30, ("M", "AUNK"): 12})
    programme.referred(woman, "2025-02-03", status="completed", closed="2025-02-13")
    programme.referred(man, "2025-02-03")
    programme.rang("2025-02-10", "testing;condom", age="A15", sex="F", province_id="12")
    programme.rang("2025-03-10", "testing", age="A25_49", nature="counselling")
    programme.rang("2025-03-10", nature="silent")
    return programme
