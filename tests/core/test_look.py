"""The workspace in a real browser: every size, language and mode; behaviour that hangs on `data-` attributes."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.contrib.auth import get_user_model
from django.urls import reverse

from tests.conftest import DESK, PHONE

pytestmark = pytest.mark.browser

# Elements that one acts on and that are lower than 44 px. An element inside a bigger target is measured with it:
# a checkbox with its label, a row's link with its row.
SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary')]
  .filter((element) => {
    const box = element.getBoundingClientRect();
    const whole = element.closest('.field-check, .chip, tr:has(.row-link)') || element;
    const shown = box.width > 1 && box.height > 1 && element.type !== 'hidden';
    return shown && whole.getBoundingClientRect().height < 43.5;
  })
  .map((element) => element.outerHTML.slice(0, 80))"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def signed_in(client, transactional_db):
    """The cookies of somebody who is signed in."""
    client.force_login(get_user_model().objects.create_user("worker"))
    name = settings.SESSION_COOKIE_NAME
    return [{"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"}]


@pytest.fixture
def open_gallery(open_page, live_server, signed_in):
    def open_it(language="en", **options):
        page = open_page(**options)
        cookie = {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "domain": "localhost", "path": "/"}
        page.context.add_cookies([*signed_in, cookie])
        page.goto(live_server.url.replace("127.0.0.1", "localhost") + reverse("gallery"))
        return page

    return open_it


@pytest.mark.parametrize("language", ["km", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_gallery_fits_and_can_be_hit(open_gallery, size, language):
    page = open_gallery(language, **size)

    assert page.locator("html").get_attribute("lang") == language
    assert page.evaluate(OVERFLOW) == 0
    assert page.evaluate(SMALL_TARGETS) == []


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["360", "1280"])
def test_gallery_breaks_no_rule_of_accessibility(open_gallery, size, mode):
    page = open_gallery(color_scheme=mode, bypass_csp=True, **size)

    found = Axe().run(page).response["violations"]

    assert [(rule["id"], [node["html"][:90] for node in rule["nodes"]]) for rule in found] == []


def test_sign_in_breaks_no_rule_of_accessibility(open_page, live_server, transactional_db):
    page = open_page(bypass_csp=True, **PHONE)
    page.goto(live_server.url + reverse("account_login"))

    found = Axe().run(page).response["violations"]

    assert [(rule["id"], [node["html"][:90] for node in rule["nodes"]]) for rule in found] == []
    assert page.evaluate(OVERFLOW) == 0
    assert page.evaluate(SMALL_TARGETS) == []


def test_gallery_is_there_without_script(open_gallery):
    page = open_gallery(java_script_enabled=False)

    assert page.locator("[data-step]:visible").count() == 0
    assert page.locator("#good_pieces").is_visible()


def test_stepper_stays_between_its_ends(open_gallery):
    page = open_gallery()
    field, box = page.locator("#good_pieces"), page.locator("[data-stepper-box]").first
    more, less = box.locator("[data-step='1']"), box.locator("[data-step='-1']")

    more.click()
    assert field.input_value() == "13"

    field.fill("99")
    assert more.is_disabled()

    field.fill("1")
    less.click()
    assert [field.input_value(), less.is_disabled()] == ["0", True]


def test_slash_goes_to_the_search_box(open_gallery):
    page = open_gallery()
    page.evaluate("document.activeElement.blur()")

    page.keyboard.press("/")

    assert page.evaluate("document.activeElement.type") == "search"


def test_question_mark_while_typing_is_only_typed(open_gallery):
    page = open_gallery()

    page.locator("[data-search]").fill("")
    page.locator("[data-search]").press("?")

    assert page.locator("[data-search]").input_value() == "?"
    assert page.locator("dialog[open]").count() == 0


def test_keys_switched_off_do_nothing(open_gallery):
    page = open_gallery()
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    page.locator("[data-keys-toggle]").uncheck()
    page.keyboard.press("Escape")

    page.keyboard.press("?")

    assert page.locator("dialog[open]").count() == 0


def test_errors_are_told_first(open_gallery):
    page = open_gallery()

    assert page.evaluate("document.activeElement.className") == "notice notice-danger"


def test_filter_leaves_empty_fields_out_of_the_address(open_gallery):
    page = open_gallery()
    words = page.locator(".filters-form [name=words]")
    if not words.is_visible():
        page.locator("details.filters > summary").click()

    words.fill("")
    page.locator(".filters-form button").click()
    page.wait_for_url("**/gallery/?*")

    assert page.url.split("?")[1] == "colour=green&day_after=2025-01-01"


def test_page_left_is_hidden_and_loaded_afresh_on_back(open_gallery, live_server):
    page = open_gallery()
    page.evaluate("document.body.dataset.first = 'yes'")
    page.goto(live_server.url.replace("127.0.0.1", "localhost") + reverse("account_login"))

    page.go_back()
    page.wait_for_selector("h1")

    assert page.evaluate("document.body.dataset.first") is None
    assert page.locator("h1").is_visible()


def test_form_sent_again_while_under_way_is_held_back(open_page, live_server, transactional_db):
    page = open_page()
    page.goto(live_server.url + reverse("account_login"))

    held_back = page.evaluate("""() => [1, 2].map(() => {
        const event = new Event("submit", { bubbles: true, cancelable: true });
        document.querySelector("[data-submit-once]").dispatchEvent(event);
        return event.defaultPrevented;
    })""")

    assert held_back == [False, True]
