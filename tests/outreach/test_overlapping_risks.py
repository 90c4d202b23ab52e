"""Which risks overlap: each area told of as a risk, as none, or not told."""

import pytest

from outreach.overlapping_risks import Area, State, Told, overlapping_risks, told_of


def states(answers, **more):
    return {risk.area.value: risk.state.value for risk in overlapping_risks(Told(answers, **more))}


NOTHING = {area.value: "not_told" for area in Area}


@pytest.mark.parametrize(
    ("answers", "more", "area", "state"),
    [
        ({"RQ06": "yes"}, {}, "drugs", "at_risk"),
        ({"RQ05": "yes", "RQ07": "no"}, {}, "drugs", "at_risk"),
        ({"RQ07": "no"}, {"injections_per_week": 1}, "drugs", "at_risk"),
        ({"RQ07": "no"}, {"injections_per_week": 0}, "drugs", "not"),
        ({}, {"substances": ["heroin"]}, "drugs", "at_risk"),
        ({}, {"substances": ["alcohol", "tobacco", "methadone", "undisclosed"]}, "drugs", "not_told"),
        ({"RQ05": "no"}, {}, "drugs", "not_told"),
        ({"RQ07": "no_answer"}, {}, "drugs", "not_told"),
        ({"RQ09": "no"}, {}, "condoms", "at_risk"),
        ({"RQ09": "yes"}, {}, "condoms", "not"),
        ({"RQ02": "yes"}, {}, "partners", "at_risk"),
        ({"RQ04": "yes"}, {}, "partners", "at_risk"),
        ({"RQ02": "no"}, {}, "partners", "not_told"),
        ({"RQ03": "yes"}, {}, "sti", "at_risk"),
        ({"RQ03": "no"}, {}, "sti", "not"),
        ({"RQ10": "never"}, {}, "testing", "at_risk"),
        ({"RQ10": "over_12m"}, {}, "testing", "at_risk"),
        ({"RQ10": "6_12m"}, {}, "testing", "not"),
        ({"RQ10": "under_6m"}, {}, "testing", "not"),
        ({"RQ10": "no_answer"}, {}, "testing", "not_told"),
    ],
)
def test_area_follows_from_what_was_told(answers, more, area, state):
    assert states(answers, **more) == NOTHING | {area: state}


def test_more_than_one_partner_without_condoms_is_two_areas():
    assert states({"RQ01": "yes"}) == NOTHING | {"condoms": "at_risk", "partners": "at_risk"}


def test_partners_are_no_risk_only_if_both_questions_say_so():
    assert states({"RQ01": "no", "RQ02": "no"}) == NOTHING | {"partners": "not"}


def test_nothing_is_offered_where_there_is_no_risk():
    risks = overlapping_risks(Told({"RQ07": "yes", "RQ03": "no"}))

    assert [(risk.area.value, risk.offers) for risk in risks if risk.offers] == [("drugs", ("ALC_DRUG",))]
    assert told_of(risks) == 1
    assert all(risk.why for risk in risks)


def test_needles_are_offered_to_those_who_inject():
    risks = overlapping_risks(Told({}, injections_per_week=7))

    assert risks[0].offers == ("ALC_DRUG", "NSP", "NALOXONE", "OAMT_REF")
    assert {risk.state for risk in risks[1:]} == {State.NOT_TOLD}
