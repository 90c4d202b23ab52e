"""What a reader meets: pages, languages, nothing left behind."""

import re

import pytest
from django.core.cache import cache
from wagtail.models import Page, PageViewRestriction

from cms import shelf
from cms.actions import site
from cms.models import ArticlePage, HomePage, TopicPage, readable

PAGES = [
    f"/{language}/{path}" for language in ("km", "en") for path in ("", "t1/", "t1/a1/", "t1/a2/", "t1/a3/", "phone/")
]
TITLES = {
    "/km/": "រំដួល",
    "/en/": "Romduol",
    "/km/t1/a1/": "សុខភាព ភាគ ១ – ព័ត៌មាន",
    "/en/t1/a3/": "Health, part 1 – how-to",
}


def text(response):
    return response.content.decode()


def test_every_page_is_there_in_its_own_language(client, published):
    answers = {address: client.get(address) for address in PAGES}

    found = {address: (r.status_code, re.search(r'<html lang="(\w+)">', text(r))[1]) for address, r in answers.items()}

    assert found == {address: (200, address[1:3]) for address in PAGES}


def test_tab_title_is_discreet(client, published):
    found = {address: re.search(r"<title>(.*?)</title>", text(client.get(address)))[1] for address in TITLES}

    assert found == TITLES


def test_no_page_sets_a_cookie_or_depends_on_one(client, published):
    answers = [client.get(address) for address in ["/", "/km/nothing-here/", *PAGES]]

    guilty = [r.request["PATH_INFO"] for r in answers if r.cookies or "Cookie" in r.get("Vary", "")]

    assert guilty == []


def test_page_is_the_same_for_a_signed_in_editor(client, published, editor):
    before = [client.get(address).content for address in PAGES]
    client.force_login(editor)
    cache.clear()

    after = [client.get(address).content for address in PAGES]

    assert after == before


def test_headers_keep_quiet_and_keep_nothing(client, published):
    answers = [client.get(address) for address in ["/km/nothing-here/", *PAGES]]

    headers = {(r["Referrer-Policy"], r["Cache-Control"], "unsafe" in r["Content-Security-Policy"]) for r in answers}

    assert headers == {("no-referrer", "no-store", False)}


def test_page_holds_nothing_inline_and_asks_nobody_else(client, published):
    html = "".join(text(client.get(address)) for address in PAGES)

    inline = re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", html)
    loaded = re.findall(r'\ssrc="([^"]+)"|<link [^>]*href="([^"]+)"', html)

    assert inline == []
    assert {(a or b)[0] for a, b in loaded} == {"/"}


def test_exit_is_the_first_link_of_every_page(client, published, settings):
    first = {re.search(r"<a [^>]*>", text(client.get(address)))[0] for address in ["/en/nothing/", *PAGES]}

    assert first == {f'<a class="exit" href="{settings.EXIT_URL}" rel="noreferrer" data-exit data-testid="exit">'}


@pytest.mark.parametrize(
    ("accept", "goes_to"),
    [
        ("km-KH,km;q=0.9,en;q=0.8", "/km/"),
        ("en-GB,en;q=0.9", "/en/"),
        ("fr,en;q=0.4", "/en/"),
        ("fr", "/km/"),
        ("", "/km/"),
        ("*", "/km/"),
        ("x" * 5000, "/km/"),
    ],
)
def test_bare_address_leads_to_the_browsers_language(client, db, accept, goes_to):
    response = client.get("/", headers={"accept-language": accept})

    assert (response.status_code, response["Location"], list(response.cookies)) == (302, goes_to, [])


