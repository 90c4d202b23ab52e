"""What may be said of a client's methadone treatment."""

from collections.abc import Iterator
from datetime import date

from django.utils.translation import gettext as _

from core.rules.dates import happened_problems
from core.rules.problems import Problem
from outreach.models.harm_reduction import MethadoneStatus


def problems(status: str, since: date, *, today: date) -> Iterator[Problem]:
    """Everything wrong with a status and the day from which it holds."""
    if status not in MethadoneStatus.Status.values:
        text = _("“%(code)s” is not a code of this list. Use one of: %(known)s.")
        known = ", ".join(MethadoneStatus.Status.values)
        yield Problem("methadone", text % {"code": status, "known": known}, status)
    yield from happened_problems(since, today, "since")
