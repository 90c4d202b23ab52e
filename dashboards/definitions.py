"""Every indicator as a reviewed definition: what is counted, how it is split, how it adds up, where it comes from."""

from collections.abc import Iterable
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.permissions import Permission
from dashboards import group_definitions
from dashboards.measures import (
    CONTACT_KEYS,
    NO_DENOMINATOR,
    PERSON_KEYS,
    PLACES_OF_STOCK,
    Additivity,
    Indicator,
    Measure,
)
from outreach.choices import SMALL_GROUP

_ONCE = _("Each person is counted once. Age and group are those at the first contact that qualifies in the period.")
_HALVES = _(
    "April–September leaves out people already counted in October–March; a fiscal year is the sum of its two halves."
)
_ALL_UNITS = _("Units given at contacts, anonymous ones too, and at group sessions.")


def _reach() -> Iterable[Indicator]:
    yield Indicator(
        code="REACH",
        name=_("People reached"),
        measure=Measure.PEOPLE,
        additivity=Additivity.RECOUNT,
        numerator=_("People with at least one contact in the period, alone or in a group whose people are known."),
        denominator=NO_DENOMINATOR,
        rule=_ONCE,
        source=_("Programme (own)"),
    )
    yield Indicator(
        code="CONTACTS",
        name=_("Contacts"),
        measure=Measure.CONTACTS,
        additivity=Additivity.SUM,
        numerator=_("Events with one person in the period, known or anonymous."),
        denominator=NO_DENOMINATOR,
        rule=_(
            "Sex, age and group are those of the person on the day; an anonymous contact is counted as not recorded."
        ),
        source=_("Programme (own)"),
    )


def _pieces() -> Iterable[Indicator]:
    yield Indicator(
        code="ATTENDANCES",
        name=_("Attendances"),
        measure=Measure.ATTENDANCES,
        additivity=Additivity.SUM,
        numerator=_("Unnamed heads at group sessions in the period."),
        denominator=NO_DENOMINATOR,
        rule=_("The same person may be counted again at another session: these are never people."),
        source=_("Programme (own)"),
        breakdowns=("sex", "age_band", *CONTACT_KEYS),
        filters=("sex", "age_band", *CONTACT_KEYS),
    )
    yield Indicator(
        code="COMMODITIES",
        name=_("Commodities given"),
        measure=Measure.UNITS,
        additivity=Additivity.SUM,
        numerator=_ALL_UNITS,
        denominator=NO_DENOMINATOR,
        rule=_("Each commodity stands by itself; units taken back are shown beside it and never subtracted."),
        source="WHO SI 2022 PRV.1, GAM 1.15",
        breakdowns=(*PERSON_KEYS, "commodity", *CONTACT_KEYS),
        filters=(*PERSON_KEYS, "commodity", *CONTACT_KEYS),
        always_by=("commodity",),
    )


_TESTED_KEYS = (*PERSON_KEYS, "testing", *CONTACT_KEYS)
_PREVENTION: dict[str, Any] = {
    "measure": Measure.PEOPLE,
    "additivity": Additivity.RECOUNT,
    "denominator": NO_DENOMINATOR,
    "source": "PEPFAR MER 2.6.1",
    "breakdowns": _TESTED_KEYS,
    "filters": _TESTED_KEYS,
}


def _prevention() -> Iterable[Indicator]:
    yield Indicator(
        code="KP_PREV",
        name=_("Key-population people reached with prevention"),
        numerator=_(
            "People whose primary group is a key population, met alone or in a group of 25 or fewer, who were offered "
            "or referred to an HIV test or were known positive before the period, and got another prevention service."
        ),
        rule=format_lazy(
            "{} {} {}",
            _ONCE,
            _HALVES,
            _("Under-18s recorded as selling sex are left out; an unknown age counts as adult."),
        ),
        largest_group=SMALL_GROUP,
        **_PREVENTION,
    )
    yield Indicator(
        code="PP_PREV",
        name=_("Priority-population people reached with prevention"),
        numerator=_(
            "People of all other groups aged 10 or more, or of unknown age, with the HIV testing element or a risk "
            "screening, or known positive before the period, and another prevention service."
        ),
        rule=format_lazy(
            "{} {} {}",
            _ONCE,
            _HALVES,
            _(
                "Sexually exploited children, 10–14-year-olds in approved primary prevention and under-18s recorded as "
                "selling sex are left out."
            ),
        ),
        age_set="MER_PP_PREV",
        **_PREVENTION,
    )


