"""Calendar months as addresses and files name them (2025-03), and the days of one."""

import re
from calendar import monthrange
from datetime import date

from django.utils.formats import date_format

_MONTH = re.compile(r"((?:19|20)\d\d)-(0[1-9]|1[0-2])", re.ASCII)


def first_day(text: str) -> date | None:
    """The first day of the month that a text such as 2025-03 names; None for anything else."""
    found = _MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else None


def text_of(month: date) -> str:
    return f"{month:%Y-%m}"


def last_day(month: date) -> date:
    return month.replace(day=monthrange(month.year, month.month)[1])


def days(month: date) -> list[date]:
    """Every day of the month."""
    return [month.replace(day=number) for number in range(1, last_day(month).day + 1)]


def before(month: date) -> date:
    """The first day of the month before."""
    return month.replace(year=month.year - 1, month=12) if month.month == 1 else month.replace(month=month.month - 1)


def after(month: date) -> date:
    """The first day of the month after."""
    return month.replace(year=month.year + 1, month=1) if month.month == 12 else month.replace(month=month.month + 1)


def words(month: date) -> str:
    """The month as a reader says it."""
    return date_format(month, "F Y")
