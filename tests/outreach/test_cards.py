"""A client's card, and the cards of Today."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core import areas
from core.permissions import Role
from outreach import card_codes, finding, today
from outreach.models import Client, LookAlike, OldCard
from outreach.views.cards import qr


def at(name, person):
    return reverse(f"clients:{name}", args=[person.pk])


# --- the card of a client -------------------------------------------------------------------------------


def test_card_shows_the_code_and_its_square_and_tells_nothing_else(signed_in, programme):
    person = programme.person(group="PWID", born="1990-01-01", reference="C-77")

    response = signed_in(Role.OUTREACH_WORKER).get(at("card", person))

    card = re.search(r'<div class="client-card">(.*?)</div>\s*</div>', response.content.decode(), re.DOTALL)[1]
    words = re.sub(r"<[^>]+>", " ", card).split()
    assert words == [card_codes.shown(person.card_code)]
    assert card.count("data:image/svg+xml") == 1


def test_qr_is_a_picture_in_the_page():
    assert qr("K7F2M9").startswith("data:image/svg+xml")
    assert qr("K7F2M9") != qr("K7F2MA")


def test_lost_card_is_replaced_in_two_taps(signed_in, programme, scope):
    browser, person = signed_in(Role.PEER_EDUCATOR), None
    programme.by = browser.user
    person = programme.person()

    asked = browser.get(at("replace-card", person))
    done = browser.post(at("replace-card", person), {"card": asked.context["form"]["card"].value()})

    after = Client.objects.get()
    assert (done["Location"], after.card_code == person.card_code) == (at("card", person), False)
    assert OldCard.objects.values_list("code", "client", "replaced_by").get() == (
        person.card_code,
        person.pk,
        browser.user.pk,
    )
    [found] = finding.exact_matches(scope(Role.OUTREACH_WORKER), person.card_code)
    assert (found.client, found.why) == (person, finding.OLD_CARD)


def test_second_tap_replaces_nothing_twice(signed_in, programme):
    browser, person = signed_in(), programme.person()

    for _time in range(2):
        browser.post(at("replace-card", person), {"card": person.card_code})

    assert OldCard.objects.count() == 1


def test_card_is_replaced_only_by_those_who_register(signed_in, programme):
    person = programme.person()

    response = signed_in(Role.PROGRAMME_MANAGER).post(at("replace-card", person), {"card": person.card_code})

    assert (response.status_code, OldCard.objects.count()) == (403, 0)


def test_merged_record_needs_no_card(signed_in, programme):
    one, other = programme.person(), programme.person()
    programme.merge(one, other)

    signed_in().post(at("replace-card", one), {"card": one.card_code})

    assert OldCard.objects.count() == 0


# --- Today ------------------------------------------------------------------------------------------------


@pytest.fixture
def today_day():
    return timezone.localdate()


@pytest.fixture
def request_of(rf, scope):
    """A request of somebody with a role, as the cards' builders get it."""

    def of(role):
        request = rf.get("/app/today/")
        request.scope = scope(role)
        return request

    return of


def test_my_day_counts_people_once_and_pieces_all(request_of, signed_in, programme, today_day):
    programme.by = signed_in(Role.OUTREACH_WORKER).user
    one, other = programme.person(), programme.person()
    programme.met(one, str(today_day), given={"COND_M": 3})
    programme.met(other, str(today_day), given={"COND_M": 4}, back={"SYR_1ML_FIX": 9})
    programme.met(None, str(today_day), given={"LUBE_S": 1})
    programme.met(one, str(today_day - timedelta(days=1)), given={"COND_M": 100})
    programme.void(programme.met(one, str(today_day), given={"COND_M": 100}))
    programme.merge(one, other)

    context = today.my_day(request_of(Role.OUTREACH_WORKER))

    assert context["facts"] == [
        ("People met", 1),
        ("Anonymous contacts", 1),
        ("Male (external) condom", 7),
        ("Lubricant sachet", 1),
    ]


def test_duplicates_card_is_for_those_who_merge(request_of, programme):
    first, second = sorted((programme.person(), programme.person()), key=lambda person: person.pk)
    LookAlike.objects.create(first=first, second=second, why="nickname")

    assert today.duplicates(request_of(Role.SUPERVISOR))["number"] == 1
    assert today.duplicates(request_of(Role.OUTREACH_WORKER)) is None


def test_tiles_lead_each_role_where_it_may_go(scope):
    field = ["find", "clients:list", "contacts:list", "referrals:list"]
    known = {*field, "duplicates", "record-contact", "record-harm-reduction"}

    def names(area, role):
        return [tile.url_name for tile in areas.tiles_of(area, scope(role)) if tile.url_name in known]

    assert names("people", Role.PEER_EDUCATOR) == field
    assert names("people", Role.SUPERVISOR) == [*field[:3], "duplicates", *field[3:]]
    assert names("record", Role.PEER_EDUCATOR) == ["record-contact", "record-harm-reduction", "find"]
    assert names("record", Role.PROGRAMME_MANAGER) == []


TODAY_QUERIES = 11


def test_today_takes_the_same_queries_for_one_row_and_three(
    signed_in, programme, today_day, monkeypatch, django_assert_num_queries
):
    people = {today.find, today.who_is_due, today.duplicates, today.my_day}
    monkeypatch.setattr(areas, "_today", [card for card in areas.today_cards() if card.build in people])
    monkeypatch.setattr(areas, "_tiles", [])
    browser = signed_in(Role.SUPERVISOR)
    programme.by = browser.user
    old = str(today_day - timedelta(days=40))

    def plant():
        person = programme.person()
        programme.met(person, old)
        programme.referred(person, old)

    plant()
    browser.get(reverse("today"))

    with django_assert_num_queries(TODAY_QUERIES):
        browser.get(reverse("today"))
    plant()
    plant()
    with django_assert_num_queries(TODAY_QUERIES):
        response = browser.get(reverse("today"))

    page = response.content.decode()
    assert (page.count("open for 40 days"), page.count("not met for 40 days")) == (2, 2)
