"""School years. One begins on the first of the month `SCHOOL_YEAR_STARTS` and is called by the year of that day."""

from datetime import date, timedelta

from django.conf import settings

from core.periods import Period


def year_of(day: date) -> int:
    """The school year that holds the day."""
    return day.year if day.month >= settings.SCHOOL_YEAR_STARTS else day.year - 1


def period_of(year: int) -> Period:
    """The days of a school year."""
    month = settings.SCHOOL_YEAR_STARTS
    return Period(date(year, month, 1), date(year + 1, month, 1) - timedelta(days=1))


def name(year: int) -> str:
    """What a school year is called: 2009–10, or 2010 where it is a calendar year."""
    return str(year) if settings.SCHOOL_YEAR_STARTS == 1 else f"{year}–{(year + 1) % 100:02}"
