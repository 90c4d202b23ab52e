"""The cards of the first figures page, from a handful of counts."""

from dataclasses import replace

from django.utils.translation import gettext as _

from core.scope import Scope
from dashboards import charts, sentences, tables, wording
from dashboards.definitions import INDICATORS
from dashboards.forms.figures import FigureForm
from dashboards.questions import month_label
from dashboards.results import Result
from dashboards.views import hotline_cards
from dashboards.views.cards import Card, Chart
from dashboards.views.pages import Page, pyramid

SEXES = ("F", "M", "X", "U")
MOST_MONTHS = 36
_BESIDE = ("CONTACTS", "ATTENDANCES", "COMMODITIES")


def cards(form: FigureForm, scope: Scope) -> dict:
    """Reach by age and sex, by month, by group and by province; beside it, never added, the other measures."""
    page = Page(form, scope, ("REACH", *_BESIDE, "HL_CALLS"))
    people = page.count("REACH", "age_band", "sex", "group")
    reach = _reach(page, people)
    columns = [[_months(page), _provinces(page)], [_groups(page, people)]]
    columns = [[card for card in column if card] for column in columns]
    beside = [_beside(page, code) for code in _BESIDE]
    rang = hotline_cards.cards(page, pyramid, _begun(page), SEXES) if _few_months(page) else []
    shown = [card for column in columns for card in column]
    return {
        "reach": reach,
        "columns": [column for column in columns if column],
        "beside": beside,
        "hotline": rang,
        "all_cards": [reach, *shown, *beside, *rang],
    }


def _reach(page: Page, people: Result) -> Card:
    result, asked = tables.narrowed(people, ("age_band", "sex")), page.asked
    words = page.words("REACH", sex=SEXES, age_band=asked.bands.names)
    sentence = sentences.reach(result, asked.bands)
    return Card(
        indicator=INDICATORS["REACH"],
        question=_("Whom did we reach?"),
        value=result.total,
        measure=wording.measure(INDICATORS["REACH"]),
        sentence=sentence,
        chart=Chart("chart-reach", pyramid(result, asked, words), sentence) if result.total else None,
        tables=[tables.build(result, words, _("Reach by age and sex"))],
        more=[sentences.beside(result)],
        links=page.links("REACH", result),
    )


def _begun(page: Page) -> list[str]:
    """Months of the period that have begun."""
    months = [part for part in page.asked.period.months() if part.start <= page.today]
    chosen = page.asked.where.get("month")
    return [month_label(part) for part in months if not chosen or month_label(part) in chosen]


def _few_months(page: Page) -> bool:
    return bool(page.asked.period.days <= MOST_MONTHS * 31)


def _months(page: Page) -> Card | None:
    if not _few_months(page):
        return None
    months = _begun(page)
    if len(months) < 2:
        return None
    result = page.count("REACH", "month")
    words = page.words("REACH", month=months)
    values = {cell["month"]: cell["value"] for cell in result.cells}
    bars = [(wording.month(code), values.get(code, 0), words.open(month=code)) for code in months]
    sentence = sentences.trend(result)
    return Card(
        indicator=INDICATORS["REACH"],
        id="REACH-month",
        lesser=True,
        question=_("Reach by month"),
        value=result.total,
        measure=_("people in the whole period, each counted once"),
        sentence=sentence,
        chart=Chart("chart-months", charts.months(bars), sentence) if result.total else None,
        tables=[tables.build(result, words, _("Reach by month"))],
    )


def _groups(page: Page, people: Result) -> Card | None:
    result = tables.narrowed(people, ("group",))
    return _bars(page, result, "group", _("Reach by population group"))


def _provinces(page: Page) -> Card | None:
    return _bars(page, page.count("REACH", "province"), "province", _("Reach by province"))


def _bars(page: Page, result: Result, key: str, question: str) -> Card | None:
    """A sorted list of bars; nothing to compare with fewer than two."""
    if len(result.cells) < 2:
        return None
    result = _sorted(result)
    words = page.words("REACH", key)
    bars = [
        (words.label(result, key, cell[key]), cell["value"], words.open(**{key: cell[key]})) for cell in result.cells
    ]
    sentence = sentences.bars([bar[0] for bar in bars], [bar[1] for bar in bars], int(result.total or 0))
    return Card(
        indicator=INDICATORS["REACH"],
        id=f"REACH-{key}",
        lesser=True,
        question=question,
        value=result.total,
        measure=wording.measure(INDICATORS["REACH"]),
        sentence=sentence,
        chart=Chart(f"chart-{key}", charts.rows(bars), sentence),
        tables=[tables.build(result, words, question)],
    )


def _sorted(result: Result) -> Result:
    """The largest cell first; equal ones in their own order."""
    return replace(result, cells=sorted(result.cells, key=lambda cell: -cell["value"]))


def _beside(page: Page, code: str) -> Card:
    """Another measure of the same filters; it says so where a filter doesn't fit it."""
    indicator = INDICATORS[code]
    frame = {
        "indicator": indicator,
        "question": str(indicator.name),
        "measure": wording.measure(indicator),
        "lesser": True,
    }
    if why := page.misfit(code):
        return Card(value=None, sentence=why, **frame)
    if code == "COMMODITIES":
        result = page.count(code)
        table = tables.build(result, page.words(code), str(indicator.name))
        return Card(value=None, tables=[table], links=page.links(code, result), **frame)
    result = page.count(code, "kind")
    table = tables.build(result, page.words(code), str(indicator.name))
    return Card(value=result.total, tables=[table], links=page.links(code, result), **frame)
