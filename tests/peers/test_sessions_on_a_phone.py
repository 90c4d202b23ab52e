"""A session on a phone: as last time, one more by card, somebody unnamed; in Khmer without sideways scrolling."""

import re

import pytest
from django.conf import settings
from django.core.cache import caches
from django.urls import reverse

from core.permissions import Role
from peers.models import Session
from tests.conftest import PHONE
from tests.factories.peers import peer
from tests.factories.people import member
from tests.factories.programme import Programme
from tests.peers.groups_met import CHECK, contacts_of, held

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.fixture
def world(lists):
    """A peer educator who met three people last week; a fourth whom they never met."""
    caches["default"].clear()
    programme = Programme("NGO-A")
    educator = member(Role.PEER_EDUCATOR)
    people = [programme.person(born="1995-01-01") for _ in range(4)]
    me, site = peer(user=educator), programme.site("DIC-1")
    held(
        programme,
        people[:3],
        facilitators=[me],
        site_id=site.pk,
        knowledge={"after": {**CHECK["after"], "answered": 5}},
        heads=2,
    )
    return educator, people


@pytest.fixture
def open_form(client, open_page, live_server, world):
    """Opens a new session for the peer educator on a phone: `open_form(language)`."""

    def start(language="en"):
        client.force_login(world[0])
        page = open_page(**PHONE)
        named = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
        named |= {settings.LANGUAGE_COOKIE_NAME: language}
        home = live_server.url.replace("127.0.0.1", "localhost")
        page.context.add_cookies(
            [{"name": name, "value": value, "domain": "localhost", "path": "/"} for name, value in named.items()]
        )
        page.goto(home + reverse("sessions:create"))
        return page

    return start


def test_session_as_last_time_with_one_more_by_card(open_form, world):
    page, (educator, people) = open_form(), world

    page.get_by_label("STIs · from 12").check()
    page.locator("#id_card").fill(people[3].card_code)
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_selector("#card-said")
    page.get_by_role("button", name="All as last time").click()
    page.locator("[data-stepper-box]", has=page.locator("[name=heads_F_AUNK]")).locator("[data-step='1']").click()

    assert page.locator("[data-together]").inner_text() == "Named people: 4 · Unnamed heads: 1 · Together: 5"
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    session = Session.objects.get(recorded_by=educator)
    assert ({c.client_id for c in contacts_of(session)}, session.topics) == ({p.pk for p in people}, ["sti"])


@pytest.mark.parametrize("name", ["create", "amend", "detail", "list", "knowledge-sheet"])
def test_pages_of_sessions_fit_a_phone_in_khmer(open_form, name):
    page = open_form("km")
    args = [Session.objects.get().pk] if name in ("amend", "detail") else []
    home = page.url.split("/app/")[0]

    page.goto(home + reverse(f"sessions:{name}", args=args))
    page.evaluate("() => document.querySelectorAll('details').forEach((fold) => (fold.open = true))")

    assert page.evaluate(OVERFLOW) == 0


@pytest.mark.parametrize("language", ["km", "en"])
def test_knowledge_sheet_is_one_page_of_a4(open_form, language):
    page = open_form(language)

    page.goto(page.url.split("/app/")[0] + reverse("sessions:knowledge-sheet"))
    paper = page.pdf(format="A4", prefer_css_page_size=True)

    assert len(re.findall(rb"/Type ?/Page\b", paper)) == 1


def test_what_is_wrong_with_the_check_has_a_line_of_its_own(open_form):
    page = open_form("km")
    page.evaluate("() => document.querySelectorAll('details').forEach((fold) => (fold.open = true))")

    page.fill("[name=before_answered]", "8")
    page.locator(".form-bar button").click()
    page.wait_for_selector("#knowledge .field-errors")

    assert page.locator("#knowledge td:has([name=before_answered])").bounding_box()["height"] < 100
    assert page.locator("#knowledge .field-errors").bounding_box()["width"] > 200
