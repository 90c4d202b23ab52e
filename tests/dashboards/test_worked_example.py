"""The worked example comes out exactly, figure by figure and list by list."""

import pytest
from django.core.management import call_command

from tests.factories import acceptance

pytestmark = pytest.mark.django_db

SECOND, FOURTH = ("2024-10-01", "2025-03-31"), ("2025-04-01", "2025-09-30")
FISCAL, HALF = ("2024-10-01", "2025-09-30"), ("2025-01-01", "2025-06-30")


@pytest.fixture(autouse=True, params=["actions", "import_data"])
def example(request, programme):
    """The example as people would type it, and as the command reads it from the files."""
    if request.param == "actions":
        acceptance.write(programme)
        return
    for kind in ("clients", "contacts", "referrals"):
        call_command("import_data", kind, acceptance.FOLDER / f"{kind}.csv", create_sites=True, verbosity=0)


@pytest.fixture
def told():
    return acceptance.expected()


@pytest.mark.parametrize(("period", "name"), [(SECOND, "Q2"), (FOURTH, "Q4_new_only")])
def test_kp_prev_of_each_half(count, cells, names, told, period, name):
    result = count("KP_PREV", *period, by="group,testing")

    assert result.total == told["KP_PREV"][name]["total"]
    assert cells(result) == told["KP_PREV"][name]["by_kp_testing"]
    assert cells(count("KP_PREV", *period, by="group")) == told["KP_PREV"][name]["by_kp"]
    assert names("KP_PREV", *period) == told["KP_PREV"][name]["clients"]


def test_kp_prev_of_the_year_is_both_halves(count, names, told):
    result = count("KP_PREV", *FISCAL)

    assert result.total == told["KP_PREV"]["annual"]
    assert names("KP_PREV", *FISCAL) == sorted(names("KP_PREV", *SECOND) + names("KP_PREV", *FOURTH))


@pytest.mark.parametrize(("period", "name"), [(SECOND, "Q2"), (FOURTH, "Q4_new_only")])
def test_pp_prev_of_each_half(count, cells, names, told, period, name):
    result = count("PP_PREV", *period, by="sex,age_band")

    assert result.total == told["PP_PREV"][name]["total"]
    assert cells(result) == told["PP_PREV"][name]["by_sex_age"]
    assert names("PP_PREV", *period) == told["PP_PREV"][name]["clients"]


def test_pp_prev_of_the_year_is_both_halves(count, told):
    result = count("PP_PREV", *FISCAL, by="sex,age_band", age_bands="MER_PP_PREV")

    assert result.total == told["PP_PREV"]["annual"]
    assert sum(cell["value"] for cell in result.cells) == result.total


def test_global_fund_package(count, cells, names, told):
    result = count("GF_KP-1d", *HALF, by="sex,age_band", age_bands="GF_KP")

    assert result.total == told["GF_KP1d_2025H1"]["total"]
    assert cells(result) == told["GF_KP1d_2025H1"]["by_sex_age"]
    assert names("GF_KP-1d", *HALF) == told["GF_KP1d_2025H1"]["clients"]


def test_needles_and_syringes(count, names, told):
    example = told["NSP_2025H1"]

    coverage = count("WHO_PRV.8", *HALF)
    returned = count("NS_RETURN", *HALF)
    each = count("NS_PER_PWID_REACHED", *HALF)

    assert (coverage.numerator, coverage.denominator) == (example["pwid_given_ns"], example["pwid_seen"])
    assert coverage.total * 100 == example["PRV8_service_pct"]
    assert names("WHO_PRV.9", *HALF) == example["PRV9b_monthly_regular"]
    assert returned.denominator == example["ns_distributed_incl_anonymous"]
    assert returned.numerator == example["ns_collected"]
    assert round(returned.total * 100, 1) == example["return_rate_pct"]
    assert each.total == example["ns_per_pwid_given_half_year"]
    assert each.extra["annualised"] == example["ns_per_pwid_annualised"]


def test_commodities(count, cells, told):
    result = count("COMMODITIES", *HALF, by="commodity")

    given = {acceptance.UNITS[column]: pieces for column, pieces in told["COMMODITIES_2025H1"].items() if pieces}
    assert cells(result) == given
    assert result.total is None
    assert result.extra == {"taken_back": {"SYR_1ML_FIX": told["NSP_2025H1"]["ns_collected"]}}


def test_reach_and_its_months(count, cells, told):
    result = count("REACH", *HALF, by="month")

    assert result.total == told["UNIQUE_CLIENTS_2025H1"]["unique_half_year"]
    assert cells(result) == told["UNIQUE_CLIENTS_2025H1"]["by_month"]
    assert sum(cells(result).values()) == told["UNIQUE_CLIENTS_2025H1"]["sum_of_months"]


def test_attendances(count, told):
    result = count("ATTENDANCES", *HALF)

    assert result.total == told["AGGREGATE_HEADS_2025H1"]


def test_referrals(count, told):
    example = told["REFERRALS_2025H1"]

    result = count("REF_DONE", *HALF)

    assert (result.numerator, result.denominator) == (example["confirmed"], example["issued"])
    assert result.total * 100 == example["confirmed_pct"]
    assert result.extra["self_reported"] == example["self_reported"]
    assert result.extra["median_days"] == example["median_days_to_confirmed"]
