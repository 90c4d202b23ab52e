"""The figures pages: who sees them, what they show, and that every cell opens onto its own records."""

import json
from datetime import date

import pytest
from django.urls import reverse

from core.models import AuditLine
from core.permissions import Permission, Role
from dashboards.definitions import INDICATORS
from outreach.models import Client
from tests.dashboards.planting import plant_a_year
from tests.factories.staff import member

pytestmark = pytest.mark.django_db
YEAR = "period=2025"
# The others take more than seeing figures; tests of their own open them.
OPEN_TO_STAFF = [code for code, one in INDICATORS.items() if one.permission == Permission.FIGURES_VIEW]


@pytest.fixture
def open_as(client, home):
    """Signs a member of the programme in: `open_as(Role.SUPERVISOR)`; answers the client."""

    def sign_in(role=Role.DATA_OFFICER):
        client.force_login(member(role, home.organisation))
        return client

    return sign_in


def at(name, *args, query=YEAR):
    return f"{reverse(name, args=args)}?{query}"


def links_of(card):
    """(value, address) of every cell of a card that opens."""
    lines = [line for table in card.tables for line in (*table.rows, *([table.foot] if table.foot else []))]
    return [(value, url) for _label, cells in lines for value, url in cells if url]


def references(response):
    return {value for table in response.context["tables"] for _url, cells in table["rows"] for _l, value in cells}


# --- who comes in ----------------------------------------------------------------------------------------


def test_figures_lead_those_with_definitions_only_to_them(open_as):
    response = open_as(Role.PARTNER_VIEWER).get(at("figures"))

    assert (response.status_code, response["Location"]) == (302, reverse("definitions"))


def test_definitions_print_every_indicator(open_as):
    response = open_as(Role.PARTNER_VIEWER).get(reverse("definitions"))

    assert [indicator.code for indicator, _facts in response.context["indicators"]] == list(INDICATORS)
    assert 'href="/app/figures/"' not in response.content.decode().partition("<main")[2]


@pytest.mark.parametrize("name", ["figures", "figures-indicators", "definitions"])
def test_figures_can_only_be_read(open_as, name):
    assert open_as().post(reverse(name)).status_code == 405


@pytest.mark.parametrize("name", ["figure", "figure-workbook", "figure-list"])
def test_unknown_indicator_does_not_exist(open_as, name):
    assert open_as().get(reverse(name, args=["NOTHING"])).status_code == 404


# --- what they show --------------------------------------------------------------------------------------


def test_reach_page_shows_the_counted_cells(open_as):
    page = open_as().get(at("figures"))

    reach = page.context["reach"]
    assert reach.value == 4
    assert [[value for value, _url in cells] for _label, cells in reach.tables[0].rows] == [
        [0, 0, 0, 0, 0],
        [1, 0, 0, 0, 1],
        [0, 0, 0, 0, 0],
        [1, 1, 0, 0, 2],
        [0, 0, 0, 0, 0],
        [0, 0, 1, 0, 1],
    ]
    assert [value for value, _url in reach.tables[0].foot[1]] == [2, 1, 1, 0, 4]
    assert {card.testid: card.value for card in page.context["all_cards"][1:]} == {
        "REACH-month": 4,
        "REACH-group": 4,
        "REACH-province": 4,
        "CONTACTS": 7,
        "ATTENDANCES": 42,
        "COMMODITIES": None,
        "HL_CALLS": 2,
        "HL_CALLS-month": 2,
    }


def test_reach_page_says_period_and_filters(open_as):
    page = open_as().get(at("figures", query=f"{YEAR}&province=12&group=PWID"))

    assert page.context["lead"] == (
        "Year 2025 · 1 January 2025 – 31 December 2025 · Phnom Penh · People who inject drugs"
    )
    assert page.context["reach"].value == 2


def test_reach_page_of_another_organisation_is_empty(client, home):
    client.force_login(member(Role.DATA_OFFICER))

    page = client.get(at("figures"))

    assert (page.context["reach"].value, page.context["reach"].sentence) == (0, "Nobody was reached.")
    assert page.context["beside"][0].value == 0


def test_reach_page_opens_on_this_quarter(open_as, time_machine):
    time_machine.move_to(date(2025, 2, 10))

    page = open_as().get(reverse("figures"))

    assert page.context["lead"] == "Quarter 1 of 2025 · 1 January 2025 – 31 March 2025 (not over yet)"


