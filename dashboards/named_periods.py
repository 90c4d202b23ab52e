"""Periods by name: how an address writes them, how a reader reads them, which ones a screen offers.

`2026` is a calendar year, `FY2026` the fiscal year that ends in September 2026, `2026-H1` and `FY2026-H1` their
halves, `2026-Q3` a quarter, `2026-05` a month; `this_quarter` and the like move with the calendar.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext

from core.periods import Period, PeriodKind, fiscal_year, half_year, month, quarter, quarter_of, year
from core.wording import shown

# Django tells no types: this one is what strict checking needs.
_: Callable[[str], str] = gettext

THIS_QUARTER = "this_quarter"
OWN_DATES = "dates"
FIRST_YEAR, LAST_YEAR = 1951, 2149
Choices = list[tuple[str, str]]

_CODE = re.compile(r"(FY)?(\d{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?")


def last_quarter(today: date) -> Period:
    """The quarter before the one that holds the day."""
    return quarter_of(quarter_of(today).start - timedelta(days=1))


_MOVING: dict[str, Callable[[date], Period]] = {
    THIS_QUARTER: quarter_of,
    "last_quarter": last_quarter,
    "this_year": lambda today: year(today.year),
    "last_year": lambda today: year(today.year - 1),
}


def period_of(code: str, today: date) -> Period:
    """The period that a code names.

    Raises ValueError for any other text.
    """
    if code in _MOVING:
        return _MOVING[code](today)
    found = _CODE.fullmatch(code)
    if not found or not FIRST_YEAR <= int(found[2]) <= LAST_YEAR:
        raise ValueError(f"Not a period: {code}")
    fiscal, number, half, part, which = found[1], int(found[2]), found[3], found[4], found[5]
    if half:
        return fiscal_year(number).fiscal_halves()[int(half) - 1] if fiscal else half_year(number, int(half))
    if fiscal and (part or which):
        raise ValueError(f"Not a period: {code}")
    if part:
        return quarter(number, int(part))
    if which:
        return month(number, int(which))
    return fiscal_year(number) if fiscal else year(number)


def code_of(period: Period) -> str:
    """The code of a period that has a name; raises ValueError for one that has none."""
    fiscal = period.end.year if period.end.month < 10 else period.end.year + 1
    codes = {
        PeriodKind.MONTH: f"{period.start:%Y-%m}",
        PeriodKind.QUARTER: f"{period.start.year}-Q{(period.start.month + 2) // 3}",
        PeriodKind.HALF_YEAR: f"{period.start.year}-H{1 if period.start.month == 1 else 2}",
        PeriodKind.YEAR: f"{period.start.year}",
        PeriodKind.FISCAL_HALF: f"FY{fiscal}-H{1 if period.start.month == 10 else 2}",
        PeriodKind.FISCAL_YEAR: f"FY{fiscal}",
    }
    if period.kind not in codes:
        raise ValueError(f"No name: {period}")
    return codes[period.kind]


def name(period: Period) -> str:
    """What people call the period; empty for any other range of days."""
    first, fiscal = period.start, period.end.year if period.end.month < 10 else period.end.year + 1
    match period.kind:
        case PeriodKind.MONTH:
            return str(date_format(first, "F Y"))
        case PeriodKind.QUARTER:
            return _("Quarter %(number)s of %(year)s") % {"number": (first.month + 2) // 3, "year": first.year}
        case PeriodKind.HALF_YEAR:
            return _("Half-year %(number)s of %(year)s") % {"number": 1 if first.month == 1 else 2, "year": first.year}
        case PeriodKind.YEAR:
            return _("Year %(year)s") % {"year": first.year}
        case PeriodKind.FISCAL_HALF:
            number = 1 if first.month == 10 else 2
            return _("Half %(number)s of fiscal year %(year)s") % {"number": number, "year": fiscal}
        case PeriodKind.FISCAL_YEAR:
            return _("Fiscal year %(year)s") % {"year": fiscal}
    return ""


def days(period: Period) -> str:
    """First and last day."""
    if period.start == period.end:
        return str(shown(period.start))
    return f"{shown(period.start)} – {shown(period.end)}"


def in_words(period: Period, today: date) -> str:
    """Name and days of the period, and whether it is still under way."""
    text = f"{name(period)} · {days(period)}" if name(period) else days(period)
    if period.start <= today < period.end:
        return _("%(period)s (not over yet)") % {"period": text}
    return text


def offered(recorded: list[int], today: date) -> list[tuple[str, Choices | str]]:
    """Choices in groups, newest first: the years in which something is recorded, and the parts of the last three."""
    moving: list[tuple[str, Choices | str]] = [
        ("", _("This quarter")),
        ("last_quarter", _("Last quarter")),
        ("this_year", _("This year")),
        ("last_year", _("Last year")),
        (OWN_DATES, _("Own dates")),
    ]
    numbers = sorted({*recorded, today.year}, reverse=True)
    fiscal = sorted({number + late for number in numbers for late in (0, 1)}, reverse=True)
    latest, latest_fiscal = numbers[:3], [fiscal_year(number) for number in fiscal[:3]]
    groups = [
        (_("Years"), [year(number) for number in numbers]),
        (_("Fiscal years (October–September)"), [fiscal_year(number) for number in fiscal]),
        (_("Half-years"), [half_year(number, part) for number in latest for part in (2, 1)]),
        (_("Halves of fiscal years"), [half for whole in latest_fiscal for half in reversed(whole.fiscal_halves())]),
        (_("Quarters"), [quarter(number, part) for number in latest for part in (4, 3, 2, 1)]),
        (_("Months"), [month(number, part) for number in latest for part in range(12, 0, -1)]),
    ]
    begun = [(label, [period for period in group if period.start <= today]) for label, group in groups]
    return [*moving, *((label, [(code_of(period), name(period)) for period in group]) for label, group in begun)]
