"""GF_KP-1a to 1f: groups, the package and its versions."""

from datetime import date

import pytest

from dashboards.models import Package
from dashboards.refusals import Refused

pytestmark = pytest.mark.django_db
HALF = ("2025-01-01", "2025-06-30")
WHOLE = "IEC;CONDOM;HTS_OFFER"


@pytest.mark.parametrize(
    ("group", "code"),
    [
        ("MSM", "GF_KP-1a"),
        ("TG", "GF_KP-1b"),
        ("FSW", "GF_KP-1c"),
        ("MSW", "GF_KP-1c"),
        ("PWID", "GF_KP-1d"),
        ("PWUD", "GF_KP-1d"),
        ("GFW", "GF_KP-1e"),
        ("PRIS", "GF_KP-1f"),
        ("FEW", None),
    ],
)
def test_each_group_has_its_indicator(programme, count, group, code):
    programme.met(programme.person(group=group), "2025-02-01", WHOLE)

    counted = [f"GF_KP-1{letter}" for letter in "abcdef" if count(f"GF_KP-1{letter}", *HALF).total]

    assert counted == ([code] if code else [])


@pytest.mark.parametrize(
    ("services", "outcome", "known", "missing"),
    [
        ("IEC;CONDOM;HTS_OFFER", "", None, None),
        ("SKILLS;NSP;HIVST", "declined", None, None),
        ("EMPOWER;LUBE", "", "2024-12-31", None),
        ("EMPOWER;LUBE", "", "2025-01-01", "testing"),
        ("IEC;CONDOM;HTS_OFFER", "not_offered", None, None),
        ("IEC;CONDOM;HTS_SCREEN", "", None, "testing"),
        ("CONDOM;HTS_REF", "", None, "education"),
        ("IEC;HTS_DONE", "", None, "commodities"),
    ],
)
def test_every_part_is_needed_and_the_missing_one_is_named(programme, count, names, services, outcome, known, missing):
    person = programme.person(group="PWID", known=known, reference="A")
    for number, service in enumerate(services.split(";")):
        programme.met(person, f"2025-0{number + 1}-10", service, outcome=outcome)

    result = count("GF_KP-1d", *HALF)

    assert result.total == (0 if missing else 1)
    assert result.extra == {
        "package": "GF_KP-1d v1",
        "reached": 1,
        "missing": {part: int(part == missing) for part in ("education", "commodities", "testing")},
    }
    assert names("GF_KP-1d", *HALF) == ([] if missing else ["A"])
    for part in ("education", "commodities", "testing"):
        assert names("GF_KP-1d", *HALF, missing=part) == (["A"] if part == missing else [])


def test_large_groups_children_and_young_ages(programme, count, cells):
    programme.met(programme.person(group="FSW", born="2008-01-01"), "2025-02-01", WHOLE)
    programme.met(programme.person(group="FSW", born="1990-01-01"), "2025-02-01", WHOLE, size=26)
    programme.met(programme.person(group="FSW", born="1990-01-01"), "2025-02-01", WHOLE, size=25)
    programme.met(programme.person(group="MARYP", born="2012-01-01"), "2025-02-01", WHOLE)

    assert cells(count("GF_KP-1c", *HALF, by="age_band")) == {"25+": 1}
    assert cells(count("GF_KP-1e", *HALF, by="age_band")) == {"other": 1}


def test_look_back_takes_services_before_the_period_but_not_people(programme, count, cells):
    Package.objects.filter(code="GF_KP-1d").update(look_back_days=181 + 31)
    person = programme.person(group="PWID", born="2005-01-15")
    programme.met(person, "2024-12-01", "HTS_DONE")
    programme.met(person, "2025-02-01", "IEC;NSP")
    gone = programme.person(group="PWID")
    programme.met(gone, "2024-12-20", WHOLE)
    early = programme.person(group="PWID")
    programme.met(early, "2024-11-30", "HTS_DONE")
    programme.met(early, "2025-02-01", "IEC;NSP")

    result = count("GF_KP-1d", *HALF, by="age_band")

    assert cells(result) == {"20-24": 1}
    assert result.extra["reached"] == 2


def test_package_in_force_at_the_end_is_used(programme, count):
    only_education = {"all": [{"name": "education", "any": ["IEC"], "known_positive": False}]}
    Package.objects.create(code="GF_KP-1d", version=2, rule=only_education, source="test", holds_from=date(2025, 6, 30))
    programme.met(programme.person(group="PWID"), "2025-02-01", "IEC")

    after, before = count("GF_KP-1d", *HALF), count("GF_KP-1d", "2025-01-01", "2025-06-29")

    assert (after.total, after.extra["package"]) == (1, "GF_KP-1d v2")
    assert (before.total, before.extra["package"]) == (0, "GF_KP-1d v1")


def test_unknown_part_and_missing_package_are_refused(programme, count, names):
    with pytest.raises(Refused, match="not a part"):
        names("GF_KP-1d", *HALF, missing="housing")
    with pytest.raises(Refused, match="No package"):
        count("GF_KP-1d", "1999-01-01", "1999-06-30")
