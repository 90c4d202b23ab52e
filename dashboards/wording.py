"""How indicators, keys, codes and shares read on a screen and in a workbook."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext

from core import codes
from core.models import District, Organisation, Province, Site
from dashboards.definitions import INDICATORS
from dashboards.measures import PLACES_OF_STOCK, Additivity, Indicator, Measure
from dashboards.questions import SECTORS, UNKNOWN
from outreach.models import StockPlace

# Django tells no types: this one is what strict checking needs.
_: Callable[[str], str] = gettext

_LISTS = {"group": "population_group", "commodity": "commodity", "service": "service", "topic": "hotline_topic"}
_LISTS |= {"sector": SECTORS}
SHARES = {"HL_YOUNG", "SG_TIMELY", "WHO_PRV.8", "WHO_PRV.9", "NS_RETURN", "REF_DONE"}
SHARES |= {"PE_ACTIVE", "PE_RETENTION", "PE_DOSE", "WP_ACTIVE", "KNOWLEDGE"}
Names = Mapping[str, Mapping[str, str]]


class Percent(str):
    """A share as a reader sees it, with the unrounded number that a workbook gets."""

    number: float

    def __new__(cls, share: float) -> "Percent":
        text = super().__new__(cls, f"{share * 100:,.1f}\u00a0%")
        text.number = share
        return text


def figure(code: str, value: float | None) -> object:
    """A value of the indicator as it is shown: shares in per cent, numbers as numbers, none as a dash."""
    if value is None:
        return None
    return Percent(value) if code in SHARES else value


def told(code: str, value: float | None) -> str:
    """The same in a sentence or on a bar."""
    shown = figure(code, value)
    return f"{shown:,.1f}" if isinstance(shown, int | float) else str(shown or "–")


def key(name: str, code: str = "") -> str:
    """What a key of a breakdown is called; the kinds of REF_DONE are services sought."""
    if name == "kind" and INDICATORS.get(code) and INDICATORS[code].kind_list == "referral_type":
        return _("Service sought")
    if name == "kind" and INDICATORS.get(code) and INDICATORS[code].kind_list == "hotline_call_nature":
        return _("Kind of call")
    if name == "kind" and INDICATORS.get(code) and INDICATORS[code].kind_list == PLACES_OF_STOCK:
        return _("Kind of place")
    if name == "kind" and INDICATORS.get(code) and INDICATORS[code].kind_list == "safeguarding_concern":
        return _("Concern")
    return {
        "sex": _("Sex"),
        "age_band": _("Age"),
        "group": _("Population group"),
        "testing": _("HIV testing"),
        "commodity": _("Commodity"),
        "topic": _("Topic"),
        "sector": _("Sector"),
        "grade": _("Grade"),
        "item": _("Question asked"),
        "province": _("Province"),
        "district": _("District"),
        "site": _("Site"),
        "organisation": _("Organisation"),
        "kind": _("Kind of contact"),
        "service": _("Service"),
        "month": _("Month"),
        "educator": _("Recorded by"),
    }[name]


def sex() -> dict[str, str]:
    """The columns of a table by sex, in words short enough for a phone."""
    return {"F": _("Female"), "M": _("Male"), "X": _("Other"), "U": _("Not recorded")}


def item(code: str) -> str:
    """A question of the knowledge check in a few words, for a chart and a phone."""
    short = {
        "faithful": _("One faithful partner protects"),
        "condom": _("Condoms protect"),
        "healthy": _("A healthy-looking person can have HIV"),
        "mosquito": _("Not by mosquito bites"),
        "food": _("Not by sharing food"),
    }
    return short.get(code) or str(codes.label("knowledge_item", code))


def testing() -> dict[str, str]:
    """Testing status of a person, best first."""
    return {
        "known_pos": _("Known positive"),
        "tested_or_ref": _("Tested or referred"),
        "declined": _("Declined"),
        "not_required": _("Test not required"),
        "not_recorded": _("Not recorded"),
    }


def band(value: str) -> str:
    """An age band in words."""
    if value == UNKNOWN:
        return _("Age not known")
    if value == "other":
        return _("Other ages")
    return value.replace("-", "–")


def value(name: str, code: str, names: Names, indicator: str = "") -> str:
    """What one code of a key is called; `names` holds those of places, sites and organisations."""
    if name == "age_band":
        return band(code)
    if name == "sex":
        return sex().get(code, code)
    if name == "testing":
        return testing().get(code, code)
    if name == "month":
        return month(code)
    if name == "item":
        return item(code)
    if code == UNKNOWN:
        return _("Not recorded")
    if name in names:
        return names[name].get(code, code)
    if name == "kind" and indicator and INDICATORS[indicator].kind_list == PLACES_OF_STOCK:
        return str(StockPlace.Kind(code).label)
    if name == "kind":
        return codes.label(INDICATORS[indicator].kind_list if indicator else "contact_type", code)
    return codes.label(_LISTS[name], code) if name in _LISTS else code


def month(code: str) -> str:
    """`2026-05` as May 2026."""
    return str(date_format(date.fromisoformat(f"{code}-01"), "F Y"))


_MODELS: dict[str, Any] = {"province": Province, "district": District, "site": Site, "organisation": Organisation}


def names_of(keys: tuple[str, ...]) -> Names:
    """Names by code of the places, sites and organisations that these keys show: one query each."""
    return {name: {row.code: str(row) for row in _MODELS[name].objects.all()} for name in keys if name in _MODELS}


def measure(indicator: Indicator) -> str:
    """What one of the figure is."""
    if indicator.code == "PE_RATIO":
        return _("people for each active peer educator")
    if indicator.code in SHARES:
        return _("of those in the denominator")
    return {
        Measure.PEOPLE: _("people, each counted once"),
        Measure.CONTACTS: _("contacts: events with one person"),
        Measure.ATTENDANCES: _("attendances: heads without a name, who may come again"),
        Measure.UNITS: _("pieces"),
        Measure.CALLS: _("calls: callers without a name, who may ring again"),
        Measure.PUPILS: _("pupils: places in classes, each class once a school year"),
        Measure.COMMITTEES: _("committees, each counted once"),
        Measure.RATIO: _("for each person in the denominator"),
    }[indicator.measure]


def additivity(indicator: Indicator) -> str:
    """How figures of several periods make the figure of them all."""
    if indicator.kind_list == PLACES_OF_STOCK:
        return _("Never added up: it is what lay there at the end of the period.")
    if indicator.measure == Measure.PUPILS:
        return _("Periods are never added up: a class is counted once a school year, and a longer period anew.")
    return {
        Additivity.SUM: _("Periods may be added up."),
        Additivity.RECOUNT: _("Periods are never added up: a longer period is counted anew."),
        Additivity.NEVER: _("Never added up: a longer period is divided anew."),
    }[indicator.additivity]


def part(name: str) -> str:
    """What a part of a package is called; the programme's own parts keep their names."""
    return {"education": _("education"), "commodities": _("commodities"), "testing": _("HIV testing")}.get(name, name)


def source(text: str) -> str:
    """Where a package comes from; what a programme writes itself stands as it is."""
    known = {
        "Global Fund MF 2023; parts of the programme's own package": _(
            "Global Fund MF 2023; parts of the programme's own package"
        )
    }
    return known.get(text, text)
