"""Khmer and English are both complete: every text for people is marked, has its Khmer, and keeps its blanks."""

import csv
import json
import re
from html.parser import HTMLParser

import polib
import pytest
from django.core.cache import caches
from django.test import Client as Browser

from core import codes
from core.models import Site
from core.models.users import system_user
from core.permissions import Role
from fixtures.actions import reference
from tests.factories import staff
from tests.messages import (
    BLANK,
    KHMER,
    SAME_IN_BOTH,
    WORD,
    catalogues,
    entries,
    khmer_of,
    marked,
    marked_in_template,
    missing,
    raw_words,
    seen,
)
from tests.test_urls_by_role import lines, path_of, rows
from tests.tree import APPS, ROOT, own_files, text_of

# What a Khmer screen may show in Latin letters: formats, names of programs, funders and users, codes in lower case.
LATIN_WORDS = {"Excel", "Fund", "Global", "English", "ID", "Poor", "Tab", "cookie", "hotspot", "system", "web", "xlsx"}
# Invented names and values of the gallery, and a note that a test plants.
LATIN_WORDS |= {"Centre", "Enterprise", "Posters", "Spot", "another", "purple", "spot", "worker"}
# Screens that show the labels of both languages.
LABELS_OF_BOTH = {"app/data/codes/", "app/data/codes/<int:pk>/", "app/groups/sessions/knowledge-sheet/"}


def faults(entry):
    """What is wrong with the Khmer of an entry, in words."""
    khmer = khmer_of(entry)
    if not khmer or entry.fuzzy:
        return ["no Khmer"]
    found = []
    if WORD.search(BLANK.sub("", khmer)) and not KHMER.search(khmer) and khmer not in SAME_IN_BOTH:
        found.append("no Khmer letters")
    # A Khmer text has one form for one and for many, so its blanks are those of the plural.
    if sorted(BLANK.findall(khmer)) != sorted(BLANK.findall(entry.msgid_plural or entry.msgid)):
        found.append("other blanks")
    return found


def entry(text, khmer, **more):
    return polib.POEntry(msgid=text, msgstr=khmer, **more)


def test_every_marked_text_has_its_khmer():
    assert missing() == {}, "run `make messages`, then write what `python -m tests.messages` lists"


def test_every_khmer_text_is_whole():
    assert [(str(path), one.msgid, faults(one)) for one, path in entries() if faults(one)] == []


def test_every_khmer_text_is_still_used():
    assert [(str(path), one.msgid) for path, book in catalogues().items() for one in book.obsolete_entries()] == []


def test_compiled_catalogues_equal_their_sources():
    differing = []
    for path, book in catalogues().items():
        compiled = polib.mofile(ROOT / path.with_suffix(".mo"))
        if _texts(book.translated_entries()) != _texts(compiled):
            differing.append(f"{path}: run `make messages`")

    assert differing == []


def _texts(book):
    return {(one.msgctxt, one.msgid, one.msgid_plural): khmer_of(one) for one in book}


def test_templates_show_no_raw_english():
    templates = [path for path in own_files("*.html", "*.txt") if path.parts[0] in APPS and "templates" in path.parts]

    assert {str(path): raw_words(text_of(path)) for path in templates if raw_words(text_of(path))} == {}


def test_every_label_of_a_code_list_has_its_khmer():
    lacking = []
    for path in own_files("fixtures/reference/*.csv"):
        with (ROOT / path).open(newline="", encoding="utf-8-sig") as file:
            lacking += [f"{path.name}: {row['code']}" for row in csv.DictReader(file) if not labelled(row)]

    assert lacking == []


def labelled(row):
    """Whether the Khmer label or name of a code is Khmer, or the same digits or short name as in English."""
    kind = "label" if "label_km" in row else "name"
    khmer, english = row[f"{kind}_km"], row[f"{kind}_en"]
    return bool(KHMER.search(khmer)) or (khmer == english and not set(WORD.findall(khmer)) - SAME_IN_BOTH)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"label_en": "Female", "label_km": "ស្រី"}, True),
        ({"label_en": "PrEP", "label_km": "PrEP"}, True),
        ({"label_en": "10-14", "label_km": "10-14"}, True),
        ({"label_en": "Female", "label_km": "Female"}, False),
        ({"name_en": "Kampot", "name_km": ""}, False),
    ],
)
def test_planted_label_without_khmer_is_found(row, expected):
    assert labelled(row) is expected


