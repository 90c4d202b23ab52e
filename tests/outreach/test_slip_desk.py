"""The slip desk under attack: guesses, logs, cookies, hosts."""

import logging
import re

import pytest
from django.test import Client as Browser
from django.urls import reverse

from core.models import SharedCacheEntry
from outreach import card_codes, slip_tries
from outreach.actions import slips as slip_actions
from tests.outreach.slips import Desk, code_of, sent_to, unknown

pytestmark = pytest.mark.django_db


@pytest.fixture
def referral(programme, other, today):
    return sent_to(other, programme, today)


# --- guessing -------------------------------------------------------------------------------------------


def guesses(number):
    for value in range(number):
        body = f"{value:09}".translate(str.maketrans("01", "XY"))
        yield body + card_codes.check_character(body)


def test_a_thousand_guesses_are_throttled(referral, desk, monkeypatch):
    looked = []
    found = slip_actions.found
    monkeypatch.setattr(slip_actions, "found", lambda code: looked.append(code) or found(code))

    statuses = [desk.look(code).status_code for code in guesses(1000)]

    assert statuses == [200] * slip_tries.ADDRESS_TRIES + [429] * (1000 - slip_tries.ADDRESS_TRIES)
    assert len(looked) == slip_tries.ADDRESS_TRIES


def test_who_waited_may_go_on_and_others_never_waited(referral, desk, monkeypatch):
    now = slip_tries.time.time()
    for code in guesses(slip_tries.ADDRESS_TRIES):
        desk.look(code)
    code = code_of(referral)

    waiting, elsewhere = desk.look(code).status_code, Desk("198.51.100.3").look(code).status_code
    monkeypatch.setattr(slip_tries.time, "time", lambda: now + slip_tries.ADDRESS_SECONDS)
    later = desk.look(code).status_code

    assert (waiting, elsewhere, later) == (429, 200, 200)


def test_many_addresses_together_reach_a_ceiling_for_a_minute(referral, monkeypatch):
    monkeypatch.setattr(slip_tries, "ALL_TRIES", 20)
    now = slip_tries.time.time()
    monkeypatch.setattr(slip_tries.time, "time", lambda: now)

    statuses = [Desk(f"198.51.100.{number}").look(code).status_code for number, code in enumerate(guesses(25))]
    monkeypatch.setattr(slip_tries.time, "time", lambda: now + slip_tries.ALL_SECONDS)

    assert statuses == [200] * 20 + [429] * 5
    assert unknown(Desk("198.51.100.99").look(code_of(referral))) is False


def test_forged_tickets_count_as_guesses(desk):
    statuses = [desk.say(f"x:{number}", "served", "2025-01-01").status_code for number in range(12)]

    assert statuses == [200] * 10 + [429] * 2


def test_right_codes_never_wait(referral, desk):
    code = code_of(referral)

    assert {desk.look(code).status_code for _time in range(30)} == {200}


def test_address_and_code_are_kept_nowhere(referral, desk, caplog):
    with caplog.at_level(logging.DEBUG):
        desk.look(code_of(referral))
        desk.look("X" * 10)

    kept = str(list(SharedCacheEntry.objects.values_list("cache_key", "value")))
    said = " ".join(record.getMessage() for record in caplog.records if record.name != "django.db.backends")
    assert kept != "[]"
    assert [text for text in ("203.0.113.7", code_of(referral), "X" * 10) if text in kept + said] == []


# --- the page itself ------------------------------------------------------------------------------------


def test_desk_sets_only_the_cookie_of_its_form_and_is_never_stored(desk, referral):
    asked, shown = desk.browser.get(desk.url), desk.look(code_of(referral))

    names = {name.removeprefix("__Host-") for response in (asked, shown) for name in response.cookies}
    assert names == {"romduol-form"}
    assert all("no-store" in response["Cache-Control"] for response in (asked, shown))
    assert code_of(referral) not in shown.content.decode()


def test_desk_wants_the_token_of_its_form(referral):
    browser = Browser(enforce_csrf_checks=True)
    url, code = reverse("slip-desk"), code_of(referral)

    without = browser.post(url, {"code": code}).status_code
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', browser.get(url).content.decode())[1]
    with_it = browser.post(url, {"code": code, "csrfmiddlewaretoken": token})

    assert (without, with_it.status_code, unknown(with_it)) == (403, 200, False)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
def test_desk_knows_no_other_method(desk, method):
    assert getattr(desk.browser, method)(desk.url).status_code == 405


def test_short_address_leads_to_the_desk_in_the_readers_language():
    browser = Browser()

    found = [browser.get("/slip/", headers={"accept-language": language})["Location"] for language in ("km", "en")]

    assert found == ["/km/slip/", "/en/slip/"]


def test_desk_lies_on_the_public_host(settings):
    settings.ALLOWED_HOSTS = ["public.test", "staff.test"]
    settings.PUBLIC_HOST, settings.STAFF_HOST = "public.test", "staff.test"

    statuses = [Browser(headers={"host": host}).get("/en/slip/").status_code for host in settings.ALLOWED_HOSTS]

    assert statuses == [200, 404]
