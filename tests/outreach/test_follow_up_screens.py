"""Follow-up lists on the screen, on paper and on Today."""

import pytest
from django.urls import reverse

from core.permissions import Role
from outreach import card_codes, due_lines, follow_ups, today
from tests.factories.dated import ago, overdose
from tests.factories.people import member

ADDRESS = "/app/today/follow-up/"
TICK = f"{ADDRESS}tick/"
ADULT = {"group": "PWID", "born": "1990-05-01"}


@pytest.fixture
def peer(programme):
    """A peer educator, by whom the programme's records are made."""
    programme.by = member(Role.PEER_EDUCATOR)
    return programme.by


@pytest.fixture
def browser(client, peer):
    client.force_login(peer)
    return client


@pytest.fixture
def waiting(programme, peer):
    """Somebody not met for forty days."""
    person = programme.person()
    programme.met(person, ago(40))
    return person


# --- screens -----------------------------------------------------------------------------------------------

ALL_QUERIES = 8


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("name", follow_ups.LISTS)
def test_each_list_asks_the_same_number_of_queries(browser, programme, rows, name, django_assert_num_queries):
    for _number in range(rows):
        person = programme.person(**ADULT)
        if name.startswith("not_met_"):
            programme.met(person, ago(int(name[-2:]) + 1))
        elif name == "referral":
            programme.referred(person, ago(40))
        elif name == "overdose":
            overdose(programme, person, 5)
        else:
            programme.met(person, ago(1))
    browser.get(ADDRESS)

    with django_assert_num_queries(ALL_QUERIES):
        response = browser.get(f"{ADDRESS}?list={name}")

    [(_name, _title, number, lines, _more)] = response.context["sections"]
    assert (number, len(lines)) == (rows, rows)


def test_page_of_all_lists_shows_the_first_lines_of_each(browser, programme):
    for _number in range(6):
        programme.met(programme.person(), ago(40))

    [(name, title, number, lines, more)] = browser.get(ADDRESS).context["sections"]

    assert (name, title, number, len(lines)) == ("not_met_30", "Not met for 30 days", 6, 5)
    assert more == f"{ADDRESS}?list=not_met_30"


@pytest.mark.parametrize("query", ["list=moon", "page=x", "unknown=1", "ticked=x"])
def test_address_that_asks_for_nothing_there_is_refused(browser, query):
    assert browser.get(f"{ADDRESS}?{query}").status_code == 400


def test_paper_that_a_supervisor_hands_on_has_no_gap(signed_in, programme, peer):
    for known in (None, "2024-01-01"):
        programme.met(programme.person(**ADULT, known=known), ago(1))

    response = signed_in(Role.SUPERVISOR).get(f"{ADDRESS}paper/?worker={peer.pk}&list=test_due")

    assert len(response.context["people"]) == 2


def test_supervisor_looks_at_a_workers_list_and_ticks_nothing_off(signed_in, peer, waiting):
    response = signed_in(Role.SUPERVISOR).get(f"{ADDRESS}?worker={peer.pk}")

    [(_name, _title, number, _lines, _more)] = response.context["sections"]
    assert (number, response.context["may_tick"], TICK in response.content.decode()) == (1, False, False)


@pytest.mark.parametrize(
    ("role", "status"), [(Role.SUPERVISOR, 200), (Role.OUTREACH_WORKER, 403), (Role.DATA_OFFICER, 403)]
)
def test_list_of_a_worker_is_for_those_who_look_after_them(signed_in, peer, role, status):
    assert signed_in(role).get(f"{ADDRESS}?worker={peer.pk}").status_code == status


@pytest.mark.parametrize("role", [Role.PEER_EDUCATOR, Role.PROGRAMME_MANAGER])
def test_list_of_a_stranger_is_not_there(signed_in, role):
    code = "NGO-B" if role == Role.PEER_EDUCATOR else "NGO-A"
    stranger = member(role, code, "stranger")

    assert signed_in(Role.SUPERVISOR).get(f"{ADDRESS}?worker={stranger.pk}").status_code == 404


def test_paper_holds_cards_nicknames_and_signs_and_no_word_of_why(browser, programme, waiting):
    person = programme.person(**ADULT, known="2024-01-01")
    programme.met(person, ago(40))

    response = browser.get(f"{ADDRESS}paper/")

    assert [(card, signs) for _picture, _name, card, signs in response.context["people"]] == [
        (card_codes.shown(one.card_code), signs)
        for one, signs in sorted(
            [(waiting, ["sign-circle"]), (person, ["sign-circle", "sign-square", "sign-cross"])],
            key=lambda pair: str(pair[0].pk),
        )
    ]
    paper = response.content.decode().split('<ul class="plain-list paper-list">')[1].split("</main>")[0].casefold()
    for word in ("hiv", "test", "met", "positive", "review", "pwid", "drug", "19"):
        assert word not in paper.replace(person.card_code.casefold(), "")


def test_paper_of_one_list_holds_that_one_alone(browser, programme, waiting):
    person = programme.person(**ADULT)
    programme.met(person, ago(1))

    response = browser.get(f"{ADDRESS}paper/?list=test_due")

    assert [signs for _picture, _name, _card, signs in response.context["people"]] == [["sign-square"]]


def test_signs_stand_for_every_list():
    assert set(due_lines.SIGNS) == set(follow_ups.LISTS)


# --- Today -------------------------------------------------------------------------------------------------


@pytest.fixture
def asking(rf, scope, peer):
    """The request of the peer educator, as the cards' builders get it."""
    request = rf.get("/app/today/")
    request.scope = scope(Role.PEER_EDUCATOR)
    return request


def test_card_counts_each_list_and_shows_the_most_pressing_first(asking, programme, waiting):
    for _number in range(6):
        programme.referred(waiting, ago(50), kind="STI")

    card = today.who_is_due(asking)

    assert [line["text"] for line in card["people"]] == ["STI services · open for 50 days"] * 2 + [
        "not met for 40 days"
    ]
    assert [(label, number) for label, number, _url in card["lists"]] == [
        ("Referral open", 6),
        ("Not met for 30 days", 1),
    ]
    assert (card["number"], card["more_url"]) == (1, reverse("follow-up"))


def test_card_is_for_those_who_record_contacts(rf, scope):
    request = rf.get("/app/today/")
    request.scope = scope(Role.PROGRAMME_MANAGER)

    assert today.who_is_due(request) is None


def test_day_says_whom_i_met_what_i_gave_and_who_still_waits(asking, programme, waiting):
    person = programme.person(group="GFW")
    programme.met(person, ago(0), given={"COND_M": 10})
    programme.met(None, ago(0), given={"LUBE_S": 2})

    day = today.my_day(asking)

    assert (day["met"], day["given"], day["waiting"]) == (1, 12, 1)
