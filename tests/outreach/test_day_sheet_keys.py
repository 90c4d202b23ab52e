"""Day sheets in a real browser: sixty lines by keyboard only, without script, on a phone."""

import pytest
from django.conf import settings
from django.core.cache import caches

from core.permissions import Role
from outreach.models import Client, Contact
from tests.conftest import DESK, PHONE
from tests.factories.people import member
from tests.factories.programme import Programme

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
GRID = "/app/record/day-sheet/"
COLUMN = "() => document.activeElement.name"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def sheet(client, open_page, live_server, lists):
    """Opens a fresh sheet for an outreach worker: `sheet(language, **options)`."""
    caches["default"].clear()
    worker = member(Role.OUTREACH_WORKER, "NGO-A")

    def start(language="en", **options):
        client.force_login(worker)
        page = open_page(**options)
        named = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
        named |= {settings.LANGUAGE_COOKIE_NAME: language}
        home = live_server.url.replace("127.0.0.1", "localhost")
        page.context.add_cookies(
            [{"name": name, "value": value, "domain": "localhost", "path": "/"} for name, value in named.items()]
        )
        page.goto(home + GRID)
        return page

    return start


def press(page, key, times=1):
    for _time in range(times):
        page.keyboard.press(key)


def to(page, column):
    """Go on by Enter until the cursor stands in a column; answers the line."""
    while not page.evaluate(COLUMN).startswith(f"{column}-"):
        press(page, "Enter")
    return page.evaluate(COLUMN)


def test_sixty_lines_by_keyboard_only(sheet):
    page = sheet()

    for _sheet in range(3):
        for number in range(20):
            to(page, "tick-IEC")
            press(page, "Space")
            to(page, "condoms")
            page.keyboard.type(str(number + 1))
            to(page, "note")
            press(page, "Enter")
        with page.expect_navigation(url="**kind=one_to_one"):
            press(page, "Control+Enter")

    assert Contact.objects.count() == 60
    assert sorted(Contact.objects.values_list("commodities__given", flat=True)) == sorted([*range(1, 21)] * 3)


def test_look_alike_is_told_while_typing_and_passed_over_in_so_many_words(sheet):
    programme = Programme("NGO-A")
    programme.person(group="FSW", born="1990-07-01", precision="estimated")
    Client.objects.update(nickname="Lotus", sex="F")
    page = sheet()
    age = page.evaluate("new Date().getFullYear()") - 1990

    page.keyboard.type("new Lotus")
    for column, text in (("sex", "f"), ("age", str(age)), ("group", "fsw"), ("consent", "verbal")):
        to(page, column)
        page.keyboard.type(text)
    press(page, "Enter")
    page.wait_for_selector(".sheet-question")
    said = page.locator(".sheet-question").inner_text()
    page.locator(".sheet-yes input").focus()
    press(page, "Space")
    page.locator("[name=note-0]").focus()
    press(page, "Control+Enter")
    page.wait_for_selector(".notice-good")

    assert "Lotus" in said
    assert (Client.objects.count(), Contact.objects.count()) == (2, 1)


def test_arrows_and_f2_go_and_repeat(sheet):
    page = sheet()

    page.keyboard.type("nobody")
    press(page, "ArrowDown")
    press(page, "F2")
    press(page, "ArrowDown")
    places = [page.evaluate(COLUMN)]
    press(page, "ArrowUp", 2)
    places.append(page.evaluate(COLUMN))

    assert places == ["person-2", "person-0"]
    assert page.locator("[name=person-1]").input_value() == "nobody"


@pytest.mark.parametrize("language", ["en", "km"])
def test_sheet_without_script_on_a_phone(sheet, language):
    page = sheet(language, **PHONE, java_script_enabled=False)

    page.fill("[name=condoms-0]", "3")
    page.fill("[name=condoms-1]", "many")
    page.locator("form.sheet-form .btn-main").click()
    page.wait_for_selector(".sheet-error")
    page.fill("[name=condoms-1]", "4")
    page.locator("form.sheet-form .btn-main").click()
    page.wait_for_selector(".notice-good")

    assert sorted(Contact.objects.values_list("commodities__given", flat=True)) == [3, 4]


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_only_the_grid_itself_is_scrolled_sideways(sheet, size):
    page = sheet(**size)

    assert page.evaluate(OVERFLOW) <= 0
