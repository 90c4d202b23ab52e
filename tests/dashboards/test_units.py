"""Contacts, attendances, commodities, needles: what is counted in pieces and events."""

from datetime import date

import pytest

from core.permissions import Role
from core.scope import Scope
from outreach.actions import needle_collections
from outreach.models import NeedleCollection
from outreach.rules.needle_collections import NeedleCollectionEntry
from tests.factories.programme import Programme

pytestmark = pytest.mark.django_db
HALF = ("2025-01-01", "2025-06-30")


def test_contacts_of_every_kind_count_known_or_anonymous(programme, count, cells, names):
    person = programme.person(sex="M", born="2005-03-01", group="PWID")
    programme.met(person, "2025-02-28", reference="a")
    programme.met(person, "2025-03-01", kind="event", reference="b")
    programme.met(None, "2025-03-01", reference="c")
    programme.met(None, "2025-03-01", void=True)

    result = count("CONTACTS", *HALF, by="sex,age_band,group,month")

    assert result.total == 3
    assert cells(result) == {
        "M|15-19|PWID|2025-02": 1,
        "M|20-24|PWID|2025-03": 1,
        "U|unknown|UNK|2025-03": 1,
    }
    assert names("CONTACTS", *HALF) == ["a", "b", "c"]
    assert names("CONTACTS", *HALF, where={"age_band": ["20-24"], "month": ["2025-03"]}) == ["b"]


def test_contacts_by_service_have_their_own_total(programme, count, cells):
    programme.met(None, "2025-02-01", "IEC;CONDOM")
    programme.met(None, "2025-02-01")

    result = count("CONTACTS", *HALF, by="service")

    assert (result.total, cells(result)) == (2, {"IEC": 1, "CONDOM": 1})


def test_attendances_are_heads_in_bands_that_hold_them_whole(programme, count, cells, names):
    site = programme.site("FACT-1", district="1201")
    heads = {("F", "A15"): 5, ("F", "A18"): 7, ("M", "LT10"): 2, ("X", "AUNK"): 1, ("U", "A50"): 4}
    programme.talk("2025-03-05", heads, site=site, services="IEC;SKILLS", reference="T1")
    programme.talk("2025-04-05", 30, kind="classroom", reference="T2")
    programme.talk("2025-04-05", 99, void=True)

    result = count("ATTENDANCES", *HALF, by="sex,age_band")

    assert result.total == 49
    assert cells(result) == {"F|15-19": 12, "M|other": 2, "X|unknown": 1, "U|25+": 4, "U|unknown": 30}
    assert cells(count("ATTENDANCES", *HALF, by="age_band", age_bands="MER_OVC")) == {
        "15-17": 5,
        "18-20": 7,
        "other": 6,
        "unknown": 31,
    }
    for key, values in {
        "kind": {"large_group": 19, "classroom": 30},
        "site": {"FACT-1": 19, "unknown": 30},
        "province": {"12": 19, "unknown": 30},
        "month": {"2025-03": 19, "2025-04": 30},
        "educator": {"system": 49},
        "organisation": {"DEMO-NGO": 49},
    }.items():
        assert cells(count("ATTENDANCES", *HALF, by=key)) == values
        for value, number in values.items():
            assert count("ATTENDANCES", *HALF, where={key: [value]}).total == number
    assert cells(count("ATTENDANCES", *HALF, by="service")) == {"IEC": 19, "SKILLS": 19}
    assert count("ATTENDANCES", *HALF, where={"service": ["IEC", "SKILLS"]}).total == 19
    assert names("ATTENDANCES", *HALF) == ["T1", "T2"]
    assert names("ATTENDANCES", *HALF, where={"age_band": ["15-19"]}) == ["T1"]


