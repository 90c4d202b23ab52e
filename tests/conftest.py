"""What every test may use: a browser where there is one. Makers of records stand in `tests/factories/`."""

import os

import hypothesis
import pytest
from django.utils import translation
from playwright.sync_api import sync_playwright

from tests.machine import find_chromium

PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
DESK = {"viewport": {"width": 1280, "height": 800}}

CI = os.environ.get("CI") == "true"
# A busy machine is no fault of the code; in CI the same examples every time, elsewhere new ones.
hypothesis.settings.register_profile("romduol", deadline=None, derandomize=CI)
hypothesis.settings.load_profile("romduol")


@pytest.fixture(autouse=True)
def _english():
    """Every test begins in English, whatever language the last request of the one before it was in."""
    with translation.override("en"):
        yield


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    for item in items:
        if "chromium" in item.fixturenames:
            item.add_marker("browser")


@pytest.fixture(scope="session")
def chromium():
    """One headless Chromium for the whole run."""
    path = find_chromium()
    if path is None:
        (pytest.fail if CI else pytest.skip)("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium):
    """Opens pages: `open_page(**options)`, with Playwright's options for a context; a desk's size by default.

    A script's error, or anything that the content security policy refused, fails the test when it ends.
    """
    contexts, complaints = [], []

    def note(message):
        if "Content Security Policy" in message.text:
            complaints.append(message.text)

    def open_one(**options):
        context = chromium.new_context(**{**DESK, **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", note)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(open_page):
    """A page at a desk, 1280 px wide."""
    return open_page()


@pytest.fixture
def phone(open_page):
    """A page on a phone, 360 px wide, touched rather than clicked."""
    return open_page(**PHONE)
