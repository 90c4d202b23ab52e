"""Counted cells as tables: the twin of every chart, a screen's and a workbook's alike. No database."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext

from dashboards import sentences, wording
from dashboards.measures import PERSON_KEYS, Additivity, Measure
from dashboards.results import Result

# Django tells no types: this one is what strict checking needs.
_: Callable[[str], str] = gettext

Cell = tuple[object, str]
# Figures of peer educators, and the keys of which one of them can have several codes.
_OF_PEERS = ("PE_ACTIVE", "PE_RETENTION", "PE_RATIO")
_SEVERAL = {"group", "province", "district", "site"}
# Gives the address of the list behind a cell, from its codes; empty where the reader may not open it.
Open = Callable[..., str]


@dataclass(frozen=True)
class Table:
    """A table as the component `data_table` draws it; each cell is a value and the address of its list."""

    title: str
    columns: list[str]
    rows: list[tuple[str, list[Cell]]]
    foot: tuple[str, list[Cell]] | None = None
    note: str = ""
    caption: str = ""

    def plain(self) -> list[list[object]]:
        """Heads, rows and foot as rows of values, for a workbook."""
        lines = [*self.rows, *([self.foot] if self.foot else [])]
        return [list(self.columns), *([label, *map(_number, cells)] for label, cells in lines)]


def _number(cell: Cell) -> object:
    value = cell[0]
    return getattr(value, "number", value)


@dataclass(frozen=True)
class Words:
    """What turns keys and codes into words; `open` gives the list behind a cell.

    `always` names by key the codes that a table shows even where nobody is counted.
    """

    open: Open
    names: wording.Names = field(default_factory=dict)
    always: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def label(self, result: Result, key: str, code: str) -> str:
        return wording.value(key, code, self.names, result.indicator)


def narrowed(result: Result, by: tuple[str, ...]) -> Result:
    """The same people split by fewer keys: right because each person has one sex, one age and one group."""
    values: Counter[tuple[str, ...]] = Counter()
    for cell in result.cells:
        values[tuple(cell[key] for key in by)] += cell["value"]
    cells = [{**dict(zip(by, codes, strict=True)), "value": value} for codes, value in values.items()]
    return replace(result, by=by, cells=cells)


def build(result: Result, words: Words, title: str) -> Table:
    """The table of a result split by one key, or by two; a ratio's shows numerator and denominator."""
    if result.measure == Measure.RATIO:
        return shares(result, words, title)
    if len(result.by) == 2:
        return cross(result, words, title)
    return single(result, words, title)


def adds_up(result: Result, keys: Sequence[str]) -> bool:
    """Whether cells that differ in these keys hold nobody and nothing twice, and share one unit."""
    if "commodity" in keys:
        return False
    if result.additivity == Additivity.SUM:
        return "service" not in keys and "topic" not in keys
    if result.measure == Measure.PUPILS:
        return True
    return all(key in (*PERSON_KEYS, "testing") for key in keys)


def order(result: Result, words: Words, key: str) -> list[str]:
    """Codes of the key in the result's order, those always shown in their places."""
    known = list(words.always.get(key, ()))
    return known + list(dict.fromkeys(cell[key] for cell in result.cells if cell[key] not in known))


def single(result: Result, words: Words, title: str) -> Table:
    """One row for each code of the one key."""
    (key,) = result.by
    values = {cell[key]: cell["value"] for cell in result.cells}
    rows: list[tuple[str, list[Cell]]] = [
        (words.label(result, key, code), [_cell(values.get(code, 0), words, {key: code})])
        for code in order(result, words, key)
    ]
    foot, note = None, ""
    if result.total is not None:
        foot = (_("All"), [_cell(result.total, words, {})])
        note = "" if adds_up(result, result.by) else recounted(result)
    if key == "commodity":
        return _with_taken_back(result, Table(title, [wording.key(key), _("Given"), _("Taken back")], rows))
    return Table(title, [wording.key(key, result.indicator), _counted(result)], rows, foot, note)


def _with_taken_back(result: Result, table: Table) -> Table:
    """Units taken back stand beside those given; a commodity that only came back has its row too."""
    back = dict(result.extra.get("taken_back", {}))
    given = [cell["commodity"] for cell in result.cells]
    rows = [(label, [*cells, (back.pop(code, 0), "")]) for code, (label, cells) in zip(given, table.rows, strict=True)]
    rows += [(wording.value("commodity", code, {}), [(0, ""), (number, "")]) for code, number in sorted(back.items())]
    return Table(table.title, table.columns, rows, None, _("Each commodity stands by itself: they are never added up."))