_GF_NAMES = {
    "GF_KP-1a": _("Men who have sex with men reached with the defined package"),
    "GF_KP-1b": _("Transgender people reached with the defined package"),
    "GF_KP-1c": _("Sex workers reached with the defined package"),
    "GF_KP-1d": _("People who use drugs reached with the defined package"),
    "GF_KP-1e": _("Other vulnerable people reached with the defined package"),
    "GF_KP-1f": _("Prisoners reached with the defined package"),
}


def _global_fund() -> Iterable[Indicator]:
    for code, name in _GF_NAMES.items():
        yield Indicator(
            code=code,
            name=name,
            measure=Measure.PEOPLE,
            additivity=Additivity.RECOUNT,
            numerator=_(
                "People of the group, met alone or in a group of 25 or fewer, who got every part of the package in the "
                "period. The testing part is also met by somebody known positive before the period."
            ),
            denominator=NO_DENOMINATOR,
            rule=format_lazy(
                "{} {}",
                _ONCE,
                _(
                    "The package in force at the end of the period is used. "
                    "Under-18s recorded as selling sex are left out."
                ),
            ),
            source="Global Fund MF 2023",
            age_set="GF_KP",
            largest_group=SMALL_GROUP,
        )


_RATIO: dict[str, Any] = {"measure": Measure.RATIO, "additivity": Additivity.NEVER}


def _needle_people() -> Iterable[Indicator]:
    seen = _("People who inject drugs met in the period.")
    yield Indicator(
        code="WHO_PRV.8",
        name=_("Needle and syringe coverage"),
        numerator=_("People who inject drugs with at least one day of equipment in the period."),
        denominator=seen,
        rule=_ONCE,
        source="WHO SI 2022",
        age_set="WHO_NSP",
        **_RATIO,
    )
    yield Indicator(
        code="WHO_PRV.9",
        name=_("Regular access to needles and syringes"),
        numerator=_(
            "People who inject drugs with at least one day of equipment in every calendar month of the period."
        ),
        denominator=seen,
        rule=_ONCE,
        source="WHO SI 2022",
        age_set="WHO_NSP",
        **_RATIO,
    )


def _needle_units() -> Iterable[Indicator]:
    yield Indicator(
        code="NS_RETURN",
        name=_("Needle and syringe return rate"),
        numerator=_("Used needles and syringes taken back, or collected in public places, in the period."),
        denominator=_("Needles and syringes given in the period."),
        rule=format_lazy(
            "{} {}",
            _ALL_UNITS,
            _("Collection rounds add what was counted, estimated, or reckoned from its weight; they have no person."),
        ),
        source=_("Programme (own)"),
        **_RATIO,
    )
    yield Indicator(
        code="NS_PER_PWID_REACHED",
        name=_("Needles and syringes per person reached"),
        numerator=_("Needles and syringes given in the period."),
        denominator=_("People who inject drugs with at least one day of equipment in the period."),
        rule=format_lazy(
            "{} {}",
            _ALL_UNITS,
            _("Beside it the figure for a year: × 12 ÷ months for whole months, else × 365 ÷ days."),
        ),
        source="Global Fund MF 2023",
        breakdowns=CONTACT_KEYS,
        filters=CONTACT_KEYS,
        **_RATIO,
    )


