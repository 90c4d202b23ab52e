"""The cards of peer educators: are they active, do they stay, how many people has each, does the dose arrive."""

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from core.wording import shown
from dashboards import charts, sentences, wording
from dashboards.definitions import INDICATORS
from dashboards.results import Result, ratio
from dashboards.tables import Table
from dashboards.views import share_cards
from dashboards.views.cards import Card, Chart
from dashboards.views.pages import Page


def cards(page: Page) -> list[Card]:
    """The cards, in the order of the page."""
    built = {"PE_ACTIVE": _active, "PE_RETENTION": _retention, "PE_RATIO": _caseloads, "PE_DOSE": _dose}
    return [share_cards.unfit(page, code) or build(page) for code, build in built.items()]


def _day(page: Page) -> str:
    """The day on which things stand as they are told."""
    return str(shown(min(page.asked.period.end, timezone.localdate())))


def _numbers(result: Result) -> dict[str, str]:
    return {
        "part": sentences.grouped(int(result.numerator or 0)),
        "whole": sentences.grouped(int(result.denominator or 0)),
    }


def _active(page: Page) -> Card:
    result = page.count("PE_ACTIVE", "group")
    text = _(
        "%(part)s of the %(whole)s enrolled on %(day)s led a session or had a report accepted in the 60 days up to it."
    )
    if not result.denominator:
        text = _("No peer educator was enrolled on %(day)s.")
    sentence = text % {**_numbers(result), "day": _day(page)}
    heads = _("Share"), _("Active"), _("Enrolled")
    asked = share_cards.Asked(_("Are the peer educators active?"), _("of the peer educators enrolled"), heads)
    return share_cards.card(page, result, asked, sentence)


def _caseloads(page: Page) -> Card:
    result = page.count("PE_RATIO", "group")
    text = _("%(part)s people and %(whole)s active peer educators on %(day)s.")
    if not result.denominator:
        text = _("No peer educator was active on %(day)s.")
    sentence = text % {**_numbers(result), "day": _day(page)}
    measure, heads = wording.measure(INDICATORS["PE_RATIO"]), (_("For each"), _("People"), _("Peer educators"))
    asked = share_cards.Asked(_("How many people has each peer educator?"), measure, heads)
    both = _("Somebody met by two of them stands in the row of each, and counts once in the whole.")
    return share_cards.card(page, result, asked, sentence, both)


def _dose(page: Page) -> Card:
    result = page.count("PE_DOSE", "group")
    text = _("%(part)s of the %(whole)s people who came by name met %(number)s topics or more in the year to %(day)s.")
    if not result.denominator:
        text = _("Nobody came to a session by name in the year to %(day)s.")
    facts = {**_numbers(result), "number": settings.PE_DOSE_TOPICS, "day": shown(page.asked.period.end)}
    heads = _("Share"), _("Got the dose"), _("Came by name")
    asked = share_cards.Asked(_("Do people get the whole dose?"), _("of the people who came by name"), heads)
    return share_cards.card(page, result, asked, text % facts)


# --- do they stay -----------------------------------------------------------------------------------------


def _retention(page: Page) -> Card:
    result = page.count("PE_RETENTION")
    indicator, later = INDICATORS["PE_RETENTION"], result.extra["months_12"]
    url = page.opens["PE_RETENTION"]() if result.numerator else ""
    rows = [
        (_("After six months"), result.numerator or 0, result.denominator or 0, url),
        (_("After twelve months"), later["numerator"], later["denominator"], ""),
    ]
    asked = [row for row in rows if row[2]]
    sentence = _said_of_staying(result)
    bars = [(label, ratio(part, whole) or 0, link) for label, part, whole, link in asked]
    texts = [
        f"{wording.told('PE_RETENTION', ratio(part, whole))} ({part:,} / {whole:,})" for _l, part, whole, _u in asked
    ]
    return Card(
        indicator=indicator,
        question=_("Do they stay?"),
        value=wording.figure("PE_RETENTION", result.total),
        measure=_("of those who began in the period, still active after six months"),
        sentence=sentence,
        chart=Chart("chart-PE_RETENTION", charts.rows(bars, texts, most=1), sentence) if bars else None,
        tables=[_staying(rows)] if asked else [],
        links=page.links("PE_RETENTION", result),
    )


def _said_of_staying(result: Result) -> str:
    began, waiting = int(result.denominator or 0), result.extra["not_yet"]
    if not began and not waiting:
        return _("Nobody began as a peer educator in the period.")
    if not began:
        return _("%(number)s began in the period; their six months aren't over yet.") % {"number": waiting}
    said = _("%(part)s of %(whole)s who began in the period were still active six months later.") % _numbers(result)
    if waiting:
        said += " " + _("%(number)s haven't had their six months yet.") % {"number": waiting}
    return said


def _staying(rows: list[tuple[str, int, int, str]]) -> Table:
    cells = [
        (label, [(wording.figure("PE_RETENTION", ratio(part, whole)), ""), (part, url), (whole, "")])
        for label, part, whole, url in rows
    ]
    return Table(_("Peer educators retained"), ["", _("Share"), _("Active"), _("Began")], cells)
