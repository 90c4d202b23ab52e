"""REF_DONE: what was confirmed in time, of what was issued."""

import pytest

pytestmark = pytest.mark.django_db
HALF = ("2025-01-01", "2025-06-30")


@pytest.mark.parametrize(
    ("status", "closed", "share"),
    [
        ("completed", "2025-02-01", (1, 1)),
        ("completed", "2025-05-02", (1, 1)),
        ("completed", "2025-05-03", (0, 1)),
        ("self_reported", "2025-02-02", (0, 1)),
        ("partly", "2025-02-02", (0, 1)),
        ("not_attended", "2025-02-02", (0, 1)),
        ("issued", None, (0, 1)),
        ("cancelled", "2025-02-02", (0, 0)),
    ],
)
def test_completion_within_90_days_of_issue(programme, count, status, closed, share):
    programme.referred(programme.person(), "2025-02-01", status=status, closed=closed)

    result = count("REF_DONE", *HALF)

    assert (result.numerator, result.denominator) == share
    assert result.total == (share[0] / share[1] if share[1] else None)
    assert result.extra["self_reported"] == int(status == "self_reported")
    assert result.extra["partly"] == int(status == "partly")


def test_median_is_of_the_days_of_the_numerator(programme, count):
    person = programme.person()
    for closed in ("2025-02-03", "2025-02-06", "2025-02-11", "2025-02-28"):
        programme.referred(person, "2025-02-01", status="completed", closed=closed)
    programme.referred(person, "2025-02-01", status="completed", closed="2025-06-01")

    result = count("REF_DONE", *HALF)

    assert result.extra == {"self_reported": 0, "partly": 0, "median_days": 7.5}
    assert (result.numerator, result.denominator) == (4, 5)
    assert count("REF_DONE", "2024-01-01", "2024-01-31").extra["median_days"] is None


def test_attributes_are_the_survivors_on_the_day_of_issue(programme, count, names):
    survivor = programme.person(sex="F", born="2005-03-01", groups=[("GFW", None), ("PWID", "2025-03-01")])
    other = programme.person(sex="M", born="1980-01-01", group="MSM")
    site = programme.site("DIC-1", district="1201")
    contact = programme.met(other, "2025-02-28", site=site)
    done = {"status": "completed", "closed": "2025-03-05"}
    programme.referred(other, "2025-02-28", kind="STI", contact=contact, reference="a", **done)
    programme.referred(survivor, "2025-03-01", kind="HTS", reference="b", **done)
    programme.merge(other, survivor)

    def split(by):
        return {cell[by]: (cell["numerator"], cell["denominator"]) for cell in count("REF_DONE", *HALF, by=by).cells}

    assert split("sex") == {"F": (2, 2)}
    assert split("age_band") == {"15-19": (1, 1), "20-24": (1, 1)}
    assert split("group") == {"GFW": (1, 1), "PWID": (1, 1)}
    assert split("kind") == {"STI": (1, 1), "HTS": (1, 1)}
    assert split("month") == {"2025-02": (1, 1), "2025-03": (1, 1)}
    assert split("province") == {"12": (1, 1), "unknown": (1, 1)}
    assert split("site") == {"DIC-1": (1, 1), "unknown": (1, 1)}
    for where in ({"site": ["unknown"]}, {"kind": ["HTS"]}, {"group": ["PWID"]}, {"month": ["2025-03"]}):
        assert names("REF_DONE", *HALF, where=where) == ["b"]
