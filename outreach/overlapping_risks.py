"""Which risks overlap for one adult, read from the newest risk review. No Django models, no database, no score.

Five areas, each told of as a risk, told of as none, or not told. Nothing is added up beyond how many areas were told
of. It is never asked of a child or of somebody of unknown age: `outreach.rules.risk_reviews.is_known_adult` decides.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _


class Area(StrEnum):
    """One of the five areas."""

    DRUGS = "drugs"
    CONDOMS = "condoms"
    PARTNERS = "partners"
    STI = "sti"
    TESTING = "testing"


class State(StrEnum):
    """What was told of an area."""

    AT_RISK = "at_risk"
    NOT = "not"
    NOT_TOLD = "not_told"


# Drugs that aren't a risk of their own in this sense, and what says nothing.
NO_DRUG_RISK = frozenset({"alcohol", "tobacco", "methadone", "undisclosed"})
# What to offer next, codes of `service`.
OFFERS = {
    Area.DRUGS: ("ALC_DRUG", "NSP", "NALOXONE", "OAMT_REF"),
    Area.CONDOMS: ("CONDOM", "LUBE", "CONDOM_DEMO"),
    Area.PARTNERS: ("HTS_OFFER", "PREP_INFO"),
    Area.STI: ("STI_OFFER",),
    Area.TESTING: ("HTS_OFFER", "HIVST"),
}
_INJECTING = frozenset({"NSP", "NALOXONE", "OAMT_REF"})


@dataclass(frozen=True)
class Told:
    """What a review holds: an answer by question, drugs used, injections a week."""

    answers: Mapping[str, str]
    substances: Collection[str] = ()
    injections_per_week: int | None = None

    def said(self, code: str, *answers: str) -> bool:
        """Whether the question was answered by one of these."""
        return self.answers.get(code) in answers

    @property
    def injects(self) -> bool:
        return bool(self.injections_per_week) or self.said("RQ05", "yes") or self.said("RQ06", "yes")


@dataclass(frozen=True)
class AreaRisk:
    """One area: its state, the sentence why, and what to offer next."""

    area: Area
    state: State
    why: str
    offers: tuple[str, ...] = ()


def overlapping_risks(told: Told) -> list[AreaRisk]:
    """The five areas in their order."""
    readings: dict[Area, Callable[[Told], tuple[State, str]]] = {
        Area.DRUGS: _drugs,
        Area.CONDOMS: _condoms,
        Area.PARTNERS: _partners,
        Area.STI: _sti,
        Area.TESTING: _testing,
    }
    found = []
    for area, read in readings.items():
        state, why = read(told)
        found.append(AreaRisk(area, state, why, _offers(area, told) if state == State.AT_RISK else ()))
    return found


def told_of(risks: Collection[AreaRisk]) -> int:
    """In how many areas a risk was told of."""
    return sum(risk.state == State.AT_RISK for risk in risks)


def _offers(area: Area, told: Told) -> tuple[str, ...]:
    return tuple(code for code in OFFERS[area] if told.injects or code not in _INJECTING)


def _drugs(told: Told) -> tuple[State, str]:
    if told.said("RQ06", "yes"):
        return State.AT_RISK, _("Shared a needle or syringe.")
    if told.injects:
        return State.AT_RISK, _("Injects drugs.")
    if told.said("RQ07", "yes") or set(told.substances) - NO_DRUG_RISK:
        return State.AT_RISK, _("Uses drugs.")
    if told.said("RQ07", "no"):
        return State.NOT, _("Uses no drugs.")
    return State.NOT_TOLD, _("Whether drugs are used wasn't told.")


def _condoms(told: Told) -> tuple[State, str]:
    if told.said("RQ01", "yes"):
        return State.AT_RISK, _("Had sex without a condom with more than one partner.")
    if told.said("RQ09", "no"):
        return State.AT_RISK, _("Used no condom at the last sex.")
    if told.said("RQ09", "yes"):
        return State.NOT, _("Used a condom at the last sex.")
    return State.NOT_TOLD, _("Condom use wasn't told.")


def _partners(told: Told) -> tuple[State, str]:
    if told.said("RQ04", "yes"):
        return State.AT_RISK, _("Exchanged sex for money or goods.")
    if told.said("RQ01", "yes"):
        return State.AT_RISK, _("Has more than one partner.")
    if told.said("RQ02", "yes"):
        return State.AT_RISK, _("Has a partner with a risk of HIV.")
    if told.said("RQ01", "no") and told.said("RQ02", "no"):
        return State.NOT, _("Told of no partner at risk.")
    return State.NOT_TOLD, _("Partners weren't told of.")


def _sti(told: Told) -> tuple[State, str]:
    if told.said("RQ03", "yes"):
        return State.AT_RISK, _("Had an STI, or signs of one, in the last 6 months.")
    if told.said("RQ03", "no"):
        return State.NOT, _("Had no STI and no signs of one in the last 6 months.")
    return State.NOT_TOLD, _("STI weren't told of.")


def _testing(told: Told) -> tuple[State, str]:
    if told.said("RQ10", "never"):
        return State.AT_RISK, _("Never tested for HIV.")
    if told.said("RQ10", "over_12m"):
        return State.AT_RISK, _("The last HIV test is more than a year ago.")
    if told.said("RQ10", "under_6m", "6_12m"):
        return State.NOT, _("Tested for HIV within the year.")
    return State.NOT_TOLD, _("The last HIV test wasn't told.")
