"""The one calendar: months, quarters, half-years, calendar years and October–September fiscal years. No Django."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class PeriodKind(StrEnum):
    """What kind of named period a range of days is."""

    MONTH = "month"
    QUARTER = "quarter"
    HALF_YEAR = "half_year"
    YEAR = "year"
    FISCAL_HALF = "fiscal_half"
    FISCAL_YEAR = "fiscal_year"
    FREE = "free"


@dataclass(frozen=True, order=True)
class Period:
    """Days from `start` to `end`, both included.

    Raises ValueError if the end lies before the start.
    """

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("A period can't end before it starts.")

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1

    @property
    def whole_months(self) -> int | None:
        """How many calendar months the period is made of; None if it cuts one."""
        if self.start.day != 1 or (self.end + timedelta(days=1)).day != 1:
            return None
        return len(list(self.months()))

    def months(self) -> Iterator["Period"]:
        """The calendar months that the period touches, cut to the period."""
        first = month(self.start.year, self.start.month)
        while first.start <= self.end:
            yield Period(max(first.start, self.start), min(first.end, self.end))
            first = first.next_month()

    def next_month(self) -> "Period":
        following = (self.start.replace(day=28) + timedelta(days=4)).replace(day=1)
        return month(following.year, following.month)

    @property
    def kind(self) -> PeriodKind:
        """The kind of named period; a half from January or July is a calendar half-year."""
        months = self.whole_months
        first = self.start.month
        if months == 1:
            return PeriodKind.MONTH
        if months == 3 and first in (1, 4, 7, 10):
            return PeriodKind.QUARTER
        if months == 6 and first in (1, 7):
            return PeriodKind.HALF_YEAR
        if months == 6 and first in (4, 10):
            return PeriodKind.FISCAL_HALF
        if months == 12 and first in (1, 10):
            return PeriodKind.YEAR if first == 1 else PeriodKind.FISCAL_YEAR
        return PeriodKind.FREE

    @property
    def is_second_fiscal_half(self) -> bool:
        """Exactly April to September."""
        return self.kind == PeriodKind.FISCAL_HALF and self.start.month == 4

    def fiscal_halves(self) -> tuple["Period", "Period"]:
        """October–March and April–September of the fiscal year in which the period ends."""
        year = self.end.year if self.end.month < 10 else self.end.year + 1
        return Period(date(year - 1, 10, 1), date(year, 3, 31)), Period(date(year, 4, 1), date(year, 9, 30))


def _months_from(year: int, first: int, count: int) -> Period:
    last = first + count - 1
    end_year, end_month = year + (last - 1) // 12, (last - 1) % 12 + 1
    return Period(date(year, first, 1), month(end_year, end_month).end)


def month(year: int, number: int) -> Period:
    """One calendar month; `number` is 1 to 12."""
    following = date(year + number // 12, number % 12 + 1, 1)
    return Period(date(year, number, 1), following - timedelta(days=1))


def months_after(day: date, months: int) -> date:
    """The same day so many months later (earlier, if negative), or that month's last day where it is shorter."""
    years, following = divmod(day.year * 12 + day.month - 1 + months, 12)
    found = month(years, following + 1)
    return min(found.start + timedelta(days=day.day - 1), found.end)


def quarter(year: int, number: int) -> Period:
    """One calendar quarter; `number` is 1 to 4."""
    return _months_from(year, 3 * number - 2, 3)


def half_year(year: int, number: int) -> Period:
    """One calendar half-year; `number` is 1 or 2."""
    return _months_from(year, 6 * number - 5, 6)


def year(number: int) -> Period:
    """One calendar year."""
    return _months_from(number, 1, 12)


def fiscal_year(number: int) -> Period:
    """The fiscal year that ends in September of `number`."""
    return _months_from(number - 1, 10, 12)


def quarter_of(day: date) -> Period:
    """The calendar quarter that holds the day."""
    return quarter(day.year, (day.month - 1) // 3 + 1)
