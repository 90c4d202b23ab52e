"""Indicators of groups and the people who lead them: peer educators, workplaces, schools, knowledge."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.functional import lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dashboards.measures import (
    CONTACT_KEYS,
    NO_DENOMINATOR,
    PERSON_KEYS,
    Additivity,
    Indicator,
    Measure,
)
from outreach.choices import SMALL_GROUP

PLACE_KEYS = ("province", "district", "site", "organisation")
_PEER_KEYS = ("sex", "group", *PLACE_KEYS)
_COMMITTEE_KEYS = ("sector", *PLACE_KEYS)

_COMMON: dict[str, Any] = {"source": _("Programme (own)"), "reviewed_on": date(2026, 11, 28)}
_SHARE: dict[str, Any] = {"measure": Measure.RATIO, "additivity": Additivity.NEVER, **_COMMON}

_SEVERAL = _("A peer educator who works with several groups or at several sites stands in a row of each.")
_RUNNING = _("While the period runs, today stands for its end.")


def _keys(*keys: str) -> dict[str, tuple[str, ...]]:
    return {"breakdowns": keys, "filters": keys}


def _peers() -> Iterable[Indicator]:
    yield Indicator(
        code="PE_ACTIVE",
        name=_("Peer educators active"),
        numerator=_(
            "Of these, those who led at least one session, or had a monthly report accepted, in the 60 days up to the "
            "end of the period."
        ),
        denominator=_("Peer educators enrolled at the end of the period: in training, active or on leave on that day."),
        rule=format_lazy("{} {}", _RUNNING, _SEVERAL),
        **_keys(*_PEER_KEYS),
        **_SHARE,
    )
    yield Indicator(
        code="PE_RETENTION",
        name=_("Peer educators retained"),
        numerator=_("Of these, those whose state on the day six months later is active."),
        denominator=_(
            "Peer educators whose first day as active lies in the period, and whose day six months later has come."
        ),
        rule=format_lazy(
            "{} {} {}",
            _(
                "A month later is the same day of the month, or the last day of a shorter one. Beside it the same "
                "after twelve months, and how many haven't had their six months yet."
            ),
            _("The month of a breakdown is that of the first day as active."),
            _SEVERAL,
        ),
        **_keys(*_PEER_KEYS, "month"),
        **_SHARE,
    )


def _people_of_peers() -> Iterable[Indicator]:
    yield Indicator(
        code="PE_RATIO",
        name=_("Active clients per active peer educator"),
        numerator=_(
            "People whom an active peer educator met in the 90 days up to the end of the period, as the worker of a "
            "contact or by leading a session that they came to by name; and people on an active peer educator's plan "
            "of that month who had any contact in those 90 days. Each person once."
        ),
        denominator=_("Peer educators whose state at the end of the period is active."),
        rule=format_lazy(
            "{} {} {}",
            _RUNNING,
            _SEVERAL,
            _("Somebody met by two of them stands in the row of each, and counts once in the whole."),
        ),
        **_keys("group", *PLACE_KEYS),
        **_SHARE,
    )
    yield Indicator(
        code="PE_DOSE",
        name=_("People who got the whole dose"),
        numerator=lazy(_dose, str)(),
        denominator=_(
            "People who came by name to at least one session in the cycle: the twelve months that end with the "
            "period's last day."
        ),
        rule=_("Each person is counted once. Sex, age and group are those at the first session in the cycle."),
        age_set="YOUTH_10_24",
        **_keys(*PERSON_KEYS, *PLACE_KEYS),
        **_SHARE,
    )


def _dose() -> str:
    text = gettext("Of these, people who met at least %(number)s different topics at sessions in the cycle.")
    return text % {"number": settings.PE_DOSE_TOPICS}


def _committees() -> Iterable[Indicator]:
    yield Indicator(
        code="WP_FORMED",
        name=_("Workplace committees formed"),
        measure=Measure.COMMITTEES,
        additivity=Additivity.SUM,
        numerator=_("Committees whose members were first appointed in the period."),
        denominator=NO_DENOMINATOR,
        rule=_("Each committee is counted once, when it was first formed. Those formed anew are shown beside it."),
        **_keys(*_COMMITTEE_KEYS, "month"),
        **_COMMON,
    )
    yield Indicator(
        code="WP_ACTIVE",
        name=_("Workplace committees active"),
        numerator=_(
            "Of these, those whose last meeting with minutes, since they were last formed, lies no more than 90 days "
            "before the end of the period."
        ),
        denominator=_("Committees formed by the end of the period and not closed."),
        rule=_RUNNING,
        **_keys(*_COMMITTEE_KEYS),
        **_SHARE,
    )


def _workers() -> Iterable[Indicator]:
    yield Indicator(
        code="WP_REACH_PE",
        name=_("Workers reached by peer education"),
        measure=Measure.PEOPLE,
        additivity=Additivity.RECOUNT,
        numerator=_(
            "People met at a workplace in the period, alone or in a group of 25 or fewer whose people are known."
        ),
        denominator=NO_DENOMINATOR,
        rule=format_lazy(
            "{} {}",
            _(
                "Each person is counted once, over several years too. Age and group are those at the first contact at "
                "a workplace in the period."
            ),
            _(
                "Beside it the workers who are there, by the newest count up to the end of the period, and the share "
                "reached of them. Workplaces that were not counted so are left out of both."
            ),
        ),
        age_set="YOUTH_10_24",
        largest_group=SMALL_GROUP,
        **_keys(*PERSON_KEYS, *CONTACT_KEYS, "sector"),
        **_COMMON,
    )
    yield Indicator(
        code="WP_HEADS_GEN",
        name=_("Attendances at general sessions for workers"),
        measure=Measure.ATTENDANCES,
        additivity=Additivity.SUM,
        numerator=_("Unnamed heads at sessions for workers, or held at a workplace, in the period."),
        denominator=NO_DENOMINATOR,
        rule=_("The same person may be counted again at another session: these are never people."),
        **_keys("sex", "age_band", *CONTACT_KEYS, "sector"),
        **_COMMON,
    )


def _schools() -> Iterable[Indicator]:
    yield Indicator(
        code="LS_PUPILS",
        name=_("Pupils reached by life-skills lessons"),
        measure=Measure.PUPILS,
        additivity=Additivity.RECOUNT,
        numerator=_("Pupils of the classes that had a lesson in the period: of each class its fullest lesson."),
        denominator=NO_DENOMINATOR,
        rule=_(
            "A class is counted once each school year, at the highest number of pupils in one of its lessons in the "
            "period; of equal ones the earliest tells girls and boys. Lessons are never added up."
        ),
        **_keys("sex", "grade", *PLACE_KEYS),
        **_COMMON,
    )


def _knowledge() -> Iterable[Indicator]:
    yield Indicator(
        code="KNOWLEDGE",
        name=_("Knowledge before and after"),
        numerator=_("Right answers after the session."),
        denominator=_("Answers asked for after the session: five questions of everybody who answered."),
        rule=_(
            "Only sessions with a check before and after. Beside it the share before, and of those who had all five "
            "right. These are counts of a group: nobody's answers are kept."
        ),
        **_keys("item", *PLACE_KEYS, "kind", "month", "educator"),
        **{**_SHARE, "source": "UNAIDS GAM 1.16"},
    )


def definitions() -> Iterable[Indicator]:
    """The indicators of groups, in the order in which pages show them."""
    for indicators in (_peers(), _people_of_peers(), _committees(), _workers(), _schools(), _knowledge()):
        yield from indicators
