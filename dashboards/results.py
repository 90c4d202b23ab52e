"""Answers: a figure with its cells, and the list behind it."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core import codes
from core.periods import Period
from dashboards.age_bands import AgeBands
from dashboards.measures import Additivity, Measure
from dashboards.questions import GRADES, SECTORS, TESTING, Question
from dashboards.refusals import WrongTotal

Cell = tuple[str, ...]
Value = int | float


@dataclass(frozen=True)
class Result:
    """One figure. `cells` are dicts of the breakdown's codes and `value`; cells of 0 are left out.

    `total` is unrounded and None where there is nothing to divide by or nothing that may be totalled.
    `parts` are the periods that the figure was counted over: one, unless results were added.
    """

    indicator: str
    version: str
    measure: Measure
    additivity: Additivity
    period: Period
    total: Value | None
    numerator: int | None
    denominator: int | None
    cells: list[dict[str, Any]]
    extra: dict[str, Any] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    age_bands: str = ""
    organisations: tuple[int, ...] | None = None
    parts: tuple[Period, ...] = ()

    def add(self, other: "Result") -> "Result":
        """The sum of two answers to one question about different days.

        Raises WrongTotal for people and ratios, for overlapping days and for different questions.
        """
        if self.additivity != Additivity.SUM or other.additivity != Additivity.SUM:
            raise WrongTotal(
                _(
                    "%(code)s can't be added up: the same person could be counted twice. "
                    "Count the longer period instead."
                )
                % {"code": self.indicator}
            )
        asked = [
            (one.indicator, one.version, one.by, one.where, one.age_bands, one.organisations) for one in (self, other)
        ]
        if asked[0] != asked[1]:
            raise WrongTotal(_("These figures answer different questions and can't be added up."))
        if any(mine.start <= theirs.end and theirs.start <= mine.end for mine in self.parts for theirs in other.parts):
            raise WrongTotal(_("These periods overlap, so their figures can't be added up."))
        return self._sum(other)

    def _sum(self, other: "Result") -> "Result":
        values: Counter[Cell] = Counter()
        for cell in (*self.cells, *other.cells):
            values[tuple(cell[key] for key in self.by)] += cell["value"]
        parts = tuple(sorted((*self.parts, *other.parts)))
        numerator = (self.numerator or 0) + (other.numerator or 0)
        return replace(
            self,
            period=Period(parts[0].start, max(part.end for part in parts)),
            parts=parts,
            total=None if self.total is None or other.total is None else self.total + other.total,
            numerator=None if self.numerator is None else numerator,
            cells=[{**dict(zip(self.by, cell, strict=True)), "value": value} for cell, value in values.items()],
            extra=_sum_extra(self.extra, other.extra),
        )


def _sum_extra(mine: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    tables = {name: _sum_counts(mine[name], other.get(name, {})) for name in ("taken_back", "apart") if name in mine}
    return tables | {name: mine[name] + other.get(name, 0) for name in ("formed_anew",) if name in mine}


def _sum_counts(mine: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {key: mine.get(key, 0) + other.get(key, 0) for key in dict.fromkeys((*mine, *other))}


def sum_results(results: Iterable[Result]) -> Result:
    """All results added up; raises WrongTotal as `Result.add` does, and ValueError for none."""
    return reduce(Result.add, results)


def answer(question: Question, **figures: Any) -> Result:
    """A result that carries what the question says; `figures` are total, numerator, denominator, cells, extra."""
    indicator = question.indicator
    cells = figures.pop("cells")
    return Result(
        indicator=indicator.code,
        version=indicator.version,
        measure=indicator.measure,
        additivity=indicator.additivity,
        period=question.asked,
        parts=(question.asked,),
        by=question.by,
        where=question.where,
        age_bands=question.bands.name,
        organisations=question.organisations,
        cells=in_order(question, cells),
        **figures,
    )


def cells_of(by: Sequence[str], values: Mapping[Cell, Value | None]) -> list[dict[str, Any]]:
    """Cells as dicts, without the empty ones."""
    return [{**dict(zip(by, cell, strict=True)), "value": value} for cell, value in values.items() if value]


def in_order(question: Question, cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cells in the order of their code lists, months and places by code."""
    ranks = {key: _rank(key, question.bands) for key in question.by}
    return sorted(cells, key=lambda cell: tuple(ranks[key](cell[key]) for key in question.by))


def _rank(key: str, bands: AgeBands) -> Callable[[str], tuple[int, str]]:
    lists: dict[str, Iterable[str]] = {
        "sex": codes.table("sex"),
        "age_band": bands.names,
        "group": codes.table("population_group"),
        "testing": TESTING,
        "commodity": codes.table("commodity"),
        "topic": codes.table("hotline_topic"),
        "service": codes.table("service"),
        "sector": codes.table(SECTORS),
        "grade": GRADES,
        "item": codes.table("knowledge_item"),
    }
    order = {code: number for number, code in enumerate(lists.get(key, ()))}
    return lambda value: (order.get(value, len(order)), value)


def ratio(numerator: int, denominator: int) -> float | None:
    """Numerator ÷ denominator, unrounded; None without a denominator."""
    return numerator / denominator if denominator else None


class Listing(Sequence[Any]):
    """The records behind a figure, by their own reference; a slice fetches only what it shows."""

    def __init__(self, *pages: tuple[Any, Iterable[UUID]]) -> None:
        """`pages` are pairs of a model and the ids of its records."""
        self._keys: list[tuple[Any, UUID]] = []
        for model, ids in pages:
            references = {
                pk: row
                for chunk in _chunks(list(ids))
                for pk, *row in model.objects.filter(pk__in=chunk).values_list("pk", "reference", "occurred_on")
            }
            self._keys += [(model, pk) for pk in sorted(references, key=lambda pk: (*references[pk], pk))]

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return self._fetch(self._keys[index])
        return self._fetch([self._keys[index]])[0]

    def __iter__(self) -> Iterator[Any]:
        for chunk in _chunks(self._keys):
            yield from self._fetch(chunk)

    def ids(self) -> list[UUID]:
        """The ids in the listing's order."""
        return [pk for _model, pk in self._keys]

    def _fetch(self, keys: list[tuple[Any, UUID]]) -> list[Any]:
        found = {}
        for model in {model for model, _pk in keys}:
            found.update(model.objects.in_bulk([pk for other, pk in keys if other is model]))
        return [found[pk] for _model, pk in keys]


def _chunks(rows: list[Any], size: int = 500) -> Iterator[list[Any]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
