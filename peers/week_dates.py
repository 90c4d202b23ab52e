"""Weeks from Monday to Sunday as addresses name them (2025-W14), and the months that they are looked at in. No Django.

The week that holds 1 January is named by the year to which most of its days belong, as ISO 8601 does.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

_WEEK = re.compile(r"((?:19|20)\d\d)-W(\d\d)", re.ASCII)


@dataclass(frozen=True, order=True)
class Week:
    """One week by its Monday."""

    start: date

    @property
    def end(self) -> date:
        return self.start + timedelta(days=6)

    @property
    def name(self) -> str:
        """Such as 2025-W14."""
        year, number, _day = self.start.isocalendar()
        return f"{year}-W{number:02}"

    @property
    def before(self) -> "Week":
        return Week(self.start - timedelta(days=7))

    @property
    def after(self) -> "Week":
        return Week(self.start + timedelta(days=7))

    def seen_on(self, today: date) -> date:
        """The day as of which the week is told: today while it runs, its Sunday once it is over."""
        return min(self.end, today)


def week_of(day: date) -> Week:
    """The week that holds the day."""
    return Week(day - timedelta(days=day.weekday()))


def week_named(name: str) -> Week | None:
    """The week of that name; None for anything that isn't a week."""
    found = _WEEK.fullmatch(name)
    try:
        return Week(date.fromisocalendar(int(found[1]), int(found[2]), 1)) if found else None
    except ValueError:
        return None
