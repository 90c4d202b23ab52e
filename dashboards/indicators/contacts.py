"""Facts that a question is about; and CONTACTS, which counts them one by one."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, Q, UUIDField, Value, When
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThan

from core import codes
from core.models import Organisation, Site, User
from dashboards.age_bands import UNKNOWN
from dashboards.questions import Question, month_label
from dashboards.results import Cell, Listing, Result, answer, cells_of
from outreach.models import Contact, Fact

NOWHERE = UUID(int=0)
COLUMNS = {"province": "province", "district": "district", "organisation": "organisation", "kind": "kind"}
COLUMNS |= {"educator": "educator"}


def bits(services: Iterable[str]) -> int:
    """The services' bits in a fact."""
    table = codes.table("service")
    return sum(1 << table[code].number for code in services if code in table)


def gives(services: Iterable[str], prefix: str = "") -> Q:
    """Facts with at least one of the services."""
    return Q(GreaterThan(F(f"{prefix}services").bitand(bits(services)), 0))


def conditions(question: Question, prefix: str = "") -> Q:
    """What a fact must be for the question: its days, its organisations and the filters on contacts."""
    period, where = question.period, question.where
    chosen = Q(**{f"{prefix}date__gte": period.start, f"{prefix}date__lte": period.end})
    if question.organisations is not None:
        chosen &= Q(**{f"{prefix}organisation__in": question.organisations})
    for key in ("province", "district", "kind"):
        if key in where:
            chosen &= Q(**{f"{prefix}{key}__in": [_raw_place(value) for value in where[key]]})
    # A filter by months in a row has cut the period already, and the days are indexed where the month isn't.
    if "month" in where and not {month_label(part) for part in period.months()} <= where["month"]:
        months = [int(value.replace("-", "")) for value in where["month"]]
        chosen &= Q(**{f"{prefix}month__in": months})
    if "organisation" in where:
        chosen &= Q(**{f"{prefix}organisation__in": Organisation.objects.filter(code__in=where["organisation"])})
    if "educator" in where:
        chosen &= Q(**{f"{prefix}educator__in": User.objects.filter(username__in=where["educator"])})
    if "site" in where:
        named = Q(**{f"{prefix}site__in": Site.objects.filter(code__in=where["site"])})
        chosen &= named | Q(**{f"{prefix}site": None}) if UNKNOWN in where["site"] else named
    if "service" in where:
        chosen &= gives(where["service"], prefix)
    return chosen


def _raw_place(value: str) -> str:
    return "" if value == UNKNOWN else value


def column(key: str, prefix: str = "") -> Any:
    """The expression that facts are grouped by for a key."""
    return _site(prefix) if key == "site" else F(prefix + COLUMNS[key])


def _site(prefix: str) -> Any:
    """The site; of several sites that share a code in different organisations, one stands for all."""
    first: dict[str, UUID] = {}
    whens = []
    for pk, code in Site.objects.order_by("code", "pk").values_list("pk", "code"):
        if first.setdefault(code, pk) != pk:
            whens.append(When(**{f"{prefix}site": pk}, then=Value(first[code], output_field=UUIDField())))
    name = f"{prefix}site"
    site = Case(*whens, default=F(name), output_field=UUIDField()) if whens else F(name)
    return Coalesce(site, Value(NOWHERE, output_field=UUIDField()), output_field=UUIDField())


def decoder(key: str) -> Callable[[Any], str]:
    """What turns a value of `column` into the code that cells carry."""
    if key == "site":
        sites = dict(Site.objects.values_list("pk", "code"))
        return lambda raw: sites.get(UUID(str(raw)), UNKNOWN)
    if key in ("organisation", "educator"):
        rows: dict[str, tuple[Any, str]] = {"organisation": (Organisation, "code"), "educator": (User, "username")}
        model, name = rows[key]
        names = dict(model.objects.values_list("pk", name))
        return lambda raw: names[raw]
    return lambda raw: raw or UNKNOWN


def person_value(question: Question, key: str, row: dict[str, Any]) -> str:
    """Sex, age band or group of the person in a row with the facts' columns."""
    if key == "age_band":
        return question.bands.of(row["age"])
    return row["sex"] or "U" if key == "sex" else row["group"] or "UNK"


def is_asked(question: Question, row: dict[str, Any]) -> bool:
    """Whether the person in the row passes the filters on people."""
    return all(
        person_value(question, key, row) in question.where[key]
        for key in ("sex", "age_band", "group")
        if key in question.where
    )


def tally(
    question: Question, rows_of: Callable[[Question], Any], prefix: str = "", extra: tuple[str, ...] = (), **sums: Any
) -> Iterator[tuple[Cell, dict[str, Any]]]:
    """Cells with the sums of their facts, each cell in as many rows as there are ages and the like behind it.

    `rows_of` gives the QuerySet of a question; `extra` names further columns to group by, as its rows call them.
    """
    keys = [key for key in question.by if key in COLUMNS or key == "site"]
    decoders = {key: decoder(key) for key in keys}
    columns = {f"by_{key}": column(key, prefix) for key in keys}
    columns |= {
        f"of_{name}": F(f"{prefix}{name}")
        for key, name in {"sex": "sex", "age_band": "age", "group": "group"}.items()
        if question.needs(key)
    }
    for values, part in question.slices():
        for row in _grouped(rows_of(part).annotate(**columns), (*columns, *extra), sums):
            person = {name: row.get(f"of_{name}") for name in ("sex", "age", "group")}
            if is_asked(question, person):
                yield _cell(question, {**row, **values}, person, decoders), row


def _grouped(rows: Any, columns: tuple[str, ...], sums: dict[str, Any]) -> Iterable[dict[str, Any]]:
    """The sums for each combination of the columns; one row of sums without columns."""
    if columns:
        grouped: Iterable[dict[str, Any]] = rows.values(*columns).annotate(**sums).order_by()
        return grouped
    return [{name: number or 0 for name, number in rows.aggregate(**sums).items()}]


def _cell(
    question: Question, row: dict[str, Any], person: dict[str, Any], decoders: dict[str, Callable[[Any], str]]
) -> Cell:
    cell = []
    for key in question.by:
        if key in decoders:
            cell.append(decoders[key](row[f"by_{key}"]))
        elif key in ("sex", "age_band", "group"):
            cell.append(person_value(question, key, person))
        else:
            cell.append(row[key])
    return tuple(cell)


def facts(question: Question) -> Any:
    """Facts that the question is about, before its filters on people."""
    return Fact.objects.filter(conditions(question))


def count(question: Question) -> Result:
    """CONTACTS: facts, one by one."""
    values: Counter[Cell] = Counter()
    for cell, row in tally(question, facts, n=Count("*")):
        values[cell] += row["n"]
    total = sum(row["n"] for _cell, row in tally(question.total(), facts, n=Count("*")))
    return answer(question, total=total, numerator=total, denominator=None, cells=cells_of(question.by, values))


def listing(question: Question) -> Listing:
    """The contacts behind the figure."""
    return Listing((Contact, ids(question, facts(question))))


def ids(question: Question, chosen: Any) -> list[Any]:
    """Ids of the contacts of these facts whose person passes the filters on people."""
    rows = chosen.values("pk", "sex", "age", "group")
    return [row["pk"] for row in rows if is_asked(question, row)]