@pytest.mark.parametrize(
    "query",
    [
        "period=2025-13",
        "period=2024&period=2025",
        "group=NOBODY",
        "province=99",
        "organisation=elsewhere",
        "site=nowhere",
        "age_bands=ITGSE_CSE",
        "from=2025-01-01",
        "from=2025-02-01&to=2025-01-01",
        "from=2025-01-01&to=2025-01-31&period=2010",
        "from=05/01/2025&to=2025-01-31",
        "month=2025-1",
        "sex=Q",
        "colour=green",
        "period=dates",
        "from=0001-01-01&to=2025-01-01",
    ],
)
@pytest.mark.parametrize("name", ["figures", "figures-indicators", "figures-workbook"])
def test_question_without_an_answer_is_refused_in_words(open_as, name, query):
    response = open_as().get(at(name, query=query))

    assert response.status_code == 400
    if name != "figures-workbook":
        assert sum(len(errors) for errors in response.context["filter"].errors.values()) == 1


def test_null_character_in_a_filter_is_refused_in_words(open_as):
    response = open_as().get(at("figure", "REACH"), {"educator": "a\x00"})

    assert (response.status_code, list(response.context["filter"].errors)) == (400, ["educator"])


def test_indicator_refuses_more_than_two_keys(open_as):
    response = open_as().get(at("figure", "REACH", query="by=sex&by=group&by=month"))

    assert (response.status_code, response.context["filter"].errors["by"]) == (400, ["Choose at most two."])


def test_measures_that_a_filter_does_not_fit_say_so(open_as):
    page = open_as().get(at("figures", query=f"{YEAR}&group=PWID"))

    shown = {card.testid: (card.value, card.sentence) for card in page.context["beside"]}
    assert shown["CONTACTS"] == (4, "")
    assert shown["ATTENDANCES"] == (None, "Not shown: this can't be limited by Population group.")


def test_every_indicator_has_a_line_and_a_page(open_as):
    browser = open_as()

    lines = browser.get(at("figures-indicators")).context["lines"]

    assert [line["indicator"].code for line in lines] == OPEN_TO_STAFF
    assert {line["indicator"].code: str(line["value"]) for line in lines if not line["why"]}["NS_RETURN"] == (
        "25.0\u00a0%"
    )
    assert [browser.get(line["url"]).status_code for line in lines] == [200] * len(OPEN_TO_STAFF)


@pytest.mark.parametrize("people", [1, 3])
def test_reach_page_asks_the_same_number_of_questions(open_as, home, people, django_assert_num_queries):
    browser = open_as()
    for _number in range(people):
        home.met(home.person(), "2024-02-01")
    browser.get(at("figures", query="period=2024-02"))

    with django_assert_num_queries(18):
        browser.get(at("figures", query="period=2024-02"))


# --- what stands behind a cell ---------------------------------------------------------------------------

UNITS = {"ATTENDANCES": 2, "COMMODITIES": 5, "NS_RETURN": 1, "NS_PER_PWID_REACHED": 1, "STOCK": 5}
UNITS |= {"WP_HEADS_GEN": 1, "LS_PUPILS": 2, "KNOWLEDGE": 1}


@pytest.mark.parametrize("code", OPEN_TO_STAFF)
def test_every_cell_opens_onto_as_many_records(open_as, home, code):
    plant_a_year(home, Client.objects.filter(sex="F").first())
    browser = open_as()
    indicator = INDICATORS[code]
    keys = ["", *(f"by={key}" for key in indicator.breakdowns if key not in indicator.always_by)]

    differs, opened = [], 0
    for by in keys:
        card = browser.get(at("figure", code, query=f"{YEAR}&{by}")).context["card"]
        for value, url in [*links_of(card), *((value, url) for _label, value, url in card.facts if url)]:
            found = browser.get(url).context["result_count"]
            opened += 1
            if not (1 <= found <= UNITS[code] if code in UNITS else found == value):
                differs.append((url, value, found))

    assert differs == []
    assert opened > 0 or code in ("GF_KP-1b", "GF_KP-1c", "GF_KP-1e", "GF_KP-1f", "WHO_PRV.9")


def test_list_holds_the_records_of_its_cell(open_as, home):
    women = Client.objects.filter(sex="F")

    response = open_as().get(at("figure-list", "REACH", query=f"{YEAR}&sex=F"))

    shown = {url for table in response.context["tables"] for url, _cells in table["rows"]}
    assert shown == {reverse("clients:detail", args=[client.pk]) for client in women}
    assert response.context["lead"] == "Year 2025 · 1 January 2025 – 31 December 2025 · Female"


