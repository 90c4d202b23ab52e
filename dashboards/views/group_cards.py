"""The cards of the page of groups, each a question with its figure, sentence, chart and table."""

from django.utils.translation import gettext as _

from core.scope import Scope
from dashboards import charts, sentences, tables, wording
from dashboards.definitions import INDICATORS
from dashboards.forms.figures import FigureForm
from dashboards.group_definitions import definitions
from dashboards.results import Result
from dashboards.views import beside, peer_cards, workplace_cards
from dashboards.views.cards import Card, Chart
from dashboards.views.pages import Page
from dashboards.views.share_cards import unfit

FEW_ANSWERS = 20
SEXES = ("F", "M")


def sections(form: FigureForm, scope: Scope) -> list[tuple[str, list[list[Card]]]]:
    """The page's cards in two columns below their headings."""
    page = Page(form, scope, [indicator.code for indicator in definitions()])
    found = [
        (_("Peer educators"), peer_cards.cards(page)),
        (_("Workplaces"), workplace_cards.cards(page)),
        (_("Schools and knowledge"), _schools(page)),
    ]
    return [(heading, [cards[0::2], cards[1::2]]) for heading, cards in found]


def _schools(page: Page) -> list[Card]:
    return [unfit(page, "LS_PUPILS") or _pupils(page), unfit(page, "KNOWLEDGE") or _knowledge(page)]


# --- schools ----------------------------------------------------------------------------------------------


def _pupils(page: Page) -> Card:
    result = page.count("LS_PUPILS", "grade", "sex")
    words = page.words("LS_PUPILS", sex=SEXES)
    grades = list(dict.fromkeys(cell["grade"] for cell in result.cells))
    bars = [
        (wording.value("grade", grade, {}), _sum(result, "grade", grade), words.open(grade=grade)) for grade in grades
    ]
    sentence = _said_of_pupils(result)
    return Card(
        indicator=INDICATORS["LS_PUPILS"],
        question=_("How many pupils had life-skills lessons?"),
        value=result.total,
        measure=wording.measure(INDICATORS["LS_PUPILS"]),
        sentence=sentence,
        chart=Chart("chart-pupils", charts.rows(bars), sentence) if len(bars) > 1 else None,
        tables=[tables.build(result, words, _("Pupils by grade and sex"))] if bars else [],
        more=_years(result),
        links=page.links("LS_PUPILS", result),
    )


def _sum(result: Result, key: str, code: str) -> int:
    return sum(cell["value"] for cell in result.cells if cell[key] == code)


def _said_of_pupils(result: Result) -> str:
    total = int(result.total or 0)
    if not total:
        return _("No class had a lesson in the period.")
    text = _("Schools: %(schools)s; classes: %(classes)s; girls: %(girls)s.")
    girls = _sum(result, "sex", "F")
    return text % {
        "schools": sentences.grouped(result.extra["schools"]),
        "classes": sentences.grouped(result.extra["classes"]),
        "girls": f"{sentences.grouped(girls)} ({sentences.percent(girls, total)})",
    }


def _years(result: Result) -> list[str]:
    """Pupils of each school year, where the period holds several."""
    years = [(label, value) for label, value, _url in beside.school_years_of(result)]
    if len(years) < 2:
        return []
    return [" · ".join(f"{label}: {sentences.grouped(int(value))}" for label, value in years)]


# --- knowledge --------------------------------------------------------------------------------------------


def _knowledge(page: Page) -> Card:
    result = page.count("KNOWLEDGE", "item")
    words = page.words("KNOWLEDGE")
    answered = result.extra["answered_after"]
    sentence = sentences.knowledge(result)
    more = []
    if 0 < answered < FEW_ANSWERS:
        more.append(_("Only %(number)s people answered after: too few to say much.") % {"number": answered})
    return Card(
        indicator=INDICATORS["KNOWLEDGE"],
        question=_("Do people know more after a session?"),
        value=wording.figure("KNOWLEDGE", result.total),
        measure=_("right answers, of all that were asked after"),
        sentence=sentence,
        chart=_knowledge_chart(result, words, sentence) if result.cells else None,
        tables=[tables.knowledge(result, words, _("Right answers before and after"))] if answered else [],
        more=[*more, *_all_right(result)],
        links=page.links("KNOWLEDGE", result),
    )


def _knowledge_chart(result: Result, words: tables.Words, sentence: str) -> Chart:
    bars, texts = [], []
    for cell in result.cells:
        bars.append((words.label(result, "item", cell["item"]), cell["value"], words.open(item=cell["item"])))
        texts.append(f"{beside.share(cell['before'])} → {beside.share(cell['value'])}")
    return Chart("chart-knowledge", charts.rows(bars, texts, most=1), sentence)


def _all_right(result: Result) -> list[str]:
    extra = result.extra
    if not extra["answered_after"]:
        return []
    shares = [beside.share(extra[name]) for name in ("all_right_before", "all_right_after")]
    return [_("All five right: %(before)s before, %(after)s after.") % {"before": shares[0], "after": shares[1]}]
