"""One question to the counting: which indicator, which days, split by what, limited to what, asked by whom."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product

from django.utils import timezone
from django.utils.translation import gettext as _

from core import codes
from core.models import District, Membership, Organisation, Province, Site, User
from core.models.users import SYSTEM_USERNAME
from core.periods import Period
from core.scope import Scope
from dashboards.age_bands import AgeBands, age_bands
from dashboards.measures import PLACES_OF_STOCK, Indicator
from dashboards.refusals import Refused
from outreach.models import StockPlace

UNKNOWN = "unknown"
SECTORS = "workplace_sector"
GRADES = tuple(str(grade) for grade in range(1, 13))
# Testing status of a person, best first (MER 2.6.1 KP_PREV and PP_PREV).
TESTING = ("known_pos", "tested_or_ref", "declined", "not_required", "not_recorded")
FIRST_YEAR, LAST_YEAR = 1950, 2150


@dataclass(frozen=True)
class Question:
    """A question that passed every check.

    `organisations` are the ids that the asker may see figures of, None for all. `period` is cut to the months
    of a filter by month; `asked` is the period as asked.
    """

    indicator: Indicator
    period: Period
    asked: Period
    bands: AgeBands
    by: tuple[str, ...] = ()
    where: Mapping[str, frozenset[str]] = field(default_factory=dict)
    organisations: tuple[int, ...] | None = None

    def needs(self, key: str) -> bool:
        """Whether the answer must know this key of everything it counts."""
        return key in self.by or key in self.where

    @property
    def day(self) -> date:
        """The day that a question of how things stand is about: the period's last, or today while it runs."""
        today: date = timezone.localdate()
        return min(self.period.end, today)

    def over(self, period: Period) -> "Question":
        """The same question about other days."""
        return replace(self, period=period)

    def from_day(self, day: date) -> "Question":
        """The same question about days from `day` on."""
        return self.over(Period(day, self.period.end))

    def total(self) -> "Question":
        """The same question without a breakdown."""
        return replace(self, by=())

    def slices(self) -> Iterator[tuple[dict[str, str], "Question"]]:
        """One question for each month, service and sector that the breakdown names, with the values it stands for.

        One person can have several of these in a period: each is counted as if only its contacts existed.
        """
        for month, part in self._months():
            for service, sector in product(self._named("service", "service"), self._named("sector", SECTORS)):
                values = {**month, **service, **sector}
                where = {**self.where, **{key: frozenset([value]) for key, value in values.items()}}
                yield values, replace(self, period=part, where=where)

    def _months(self) -> Iterator[tuple[dict[str, str], Period]]:
        if "month" not in self.by:
            yield {}, self.period
            return
        for part in self.period.months():
            label = month_label(part)
            if label in self.where.get("month", {label}):
                yield {"month": label}, part

    def _named(self, key: str, code_list: str) -> list[dict[str, str]]:
        if key not in self.by:
            return [{}]
        return [{key: code} for code in self.where.get(key) or codes.table(code_list)]


def month_label(period: Period) -> str:
    """The month in which the period starts, such as `2025-01`."""
    return f"{period.start:%Y-%m}"


def ask(
    indicator: Indicator,
    period: Period,
    *,
    by: Sequence[str],
    where: Mapping[str, Iterable[str]] | None,
    bands: str | None,
    scope: Scope,
) -> Question:
    """The question, checked. Raises Refused for a key, code or set of age bands that it can't use."""
    if period.start.year < FIRST_YEAR or period.end.year > LAST_YEAR:
        raise Refused(_("Use dates from %(first)s to %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR})
    everywhere = scope.everywhere(indicator.permission)
    organisations = None if everywhere else tuple(scope.organisations(indicator.permission))
    filters = {key: frozenset(map(str, values)) for key, values in (where or {}).items()}
    keys = tuple(dict.fromkeys((*indicator.always_by, *by)))
    question = Question(
        indicator=indicator,
        period=period,
        asked=period,
        bands=age_bands(bands or indicator.age_set),
        by=keys,
        where={key: values for key, values in filters.items() if values},
        organisations=organisations,
    )
    _check_keys(question)
    for key, values in question.where.items():
        _check_codes(question, key, values)
    return _cut_to_months(question)


def _check_keys(question: Question) -> None:
    indicator = question.indicator
    for keys, allowed in ((question.by, indicator.breakdowns), (question.where, indicator.filters)):
        for key in keys:
            if key not in allowed:
                raise Refused(
                    _("%(code)s can't be split or limited by “%(key)s”. Use: %(known)s.")
                    % {"code": indicator.code, "key": key, "known": ", ".join(allowed)}
                )


def _check_codes(question: Question, key: str, values: frozenset[str]) -> None:
    if key == "month":
        wrong = frozenset(value for value in values if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value))
        known: Iterable[str] = ["2025-01"]
    else:
        known = _known(question, key, values)
        wrong = values - set(known)
    if wrong:
        text = _("“%(value)s” is not known as %(key)s. Use codes such as: %(known)s.")
        raise Refused(text % {"value": min(wrong), "key": key, "known": ", ".join([*dict.fromkeys(known)][:40])})


def _known(question: Question, key: str, values: frozenset[str]) -> Iterable[str]:
    """Codes that a filter by this key may name."""
    if key == "age_band":
        return question.bands.names
    if key == "testing":
        return TESTING
    if key in _PLACES:
        return [*_PLACES[key].objects.values_list("code", flat=True), UNKNOWN]
    if key == "topic":
        return [*codes.table("hotline_topic"), UNKNOWN]
    if key == "sector":
        return [*codes.table(SECTORS), UNKNOWN]
    if key == "grade":
        return GRADES
    if key in ("site", "organisation", "educator"):
        return _known_rows(question, key, values)
    if key == "kind" and question.indicator.kind_list == PLACES_OF_STOCK:
        return [str(kind) for kind in StockPlace.HOLDING]
    lists = {"group": "population_group", "kind": question.indicator.kind_list, "item": "knowledge_item"}
    return codes.table(lists.get(key, key))


_PLACES = {"province": Province, "district": District}


def _known_rows(question: Question, key: str, values: frozenset[str]) -> list[str]:
    """Of the values, those within the asker's organisations; with a few others to name if one is wrong."""
    rows = {
        "site": (Site.objects, "organisation_id", "code"),
        "organisation": (Organisation.objects, "pk", "code"),
        "educator": (User.objects, "pk", "username"),
    }
    manager, organisation, name = rows[key]
    found = manager.all()
    if question.organisations is not None and key == "educator":
        members = Membership.objects.filter(organisation_id__in=question.organisations)
        found = found.filter(pk__in=members.values("user"))
    elif question.organisations is not None:
        found = found.filter(**{f"{organisation}__in": question.organisations})
    named = found.filter(**{f"{name}__in": values}).values_list(name, flat=True).distinct()
    always = {"site": [UNKNOWN], "educator": [SYSTEM_USERNAME]}
    return [*named, *always.get(key, []), *found.order_by(name).values_list(name, flat=True)[:10]]


def _cut_to_months(question: Question) -> Question:
    """A filter by month makes the chosen months the period: from the first one's first day to the last one's last."""
    if "month" not in question.where:
        return question
    parts = [part for part in question.period.months() if month_label(part) in question.where["month"]]
    return replace(question, period=Period(parts[0].start, parts[-1].end)) if parts else question
