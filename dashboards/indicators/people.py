"""Counting people: one row a person inside the database, a few hundred grouped rows out of it.

An inner query gathers each person's qualifying contacts; an outer one applies the indicator's rule to that
row and groups. Figures and lists come from the same outer query.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Count, F, IntegerField, Max, Min, Q, Value, When
from django.db.models.functions import Coalesce, StrIndex

from core import codes
from core.periods import Period, PeriodKind
from dashboards.indicators.contacts import column, decoder, facts, gives, is_asked, person_value
from dashboards.measures import ADULT, CONTACT_KEYS
from dashboards.questions import Question
from dashboards.results import Cell, Listing
from outreach.models import Client

# Number of the group at the first qualifying contact: see Fact.day_group.
GROUP = "(p_first %% 1000)"
# Age and sex in one number, because SQLite sorts one number much faster than two columns: age × 10 + place in
# SEXES. Nobody grows younger, so its minimum holds the age at the first contact; 999 years is an unknown age.
SEXES = "FMXU"
AGELESS = 999
_PLACED = ("province", "district", "site", "organisation", "kind", "educator")
Split = int | str
Tally = dict[Cell, Counter[Split]]


@dataclass(frozen=True)
class Rule:
    """Who counts. `facts` are the qualifying contacts (and those that only supply services).

    `flags` are further columns of the person's row, `condition` is SQL over it (`p_first`, `p_person`, flags),
    `split` is SQL that sorts those who count into a few kinds, such as testing status. `first` limits which
    of the facts fix age and group.
    """

    facts: Any
    flags: dict[str, Any] = field(default_factory=dict)
    condition: str = "1 = 1"
    split: str = "0"
    uses: frozenset[str] = frozenset()
    first: Q | None = None


Build = Callable[[Question], Rule]


def flag(condition: Q) -> Any:
    """1 if any of the person's facts meets the condition, else 0."""
    return Max(Case(When(condition, then=Value(1)), default=Value(0), output_field=IntegerField()))


def qualifying(question: Question) -> Any:
    """Contacts that fix age and group: kinds counted one by one, groups not too large."""
    kinds = codes.having("contact_type", "counting_level", "individual", "either")
    chosen = facts(question).filter(kind__in=kinds).of_people()
    largest = question.indicator.largest_group
    return chosen if largest is None else chosen.filter(group_size__lte=largest)


def numbers(groups: frozenset[str]) -> str:
    """The groups' numbers as an SQL list, to compare GROUP with."""
    table = codes.table("population_group")
    return "(" + ", ".join(str(table[code].number) for code in sorted(groups)) + ")" if groups else "(-1)"


def adult_sex_workers_only() -> str:
    """Leaves out under-18s recorded as selling sex; an unknown age counts as adult (counting.md, 9)."""
    sex_workers = numbers(frozenset({"FSW", "MSW"}))
    return f"NOT ({GROUP} IN {sex_workers} AND {younger_than(ADULT)})"


def younger_than(age: int) -> str:
    """SQL for a known age below this many years at the first qualifying contact."""
    return f"p_person < {age * 10}"


def known_before(day: Any) -> Any:
    """1 if the person was known positive before the day."""
    return flag(Q(known_positive_since__lt=day))


def offered(services: frozenset[str]) -> Q:
    """One of the services at a contact whose outcome isn't “not offered”."""
    return gives(services) & ~Q(hts_outcome="not_offered")


@dataclass(frozen=True)
class _Columns:
    """What of a person's row the question needs, so that nothing more is read."""

    keys: tuple[str, ...]
    person: bool = False
    group: bool = False

    @property
    def names(self) -> list[str]:
        return [*(f"k_{key}" for key in self.keys), *["person"] * self.person, *["grp"] * self.group]


def _columns(question: Question) -> _Columns:
    return _Columns(
        keys=tuple(key for key in question.by if key in _PLACED),
        person=question.needs("sex") or question.needs("age_band"),
        group=question.needs("group"),
    )


def _people_sql(rule: Rule, columns: _Columns) -> tuple[str, list[Any]]:
    """SQL that gives one row for each person who counts: client, the columns, split."""
    keys = [f"k_{key}" for key in columns.keys]
    rows = rule.facts.annotate(**{f"k_{key}": column(key) for key in columns.keys})
    gathered = dict(rule.flags)
    if columns.person or "age" in rule.uses:
        years = Coalesce("age", Value(AGELESS), output_field=IntegerField())
        sex = StrIndex(Value(SEXES), F("sex"))
        gathered["p_person"] = Min(years * 10 + sex - 1, filter=rule.first)
    if columns.group or "group" in rule.uses:
        gathered["p_first"] = Min("day_group", filter=rule.first)
    # One aggregate at least, because without any the rows wouldn't be grouped.
    rows = rows.values("client", *keys).annotate(**gathered or {"p_contacts": Count("*")}).order_by()
    inner, params = rows.query.get_compiler(connection=connection).as_sql()
    outer = ["client", *keys, *["p_person AS person"] * columns.person, *[f"{GROUP} AS grp"] * columns.group]
    sql = f"SELECT {', '.join(outer)}, {rule.split} AS split FROM ({inner}) p WHERE {rule.condition}"  # noqa: S608
    return sql, list(params)


