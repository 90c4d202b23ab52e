"""A micro-plan in a real browser, 360 px wide: proposed, somebody added by card, one taken off, saved; and on A4."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import caches
from django.utils import timezone

from core.permissions import Role
from peers.models import MicroPlan
from tests.conftest import PHONE
from tests.factories.peers import peer
from tests.factories.people import member
from tests.factories.programme import Programme

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
A4 = {"width": 703, "height": 1020}  # CSS pixels between the margins of the sheet


@pytest.fixture
def programme(lists):
    caches["default"].clear()
    return Programme("NGO-A")


@pytest.fixture
def start(client, open_page, live_server):
    """Opens an address as somebody: `start(user, path, language)`."""

    def opened(user, path, language="en"):
        client.force_login(user)
        page = open_page(**PHONE)
        named = {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}
        named |= {settings.LANGUAGE_COOKIE_NAME: language}
        page.context.add_cookies(
            [{"name": name, "value": value, "domain": "localhost", "path": "/"} for name, value in named.items()]
        )
        page.goto(live_server.url.replace("127.0.0.1", "localhost") + path)
        return page

    return opened


@pytest.mark.parametrize("language", ["en", "km"])
def test_plan_is_made_on_a_phone_and_fits_a4(programme, start, language):
    boss = member(Role.SUPERVISOR)
    leader = peer(supervisor=boss, user=member(Role.PEER_EDUCATOR))
    programme.by = leader.user
    day = timezone.localdate() - timedelta(days=40)
    met = [programme.person(born="1990-05-01") for _place in range(3)]
    for someone in met:
        programme.met(someone, str(day))
    comes = programme.person(born="1990-05-01")

    page = start(boss, f"/app/groups/plans/new/?peer={leader.pk}", language)
    page.fill("#plan-who", comes.card_code)
    page.press("#plan-who", "Enter")
    page.wait_for_selector(f"input[name=on-{comes.pk}]")
    too_wide = page.evaluate(OVERFLOW)
    page.uncheck(f"input[name=on-{met[0].pk}]")
    page.locator(".form-bar button").click()
    page.wait_for_selector(".plan-week")
    made = MicroPlan.objects.get()
    wide = [too_wide, page.evaluate(OVERFLOW)]
    page.goto(page.url + "paper/")
    wide.append(page.evaluate(OVERFLOW))
    page.emulate_media(media="print")
    page.set_viewport_size(A4)
    wide.append(page.evaluate(OVERFLOW))

    assert {row.client_id for row in made.lines.all()} == {comes.pk, met[1].pk, met[2].pk}
    assert wide == [0, 0, 0, 0]
    assert page.locator(".plan-sheet tbody tr").count() == 3
