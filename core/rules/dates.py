"""Days on which something can have happened."""

from datetime import date

from django.utils.translation import gettext as _

from core.rules.problems import Problem

EARLIEST = date(1990, 1, 1)


def happened_problems(day: date, today: date, field: str = "occurred_on"):
    """Problems of a day on which something happened: in the future, or before any programme began."""
    if day > today:
        yield Problem(field, _("This day is in the future. Use today or an earlier day."), str(day))
    if day < EARLIEST:
        yield Problem(field, _("This day is before 1990. Check the year."), str(day))