def _counted_sql(question: Question, build: Build) -> Iterator[tuple[str, list[Any]]]:
    """SQL for the people of the question; a fiscal year gives one for each half (MER 2.6.1)."""
    columns = _columns(question)
    for period, before in _spans(question):
        try:
            sql, params = _people_sql(build(question.over(period)), columns)
        except EmptyResultSet:
            continue
        if before is not None:
            sql, params = _without(sql, params, build(question.over(before)), columns)
        yield sql, params


def _without(sql: str, params: list[Any], earlier: Rule, columns: _Columns) -> tuple[str, list[Any]]:
    """The people of `sql` who were not counted under the earlier rule, within the same places."""
    bare = _Columns(keys=columns.keys)
    try:
        counted, more = _people_sql(earlier, bare)
    except EmptyResultSet:
        return sql, params
    keys = ", ".join(["client", *bare.names])
    more_names = [name for name in columns.names if name not in bare.names] + ["split"]
    newest = ", ".join(f"MAX({name}) AS {name}" for name in more_names)
    # One list with both halves and one grouping: joining two grouped queries misleads PostgreSQL's planner.
    both = (
        f"SELECT {keys}, {', '.join(more_names)}, 2 AS half FROM ({sql}) n "  # noqa: S608
        f"UNION ALL SELECT {keys}, {', '.join(['NULL'] * len(more_names))}, 1 FROM ({counted}) e"
    )
    return f"SELECT {keys}, {newest} FROM ({both}) u GROUP BY {keys} HAVING MIN(half) = 2", params + more  # noqa: S608


def _spans(question: Question) -> list[tuple[Period, Period | None]]:
    """The periods to count, each with the one whose people are left out."""
    period = question.period
    if question.indicator.code in ("KP_PREV", "PP_PREV"):
        first, second = period.fiscal_halves()
        if period.kind == PeriodKind.FISCAL_YEAR:
            return [(first, None), (second, first)]
        if period.is_second_fiscal_half:
            return [(period, first)]
    return [(period, None)]


def _rows(sql: str, params: list[Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while rows := cursor.fetchmany(2000):
            yield from rows


def tally(question: Question, build: Build) -> Tally:
    """Numbers of people in each cell, by split. The cell of a question without a breakdown is ()."""
    cells: Tally = defaultdict(Counter)
    decoders = {key: decoder(key) for key in question.by if key in _PLACED}
    for values, part in question.slices():
        names = [*_columns(part).names, "split"]
        for sql, params in _counted_sql(part, build):
            grouped = f"SELECT {', '.join(names)}, COUNT(*) FROM ({sql}) c GROUP BY {', '.join(names)}"  # noqa: S608
            for row in _persons(grouped, params, [*names, "n"]):
                if _passes(question, row):
                    cells[_cell(question, {**row, **values}, decoders)][row["split"]] += row["n"]
    return cells


def total(question: Question, build: Build, cells: Tally) -> Counter[Split]:
    """The people of all cells, each once: recounted if one person can stand in several of them."""
    if any(key in (*CONTACT_KEYS, "sector") for key in question.by):
        cells = tally(question.total(), build)
    return sum(cells.values(), Counter())


def clients(question: Question, build: Build, counts: Callable[[Split], bool] = lambda split: True) -> Listing:
    """The people behind a figure: those whose split `counts`."""
    question = question.total()
    names = ["client", *_columns(question).names, "split"]
    chosen = []
    for sql, params in _counted_sql(question, build):
        for row in _persons(f"SELECT {', '.join(names)} FROM ({sql}) c", params, names):  # noqa: S608
            if counts(row["split"]) and _passes(question, row):
                chosen.append(row["client"])  # noqa: PERF401 - a comprehension would hide the two conditions
    return Listing((Client, chosen))


def _persons(sql: str, params: list[Any], names: list[str]) -> Iterator[dict[str, Any]]:
    """The query's rows by their names, with sex, age and the code of the group."""
    groups = {code.number: key for key, code in codes.table("population_group").items()}
    for found in _rows(sql, params):
        row = dict(zip(names, found, strict=True))
        years, sex = divmod(row.get("person", 0), 10)
        row["sex"], row["age"] = SEXES[sex], None if years == AGELESS else years
        row["group"] = groups.get(row.get("grp"))
        yield row


def _passes(question: Question, row: dict[str, Any]) -> bool:
    return is_asked(question, row) and row["split"] in question.where.get("testing", {row["split"]})


def _cell(question: Question, row: dict[str, Any], decoders: dict[str, Callable[[Any], str]]) -> Cell:
    cell = []
    for key in question.by:
        if key in decoders:
            cell.append(decoders[key](row[f"k_{key}"]))
        elif key == "testing":
            cell.append(row["split"])
        elif key in ("sex", "age_band", "group"):
            cell.append(person_value(question, key, row))
        else:
            cell.append(row[key])
    return tuple(cell)
