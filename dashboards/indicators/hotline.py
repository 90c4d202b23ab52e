"""HL_CALLS and HL_YOUNG: answered calls to the hotline, and the share of callers aged 10 to 24.

Each call is one anonymous caller, never a person. A caller's age is a band: it stands in the band of a set that
holds the whole of it, else in `other`; an age not asked is `unknown`. A call about several topics stands in a cell
of each of them, one about none in `unknown`; the total counts it once.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q

from core.models import Organisation, User
from core.periods import Period
from dashboards.age_bands import UNKNOWN
from dashboards.questions import Question, month_label
from dashboards.results import Cell, Listing, Result, answer, cells_of, ratio
from outreach.hotline_calls import known_ages, young_ages
from outreach.models import HotlineCall
from outreach.models.hotline_calls import ANSWERED, APART

_COLUMNS = {
    "sex": "sex",
    "age_band": "age_band",
    "province": "province_id",
    "organisation": "organisation_id",
    "kind": "nature",
    "educator": "recorded_by_id",
    "topic": "topics",
}
_NAMED: dict[str, tuple[Any, str]] = {"organisation": (Organisation, "code"), "educator": (User, "username")}


def _calls(question: Question, natures: tuple[str, ...] = ANSWERED) -> Any:
    """Countable calls of these natures that the question's filters leave, but for those on age and topic."""
    period, where = question.period, question.where
    found = HotlineCall.objects.countable().in_period(period.start, period.end).filter(nature__in=natures)
    if question.organisations is not None:
        found = found.filter(organisation_id__in=question.organisations)
    if "month" in where:
        found = found.filter(_in_months(period, where["month"]))
    for key in ("sex", "kind"):
        if key in where:
            found = found.filter(**{f"{_COLUMNS[key]}__in": where[key]})
    if "province" in where:
        named = Q(province_id__in=where["province"] - {UNKNOWN})
        found = found.filter(named | Q(province=None) if UNKNOWN in where["province"] else named)
    for key, (model, name) in _NAMED.items():
        if key in where:
            found = found.filter(**{f"{_COLUMNS[key]}__in": model.objects.filter(**{f"{name}__in": where[key]})})
    return found


def _in_months(period: Period, months: frozenset[str]) -> Q:
    """Days of the chosen months: a filter by months in a row has cut the period already."""
    chosen = [part for part in period.months() if month_label(part) in months]
    days = Q(pk__in=[])
    for part in chosen:
        days |= Q(occurred_on__gte=part.start, occurred_on__lte=part.end)
    return days


def _groups(question: Question, *always: str, natures: tuple[str, ...] = ANSWERED) -> Iterator[dict[str, Any]]:
    """Calls that pass every filter, grouped by the keys that the question needs, each group with its number `n`."""
    keys = dict.fromkeys((*always, *(key for key in _COLUMNS if key in question.by)))
    keys |= dict.fromkeys(key for key in ("age_band", "topic") if key in question.where)
    columns = [_COLUMNS[key] for key in keys]
    # The months of days are told here: asking the database for each call's month takes ten times as long.
    columns += ["occurred_on"] if "month" in question.by else []
    rows = _calls(question, natures).order_by()
    grouped: Any = rows.values(*columns).annotate(n=Count("*")) if columns else [{"n": rows.count()}]
    for row in grouped:
        group = {key: row[_COLUMNS[key]] for key in keys} | {"n": row["n"]}
        if "occurred_on" in row:
            group["month"] = f"{row['occurred_on']:%Y-%m}"
        if _passes(question, group):
            yield group


def _passes(question: Question, group: dict[str, Any]) -> bool:
    where = question.where
    if "age_band" in where and question.bands.of_caller(group["age_band"]) not in where["age_band"]:
        return False
    return "topic" not in where or bool(_topics(group) & where["topic"])


def _topics(group: dict[str, Any]) -> frozenset[str]:
    return frozenset(group["topic"]) or frozenset([UNKNOWN])


class _Names:
    """What turns a group's values into the codes that cells carry."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.names = {
            key: dict(model.objects.values_list("pk", name))
            for key, (model, name) in _NAMED.items()
            if key in question.by
        }

    def cells(self, group: dict[str, Any]) -> Iterator[Cell]:
        """The cells that a group stands in: one, or one for each of its topics."""
        question = self.question
        if "topic" not in question.by:
            yield tuple(self.value(key, group) for key in question.by)
            return
        for topic in _topics(group) & question.where.get("topic", _topics(group)):
            yield tuple(topic if key == "topic" else self.value(key, group) for key in question.by)

    def value(self, key: str, group: dict[str, Any]) -> str:
        if key == "age_band":
            return self.question.bands.of_caller(group[key])
        return self.names[key][group[key]] if key in self.names else group[key] or UNKNOWN


def count(question: Question) -> Result:
    """Answered calls, with silent, prank and wrong ones beside them; or the share of young callers."""
    if question.indicator.code == "HL_YOUNG":
        return _young(question)
    names, values = _Names(question), Counter[Cell]()
    apart, total = dict.fromkeys(APART, 0), 0
    for group in _groups(question, "kind", natures=(*ANSWERED, *APART)):
        if group["kind"] in apart:
            apart[group["kind"]] += group["n"]
            continue
        total += group["n"]
        for cell in names.cells(group):
            values[cell] += group["n"]
    return answer(
        question,
        total=total,
        numerator=total,
        denominator=None,
        cells=cells_of(question.by, values),
        extra={"apart": apart},
    )


def _young(question: Question) -> Result:
    """Calls of callers aged 10 to 24, of those whose age is known; beside it, of all that were answered."""
    names, young, known = _Names(question), Counter[Cell](), Counter[Cell]()
    youths, told = young_ages(), known_ages()
    ages = Counter[str]()
    for group in _groups(question, "age_band"):
        ages[group["age_band"]] += group["n"]
        for cell in names.cells(group):
            young[cell] += group["n"] * (group["age_band"] in youths)
            known[cell] += group["n"] * (group["age_band"] in told)
    numerator, denominator, answered = (sum(ages[code] for code in some) for some in (youths, told, list(ages)))
    shown = cells_of(question.by, {cell: ratio(young[cell], number) for cell, number in known.items()})
    for told_cell in shown:
        key = tuple(told_cell[name] for name in question.by)
        told_cell["numerator"], told_cell["denominator"] = young[key], known[key]
    return answer(
        question,
        total=ratio(numerator, denominator),
        numerator=numerator,
        denominator=denominator,
        cells=shown,
        extra={"over_all": ratio(numerator, answered), "answered": answered, "known_age": denominator},
    )


def listing(question: Question) -> Listing:
    """The answered calls; of the share, those of young callers."""
    question, youths = question.total(), young_ages()
    rows = _calls(question).values("pk", "age_band", "topics")
    chosen = [
        row["pk"]
        for row in rows
        if _passes(question, row | {"topic": row["topics"]})
        and (question.indicator.code == "HL_CALLS" or row["age_band"] in youths)
    ]
    return Listing((HotlineCall, chosen))