@pytest.mark.parametrize(
    ("planted", "expected"),
    [
        (entry("Save", ""), ["no Khmer"]),
        (entry("Save", "រក្សាទុក", flags=["fuzzy"]), ["no Khmer"]),
        (entry("Save", "Save"), ["no Khmer letters"]),
        (entry("%(n)s rows", "ជួរដេក"), ["other blanks"]),
        (entry("%(n)s rows", "%(m)s ជួរដេក"), ["other blanks"]),
        (entry("<b>Save</b>", "<b>រក្សាទុក"), ["other blanks"]),
        (entry("CSV", "CSV"), []),
        (entry("%(n)s rows", "%(n)s ជួរដេក"), []),
    ],
)
def test_planted_fault_in_a_catalogue_is_found(planted, expected):
    assert faults(planted) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<p>Hello there</p>", ["Hello there"]),
        ('<img alt="A lotus">', ["A lotus"]),
        ('<button aria-label="{% if open %}Close it{% endif %}">', ["Close it"]),
        ('<input type="submit" value="Send">', ["Send"]),
        ('{% include "a.html" with title="Hello" only %}', ["Hello"]),
        ('{% include "a.html" with title=_("Hello") only %}', []),
        ('<p class="big bold">{% translate "Hi" %} {{ day|date:"F Y" }}{# Not shown #}</p>', []),
        ("{% blocktranslate trimmed %}Some words{% endblocktranslate %}", []),
    ],
)
def test_planted_raw_english_is_found(source, expected):
    assert raw_words(source) == expected


@pytest.mark.parametrize(
    ("find", "source", "expected"),
    [
        (marked, '_("One") + gettext_lazy("Two")', [(None, "One", None), (None, "Two", None)]),
        (marked, 'ngettext_lazy("%(n)d row", "%(n)d rows", "n")', [(None, "%(n)d row", "%(n)d rows")]),
        (marked, 'pgettext_lazy("month", "May")', [("month", "May", None)]),
        (marked_in_template, '<p>\n    {% translate "Hi" %}</p>', [(None, "Hi", None)]),
        (marked_in_template, '{% include "a" with x=_("Hi") %}', [(None, "Hi", None)]),
        (marked_in_template, "{% blocktranslate %}{{ n }} left{% endblocktranslate %}", [(None, "%(n)s left", None)]),
    ],
)
def test_marked_texts_are_found(find, source, expected):
    assert list(find(source)) == expected


class Machine(HTMLParser):
    """Collects the numbers that scripts and browsers read, where they hold a comma, and JSON that can't be read."""

    READ = re.compile(r"data-|aria-value(now|min|max)$|(value|min|max|step|width|height|size|rows|cols|colspan)$")

    def __init__(self):
        super().__init__()
        self.localised = []
        self._json = False

    def handle_starttag(self, tag, attrs):
        self._json = tag == "script" and dict(attrs).get("type") == "application/json"
        for name, value in attrs:
            if self.READ.match(name) and value and re.fullmatch(r"-?\d+(,\d+)+(\.\d+)?", value):
                self.localised.append(f'{name}="{value}"')

    def handle_data(self, data):
        if self._json:
            try:
                json.loads(data)
            except ValueError:
                self.localised.append(data[:80])


def localised(html):
    parser = Machine()
    parser.feed(html)
    parser.close()
    return parser.localised


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<i data-total="1,5">1,5</i>', ['data-total="1,5"']),
        ('<meter value="1,234">', ['value="1,234"']),
        ('<script type="application/json">{"x": 1,5}</script>', ['{"x": 1,5}']),
        ('<i data-total="1.5" title="1,234"></i><script type="application/json">{"x": 1.5}</script>', []),
    ],
)
def test_planted_localised_number_is_found(html, expected):
    assert localised(html) == expected


@pytest.fixture
def khmer_screens(db):
    """Every screen that some role may open, in Khmer: route → page."""
    caches["shared"].clear()
    reference.load(by=system_user())
    codes.clear()
    home = staff.organisation("អង្គការ", name="អង្គការ")
    people = [staff.member(role, home, username=f"x{number}", language="km") for number, role in enumerate(Role)]
    found = rows(home)
    Site.objects.update(name="ទីតាំង")
    pages = {}
    for route, statuses in lines().items():
        if 200 not in statuses[1:]:
            continue
        browser = Browser()
        browser.force_login(people[statuses[1:].index(200)])
        answer = browser.get(path_of(route, found))
        if answer.headers["Content-Type"].startswith("text/html"):
            pages[route] = answer.content.decode()
    return pages


def english(text):
    """The English words of a text; codes such as WHO_STI are none."""
    words = {word.strip(".,:;?!()“”\"'/") for word in text.split()}
    return {word for word in words if re.fullmatch(r"[A-Z]?[a-z]{2,}([’'-][a-z]+)*", word)} - LATIN_WORDS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Age bands", {"Age", "bands"}),
        ("Denominator: គ្មាន", {"Denominator"}),
        ("ឯកសារ Excel", set()),
        ("10–14, 25+ · WHO_STI", set()),
    ],
)
def test_planted_english_on_a_screen_is_found(text, expected):
    assert english(text) == expected


def test_screens_in_khmer_show_no_english(khmer_screens):
    found = {}
    for route in khmer_screens.keys() - LABELS_OF_BOTH:
        for text in filter(english, seen(khmer_screens[route])):
            found.setdefault(text, route)

    assert found == {}


def test_screens_in_khmer_localise_no_number_that_machines_read(khmer_screens):
    assert {route: localised(page) for route, page in khmer_screens.items() if localised(page)} == {}
