"""The weeks of a month as plans know them: days 1–7, 8–14, 15–21, 22–28, and 29 to the end. No Django models."""

from collections.abc import Sequence
from datetime import date

from core import periods
from core.periods import Period

MOST_WEEKS = 5


def month_of(day: date) -> date:
    """The first day of the month that holds the day."""
    return day.replace(day=1)


def days_of(month: date) -> Period:
    """The month's days, both ends included."""
    return periods.month(month.year, month.month)


def week_of(day: date) -> int:
    """The number of the week, 1 to 5, that holds the day."""
    return (day.day - 1) // 7 + 1


def weeks_in(month: date) -> list[int]:
    """The weeks that the month has: five, but for a February of 28 days."""
    return list(range(1, week_of(days_of(month).end) + 1))


def days_of_week(month: date, week: int) -> Period:
    """The days of one week of the month, both ends included."""
    days = days_of(month)
    first = days.start.replace(day=7 * week - 6)
    return Period(first, min(first.replace(day=min(7 * week, days.end.day)), days.end))


def current_week(month: date, day: date) -> int:
    """The week that a plan of the month stands at on a day: 1 before the month, its last one after it."""
    days = days_of(month)
    return week_of(min(max(day, days.start), days.end))


def days_gone(month: date, day: date) -> int:
    """How many days of the month are gone on a day, that day included."""
    days = days_of(month)
    return max(0, min((day - days.start).days + 1, days.days))


def weeks_to_plan(month: date, day: date) -> list[int]:
    """The weeks of seven days that aren't over yet; the last week if no such week is left."""
    left = [week for week in weeks_in(month) if week >= current_week(month, day)]
    return [week for week in left if week < MOST_WEEKS] or left


def spread(number: int, weeks: Sequence[int]) -> list[int]:
    """A week for each of so many people in their order: the first in the first weeks, as many in each as can be."""
    return [weeks[place * len(weeks) // number] for place in range(number)]
