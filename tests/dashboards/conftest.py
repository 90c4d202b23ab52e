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
