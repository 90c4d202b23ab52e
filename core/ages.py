"""Ages in completed years, from birth dates that are known more or less well. No Django."""

from datetime import date
from enum import StrEnum

OLDEST = 110


class Precision(StrEnum):
    """How well a birth date is known."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


def stand_in(born: date, precision: Precision) -> date | None:
    """The day that stands for the birth date: month → the 15th, year or estimate → 1 July, unknown → None."""
    if precision == Precision.UNKNOWN:
        return None
    if precision == Precision.MONTH:
        return born.replace(day=15)
    if precision in (Precision.YEAR, Precision.ESTIMATED):
        return date(born.year, 7, 1)
    return born


def estimated_birth(age: int, on: date) -> date:
    """The birth date of somebody who looks `age` years old on a day: year of birth = that year − age."""
    return date(on.year - age, 7, 1)


def age_on(born: date | None, day: date) -> int | None:
    """Completed years on `day`; None if the birth date is unknown.

    Somebody born on 29 February ages on 1 March of other years. A stand-in day may lie a few months after
    the true birth, so a day before it gives 0, never a negative age.
    """
    if born is None:
        return None
    years = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return max(years, 0)
