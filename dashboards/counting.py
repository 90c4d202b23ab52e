"""The one entrance to every figure: `count` gives it, `listing` opens it."""

from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any

from django.utils.translation import gettext as _

from core.periods import Period
from core.scope import Scope
from dashboards.definitions import INDICATORS
from dashboards.indicators import (
    committees,
    commodities,
    contacts,
    dose,
    hotline,
    knowledge,
    needles,
    packages,
    peer_activity,
    peer_caseloads,
    peer_retention,
    prevention,
    pupils,
    reach,
    referrals,
    safeguarding,
    sessions,
    stock,
    workplaces,
)
from dashboards.questions import Question, ask
from dashboards.refusals import Refused, WrongTotal
from dashboards.results import Listing, Result, sum_results

__all__ = ["Listing", "Refused", "Result", "WrongTotal", "count", "listing", "sum_results"]

_COUNTED_BY: dict[str, ModuleType] = {
    "REACH": reach,
    "CONTACTS": contacts,
    "ATTENDANCES": sessions,
    "COMMODITIES": commodities,
    "KP_PREV": prevention,
    "PP_PREV": prevention,
    "WHO_PRV.8": needles,
    "WHO_PRV.9": needles,
    "NS_RETURN": needles,
    "NS_PER_PWID_REACHED": needles,
    "REF_DONE": referrals,
    "HL_CALLS": hotline,
    "HL_YOUNG": hotline,
    "SG_TIMELY": safeguarding,
    "STOCK": stock,
    "PE_ACTIVE": peer_activity,
    "PE_RETENTION": peer_retention,
    "PE_RATIO": peer_caseloads,
    "PE_DOSE": dose,
    "WP_FORMED": committees,
    "WP_ACTIVE": committees,
    "WP_REACH_PE": workplaces,
    "WP_HEADS_GEN": workplaces,
    "LS_PUPILS": pupils,
    "KNOWLEDGE": knowledge,
    **{code: packages for code in INDICATORS if code.startswith("GF_KP-")},
}

Where = Mapping[str, Iterable[str]]


def count(
    code: str,
    period: Period,
    *,
    by: Sequence[str] = (),
    where: Where | None = None,
    age_bands: str | None = None,
    scope: Scope,
) -> Result:
    """The figure of an indicator in a period, as far as the scope may see figures.

    `by` are the keys of the breakdown, `where` lists of codes by key (any of them), `age_bands` a set of bands.
    Raises Refused for a question that has no right answer.
    """
    question = _ask(code, period, by, where, age_bands, scope)
    return _COUNTED_BY[code].count(question)  # type: ignore[no-any-return]


def listing(
    code: str,
    period: Period,
    *,
    where: Where | None = None,
    age_bands: str | None = None,
    scope: Scope,
    missing: str | None = None,
) -> Listing:
    """The records behind a figure or cell: its codes go into `where`. Of a ratio, those of the numerator.

    `missing` names a part of a package: then those reached who miss it. Raises Refused as `count` does.
    """
    question = _ask(code, period, (), where, age_bands, scope)
    module = _COUNTED_BY[code]
    if missing is None:
        return module.listing(question)  # type: ignore[no-any-return]
    if module is not packages:
        raise Refused(_("%(code)s has no package, so nobody can miss a part of it.") % {"code": code})
    return packages.listing(question, missing)


def _ask(
    code: str, period: Period, by: Sequence[str], where: Where | None, age_bands: str | None, scope: Scope
) -> Question:
    if code not in INDICATORS:
        text: Any = _("“%(code)s” is not an indicator. Use one of: %(known)s.")
        raise Refused(text % {"code": code, "known": ", ".join(INDICATORS)})
    return ask(INDICATORS[code], period, by=by, where=where, bands=age_bands, scope=scope)
