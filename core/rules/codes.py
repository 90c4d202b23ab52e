"""Codes that may stand in a record of a certain day."""

from collections.abc import Iterable
from datetime import date

from core import codes
from core.rules.problems import Problem


def code_problems(field: str, name: str, values: Iterable[str], day: date):
    """Problems of codes that the list doesn't hold, or that were retired before the day."""
    rows = codes.table(name)
    for value in values:
        row = rows.get(value)
        if row is None or (row.retired_on is not None and day >= row.retired_on):
            yield Problem(field, codes.unknown(name, value), value)