def test_list_keeps_a_place_for_a_restricted_record(open_as, home):
    home.met(home.person(sex="F", born="2010-01-01", group="YSE"), "2025-05-01")
    assert Client.objects.filter(restricted=True).count() == 1

    response = open_as(Role.PROGRAMME_MANAGER).get(at("figure-list", "REACH", query=f"{YEAR}&group=YSE"))

    (table,) = response.context["tables"]
    assert response.context["result_count"] == 1
    assert [(url, cells[0][1], {value for _label, value in cells[1:]}) for url, cells in table["rows"]] == [
        ("", "A restricted record", {""})
    ]


def test_list_by_testing_takes_the_permission_for_hiv_status(open_as):
    query = f"{YEAR}&testing=known_pos"

    allowed = open_as(Role.DATA_OFFICER).get(at("figure-list", "KP_PREV", query=query))
    denied = open_as(Role.PROGRAMME_MANAGER).get(at("figure-list", "KP_PREV", query=query))

    assert (allowed.status_code, allowed.context["result_count"]) == (200, 1)
    assert denied.status_code == 403


def test_cells_by_testing_are_closed_without_the_permission(open_as):
    query = f"{YEAR}&by=testing"

    card = open_as(Role.PROGRAMME_MANAGER).get(at("figure", "KP_PREV", query=query)).context["card"]

    assert {value: bool(url) for _label, [(value, url)] in card.tables[0].rows} == {1: False, 2: False}
    assert card.tables[0].foot[1][0][0] == 3
    assert bool(card.tables[0].foot[1][0][1]) is True


def test_figures_without_the_records_have_no_links(open_as):
    browser = open_as(Role.ADMINISTRATOR)

    page = browser.get(at("figures"))

    assert page.context["reach"].value == 4
    assert [url for card in page.context["all_cards"] for _value, url in links_of(card)] == []
    assert browser.get(at("figure-list", "REACH")).status_code == 403


def test_list_turns_its_pages(open_as, home):
    for _number in range(51):
        home.met(home.person(), "2024-02-01")

    response = open_as().get(at("figure-list", "REACH", query="period=2024&page=2"))

    assert response.context["result_count"] == 51
    assert [len(table["rows"]) for table in response.context["tables"]] == [1]


def test_list_is_audited_without_values(open_as, home):
    open_as().get(at("figure-list", "REACH", query=f"{YEAR}&sex=F&group=PWID"))

    line = AuditLine.objects.get(chain__organisation=home.organisation, action="client.list")
    assert line.detail == {"indicator": "REACH", "filters": ["group", "period", "sex"], "rows": 1}


def test_list_of_people_who_miss_a_part(open_as):
    response = open_as().get(at("figure-list", "GF_KP-1d", query=f"{YEAR}&missing=education"))
    wrong = open_as().get(at("figure-list", "GF_KP-1d", query=f"{YEAR}&missing=nothing"))
    none = open_as().get(at("figure-list", "REACH", query=f"{YEAR}&missing=education"))

    assert (response.status_code, response.context["result_count"]) == (200, 0)
    assert (wrong.status_code, none.status_code) == (400, 400)


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_the_same_number_of_questions(open_as, home, number, django_assert_num_queries):
    browser = open_as()
    for _number in range(number):
        home.met(home.person(), "2024-02-01")
    browser.get(at("figure-list", "REACH", query="period=2024"))

    with django_assert_num_queries(20):
        browser.get(at("figure-list", "REACH", query="period=2024"))


# --- Today and charts -----------------------------------------------------------------------------


def test_today_tells_managers_what_the_quarter_reached(open_as, time_machine):
    time_machine.move_to(date(2025, 5, 1))

    page = open_as(Role.PROGRAMME_MANAGER).get(reverse("today")).content.decode()

    assert "Quarter 2 of 2025 so far" in page
    assert 'href="/app/figures/?period=last_quarter"><strong>4</strong>' in page


def test_today_tells_field_workers_nothing_of_figures(open_as):
    assert "People reached" not in open_as(Role.OUTREACH_WORKER).get(reverse("today")).content.decode()


def test_chart_data_are_the_tables_numbers(open_as):
    page = open_as().get(at("figures"))

    chart = json.dumps(page.context["reach"].chart.figure["data"][0]["x"])
    assert chart == "[0, 1, 0, 1]"
