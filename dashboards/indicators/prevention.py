"""KP_PREV and PP_PREV: people reached with prevention, as PEPFAR MER 2.6.1 defines them."""

from django.db.models import Q

from core import codes
from dashboards.indicators import people
from dashboards.indicators.contacts import gives
from dashboards.indicators.people import GROUP, flag
from dashboards.indicators.reach import people_result
from dashboards.questions import Question
from dashboards.results import Listing, Result

# Services that mean "tested or referred" where no outcome was written down.
TESTED = frozenset({"HTS_REF", "HTS_DONE", "HIVST"})
YOUNGEST = 10


def _rule(question: Question) -> people.Rule:
    key = question.indicator.code == "KP_PREV"
    role = "kp_prev_role" if key else "pp_prev_role"
    flags = {
        "known": people.known_before(question.period.start),
        "with_test": flag(people.offered(codes.having("service", role, "hts"))),
        "with_service": flag(gives(codes.having("service", role, "yes"))),
        "said_known": flag(Q(hts_outcome="known_pos")),
        "tested": flag(Q(hts_outcome="tested_or_ref") | Q(hts_outcome="") & gives(TESTED)),
        "declined": flag(Q(hts_outcome="declined")),
        "not_required": flag(Q(hts_outcome="not_required")),
        "ovc": flag(Q(ovc_preventive=True)),
    }
    return people.Rule(
        facts=people.qualifying(question),
        flags=flags,
        condition=" AND ".join([*_who(key), "with_service = 1", "(with_test = 1 OR known = 1)"]),
        split=_testing(key),
        uses=frozenset({"age", "group"}),
    )


def _who(key: bool) -> list[str]:
    """SQL conditions on the person: key populations, or everybody else who belongs to PP_PREV."""
    populations = people.numbers(codes.having("population_group", "mer_kp", "PWID", "MSM", "TG", "FSW", "PRIS"))
    if key:
        return [f"{GROUP} IN {populations}", people.adult_sex_workers_only()]
    return [
        f"{GROUP} NOT IN {populations}",
        f"{GROUP} NOT IN {people.numbers(frozenset({'YSE'}))}",
        people.adult_sex_workers_only(),
        f"NOT {people.younger_than(YOUNGEST)}",
        f"NOT (ovc = 1 AND {people.younger_than(15)})",
    ]


def _testing(key: bool) -> str:
    """SQL for the best testing status of a person; a test that isn't required exists for PP_PREV only."""
    not_required = "" if key else "WHEN not_required = 1 THEN 'not_required' "
    return (
        "CASE WHEN known = 1 OR said_known = 1 THEN 'known_pos' WHEN tested = 1 THEN 'tested_or_ref' "
        f"WHEN declined = 1 THEN 'declined' {not_required}ELSE 'not_recorded' END"
    )


def count(question: Question) -> Result:
    """People reached with prevention."""
    return people_result(question, _rule)


def listing(question: Question) -> Listing:
    """The people behind the figure."""
    return people.clients(question, _rule)