def _referrals() -> Iterable[Indicator]:
    keys = (*PERSON_KEYS, "province", "district", "site", "organisation", "kind", "month", "educator")
    yield Indicator(
        code="REF_DONE",
        name=_("Referrals completed"),
        measure=Measure.RATIO,
        additivity=Additivity.NEVER,
        numerator=_("Referrals issued in the period whose service was confirmed within 90 days."),
        denominator=_("Referrals issued in the period and not cancelled."),
        rule=_(
            "What only the client says, and what was partly received, is shown beside it. Sex, age and group are those "
            "of the person on the day of issue."
        ),
        source=_("Programme (own)"),
        breakdowns=keys,
        filters=keys,
        kind_list="referral_type",
    )


_CALL_KEYS = ("province", "organisation", "kind", "topic", "month", "educator")


def _hotline() -> Iterable[Indicator]:
    answered = _("Answered calls of the period: counselling, information and crisis.")
    yield Indicator(
        code="HL_CALLS",
        name=_("Hotline calls answered"),
        measure=Measure.CALLS,
        additivity=Additivity.SUM,
        numerator=answered,
        denominator=NO_DENOMINATOR,
        rule=_(
            "Each call is one caller without a name, who may ring again: calls are never people. Silent, prank and "
            "wrong calls stand beside them. A call about several topics stands in a row of each."
        ),
        source=_("Programme (own)"),
        breakdowns=("sex", "age_band", *_CALL_KEYS),
        filters=("sex", "age_band", *_CALL_KEYS),
        kind_list="hotline_call_nature",
    )
    yield Indicator(
        code="HL_YOUNG",
        name=_("Share of calls from young people"),
        measure=Measure.RATIO,
        additivity=Additivity.NEVER,
        numerator=_("Answered calls of the period whose caller was aged 10 to 24."),
        denominator=_("Answered calls of the period whose caller's age is known."),
        rule=_("Beside it the share of all answered calls, where an age not known counts as not young."),
        source=_("Programme (own)"),
        breakdowns=("sex", *_CALL_KEYS),
        filters=("sex", "age_band", *_CALL_KEYS),
        kind_list="hotline_call_nature",
    )


def _safeguarding() -> Iterable[Indicator]:
    keys = ("sex", "age_band", "organisation", "kind", "month")
    yield Indicator(
        code="SG_TIMELY",
        name=_("Safeguarding concerns acted on in time"),
        numerator=_("Concerns raised in the period on which the first action was taken within the time they ask for."),
        denominator=_("Concerns raised in the period, those whose time isn't over yet among them."),
        rule=_(
            "A concern that is several things asks for the shortest of their times, and stands in a row of each. Sex "
            "and age are those on the day it was raised. How many still have time is shown beside it. Void ones don't "
            "count. Only safeguarding leads see the figure."
        ),
        source=_("Programme (own)"),
        breakdowns=keys,
        filters=keys,
        age_set="SAFEGUARD",
        kind_list="safeguarding_concern",
        permission=Permission.CONCERN_VIEW,
        **_RATIO,
    )


def _store() -> Iterable[Indicator]:
    keys = ("commodity", "province", "district", "site", "organisation", "kind")
    yield Indicator(
        code="STOCK",
        name=_("Stock"),
        measure=Measure.UNITS,
        additivity=Additivity.NEVER,
        numerator=_("Pieces in the store, at the sites and in workers' bags at the end of the period, by the books."),
        denominator=NO_DENOMINATOR,
        rule=_(
            "Each commodity stands by itself. Beside it what came, was given out, was lost and differed at counts in "
            "the period, how many months the rest lasts at the use of the last three full months, and days on which a "
            "place had none of what it gives out. Below zero means that more left than was ever recorded as coming."
        ),
        source=_("Programme (own)"),
        breakdowns=keys,
        filters=keys,
        always_by=("commodity",),
        kind_list=PLACES_OF_STOCK,
    )


INDICATORS: dict[str, Indicator] = {
    indicator.code: indicator
    for indicators in (
        _reach(),
        _pieces(),
        _prevention(),
        _global_fund(),
        _needle_people(),
        _needle_units(),
        _referrals(),
        _store(),
        _hotline(),
        _safeguarding(),
        group_definitions.definitions(),
    )
    for indicator in indicators
}
