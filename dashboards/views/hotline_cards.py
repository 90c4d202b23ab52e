"""The hotline's cards of the first figures page: who rang by age and sex, and how many by month."""

from typing import Any

from django.utils.translation import gettext as _

from dashboards import charts, sentences, tables, wording
from dashboards.definitions import INDICATORS
from dashboards.results import Result
from dashboards.views.cards import Card, Chart

CALLS, YOUNG = "HL_CALLS", "HL_YOUNG"


def fits(where: dict[str, Any]) -> bool:
    """Whether the page's filters can be asked of calls: they know no group and no site, and kinds of their own."""
    return "kind" not in where and all(key in INDICATORS[CALLS].filters for key in where)


def cards(page: Any, pyramid: Any, months: list[str], sexes: tuple[str, ...]) -> list[Card]:
    """Both cards; none where nobody rang or the filters don't fit.

    `page` counts and links as for the other cards of the page, `pyramid` draws ages and sexes.
    """
    if not fits(page.asked.where):
        return []
    result = page.count(CALLS, "age_band", "sex")
    if not result.total:
        return []
    words = page.words(CALLS, sex=sexes, age_band=page.asked.bands.names)
    sentence = said(page.count(YOUNG))
    first = Card(
        indicator=INDICATORS[CALLS],
        question=_("Who rang the hotline?"),
        value=result.total,
        measure=wording.measure(INDICATORS[CALLS]),
        sentence=sentence,
        chart=Chart("chart-hotline", pyramid(result, page.asked, words), sentence),
        tables=[tables.build(result, words, _("Calls by age and sex"))],
        more=[sentences.beside(result)],
        links=page.links(CALLS, result),
        lesser=True,
    )
    return [first, *([by_month(page, months)] if len(months) > 1 else [])]


def by_month(page: Any, months: list[str]) -> Card:
    result = page.count(CALLS, "month")
    words = page.words(CALLS, month=months)
    values = {cell["month"]: cell["value"] for cell in result.cells}
    bars = [(wording.month(code), values.get(code, 0), words.open(month=code)) for code in months]
    sentence = sentences.bars([label for label, _n, _url in bars], [n for _l, n, _url in bars], int(result.total or 0))
    return Card(
        indicator=INDICATORS[CALLS],
        id=f"{CALLS}-month",
        lesser=True,
        question=_("Hotline calls by month"),
        value=result.total,
        measure=wording.measure(INDICATORS[CALLS]),
        sentence=sentence,
        chart=Chart("chart-hotline-months", charts.months(bars), sentence),
        tables=[tables.build(result, words, _("Hotline calls by month"))],
    )


def said(result: Result) -> str:
    """The share of young callers, over known ages and over all."""
    young, known, answered = int(result.numerator or 0), int(result.denominator or 0), result.extra["answered"]
    return _("Of the calls whose age is known, %(known)s were from young people; of all answered calls, %(all)s.") % {
        "known": f"{sentences.percent(young, known)} ({sentences.grouped(young)} / {sentences.grouped(known)})",
        "all": f"{sentences.percent(young, answered)} ({sentences.grouped(young)} / {sentences.grouped(answered)})",
    }
