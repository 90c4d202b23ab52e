"""The rules of pieces given and taken back: contacts and sessions ask here."""

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from core.rules.codes import code_problems
from core.rules.problems import Problem

MOST_PIECES = 100_000


def moved_lines(given: Mapping[str, int], taken_back: Mapping[str, int]) -> list[tuple[str, int, int]]:
    """(commodity, given, taken back) of everything that moved, sorted."""
    rows = ((code, given.get(code) or 0, taken_back.get(code) or 0) for code in {*given, *taken_back})
    return sorted(row for row in rows if row[1] or row[2])


def piece_problems(given: Mapping[str, int], taken_back: Mapping[str, int], day: date) -> Iterator[Problem]:
    """Problems of unknown commodities and of numbers that can't be."""
    for name, pieces in (("given", given), ("taken_back", taken_back)):
        yield from code_problems(name, "commodity", sorted(pieces), day)
        for code, number in pieces.items():
            if not 0 <= (number or 0) <= MOST_PIECES:
                text = _("Give a number of pieces from 0 to %(most)s.") % {"most": MOST_PIECES}
                yield Problem(name, text, f"{code}: {number}")
