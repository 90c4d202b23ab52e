"""Needles and syringes: who has equipment (WHO_PRV.8, .9), what comes back, how many for one person."""

from collections import Counter
from typing import Any

from django.db.models import Case, Count, F, Q, Sum, When

from core import codes
from dashboards.indicators import collection_rounds, commodities, contacts, people
from dashboards.indicators.people import GROUP
from dashboards.questions import Question
from dashboards.results import Cell, Listing, Result, answer, cells_of, ratio
from outreach.models import Contact, NeedleCollection
from peers.models import Session

Ratio = tuple[int, int]


def _rule(question: Question) -> people.Rule:
    """People who inject drugs; the split is the number of calendar months with an equipment date."""
    equipped = contacts.gives({"NSP"}) | Q(ns_given__gt=0)
    return people.Rule(
        facts=people.qualifying(question),
        flags={"months": Count(Case(When(equipped, then=F("month"))), distinct=True)},
        condition=f"{GROUP} IN {people.numbers(frozenset({'PWID'}))}",
        split="months",
        uses=frozenset({"group"}),
    )


def _least(question: Question) -> int:
    """In how many months of the question's period somebody needs equipment to be in the numerator."""
    return len(list(question.period.months())) if question.indicator.code == "WHO_PRV.9" else 1


def _people(question: Question) -> dict[Cell, Ratio]:
    """Numerator and denominator of each cell, in people who inject drugs."""
    # A cell of one month has one month to be served in, whatever the length of the whole period.
    least = 1 if "month" in question.by else _least(question)
    return {
        cell: (sum(number for months, number in splits.items() if int(months) >= least), splits.total())
        for cell, splits in people.tally(question, _rule).items()
    }


def _units(question: Question) -> dict[Cell, Ratio]:
    """Needle-syringe units given and taken back in each cell."""
    given: Counter[Cell] = Counter()
    back: Counter[Cell] = Counter()
    for cell, row in contacts.tally(question, contacts.facts, given=Sum("ns_given"), back=Sum("ns_taken_back")):
        given[cell] += row["given"]
        back[cell] += row["back"]
    for cell, row in _session_units(question):
        given[cell] += row["n"] * row["weight"]
        back[cell] += row["back"] * row["weight"]
    return {cell: (given[cell], back[cell]) for cell in given}


def _session_units(question: Question, *columns: str) -> Any:
    table = codes.table("commodity")
    for cell, row in commodities.session_lines(question, *columns):
        weight = int(table[row["commodity"]].attributes["needle_syringe_units"] or 0)
        if weight:
            yield cell, {**row, "weight": weight}


def _shares(question: Question) -> dict[Cell, Ratio]:
    """Numerator and denominator of each cell of the question's indicator."""
    code = question.indicator.code
    if code in ("WHO_PRV.8", "WHO_PRV.9"):
        return _people(question)
    units = _units(question)
    if code == "NS_RETURN":
        rounds = collection_rounds.pieces(question)
        handed = {cell: (units.get(cell, (0, 0))[1], units.get(cell, (0, 0))[0]) for cell in {**units, **rounds}}
        return {cell: (back + rounds[cell], given) for cell, (back, given) in handed.items()}
    served = _people(question)
    return {cell: (units.get(cell, (0, 0))[0], served.get(cell, (0, 0))[0]) for cell in {**units, **served}}


def count(question: Question) -> Result:
    """A ratio with its numerator and denominator, and those of each cell."""
    shares = _shares(question)
    numerator, denominator = _shares(question.total()).get((), (0, 0))
    total = ratio(numerator, denominator)
    cells = cells_of(question.by, {cell: ratio(*share) for cell, share in shares.items()})
    for cell in cells:
        share = shares[tuple(cell[key] for key in question.by)]
        cell["numerator"], cell["denominator"] = share
    extra: dict[str, Any] = {}
    if question.indicator.code == "NS_RETURN" and (methods := collection_rounds.by_method(question)):
        extra = {"public_rounds": sum(methods.values()), "public_rounds_by_method": methods}
    if question.indicator.code == "NS_PER_PWID_REACHED" and total is not None:
        extra = _for_a_year(question, total)
    return answer(question, total=total, numerator=numerator, denominator=denominator, cells=cells, extra=extra)


def _for_a_year(question: Question, total: float) -> dict[str, Any]:
    """The figure annualised, and how (counting.md: × 12 ÷ whole months, else × 365 ÷ days)."""
    period = question.period
    if months := period.whole_months:
        return {"annualised": total * 12 / months, "annualised_by": f"12/{months} months"}
    return {"annualised": total * 365 / period.days, "annualised_by": f"365/{period.days} days"}


def listing(question: Question) -> Listing:
    """The numerator: people with equipment, or the contacts, sessions and rounds whose units it adds up."""
    question = question.total()
    if question.indicator.code in ("WHO_PRV.8", "WHO_PRV.9"):
        least = _least(question)
        return people.clients(question, _rule, lambda months: int(months) >= least)
    column, key = ("ns_taken_back", "back") if question.indicator.code == "NS_RETURN" else ("ns_given", "n")
    moved = contacts.facts(question).filter(**{f"{column}__gt": 0})
    met = {row["session_id"] for _cell, row in _session_units(question, "session_id") if row[key]}
    rounds = collection_rounds.ids(question) if question.indicator.code == "NS_RETURN" else []
    return Listing((Contact, contacts.ids(question, moved)), (Session, met), (NeedleCollection, rounds))
