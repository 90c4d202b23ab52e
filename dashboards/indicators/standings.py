"""Things told key by key, put into cells; and shares of them.

What is told of a key is a set of codes: a peer educator works with several groups. Such a thing stands in a cell of
each of its codes that the filters leave, and counts once in the whole.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from dashboards.age_bands import UNKNOWN
from dashboards.questions import Question
from dashboards.results import Cell, Result, answer, cells_of, ratio

Told = Mapping[str, frozenset[str]]
# Where the columns of a site are found, from the row that has it.
SITE = {"province": "site__district__province", "district": "site__district", "site": "site__code"}


def one(value: str | None) -> frozenset[str]:
    """What is told by one code, or by none."""
    return frozenset([value or UNKNOWN])


def cells(question: Question, told: Told) -> list[Cell]:
    """The cells that something stands in; none if a filter leaves it out."""
    kept = {key: codes & question.where.get(key, codes) for key, codes in told.items() if question.needs(key)}
    if not all(kept.values()):
        return []
    return list(product(*(sorted(kept[key]) for key in question.by)))


class Shares:
    """Numerators and denominators, in all and by cell."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.numerator = self.denominator = 0
        self._numerators: Counter[Cell] = Counter()
        self._denominators: Counter[Cell] = Counter()

    def add(self, found: list[Cell], numerator: int, denominator: int = 1) -> None:
        """One thing more, in these cells; in none it doesn't count."""
        if not found:
            return
        self.numerator += numerator
        self.denominator += denominator
        for cell in found:
            self._numerators[cell] += numerator
            self._denominators[cell] += denominator

    def parts(self) -> dict[Cell, tuple[int, int]]:
        """Numerator and denominator of each cell."""
        return {cell: (self._numerators[cell], number) for cell, number in self._denominators.items()}

    def answer(self, **extra: Any) -> Result:
        """The ratio, its cells, and what stands beside it."""
        return share(self.question, (self.numerator, self.denominator), self.parts(), **extra)


def share(question: Question, whole: tuple[int, int], parts: Mapping[Cell, tuple[int, int]], **extra: Any) -> Result:
    """A ratio with numerator and denominator of the whole and of each cell."""
    shown = cells_of(question.by, {cell: ratio(*pair) for cell, pair in parts.items()})
    for cell in shown:
        cell["numerator"], cell["denominator"] = parts[tuple(cell[key] for key in question.by)]
    numerator, denominator = whole
    return answer(
        question,
        total=ratio(numerator, denominator),
        numerator=numerator,
        denominator=denominator,
        cells=shown,
        extra=extra,
    )


def place(row: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, frozenset[str]]]:
    """Province, district and site of a row read with the columns of `SITE`."""
    for key, column in SITE.items():
        yield key, one(row[prefix + column])
