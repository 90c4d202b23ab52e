"""The page of groups: what its cards say, that they open, and whose peers a list shows."""

from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from core.permissions import Role
from dashboards.group_definitions import definitions
from outreach.models import Client
from peers.models import PeerEducator
from tests.dashboards.planting import Planter, plant_a_year
from tests.factories.staff import member

pytestmark = pytest.mark.django_db
YEAR = "period=2025"


@pytest.fixture
def grouped(home):
    """The programme with a little of everything that groups do in 2025."""
    plant_a_year(home, Client.objects.filter(sex="F").order_by("birth_date").last())
    return home


@pytest.fixture
def open_as(client, grouped):
    def sign_in(role=Role.DATA_OFFICER):
        user = member(role, grouped.organisation)
        client.force_login(user)
        client.user = user
        return client

    return sign_in


def at(name, *args, query=YEAR):
    return f"{reverse(name, args=args)}?{query}"


def cards_of(page):
    cards = [card for _heading, columns in page.context["sections"] for column in columns for card in column]
    return {card.indicator.code: card for card in cards}


def links_of(card):
    lines = [line for table in card.tables for line in (*table.rows, *([table.foot] if table.foot else []))]
    return [(value, url) for _label, cells in lines for value, url in cells if url]


def test_page_has_a_card_for_each_question(open_as):
    cards = cards_of(open_as().get(at("figures-groups")))

    assert sorted(cards) == sorted(one.code for one in definitions())
    assert {code: str(card.value) for code, card in cards.items()} == {
        "PE_ACTIVE": "50.0\u00a0%",
        "PE_RETENTION": "66.7\u00a0%",
        "PE_RATIO": "0.5",
        "PE_DOSE": "100.0\u00a0%",
        "WP_FORMED": "1",
        "WP_ACTIVE": "100.0\u00a0%",
        "WP_REACH_PE": "4",
        "WP_HEADS_GEN": "15",
        "LS_PUPILS": "49",
        "KNOWLEDGE": "64.0\u00a0%",
    }


def test_cards_say_their_figures_in_a_sentence(open_as):
    cards = cards_of(open_as().get(at("figures-groups")))

    assert cards["PE_ACTIVE"].sentence == (
        "1 of the 2 enrolled on 31 December 2025 led a session or had a report accepted in the 60 days up to it."
    )
    assert cards["PE_RETENTION"].sentence == ("2 of 3 who began in the period were still active six months later.")
    assert cards["WP_REACH_PE"].more[0] == "Share of the 250 workers counted at these workplaces: 1.6\u00a0%."
    assert cards["LS_PUPILS"].sentence == "Schools: 1; classes: 2; girls: 31 (63\u00a0%)."
    assert cards["KNOWLEDGE"].sentence == "Right answers rose from 50.0\u00a0% to 64.0\u00a0%, of 75 asked after."
    assert cards["KNOWLEDGE"].more[0] == "Only 15 people answered after: too few to say much."


def test_every_number_of_the_page_opens(open_as):
    browser = open_as()
    records = {"WP_HEADS_GEN", "LS_PUPILS", "KNOWLEDGE"}

    differs, opened = [], 0
    for code, card in cards_of(browser.get(at("figures-groups"))).items():
        for value, url in links_of(card):
            found = browser.get(url).context["result_count"]
            opened += 1
            if found != value and not (code in records and found):
                differs.append((url, value, found))

    assert differs == []
    assert opened > 20


def test_card_that_a_filter_does_not_fit_says_so(open_as):
    cards = cards_of(open_as().get(at("figures-groups", query=f"{YEAR}&sector=garment&province=12")))

    assert cards["PE_ACTIVE"].sentence == "Not shown: this can't be limited by Sector."
    assert (cards["WP_FORMED"].value, cards["WP_REACH_PE"].value) == (1, 4)


def test_empty_programme_is_told_in_words(client, grouped):
    client.force_login(member(Role.DATA_OFFICER))

    cards = cards_of(client.get(at("figures-groups")))

    assert [card.sentence for card in cards.values()] == [
        "No peer educator was enrolled on 31 December 2025.",
        "No peer educator was active on 31 December 2025.",
        "Nobody began as a peer educator in the period.",
        "Nobody came to a session by name in the year to 31 December 2025.",
        "No committee was formed in the period.",
        "Nobody was reached.",
        "No committee stood at the end of the period.",
        "Nobody came to a general session in the period.",
        "No class had a lesson in the period.",
        "No session of the period asked the questions before and after.",
    ]


