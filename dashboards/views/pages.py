"""What the cards of one figures page share: the question asked, its counts, words and links."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from core.scope import Scope
from dashboards import charts, sentences, wording
from dashboards.counting import count
from dashboards.definitions import INDICATORS
from dashboards.forms.figures import Asked, FigureForm
from dashboards.measures import Measure
from dashboards.opening import Opening
from dashboards.results import Result
from dashboards.tables import Words


class Page:
    """The counts and words that the page's cards share."""

    def __init__(self, form: FigureForm, scope: Scope, codes: Iterable[str]):
        self.scope, self.today = scope, form.today
        self.query, self.asked = form.base_query(), form.asked()
        ids = form.organisation_ids()
        self.opens = {code: Opening(code, scope, self.query, ids) for code in codes}

    def count(self, code: str, *by: str) -> Result:
        asked = self.asked
        bands = asked.age_bands if "age_band" in INDICATORS[code].filters else None
        return count(code, asked.period, by=by, where=asked.where, age_bands=bands, scope=self.scope)

    def misfit(self, code: str) -> str:
        """Why this can't be counted with the page's filters; empty if it can."""
        misfit = [wording.key(key) for key in self.asked.where if key not in INDICATORS[code].filters]
        text = _("Not shown: this can't be limited by %(keys)s.")
        return text % {"keys": ", ".join(misfit)} if misfit else ""

    def words(self, code: str, *keys: str, **always) -> Words:
        return Words(open=self.opens[code], names=wording.names_of(keys), always=always)

    def links(self, code: str, result: Result) -> list[tuple[str, str]]:
        found = [(_("How this is counted"), f"{reverse('definitions')}#{code}")]
        if self.has_list(result) and (url := self.opens[code]()):
            found.insert(0, (self.list_label(result), url))
        return found

    @staticmethod
    def has_list(result: Result) -> bool:
        return bool(result.numerator if result.measure == Measure.RATIO else result.cells)

    @staticmethod
    def list_label(result: Result) -> str:
        """People and contacts are listed one by one; heads and pieces by the records that they stand in."""
        if result.measure in (Measure.PEOPLE, Measure.CONTACTS, Measure.COMMITTEES):
            return _("List of %(number)s") % {"number": sentences.grouped(int(result.total or 0))}
        return _("List of the records")


def pyramid(result: Result, asked: Asked, words: Words) -> charts.Figure:
    """Ages and sexes of a result split by both."""
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