def test_commodities_of_contacts_and_sessions_stand_by_themselves(programme, count, cells, names):
    person = programme.person(sex="M", group="PWID")
    programme.met(person, "2025-02-01", given={"COND_M": 10, "LUBE_S": 3}, reference="a")
    programme.met(None, "2025-03-01", given={"COND_M": 4}, back={"SYR_2ML": 6}, reference="b")
    programme.talk("2025-03-01", 50, given={"COND_M": 100}, services="IEC", reference="c")
    programme.met(None, "2025-03-01", reference="d")

    result = count("COMMODITIES", *HALF)

    assert (result.total, result.by) == (None, ("commodity",))
    assert cells(result) == {"COND_M": 114, "LUBE_S": 3}
    assert result.extra == {"taken_back": {"SYR_2ML": 6}}
    assert cells(count("COMMODITIES", *HALF, by="month")) == {
        "COND_M|2025-02": 10,
        "COND_M|2025-03": 104,
        "LUBE_S|2025-02": 3,
    }
    assert cells(count("COMMODITIES", *HALF, by="group")) == {
        "COND_M|PWID": 10,
        "COND_M|UNK": 104,
        "LUBE_S|PWID": 3,
    }
    assert cells(count("COMMODITIES", *HALF, where={"commodity": ["LUBE_S"]})) == {"LUBE_S": 3}
    assert cells(count("COMMODITIES", *HALF, where={"service": ["IEC"]})) == {"COND_M": 100}
    assert names("COMMODITIES", *HALF) == ["a", "b", "c"]
    assert names("COMMODITIES", *HALF, where={"commodity": ["LUBE_S"]}) == ["a"]


def test_equipment_is_the_service_or_the_units(programme, count, cells, names):
    for name, options in {
        "service": {"services": "NSP"},
        "units": {"given": {"SYR_2ML": 1}},
        "needle": {"given": {"NEEDLE": 5}},
        "back": {"back": {"SYR_2ML": 1}},
        "event": {"services": "NSP", "kind": "event"},
    }.items():
        programme.met(
            programme.person(group="PWID", born="2005-01-01", sex="M", reference=name), "2025-02-01", **options
        )
    programme.met(programme.person(group="PWUD"), "2025-02-01", "NSP")

    result = count("WHO_PRV.8", *HALF, by="age_band")

    assert (result.numerator, result.denominator, result.total) == (2, 4, 0.5)
    assert result.cells == [{"age_band": "<25", "value": 0.5, "numerator": 2, "denominator": 4}]
    assert names("WHO_PRV.8", *HALF) == ["service", "units"]


def test_regular_access_is_every_calendar_month_that_the_period_touches(programme, count, cells, names):
    person = programme.person(group="PWID", reference="A")
    for month in ("01", "02", "03"):
        programme.met(person, f"2025-{month}-15", "NSP")
    programme.met(programme.person(group="PWID"), "2025-02-15", "IEC")

    assert count("WHO_PRV.9", "2025-01-01", "2025-03-31").total == 0.5
    assert names("WHO_PRV.9", "2025-01-15", "2025-03-15") == ["A"]
    assert count("WHO_PRV.9", "2025-01-01", "2025-04-01").numerator == 0
    assert cells(count("WHO_PRV.9", *HALF, by="month")) == {"2025-01": 1.0, "2025-02": 0.5, "2025-03": 1.0}


def test_returns_are_all_units_anonymous_and_sessions_too(programme, count, names):
    person = programme.person(group="MSM", sex="M")
    programme.met(person, "2025-02-01", given={"SYR_2ML": 30, "NEEDLE": 99}, back={"SYR_2ML": 10}, reference="a")
    programme.met(None, "2025-02-01", kind="event", given={"SYR_BARREL": 10}, reference="b")
    programme.talk("2025-02-01", 40, given={"SYR_1ML_FIX": 10}, back={"SYR_1ML_FIX": 5}, reference="c")

    result = count("NS_RETURN", *HALF)

    assert (result.numerator, result.denominator, result.total) == (15, 50, 0.3)
    assert names("NS_RETURN", *HALF) == ["a", "c"]
    assert count("NS_RETURN", *HALF, where={"sex": ["M"]}).denominator == 30
    assert count("NS_RETURN", "2024-01-01", "2024-12-31").total is None


@pytest.mark.parametrize(
    ("start", "end", "factor"),
    [
        ("2025-01-01", "2025-06-30", 12 / 6),
        ("2025-02-01", "2025-02-28", 12),
        ("2025-01-02", "2025-06-30", 365 / 180),
        ("2025-02-01", "2025-03-02", 365 / 30),
    ],
)
def test_needles_per_person_are_annualised_by_months_or_days(programme, count, start, end, factor):
    programme.met(programme.person(group="PWID"), "2025-02-01", "NSP", given={"SYR_2ML": 20})
    programme.met(programme.person(group="PWID"), "2025-02-01", "IEC")
    programme.met(None, "2025-02-01", given={"SYR_2ML": 10})

    result = count("NS_PER_PWID_REACHED", start, end)

    assert (result.numerator, result.denominator, result.total) == (30, 1, 30.0)
    assert result.extra["annualised"] == pytest.approx(30 * factor)
    assert result.extra["annualised_by"].startswith("12/" if factor in (2, 12) else "365/")


