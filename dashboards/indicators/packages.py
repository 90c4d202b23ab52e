"""GF_KP-1a to 1f: people of a group reached with the defined package (Global Fund MF 2023)."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from core import codes
from dashboards.indicators import people
from dashboards.indicators.contacts import gives
from dashboards.indicators.people import GROUP, flag
from dashboards.models import Package
from dashboards.questions import Question
from dashboards.refusals import Refused
from dashboards.results import Listing, Result, answer, cells_of


def package_of(question: Question) -> Package:
    """The package version in force at the end of the question's period. Raises Refused if there is none."""
    held = Package.objects.filter(code=question.indicator.code, holds_from__lte=question.period.end)
    package: Package | None = held.order_by("-holds_from", "-version").first()
    if package is None:
        raise Refused(
            _("No package of %(code)s was in force on %(day)s.")
            % {"code": question.indicator.code, "day": question.period.end.isoformat()}
        )
    return package


def _rule(question: Question) -> people.Rule:
    package = package_of(question)
    period = question.period
    served = Q(date__gte=period.start)
    wide = question
    if package.look_back_days:
        opens = period.end - timedelta(days=package.look_back_days - 1)
        served = Q(date__gte=opens)
        wide = question.from_day(min(opens, period.start))
    met = Q(date__gte=period.start)
    groups = codes.having("population_group", "gf_indicator", question.indicator.code.removeprefix("GF_"))
    return people.Rule(
        facts=people.qualifying(wide),
        flags={
            "known": people.known_before(period.start),
            "met": flag(met),
            **{
                f"part{number}": flag(served & gives(frozenset(part["any"])))
                for number, part in enumerate(package.rule["all"])
            },
        },
        condition=f"met = 1 AND {GROUP} IN {people.numbers(groups)} AND {people.adult_sex_workers_only()}",
        split=" + ".join(_missing(number, part) for number, part in enumerate(package.rule["all"])),
        uses=frozenset({"age", "group"}),
        first=met,
    )


def _missing(number: int, part: dict[str, Any]) -> str:
    """SQL for the part's bit, set where the person misses it."""
    met = f"part{number} = 1 OR known = 1" if part.get("known_positive") else f"part{number} = 1"
    return f"CASE WHEN {met} THEN 0 ELSE {1 << number} END"


def count(question: Question) -> Result:
    """People who got every part; `extra` names the package and how many of the reached miss which part."""
    package = package_of(question)
    tally = people.tally(question, _rule)
    values = {cell: splits[0] for cell, splits in tally.items()}
    splits = people.total(question, _rule, tally)
    parts = enumerate(package.rule["all"])
    missing = {part["name"]: _having_bit(splits, number) for number, part in parts}
    extra = {"package": str(package), "reached": splits.total(), "missing": missing}
    return answer(
        question,
        total=splits[0],
        numerator=splits[0],
        denominator=None,
        cells=cells_of(question.by, values),
        extra=extra,
    )


def _having_bit(splits: Counter[people.Split], number: int) -> int:
    return sum(people_number for split, people_number in splits.items() if int(split) >> number & 1)


def listing(question: Question, missing: str | None = None) -> Listing:
    """The people behind the figure, or those reached who miss the part of that name.

    Raises Refused for a part that the package doesn't have.
    """
    if missing is None:
        return people.clients(question, _rule, lambda split: split == 0)
    names = [part["name"] for part in package_of(question).rule["all"]]
    if missing not in names:
        raise Refused(
            _("“%(part)s” is not a part of this package. Use one of: %(known)s.")
            % {"part": missing, "known": ", ".join(names)}
        )
    number = names.index(missing)
    return people.clients(question, _rule, lambda split: bool(int(split) >> number & 1))
