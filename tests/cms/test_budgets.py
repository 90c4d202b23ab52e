"""The budgets of a reader's page: bytes, requests, queries, and how soon a change shows."""

import gzip
import re
import time
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.utils import translation
from wagtail.models import Page

from cms import shelf
from cms.models import ArticlePage, TopicPage

KILOBYTE = 1024
FIRST_VIEW = 14 * KILOBYTE
REQUESTS = 5
ADDRESSES = ["/km/", "/km/t1/", "/km/t1/a1/", "/km/t1/a2/", "/km/t1/a3/", "/en/t1/a3/", "/km/phone/", "/km/nothing/"]


def packed(path):
    return len(gzip.compress(Path(finders.find(path)).read_bytes(), 9))


def own_files(html):
    return re.findall(r'(?:href|src)="/static/([^"]+)"', html)


def first_view(client, address):
    """Bytes over the line and requests of a page's first view."""
    files = own_files(client.get(address).content.decode())
    page = client.get(address, headers={"accept-encoding": "gzip"})
    assert page["Content-Encoding"] == "gzip"
    return len(page.content) + sum(packed(path) for path in files), 1 + len(files)


def test_first_view_weighs_little(client, published):
    views = {address: first_view(client, address) for address in ADDRESSES}

    heavy = {address: view for address, view in views.items() if view[0] > FIRST_VIEW or view[1] > REQUESTS}

    assert heavy == {}


def test_exit_script_weighs_at_most_a_kilobyte():
    assert Path(finders.find("cms/exit.js")).stat().st_size <= KILOBYTE


def test_packed_page_says_what_the_plain_one_says(client, published):
    plain = client.get("/km/t1/a1/").content

    answer = client.get("/km/t1/a1/", headers={"accept-encoding": "br, gzip"})

    assert gzip.decompress(answer.content) == plain
    assert answer["Content-Length"] == str(len(answer.content))


@pytest.mark.parametrize(
    ("address", "queries"), [("/km/", 6), ("/km/t1/", 8), ("/km/t1/a1/", 8), ("/km/phone/", 4), ("/km/nothing/", 6)]
)
def test_page_asks_the_database_little_with_nothing_remembered(
    client, published, django_assert_num_queries, address, queries
):
    cache.clear()
    shelf.edition.forget()

    with django_assert_num_queries(queries):
        client.get(address)


def more_articles(count):
    for language in ("en", "km"):
        topic = TopicPage.objects.get(locale__language_code=language)
        pattern = ArticlePage.objects.filter(locale=topic.locale).first()
        for number in range(count):
            page = ArticlePage(
                title=f"More {number}",
                slug=f"m{number}",
                summary="More.",
                locale=topic.locale,
                body=pattern.body,
                sources=pattern.sources,
            )
            topic.add_child(instance=page)


@pytest.mark.parametrize("address", ["/km/", "/km/t1/", "/km/t1/a1/"])
def test_queries_stay_flat_as_content_doubles(client, published, django_assert_num_queries, address):
    with django_assert_num_queries(8 if address != "/km/" else 6):
        cache.clear()
        shelf.edition.forget()
        client.get(address)
    more_articles(6)
    cache.clear()
    shelf.edition.forget()

    with django_assert_num_queries(8 if address != "/km/" else 6):
        client.get(address)


def test_second_reader_costs_no_query(client, published, django_assert_num_queries):
    client.get("/km/t1/a1/")

    with django_assert_num_queries(0):
        response = client.get("/km/t1/a1/?utm_source=somewhere")

    assert response.status_code == 200


def test_copies_of_two_languages_are_kept_apart(client, published):
    bodies = [client.get(address).content for address in ("/km/t1/a1/", "/en/t1/a1/") * 2]

    assert (bodies[0] == bodies[2], bodies[1] == bodies[3], bodies[0] == bodies[1]) == (True, True, False)


def test_published_change_shows_within_a_second(client, published):
    client.get("/en/t1/a1/")
    page = ArticlePage.objects.get(slug="a1", locale__language_code="en")
    page.title = "A new title"
    page.save_revision().publish()
    deadline = time.monotonic() + 1

    while b"<h1>A new title</h1>" not in client.get("/en/t1/a1/").content and time.monotonic() < deadline:
        time.sleep(0.05)

    assert b"<h1>A new title</h1>" in client.get("/en/t1/a1/").content


@pytest.mark.parametrize("change", ["unpublish", "delete", "move"])
def test_page_that_goes_is_gone_within_a_second(client, published, change):
    client.get("/en/t1/a1/")
    page = Page.objects.get(slug="a1", locale__language_code="en").specific
    if change == "move":
        page.move(page.home, pos="last-child")
    else:
        getattr(page, change)()
    time.sleep(shelf.FRESH_SECONDS + 0.05)

    response = client.get("/en/t1/a1/")

    assert response.status_code == 404


def test_language_of_the_editors_thread_does_not_leak_into_a_page(client, published):
    page = ArticlePage.objects.get(slug="a1", locale__language_code="km")

    with translation.override("en"):
        html = page.serve(None).content.decode()

    assert ("ចាកចេញ" in html, ">Exit<" in html) == (True, False)