def test_ratio_without_denominator_has_no_total_and_no_cells(programme, count):
    programme.met(None, "2025-02-01", given={"SYR_2ML": 10})

    result = count("NS_PER_PWID_REACHED", *HALF)

    assert (result.total, result.numerator, result.denominator, result.cells) == (None, 10, 0, [])
    assert result.extra == {}


def collected(programme, on, pieces, *, method="counted", site=None, district=None, grams=None, **frame):
    entry = NeedleCollectionEntry(
        occurred_on=date.fromisoformat(on),
        method=method,
        pieces=pieces,
        grams=grams,
        site_id=site.pk if site else None,
        district_id=district,
        **frame,
    )
    who = {"by": programme.by, "organisation": programme.organisation}
    needle_collections.record(entry=entry, **who)
    return NeedleCollection.objects.get(pk=entry.id)


def test_collection_rounds_come_back_too(programme, count, cells, names):
    site = programme.site("SPOT-1", district="1201")
    programme.met(None, "2025-02-01", given={"SYR_2ML": 100}, back={"SYR_2ML": 10}, site=site, reference="a")
    programme.met(None, "2025-03-01", given={"SYR_2ML": 100}, site=site, reference="b")
    collected(programme, "2025-02-02", 20, site=site, reference="r1")
    collected(programme, "2025-03-02", 30, district="1201", method="weighed", grams=135, reference="r2")
    collected(programme, "2025-03-02", 5, district="0203", method="estimated", reference="r3")
    void = collected(programme, "2025-03-02", 999, site=site, reference="r4")
    needle_collections.void(record=void, by=programme.by, reason="twice")

    result = count("NS_RETURN", *HALF)

    assert (result.numerator, result.denominator, result.total) == (65, 200, 0.325)
    assert result.extra == {
        "public_rounds": 55,
        "public_rounds_by_method": {"counted": 20, "estimated": 5, "weighed": 30},
    }
    assert names("NS_RETURN", *HALF) == ["a", "r1", "r2", "r3"]
    for key, values in {
        "site": {"SPOT-1": 30 / 200},
        "district": {"1201": 60 / 200},
        "province": {"12": 60 / 200},
        "organisation": {"DEMO-NGO": 65 / 200},
        "month": {"2025-02": 30 / 100, "2025-03": 35 / 100},
        "sex": {"U": 65 / 200},
        "age_band": {"unknown": 65 / 200},
        "group": {"UNK": 65 / 200},
        "educator": {"system": 65 / 200},
        "kind": {"one_to_one": 10 / 200},
    }.items():
        assert cells(count("NS_RETURN", *HALF, by=key)) == values


@pytest.mark.parametrize(
    ("where", "numerator"),
    [
        ({"district": ["0203"]}, 5),
        ({"site": ["SPOT-1"]}, 20),
        ({"site": ["unknown"]}, 5),
        ({"sex": ["F"]}, 0),
        ({"sex": ["U"]}, 25),
        ({"month": ["2025-02"]}, 20),
        ({"kind": ["one_to_one"]}, 0),
        ({"service": ["NSP"]}, 0),
    ],
)
def test_collection_rounds_pass_the_filters(programme, count, where, numerator):
    collected(programme, "2025-02-02", 20, site=programme.site("SPOT-1", district="1201"))
    collected(programme, "2025-03-02", 5, district="0203")

    assert count("NS_RETURN", *HALF, where=where).numerator == numerator


def test_collection_rounds_of_another_organisation_are_not_counted(programme, count):
    collected(programme, "2025-02-02", 20, district="1201")
    other = Programme("OTHER")
    scope = Scope(user_id=None, memberships=((other.organisation.pk, Role.SUPERVISOR),))

    result = count("NS_RETURN", *HALF, scope=scope)

    assert (result.numerator, result.extra) == (0, {})
