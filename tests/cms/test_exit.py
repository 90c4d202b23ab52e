"""The public site in a real browser: the quick exit, what is left behind, and whether everybody can use it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from cms.actions import site
from tests.conftest import PHONE

pytestmark = pytest.mark.browser

PATHS = ["", "t1/", "t1/a1/", "t1/a2/", "t1/a3/", "phone/", "nothing/"]
PAGES = [f"/{language}/{path}" for language in ("km", "en") for path in PATHS]
NARROW = {**PHONE, "viewport": {"width": 320, "height": 560}}
NEUTRAL = "/healthz"
EXIT_BOX = """() => {
  const exit = document.querySelector('[data-testid=exit]'), box = exit.getBoundingClientRect();
  const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return [exit.contains(top), box.width >= 44, box.height >= 44,
    box.top >= 0, box.right <= document.documentElement.clientWidth];
}"""
# Links inside running text are exempt, and the skip link while it waits out of sight.
SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], summary')]
  .filter((one) => !one.closest('.text, .sources, .skip') && one.getBoundingClientRect().height < 43.5)
  .map((one) => one.outerHTML.slice(0, 90))"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def address(live_server, transactional_db, settings):
    """The address of the demo's site, whose exit leads to a page that tells nothing."""
    settings.EXIT_URL = live_server.url + NEUTRAL
    site.set_up()
    site.publish_demonstration()
    return live_server.url


def read_two_pages(page, address):
    page.goto(f"{address}/en/")
    page.goto(f"{address}/en/t1/a3/")


def leave_by_tap(page):
    page.get_by_test_id("exit").click()


def leave_by_escape(page):
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")


def leave_by_shift(page):
    for _press in range(3):
        page.keyboard.press("Shift")


def test_exit_leads_away_and_takes_the_pages_place_in_the_history(open_page, address):
    found = []

    for leave in (leave_by_tap, leave_by_escape, leave_by_shift):
        page = open_page()
        read_two_pages(page, address)
        leave(page)
        page.wait_for_url(address + NEUTRAL)
        page.go_back()
        found.append(page.url)

    assert found == [f"{address}/en/"] * 3


def test_quick_check_and_exit_work_without_javascript(open_page, address):
    page = open_page(java_script_enabled=False)
    page.goto(f"{address}/en/t1/a1/")
    feedback = page.get_by_text("Only a test can tell.").first
    shown = [feedback.is_visible()]

    page.locator("summary").first.click()
    shown.append(feedback.is_visible())
    page.get_by_test_id("exit").click()

    assert (shown, page.url) == ([False, True], address + NEUTRAL)


def test_page_shows_nothing_while_it_is_left_or_brought_back(page, address):
    read_two_pages(page, address)
    page.route(f"**{NEUTRAL}", lambda route: route.abort())
    seen = "[getComputedStyle(document.documentElement).display, document.title.trim()]"

    with page.expect_navigation():
        brought_back = page.evaluate(
            f"(dispatchEvent(new PageTransitionEvent('pageshow', {{persisted: true}})), {seen})"
        )
    asked_anew = page.locator("h1").is_visible()
    kept = page.evaluate(f"(dispatchEvent(new PageTransitionEvent('pagehide', {{persisted: true}})), {seen})")
    page.reload()
    left = page.evaluate(f"(document.querySelector('[data-testid=exit]').click(), {seen})")

    assert (brought_back, asked_anew, kept, left) == (["none", ""], True, ["none", ""], ["none", ""])


def test_other_keys_do_not_leave(page, address):
    read_two_pages(page, address)

    for key in ("Shift", "Shift", "a", "Shift", "Escape", "b", "Escape", "Enter", "Enter"):
        page.keyboard.press(key)

    assert (page.url, page.locator("h1").is_visible()) == (f"{address}/en/t1/a3/", True)


def test_every_page_fits_and_keeps_the_exit_in_reach(open_page, address):
    faults = {}

    for name, size in {"320": NARROW, "360": PHONE, "1280": {}}.items():
        page = open_page(**size)
        for path in PAGES:
            page.goto(address + path)
            top = page.evaluate(EXIT_BOX)
            page.evaluate("scrollTo(0, document.body.scrollHeight)")
            found = [top, page.evaluate(EXIT_BOX), page.evaluate(OVERFLOW), page.evaluate(SMALL_TARGETS)]
            if found != [[True] * 5, [True] * 5, 0, []]:
                faults[name, path] = found

    assert faults == {}


def test_exit_is_the_first_stop_of_the_tab_key(page, address):
    stops = {}

    for path in PAGES:
        page.goto(address + path)
        page.keyboard.press("Tab")
        stops[path] = page.evaluate("document.activeElement.dataset.testid")

    assert stops == dict.fromkeys(PAGES, "exit")


def test_reading_leaves_nothing_on_the_phone_and_asks_nobody_else(phone, address):
    asked, titles = set(), set()
    phone.on("request", lambda request: asked.add(request.url.startswith(address)))

    for path in PAGES:
        phone.goto(address + path)
        titles.add(phone.title())

    left = phone.evaluate(
        """async () => [localStorage.length, sessionStorage.length, document.cookie,
            (await indexedDB.databases()).length, (await caches.keys()).length,
            (await navigator.serviceWorker.getRegistrations()).length]"""
    )
    assert (left, phone.context.cookies(), asked) == ([0, 0, "", 0, 0, 0], [], {True})
    assert [title for title in titles if "HIV" in title or "អេដស៍" in title or "Condom" in title] == []


def test_no_page_breaks_a_rule_of_accessibility(open_page, address):
    broken = {}

    for mode in ("light", "dark"):
        page = open_page(color_scheme=mode, bypass_csp=True, **PHONE)
        for path in PAGES:
            page.goto(address + path)
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
            found = Axe().run(page).response["violations"]
            broken |= {(mode, path, one["id"]): one["nodes"][0]["html"] for one in found}

    assert broken == {}
