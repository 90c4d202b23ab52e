"""A morning at the desk of a drop-in centre in a real browser: phone and tablet, camera, keyboard, no scripts."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.urls import reverse

from core import codes
from core.models.users import system_user
from core.permissions import Role
from fixtures.actions import reference
from outreach import card_codes
from outreach.actions import centres
from outreach.models import Client, Contact
from outreach.rules.centres import usual_offers
from tests.conftest import DESK, PHONE
from tests.factories.people import member
from tests.factories.programme import Programme
from tests.outreach.desk import came, centre

pytestmark = pytest.mark.browser
TABLET = {"viewport": {"width": 768, "height": 1024}, "has_touch": True}
SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
# A camera that sees nothing, and a reader that finds a code in it.
CAMERA = """
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect() { return [{ rawValue: "%s" }]; }
  };
  navigator.mediaDevices.getUserMedia = async () => document.createElement("canvas").captureStream();
"""
NO_CAMERA = """
  window.BarcodeDetector = class {
    static async getSupportedFormats() { return ["qr_code"]; }
    async detect() { return []; }
  };
  navigator.mediaDevices.getUserMedia = async () => { throw new DOMException("no", "NotAllowedError"); };
"""


@pytest.fixture
def desk(transactional_db):
    """A centre with its list, and one person with a nickname and a picture who was here lately."""
    reference.load(by=system_user())
    codes.clear()
    programme = Programme("NGO-A")
    site = centre(programme)
    centres.set_services(site=site, offers=usual_offers(), by=system_user())
    person = programme.person(group="PWID", sex="M", born="1990-05-01")
    Client.objects.filter(pk=person.pk).update(nickname="Lotus Moon", icon="moon")
    came(programme, site, person, left="08:20", arrived="08:10", day=person.occurred_on.today())
    yield Client.objects.get(pk=person.pk)
    codes.clear()


@pytest.fixture
def open_desk(open_page, live_server, client, desk):
    """Opens an address of the workspace as a worker of the centre: `open_desk("/app/today/", **options)`."""
    client.force_login(member(Role.OUTREACH_WORKER))
    name = settings.SESSION_COOKIE_NAME
    home = live_server.url.replace("127.0.0.1", "localhost")

    def open_it(path, language="en", script="", **options):
        page = open_page(**options)
        here = {"domain": "localhost", "path": "/"}
        page.context.add_cookies(
            [
                {"name": name, "value": client.cookies[name].value, **here},
                {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, **here},
            ]
        )
        if script:
            page.add_init_script(script)
        page.goto(home + path)
        return page

    return open_it


def visits():
    return Contact.objects.visits().filter(left_at=None)


@pytest.mark.parametrize("size", [PHONE, TABLET], ids=["360", "768"])
def test_a_morning_is_played_without_scrolling_sideways(open_desk, desk, size):
    page = open_desk("/app/today/", **size)
    page.get_by_role("searchbox").first.fill(card_codes.shown(desk.card_code))
    page.keyboard.press("Enter")
    page.get_by_role("button", name=re.compile("Check in: Lotus Moon")).click()
    seen = [page.evaluate(SIDEWAYS)]

    page.get_by_role("link", name=re.compile("Lotus Moon")).click()
    page.get_by_label("Needle and syringe exchange").check()
    page.get_by_label("HIV testing on site").check()
    page.get_by_role("button", name=re.compile("More: 1 ml syringe with fixed needle")).first.click()
    page.get_by_label("Declined testing").check()
    seen.append(page.evaluate(SIDEWAYS))
    page.get_by_role("button", name="Save and check out").click()
    page.get_by_text("Nobody is in now").wait_for()
    page.get_by_role("link", name="Day sheet").click()
    seen.append(page.evaluate(SIDEWAYS))

    visit = Contact.objects.visits().exclude(left_at=None).latest("recorded_at")
    assert sorted(row.service for row in visit.services.all()) == ["HTS_OFFER", "NSP"]
    assert [(line.commodity, line.given) for line in visit.commodities.all()] == [("SYR_1ML_FIX", 11)]
    assert (visit.hts_outcome, seen) == ("declined", [0, 0, 0])


def test_the_number_of_pieces_shows_only_with_its_tick(open_desk, desk):
    open_desk("/app/record/centre/", **PHONE).get_by_role("button", name="Check in somebody anonymous").click()
    page = open_desk(reverse("visit", args=[visits().get().pk]), **PHONE)
    pieces = page.get_by_label("1 ml syringe with fixed needle", exact=True)

    before = pieces.is_visible()
    page.get_by_label("Needle and syringe exchange").check()

    assert (before, pieces.is_visible(), pieces.input_value()) == (False, True, "10")


def test_a_card_is_scanned_from_today(open_desk, desk):
    page = open_desk("/app/today/", script=CAMERA % desk.card_code, **PHONE)

    page.get_by_role("link", name="Scan the card").click()
    page.get_by_role("button", name=re.compile("Check in: Lotus Moon")).click()
    page.get_by_text("Checked in: Lotus Moon").wait_for()

    assert visits().get().client == desk


def test_a_camera_that_is_refused_is_told_and_the_code_is_typed(open_desk, desk):
    page = open_desk("/app/record/centre/", script=NO_CAMERA, **PHONE)

    page.get_by_role("button", name="Scan the card").click()
    page.get_by_text("The camera can't be used").wait_for()

    assert page.get_by_role("searchbox").is_visible()


def test_a_browser_without_a_reader_offers_no_camera(open_desk, desk):
    page = open_desk("/app/record/centre/", script="delete window.BarcodeDetector;", **PHONE)

    assert page.get_by_role("button", name="Scan the card").count() == 0


def test_the_desk_is_worked_by_keyboard_alone(open_desk, desk):
    page = open_desk("/app/record/centre/", **DESK)

    page.keyboard.type(desk.card_code)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Found").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("Checked in: Lotus Moon").wait_for()

    assert visits().get().client == desk
    assert page.evaluate("() => document.activeElement.name") == "q"


def test_the_desk_works_without_scripts(open_desk, desk):
    page = open_desk("/app/today/", java_script_enabled=False, **PHONE)

    page.get_by_role("searchbox").first.fill("lotus")
    page.get_by_role("button", name="Check in", exact=True).first.click()
    page.get_by_role("button", name=re.compile("Check in: Lotus Moon")).click()
    page.get_by_role("link", name=re.compile("Lotus Moon")).click()
    page.get_by_label("Condoms and lubricant").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved: Lotus Moon").wait_for()

    assert [(line.commodity, line.given) for line in visits().get().commodities.all()] == [("COND_M", 10)]


def test_a_double_click_is_one_visit(open_desk, desk):
    page = open_desk("/app/record/centre/", **DESK)

    page.get_by_role("button", name="Check in somebody anonymous").dblclick(no_wait_after=True)
    page.get_by_text("Checked in: Anonymous").wait_for()

    assert visits().count() == 1


@pytest.mark.parametrize(("mode", "language"), [("light", "en"), ("dark", "km")])
def test_the_desk_breaks_no_rule_of_accessibility(open_desk, desk, mode, language):
    addresses = [
        reverse("centre"),
        reverse("centre-day-sheet"),
        reverse("centre-hours"),
        reverse("visit", args=[Contact.objects.get().pk]),
    ]
    found = []
    for address in addresses:
        page = open_desk(address, language, color_scheme=mode, bypass_csp=True, **PHONE)
        found += [(address, rule["id"]) for rule in Axe().run(page).response["violations"]]
        found += [(address, "sideways")] if page.evaluate(SIDEWAYS) else []

    assert found == []
