"""Who is met first: one rule, read from what is due and, for adults alone, from what the risk review told. No database.

| priority | somebody of 18 or older at the last review | a child, and anybody whose age isn't known |
|---|---|---|
| 1 | an overdose to look after, an urgent referral open, a needle shared, or risks told of in 3 areas or more | an
overdose to look after, or an urgent referral open |
| 2 | injects, no condom, an STI, or never or long ago tested was told; a referral open; a test due; not met for 60 days
| everybody else |
| 3 | everybody else | – |

Nobody is scored: the number says in which order people are met, the planner may change it, and of a child nothing but
what is due is ever read (docs/adr/0012).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from outreach.overlapping_risks import Area, State, Told, overlapping_risks, told_of

FIRST, SECOND, THIRD = 1, 2, 3
MANY_AREAS = 3


class Why(StrEnum):
    """One reason for meeting somebody sooner."""

    OVERDOSE = "overdose"
    URGENT = "urgent"
    SHARES = "shares"
    AREAS = "areas"
    INJECTS = "injects"
    CONDOMS = "condoms"
    STI = "sti"
    TESTING = "testing"
    REFERRAL = "referral"
    TEST_DUE = "test_due"
    NOT_MET = "not_met"


# What only a risk review tells, and so is said of adults alone.
TOLD_IN_REVIEW = frozenset({Why.SHARES, Why.AREAS, Why.INJECTS, Why.CONDOMS, Why.STI, Why.TESTING})
_FIRST = frozenset({Why.OVERDOSE, Why.URGENT, Why.SHARES, Why.AREAS})
_DUE = {"test_due": Why.TEST_DUE, "not_met_60": Why.NOT_MET, "not_met_90": Why.NOT_MET}
_AREAS = {Area.CONDOMS: Why.CONDOMS, Area.STI: Why.STI, Area.TESTING: Why.TESTING}


@dataclass(frozen=True)
class Priority:
    """1 (first) to 3, and why, the most pressing reason first."""

    rank: int
    reasons: tuple[Why, ...] = ()


def priority_of(dues: Iterable[tuple[str, bool]], *, adult: bool, told: Told | None = None) -> Priority:
    """The priority of one person.

    `dues` are the names of the lists (`outreach.follow_ups.LISTS`) on which the person stands, each with whether it is
    urgent. `adult` says that the person was known to be 18 or older on the day of the review; otherwise what was `told`
    isn't looked at.
    """
    reasons = set(_of_dues(dues))
    if not adult:
        return Priority(FIRST if reasons & _FIRST else SECOND, _in_order(reasons))
    if told is not None:
        reasons.update(_of_review(told))
    rank = FIRST if reasons & _FIRST else SECOND if reasons else THIRD
    return Priority(rank, _in_order(reasons))


def _of_dues(dues: Iterable[tuple[str, bool]]) -> Iterable[Why]:
    for name, urgent in dues:
        if name == "overdose":
            yield Why.OVERDOSE
        elif name == "referral":
            yield Why.URGENT if urgent else Why.REFERRAL
        elif name in _DUE:
            yield _DUE[name]


def _of_review(told: Told) -> Iterable[Why]:
    risks = overlapping_risks(told)
    if told.said("RQ06", "yes"):
        yield Why.SHARES
    elif told.injects:
        yield Why.INJECTS
    if told_of(risks) >= MANY_AREAS:
        yield Why.AREAS
    for risk in risks:
        if risk.state == State.AT_RISK and risk.area in _AREAS:
            yield _AREAS[risk.area]


def _in_order(reasons: set[Why]) -> tuple[Why, ...]:
    return tuple(why for why in Why if why in reasons)


def words(why: Why) -> str:
    """The reason in words."""
    return {
        Why.OVERDOSE: _("after an overdose"),
        Why.URGENT: _("urgent referral open"),
        Why.SHARES: _("shared a needle or syringe"),
        Why.AREAS: _("several risks overlap"),
        Why.INJECTS: _("injects"),
        Why.CONDOMS: _("sex without a condom"),
        Why.STI: _("STI or signs of one"),
        Why.TESTING: _("no HIV test within a year"),
        Why.REFERRAL: _("referral open"),
        Why.TEST_DUE: _("test due"),
        Why.NOT_MET: _("not met for two months"),
    }[why]
