"""Cards of a share or a ratio: what was divided by what, as bars by one key and as a table."""

from dataclasses import dataclass, replace

from dashboards import charts, tables, wording
from dashboards.definitions import INDICATORS
from dashboards.results import Result
from dashboards.views.cards import Card, Chart
from dashboards.views.pages import Page


def unfit(page: Page, code: str) -> Card | None:
    """The card of an indicator that can't be limited as the page asks; None if it can."""
    why = page.misfit(code)
    indicator = INDICATORS[code]
    frame = {"question": str(indicator.name), "measure": wording.measure(indicator), "lesser": True}
    return Card(indicator=indicator, value=None, sentence=why, **frame) if why else None


@dataclass(frozen=True)
class Asked:
    """How a card asks: its question, of whom its figure is, and heads of its table: figure, numerator, denominator."""

    question: str
    measure: str
    heads: tuple[str, str, str]


def card(page: Page, result: Result, asked: Asked, sentence: str, *more: str) -> Card:
    """The card of a ratio that was split by one key; `more` are further sentences."""
    code, key = result.indicator, result.by[0]
    result = replace(result, cells=sorted(result.cells, key=lambda cell: -cell["value"]))
    words = page.words(code, key)
    return Card(
        indicator=INDICATORS[code],
        question=asked.question,
        value=wording.figure(code, result.total),
        measure=asked.measure,
        sentence=sentence,
        chart=_chart(result, words, sentence) if result.cells else None,
        tables=[tables.shares(result, words, _title(code, key), asked.heads)] if result.denominator else [],
        more=[text for text in more if text],
        links=page.links(code, result),
    )


def _title(code: str, key: str) -> str:
    return f"{INDICATORS[code].name} · {wording.key(key, code)}"


def _chart(result: Result, words: tables.Words, sentence: str) -> Chart:
    key, code = result.by[0], result.indicator
    bars, texts = [], []
    for cell in result.cells:
        bars.append((words.label(result, key, cell[key]), cell["value"], words.open(**{key: cell[key]})))
        texts.append(f"{wording.told(code, cell['value'])} ({cell['numerator']:,} / {cell['denominator']:,})")
    return Chart(f"chart-{code}", charts.rows(bars, texts, most=1 if code in wording.SHARES else 0), sentence)