def cross(result: Result, words: Words, title: str) -> Table:
    """The first key down, the second across, with sums where they mean something."""
    down, across = result.by
    values = {(cell[down], cell[across]): cell["value"] for cell in result.cells}
    heads, sides = order(result, words, across), order(result, words, down)
    right, below = adds_up(result, [across]), adds_up(result, [down])
    rows: list[tuple[str, list[Cell]]] = []
    for side in sides:
        found = [values.get((side, head), 0) for head in heads]
        cells = [_cell(n, words, {down: side, across: head}) for n, head in zip(found, heads, strict=True)]
        if right:
            cells.append(_cell(sum(found), words, {down: side}))
        rows.append((words.label(result, down, side), cells))
    foot, note = None, ""
    if below:
        sums = [sum(values.get((side, head), 0) for side in sides) for head in heads]
        cells = [_cell(n, words, {across: head}) for n, head in zip(sums, heads, strict=True)]
        foot = (_("All"), [*cells, *([_cell(sum(sums), words, {})] if right else [])])
    if not (right and below):
        note = recounted(result)
    columns = [wording.key(down, result.indicator), *(words.label(result, across, head) for head in heads)]
    return Table(title, [*columns, *([_("All")] if right else [])], rows, foot, note)


def shares(result: Result, words: Words, title: str, heads: Sequence[str] = ()) -> Table:
    """A ratio, split by any keys: one row for each cell, with what was divided by what, under `heads` if given."""
    rows: list[tuple[str, list[Cell]]] = []
    for cell in result.cells:
        codes = {key: cell[key] for key in result.by}
        label = " · ".join(words.label(result, key, code) for key, code in codes.items())
        rows.append((label or _("All"), _ratio(result.indicator, cell, words, codes)))
    whole = {"value": result.total, "numerator": result.numerator, "denominator": result.denominator}
    foot = (_("All"), _ratio(result.indicator, whole, words, {})) if result.by else None
    keys = " · ".join(wording.key(key, result.indicator) for key in result.by)
    columns = [keys, *(heads or (_("Figure"), _("Numerator"), _("Denominator")))]
    return Table(title, columns, rows, foot, _of_shares(result) if result.by else "")


def _of_shares(result: Result) -> str:
    """What must be known of a table of shares; a peer educator can have several groups and sites."""
    note = _("Cells of 0 are left out.")
    if result.indicator not in _OF_PEERS or not _SEVERAL & set(result.by):
        return note
    several = _("A peer educator who works with several groups or at several sites stands in a row of each.")
    return f"{note} {several}"


def knowledge(result: Result, words: Words, title: str) -> Table:
    """Shares of right answers to each question, before and after, and how far they rose."""

    def line(before: float | None, after: float | None, where: dict[str, str]) -> list[Cell]:
        change = None if before is None or after is None else after - before
        figures = [wording.figure(result.indicator, share) for share in (before, after)]
        told = None if change is None else sentences.signed(change)
        return [(figures[0], ""), (figures[1], words.open(**where) if after else ""), (told, "")]

    rows: list[tuple[str, list[Cell]]] = [
        (words.label(result, "item", cell["item"]), line(cell["before"], cell["value"], {"item": cell["item"]}))
        for cell in result.cells
    ]
    foot = (_("All"), line(result.extra["before"], result.total, {}))
    columns = [wording.key("item"), _("Before"), _("After"), _("Change, in points")]
    return Table(title, columns, rows, foot, _("Cells of 0 are left out."))


def _ratio(code: str, cell: dict[str, Any], words: Words, where: dict[str, str]) -> list[Cell]:
    numerator = cell["numerator"] or 0
    opened = words.open(**where) if numerator else ""
    return [(wording.figure(code, cell["value"]), ""), (numerator, opened), (cell["denominator"] or 0, "")]


def _cell(value: object, words: Words, where: dict[str, str]) -> Cell:
    return (value, words.open(**where) if value else "")


def _counted(result: Result) -> str:
    return {
        Measure.PEOPLE: _("People"),
        Measure.CONTACTS: _("Contacts"),
        Measure.ATTENDANCES: _("Attendances"),
        Measure.UNITS: _("Given"),
        Measure.CALLS: _("Calls"),
        Measure.PUPILS: _("Pupils"),
        Measure.COMMITTEES: _("Committees"),
        Measure.RATIO: _("Figure"),
    }[result.measure]


def recounted(result: Result) -> str:
    """Why the rows don't add up to the total."""
    if result.measure == Measure.UNITS:
        return _("Each commodity stands by itself: they are never added up.")
    if result.measure == Measure.PEOPLE:
        return _("The rows don't add up: the same person can stand in several of them.")
    if result.measure == Measure.CALLS:
        return _("The rows don't add up: a call can have several topics.")
    return _("The rows don't add up: the same contact can stand in several of them.")
