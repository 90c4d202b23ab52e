"""A shift at the hotline in a real browser: by keyboard only, without script, on a phone."""

import pytest
from django.conf import settings
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from core.permissions import Role
from outreach.models import HotlineCall
from tests.conftest import DESK, PHONE
from tests.factories.people import member
from tests.factories.programme import Programme

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
RECORD = "/app/record/call/"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
IN_SIGHT = "() => document.querySelector('[data-save]').getBoundingClientRect().bottom <= window.innerHeight"


@pytest.fixture
def shift(client, open_page, live_server, lists):
    """Opens the form of a call for a counsellor: `shift(language, **options)`."""
    caches["default"].clear()
    programme = Programme("NGO-A")
    for _time in range(3):
        programme.rang(str(timezone.localdate() - timezone.timedelta(days=10)), "testing;violence")
    counsellor = member(Role.HOTLINE_COUNSELLOR, "NGO-A")

    def start(language="en", **options):
        client.force_login(counsellor)
        page = open_page(**options)
        named = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
        named |= {settings.LANGUAGE_COOKIE_NAME: language}
        home = live_server.url.replace("127.0.0.1", "localhost")
        page.context.add_cookies(
            [{"name": name, "value": value, "domain": "localhost", "path": "/"} for name, value in named.items()]
        )
        page.goto(home + RECORD)
        return page

    return start


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def saved(page):
    page.wait_for_url("**?saved=*")


def newest():
    return HotlineCall.objects.countable().order_by("-recorded_at").first()


def test_shift_by_keyboard_only(shift):
    page = shift()
    press(page, "x", "1", "w", "a", "Enter")
    saved(page)
    first, url = newest(), page.url

    press(page, "v")
    page.wait_for_url(lambda now: now != url and "saved" in now)
    silent = newest()
    page.wait_for_function("document.activeElement.name === 'nature'")
    while page.evaluate("document.activeElement.innerText.trim()") != "Undo":
        press(page, "Shift+Tab")
    press(page, "Enter")
    page.wait_for_selector("text=Undone.")

    told = (first.nature, first.topics, first.age_band, first.sex)
    assert told in [("counselling", [topic], "A15", "F") for topic in ("testing", "violence")]
    assert (silent.nature, HotlineCall.objects.get(pk=silent.pk).void_reason) == ("silent", "undone")


def test_code_is_given_and_taken_by_keyboard(shift):
    page = shift()
    press(page, "k", "ArrowRight", "ArrowRight", "Tab", "Space", "Enter")
    saved(page)
    code, wished = page.get_by_test_id("spoken-code").inner_text(), newest()

    press(page, "l")
    page.keyboard.type(code)
    press(page, "Enter")
    page.wait_for_selector("text=Rings again about this call")
    page.wait_for_function("document.activeElement.name === 'nature'")
    press(page, "r", "Enter")
    saved(page)

    again = newest()
    assert (again.follows, again.age_band) == (wished, "A20_24")


def test_keys_are_letters_where_one_types(shift):
    page = shift()
    page.focus("#call-code")
    page.keyboard.type("vbm")

    assert (page.input_value("#call-code"), HotlineCall.objects.countable().count()) == ("vbm", 3)


def test_keys_can_be_switched_off(shift):
    page = shift()
    page.evaluate("localStorage.setItem('keys', 'off')")
    page.reload()

    press(page, "v", "w")
    hint = page.locator(".call-key").first.is_visible()

    assert (hint, page.locator("input[name=age_band]:checked").get_attribute("value")) == (False, "AUNK")
    assert HotlineCall.objects.countable().count() == 3


def test_question_mark_lists_the_keys_of_the_page(shift):
    page = shift()
    press(page, "Shift+?")

    assert "Silent, prank, wrong: saved at once" in page.locator("dialog[open]").inner_text()


def test_protocol_shows_as_soon_as_its_topic_is_ticked(shift):
    page = shift()
    line = page.locator("[data-protocol-line=safeguarding]")
    shown = [line.is_visible()]

    page.locator("input[name=topics][value=violence]").check()
    shown.append(line.is_visible())

    assert shown == [False, True]


def test_call_is_recorded_without_script(shift):
    page = shift(java_script_enabled=False)
    page.locator("input[name=age_band][value=A10]").check()
    page.locator("[data-save]").click()
    saved(page)
    page.locator("button[value=wrong]").click()
    saved(page)

    calls = HotlineCall.objects.order_by("-recorded_at")[:2]
    assert [(call.nature, call.age_band) for call in calls] == [("wrong", "AUNK"), ("information", "A10")]


@pytest.mark.parametrize("language", ["en", "km"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
@pytest.mark.parametrize("path", [RECORD, "/app/people/calls/week/", "/app/people/calls/", "/app/today/"])
def test_screens_fit(shift, size, language, path):
    page = shift(language, **size)
    page.goto(page.url.replace(RECORD, path))

    assert page.evaluate(OVERFLOW) == 0


@pytest.mark.parametrize("language", ["en", "km"])
def test_whole_call_stands_on_one_screen(shift, language):
    page = shift(language, viewport={"width": 1280, "height": 800})

    assert page.evaluate(IN_SIGHT)


def test_address_of_the_form_is_known():
    assert reverse("record-call") == RECORD
