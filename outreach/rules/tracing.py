"""The rules of tracing: who was referred and of whom nothing was heard is looked for three times at most."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from core.rules.problems import Problem


def problems(*, tried_on: date, issued_on: date, last_try: date | None, today: date) -> Iterator[Problem]:
    """Everything wrong with the day of a try."""
    if tried_on > today:
        yield Problem("tried_on", _("This day is in the future. Use today or an earlier day."), str(tried_on))
    elif tried_on < issued_on:
        yield Problem("tried_on", _("Give a day from the day of issue to today."), str(tried_on))
    elif last_try and tried_on < last_try:
        text = _("The try before was on a later day. Give the same day or a later one.")
        yield Problem("tried_on", text, str(tried_on))
