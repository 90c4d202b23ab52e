"""The cards of workplaces: committees formed and active, workers reached, and attendances beside them."""

from django.utils.translation import gettext as _

from dashboards import charts, sentences, tables, wording
from dashboards.definitions import INDICATORS
from dashboards.results import Result
from dashboards.views import beside, share_cards
from dashboards.views.cards import Card, Chart
from dashboards.views.pages import Page, pyramid

# The columns of a table: others stand there only if somebody is in them, so that it fits a phone.
SEXES = ("F", "M")


def cards(page: Page) -> list[Card]:
    """The cards, in the order of the page."""
    built = {"WP_FORMED": _formed, "WP_ACTIVE": _active, "WP_REACH_PE": _reached, "WP_HEADS_GEN": _heads}
    return [share_cards.unfit(page, code) or build(page) for code, build in built.items()]


def _bars(page: Page, result: Result, question: str, sentence: str, *more: str) -> Card:
    """The card of a number that was split by one key."""
    code, key = result.indicator, result.by[0]
    words = page.words(code, key)
    bars = [
        (words.label(result, key, cell[key]), cell["value"], words.open(**{key: cell[key]})) for cell in result.cells
    ]
    return Card(
        indicator=INDICATORS[code],
        question=question,
        value=result.total,
        measure=wording.measure(INDICATORS[code]),
        sentence=sentence,
        chart=Chart(f"chart-{code}", charts.rows(bars), sentence) if len(bars) > 1 else None,
        tables=[tables.build(result, words, f"{INDICATORS[code].name} · {wording.key(key, code)}")] if bars else [],
        more=[text for text in more if text],
        links=page.links(code, result),
    )


def _formed(page: Page) -> Card:
    result = page.count("WP_FORMED", "province")
    sentence = _("No committee was formed in the period.")
    if result.total:
        sentence = _("Formed for the first time in the period: %(number)s.") % {
            "number": sentences.grouped(result.total)
        }
    anew = result.extra["formed_anew"]
    more = _("Formed anew beside these: %(number)s.") % {"number": sentences.grouped(anew)} if anew else ""
    return _bars(page, result, _("How many committees were formed?"), sentence, more)


def _active(page: Page) -> Card:
    result = page.count("WP_ACTIVE", "province")
    sentence = _("No committee stood at the end of the period.")
    if result.denominator:
        text = _("%(part)s of the %(whole)s committees that stood at the end met, with minutes, in the 90 days before.")
        sentence = text % {
            "part": sentences.grouped(int(result.numerator or 0)),
            "whole": sentences.grouped(int(result.denominator)),
        }
    heads = _("Share"), _("Active"), _("In all")
    asked = share_cards.Asked(_("How many committees are active?"), _("of the committees formed and not closed"), heads)
    return share_cards.card(page, result, asked, sentence)


def _reached(page: Page) -> Card:
    result = page.count("WP_REACH_PE", "age_band", "sex")
    words = page.words("WP_REACH_PE", sex=SEXES, age_band=page.asked.bands.names)
    sentence = sentences.reach(result, page.asked.bands)
    return Card(
        indicator=INDICATORS["WP_REACH_PE"],
        question=_("How many workers did peer education reach?"),
        value=result.total,
        measure=wording.measure(INDICATORS["WP_REACH_PE"]),
        sentence=sentence,
        chart=Chart("chart-WP_REACH_PE", pyramid(result, page.asked, words), sentence) if result.total else None,
        tables=[tables.build(result, words, _("Workers by age and sex"))] if result.total else [],
        more=[_covered(result), *([sentences.beside(result)] if result.total else [])],
        links=page.links("WP_REACH_PE", result),
    )


def _covered(result: Result) -> str:
    workforce = result.extra["workforce"]
    if not workforce:
        return _("No count of the workers there fits, so no share of them is shown.")
    return _("Share of the %(workers)s workers counted at these workplaces: %(share)s.") % {
        "workers": sentences.grouped(workforce),
        "share": beside.share(result.extra["coverage"]),
    }


def _heads(page: Page) -> Card:
    result = page.count("WP_HEADS_GEN", "sex")
    sentence = _("These are heads, not people: they are never added to the workers reached.")
    if not result.total:
        sentence = _("Nobody came to a general session in the period.")
    return _bars(page, result, _("How many attendances at general sessions?"), sentence)
