"""STOCK: pieces in the places of the store at the end of the period, each commodity by itself.

The store, sites and workers' bags are counted; what was given to people, lost or sent back has left. A balance below
zero shows as it is: the books say that more left than ever came.
"""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Sum

from core.models import Organisation
from dashboards.age_bands import UNKNOWN
from dashboards.questions import Question
from dashboards.results import Cell, Listing, Result, answer, cells_of
from outreach import stock_levels
from outreach.models import Contact, StockCount, StockDocument, StockMove, StockPlace
from outreach.stock import full_months_before, months_of_stock
from peers.models import Session

# Django tells no types of its choices: this one is what strict checking needs.
Kind: Any = StockPlace.Kind
_PATHS = {
    "province": "site__district__province",
    "district": "site__district",
    "site": "site__code",
    "organisation": "organisation__code",
    "kind": "kind",
}
# What the other end of a move is called beside the figure.
_GIVEN, _LOST = Kind.CLIENTS.value, Kind.WASTE.value
_SUPPLIED, _DIFFERED = Kind.SUPPLIER.value, Kind.VARIANCE.value


def _places(question: Question) -> dict[int, dict[str, str]]:
    """Places that the question is about, each with its codes by key; a place without a site has none."""
    rows: Any = StockPlace.objects.holding()
    if question.organisations is not None:
        rows = rows.filter(organisation__in=Organisation.objects.filter(pk__in=question.organisations))
    found = {}
    for pk, *values in rows.order_by().values_list("pk", *_PATHS.values()):
        told = {key: value or UNKNOWN for key, value in zip(_PATHS, values, strict=True)}
        if all(told[key] in question.where[key] for key in told if key in question.where):
            found[pk] = told
    return found


def _moves(question: Question) -> Any:
    """Moves of the commodities asked for, up to the end of the period."""
    moves: Any = StockMove.objects.until(question.period.end)
    return moves.filter(commodity__in=question.where["commodity"]) if "commodity" in question.where else moves


def count(question: Question) -> Result:
    """Pieces by commodity at the end of the period. There is no total over commodities."""
    places = _places(question)
    moves = _moves(question)
    balances: dict[tuple[int, str], int] = moves.balances(places)
    values: Counter[Cell] = Counter()
    held: Counter[str] = Counter()
    for (place, commodity), pieces in balances.items():
        told = {**places[place], "commodity": commodity}
        values[tuple(told[key] for key in question.by)] += pieces
        held[commodity] += pieces
    extra = _extra(question, moves, list(places), held)
    return answer(
        question, total=None, numerator=None, denominator=None, cells=cells_of(question.by, values), extra=extra
    )


def _extra(question: Question, moves: Any, places: list[int], held: Counter[str]) -> dict[str, Any]:
    """What came and went in the period, how long the rest lasts, and days on which a place had none, by commodity."""
    inside = moves.filter(occurred_on__gte=question.period.start)
    came = _by_other_end(inside, "destination", "source", places)
    went = _by_other_end(inside, "source", "destination", places)
    first, last = full_months_before(question.period.end + timedelta(days=1))
    used = _by_other_end(moves.filter(occurred_on__gte=first, occurred_on__lte=last), "source", "destination", places)
    lasting = {
        commodity: months
        for commodity in sorted(held)
        if (months := months_of_stock(held[commodity], _sum(used, _GIVEN)[commodity])) is not None
    }
    variance = _sum(came, _DIFFERED)
    variance.subtract(_sum(went, _DIFFERED))
    return {
        "received": _told(_sum(came, _SUPPLIED)),
        "given_out": _told(_sum(went, _GIVEN)),
        "lost": _told(_sum(went, _LOST)),
        "variance": _told(variance),
        "months_of_stock": lasting,
        "stock_outs": _told(_days_without(question, places)),
    }


def _by_other_end(moves: Any, end: str, other: str, places: list[int]) -> Counter[tuple[str, str]]:
    """Pieces by the kind of the other end and commodity, of moves that have one of the places at this end."""
    rows = moves.filter(**{f"{end}__in": places}).order_by().values(f"{other}__kind", "commodity")
    return Counter({(row[f"{other}__kind"], row["commodity"]): row["n"] for row in rows.annotate(n=Sum("quantity"))})


def _sum(found: Counter[tuple[str, str]], wanted: str) -> Counter[str]:
    sums: Counter[str] = Counter()
    for (kind, commodity), pieces in found.items():
        if kind == wanted:
            sums[commodity] += pieces
    return sums


def _told(sums: Counter[str]) -> dict[str, int]:
    return {commodity: pieces for commodity, pieces in sorted(sums.items()) if pieces}


def _days_without(question: Question, places: list[int]) -> Counter[str]:
    """Days that ended with none in a place that gives it to people, added up over places."""
    rows = list(StockPlace.objects.filter(pk__in=places).select_related("organisation", "site", "worker"))
    days: Counter[str] = Counter()
    for level, number in stock_levels.stock_outs(rows, question.period.start, question.period.end):
        if level.commodity in question.where.get("commodity", {level.commodity}):
            days[level.commodity] += number
    return days


def listing(question: Question) -> Listing:
    """The documents, counts, contacts and sessions that moved pieces of these places in the period."""
    places = list(_places(question))
    inside = _moves(question).filter(occurred_on__gte=question.period.start)
    moved: dict[str, set[Any]] = {"document": set(), "count": set(), "contact": set(), "session": set()}
    for end in ("source", "destination"):
        for row in inside.filter(**{f"{end}__in": places}).order_by().values_list(*moved).distinct():
            for found, pk in zip(moved.values(), row, strict=True):
                if pk is not None:
                    found.add(pk)
    return Listing(
        (StockDocument, moved["document"]),
        (StockCount, moved["count"]),
        (Contact, moved["contact"]),
        (Session, moved["session"]),
    )