def test_running_period_tells_how_things_stand_today(open_as, time_machine):
    time_machine.move_to(date(2025, 12, 20))

    cards = cards_of(open_as().get(at("figures-groups", query="")))

    assert cards["PE_ACTIVE"].sentence.startswith("1 of the 2 enrolled on 20 December 2025")


@pytest.mark.parametrize(
    "query", ["period=2025-13", "province=99", "sector=space", "from=0001-01-01&to=2025-01-01", "a=1"]
)
def test_question_without_an_answer_is_refused_in_words(open_as, query):
    assert open_as().get(at("figures-groups", query=query)).status_code == 400
    assert open_as().get(at("figures-groups-workbook", query=query)).status_code == 400


@pytest.mark.parametrize("name", ["figures-groups", "figures-groups-workbook"])
def test_page_can_only_be_read(open_as, name):
    assert open_as().post(reverse(name)).status_code == 405
    assert open_as(Role.OUTREACH_WORKER).get(reverse(name)).status_code == 403


def test_page_links_to_reach_and_back(open_as):
    browser = open_as()

    assert f'href="{reverse("figures")}"' in browser.get(reverse("figures-groups")).content.decode()
    assert f'href="{reverse("figures-groups")}"' in browser.get(reverse("figures")).content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_page_asks_the_same_number_of_questions(open_as, grouped, number, django_assert_num_queries):
    browser, plant = open_as(), Planter(grouped)
    for place in range(number):
        plant.peer("2025-01-02", ("active", "2025-01-10"), groups=["MSM"], sites=[grouped.site("centre")])
        plant.committee(plant.workplace(grouped.site(f"W{place}", "0203")), "2025-03-01")
        plant.lesson(plant.school(f"S{place}", "0203"), "2025-03-01", {"F": 20, "M": 18})
    browser.get(at("figures-groups"))

    with django_assert_num_queries(35):
        browser.get(at("figures-groups"))


def test_workbook_has_the_tables_of_the_cards_and_says_who_stands_twice(open_as):
    browser = open_as()
    titles = [table.title for card in cards_of(browser.get(at("figures-groups"))).values() for table in card.tables]

    book = load_workbook(BytesIO(browser.get(at("figures-groups-workbook")).content))

    sheets = {sheet["A1"].value: sheet for sheet in book.worksheets}
    assert [title for title in titles if title not in sheets] == []
    notes = [row[0].value for row in sheets["Peer educators active · Population group"].iter_rows()]
    assert notes[-1] == (
        "Cells of 0 are left out. "
        "A peer educator who works with several groups or at several sites stands in a row of each."
    )


# --- lists ------------------------------------------------------------------------------------------------


def test_list_shows_the_peers_of_another_team_without_words(open_as, grouped):
    browser = open_as(Role.SUPERVISOR)
    other = member(Role.SUPERVISOR, grouped.organisation)
    mine, theirs = PeerEducator.objects.exclude(statuses__status="dropped").order_by("reference")
    PeerEducator.objects.filter(pk=mine.pk).update(supervisor=browser.user)
    PeerEducator.objects.filter(pk=theirs.pk).update(supervisor=other)

    response = browser.get(at("figure-list", "PE_RETENTION"))

    (table,) = response.context["tables"]
    assert response.context["result_count"] == 2
    shown = [(url, cells[0][1].replace("\N{NON-BREAKING HYPHEN}", "-")) for url, cells in table["rows"]]
    assert shown == [
        (mine.get_absolute_url(), mine.reference),
        ("", "A restricted record"),
    ]
    assert {value for _label, value in table["rows"][1][1][1:]} == {""}


def test_list_of_committees_holds_them(open_as):
    response = open_as().get(at("figure-list", "WP_ACTIVE"))

    (table,) = response.context["tables"]
    assert [bool(url) for url, _cells in table["rows"]] == [True]


def test_list_of_pupils_says_what_the_lessons_add_up_to(open_as):
    response = open_as().get(at("figure-list", "LS_PUPILS"))

    assert response.context["result_count"] == 2
    assert response.context["note"] == "In these lessons, one for each class: 49 pupils."


def test_figure_page_tells_what_stands_beside(open_as, time_machine):
    time_machine.move_to(date(2026, 1, 9))

    card = open_as().get(at("figure", "PE_RETENTION")).context["card"]

    assert [(label, str(value)) for label, value, _url in card.facts] == [
        ("Still active after twelve months", "None"),
        ("Whose day after twelve months has come", "0"),
        ("Six months not over yet", "0"),
    ]