def test_bare_address_does_not_follow_a_language_cookie(client, db, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    response = client.get("/", headers={"accept-language": "km"})

    assert response["Location"] == "/km/"


@pytest.mark.parametrize(
    ("address", "words"), [("/km/nothing/", "គ្មានអ្វីនៅទីនេះទេ"), ("/en/x.php", "There is nothing here")]
)
def test_unknown_page_is_kind_and_in_the_readers_language(client, published, address, words):
    response = client.get(address)

    assert response.status_code == 404
    assert re.search(r"<h1>(.*?)</h1>", text(response))[1] == words


def test_page_without_its_last_slash_is_shown_the_way(client, published):
    response = client.get("/km/t1/a1")

    assert (response.status_code, response["Location"]) == (301, "/km/t1/a1/")


@pytest.mark.parametrize("address", ["/app/nothing/", "/static/x.css", "/api/x/"])
def test_missing_staff_address_is_not_taken_for_a_page(client, published, address):
    response = client.get(address)

    assert response.status_code == 404


def test_page_takes_no_post(client, published):
    response = client.post("/km/t1/a1/")

    assert response.status_code == 405


def test_closed_page_and_all_below_it_are_served_nowhere(client, published):
    topic = TopicPage.objects.get(locale__language_code="en")
    PageViewRestriction.objects.create(page=topic, restriction_type="login")

    codes = [client.get(address).status_code for address in ("/en/t1/", "/en/t1/a1/", "/km/t1/a1/")]

    assert codes == [404, 404, 200]
    assert "/en/t1/" not in text(client.get("/en/")) + text(client.get("/km/t1/"))


def test_taken_down_page_leaves_every_list(client, published, reviewer):
    page = ArticlePage.objects.get(slug="a2", locale__language_code="en")
    site.take_down(page=page, by=reviewer)
    shelf.edition.forget()

    seen = [address for address in PAGES if "/en/t1/a2/" in text(client.get(address))]

    assert (seen, client.get("/en/t1/a2/").status_code) == ([], 404)


def test_readable_means_live_and_public(published):
    topic = TopicPage.objects.get(locale__language_code="en")
    PageViewRestriction.objects.create(page=topic, restriction_type="login")
    HomePage.objects.filter(locale__language_code="km").update(live=False)

    found = set(readable(Page.objects.all()))

    assert found == set(Page.objects.live().public())
    assert len(found) == 6


def test_page_names_its_twin(client, published):
    pages = {address: text(client.get(address)) for address in ["/km/", "/km/t1/", "/km/t1/a1/", "/km/phone/"]}

    in_head = [re.search(r'<link rel="alternate" hreflang="en" href="(.*?)">', html)[1] for html in pages.values()]
    to_tap = [re.search(r'<a href="(.*?)" lang="en" hreflang="en">', html)[1] for html in pages.values()]

    assert in_head == to_tap == ["/en/", "/en/t1/", "/en/t1/a1/", "/en/phone/"]


def test_explicit_page_stays_behind_a_plain_link(client, published):
    page = ArticlePage.objects.get(slug="a3", locale__language_code="en")
    calm = ArticlePage.objects.get(slug="a1", locale__language_code="en")

    html = text(client.get("/en/t1/"))

    assert (page.title in html, page.summary in html) == (True, False)
    assert calm.summary.split("'")[0] in html


def test_demonstration_line_is_shown_only_while_it_is_true(client, published):
    ArticlePage.objects.filter(slug="a1", locale__language_code="en").update(demonstration=False)

    shown = ["has not been reviewed" in text(client.get(f"/en/t1/{slug}/")) for slug in ("a1", "a2")]

    assert shown == [False, True]


def test_help_card_without_a_number_says_how_to_ask(client, published):
    html = text(client.get("/en/t1/a1/"))

    assert ("tel:" in html, "nearest health centre" in html) == (False, True)


def test_help_card_shows_the_number_of_the_home_page(client, published):
    HomePage.objects.filter(locale__language_code="en").update(
        help_phone="+1 (555) 0100", help_cost="Free", help_hours="8 to 20"
    )

    html = text(client.get("/en/t1/a1/"))

    assert 'href="tel:+15550100"' in html
    assert "Free · 8 to 20 · A call stays in the phone's call list." in html


def test_editors_notes_are_never_shown(client, published):
    notes = {page.editor_note for page in ArticlePage.objects.all()}

    html = "".join(text(client.get(address)) for address in PAGES)

    assert [note for note in notes if note[:40] in html] == []
