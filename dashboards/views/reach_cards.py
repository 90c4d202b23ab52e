"""The cards of the first figures page, from a handful of counts."""

from dataclasses import replace

from django.urls import reverse
from django.utils.translation import gettext as _

from core.scope import Scope
from dashboards import charts, sentences, tables, wording
from dashboards.counting import count
from dashboards.definitions import INDICATORS
from dashboards.forms.figures import Asked, FigureForm
from dashboards.measures import Measure
from dashboards.opening import Opening
from dashboards.questions import month_label
from dashboards.results import Result
from dashboards.tables import Words
from dashboards.views import hotline_cards
from dashboards.views.cards import Card, Chart

SEXES = ("F", "M", "X", "U")
MOST_MONTHS = 36
_BESIDE = ("CONTACTS", "ATTENDANCES", "COMMODITIES")


class _Page:
    """The counts and words that the page's cards share."""

    def __init__(self, form: FigureForm, scope: Scope):
        self.scope, self.today = scope, form.today
        self.query, self.asked = form.base_query(), form.asked()
        ids = form.organisation_ids()
        self.opens = {code: Opening(code, scope, self.query, ids) for code in ("REACH", *_BESIDE, "HL_CALLS")}

    def count(self, code: str, *by: str) -> Result:
        asked = self.asked
        bands = asked.age_bands if "age_band" in INDICATORS[code].filters else None
        return count(code, asked.period, by=by, where=asked.where, age_bands=bands, scope=self.scope)

    def words(self, code: str, *keys: str, **always) -> Words:
        return Words(open=self.opens[code], names=wording.names_of(keys), always=always)

    def links(self, code: str, result: Result) -> list[tuple[str, str]]:
        found = [(_("How this is counted"), f"{reverse('definitions')}#{code}")]
        if result.cells and (url := self.opens[code]()):
            found.insert(0, (self.list_label(result), url))
        return found

    @staticmethod
    def list_label(result: Result) -> str:
        """People and contacts are listed one by one; heads and pieces by the records that they stand in."""
        if result.measure in (Measure.PEOPLE, Measure.CONTACTS):
            return _("List of %(number)s") % {"number": sentences.grouped(int(result.total or 0))}
        return _("List of the records")


def cards(form: FigureForm, scope: Scope) -> dict:
    """Reach by age and sex, by month, by group and by province; beside it, never added, the other measures."""
    page = _Page(form, scope)
    people = page.count("REACH", "age_band", "sex", "group")
    reach = _reach(page, people)
    columns = [[_months(page), _provinces(page)], [_groups(page, people)]]
    columns = [[card for card in column if card] for column in columns]
    beside = [_beside(page, code) for code in _BESIDE]
    rang = hotline_cards.cards(page, _pyramid, _begun(page), SEXES) if _few_months(page) else []
    shown = [card for column in columns for card in column]
    return {
        "reach": reach,
        "columns": [column for column in columns if column],
        "beside": beside,
        "hotline": rang,
        "all_cards": [reach, *shown, *beside, *rang],
    }


def _reach(page: _Page, people: Result) -> Card:
    result, asked = tables.narrowed(people, ("age_band", "sex")), page.asked
    words = page.words("REACH", sex=SEXES, age_band=asked.bands.names)
    sentence = sentences.reach(result, asked.bands)
    return Card(
        indicator=INDICATORS["REACH"],
        question=_("Whom did we reach?"),
        value=result.total,
        measure=wording.measure(INDICATORS["REACH"]),
        sentence=sentence,
        chart=Chart("chart-reach", _pyramid(result, asked, words), sentence) if result.total else None,
        tables=[tables.build(result, words, _("Reach by age and sex"))],
        more=[sentences.beside(result)],
        links=page.links("REACH", result),
    )


def _pyramid(result: Result, asked: Asked, words: Words) -> charts.Figure:
    values = {(cell["age_band"], cell["sex"]): cell["value"] for cell in result.cells}

    def side(sex: str) -> list[charts.Bar]:
        found = [(band.name, values.get((band.name, sex), 0)) for band in asked.bands.bands]
        return [
            (wording.band(name), value, words.open(age_band=name, sex=sex) if value else "") for name, value in found
        ]

    def head(sex: str) -> str:
        number = sum(cell["value"] for cell in result.cells if cell["sex"] == sex)
        return f"{wording.value('sex', sex, {})} {sentences.grouped(number)}"

    return charts.pyramid(side("F"), side("M"), (head("F"), head("M")))


def _begun(page: _Page) -> list[str]:
    """Months of the period that have begun."""
    months = [part for part in page.asked.period.months() if part.start <= page.today]
    chosen = page.asked.where.get("month")
    return [month_label(part) for part in months if not chosen or month_label(part) in chosen]


def _few_months(page: _Page) -> bool:
    return bool(page.asked.period.days <= MOST_MONTHS * 31)


def _months(page: _Page) -> Card | None:
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


def _groups(page: _Page, people: Result) -> Card | None:
    result = tables.narrowed(people, ("group",))
    return _bars(page, result, "group", _("Reach by population group"))


def _provinces(page: _Page) -> Card | None:
    return _bars(page, page.count("REACH", "province"), "province", _("Reach by province"))


def _bars(page: _Page, result: Result, key: str, question: str) -> Card | None:
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


def _beside(page: _Page, code: str) -> Card:
    """Another measure of the same filters; it says so where a filter doesn't fit it."""
    indicator = INDICATORS[code]
    misfit = [wording.key(key) for key in page.asked.where if key not in indicator.filters]
    frame = {
        "indicator": indicator,
        "question": str(indicator.name),
        "measure": wording.measure(indicator),
        "lesser": True,
    }
    if misfit:
        text = _("Not shown: this can't be limited by %(keys)s.") % {"keys": ", ".join(misfit)}
        return Card(value=None, sentence=text, **frame)
    if code == "COMMODITIES":
        result = page.count(code)
        table = tables.build(result, page.words(code), str(indicator.name))
        return Card(value=None, tables=[table], links=page.links(code, result), **frame)
    result = page.count(code, "kind")
    table = tables.build(result, page.words(code), str(indicator.name))
    return Card(value=result.total, tables=[table], links=page.links(code, result), **frame)
