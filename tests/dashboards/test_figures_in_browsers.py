"""The figures page in a browser: drawn under the security policy, and the same in words without script."""

import pytest
from django.urls import reverse

from core.permissions import Role
from tests.conftest import PHONE
from tests.factories.staff import PASSWORD, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FIGURES = "/app/figures/?period=2025"


@pytest.fixture
def browse(live_server, open_page, home):
    """Opens an address in a browser, signed in as a data officer."""

    def go(path, **options):
        somebody = member(Role.DATA_OFFICER, home.organisation)
        page = open_page(**options)
        page.goto(f"{live_server.url}{reverse('account_login')}")
        page.fill("input[name=login]", somebody.username)
        page.fill("input[name=password]", PASSWORD)
        page.click("main button, form button")
        page.goto(live_server.url + path)
        return page

    return go


@pytest.mark.parametrize("size", [PHONE, {"color_scheme": "dark"}])
def test_charts_are_drawn_under_the_security_policy(browse, size):
    page = browse(FIGURES, **size)
    page.wait_for_selector("#chart-reach .main-svg")

    drawn = page.locator("#chart-reach .bars path").count()
    words = page.get_attribute("#chart-reach", "aria-label")
    width = page.evaluate("document.documentElement.scrollWidth")

    assert drawn == 8
    assert words.startswith("Of 4 people reached, 2 (50\u00a0%) were female")
    assert width == page.viewport_size["width"]


def test_page_says_the_same_without_script(browse):
    page = browse(FIGURES, java_script_enabled=False)

    table = page.locator("[data-testid=table-REACH] tfoot").inner_text().split()
    chart = page.locator("#chart-reach").inner_text()

    assert (table, chart) == (["All", "2", "1", "1", "0", "4"], "")
