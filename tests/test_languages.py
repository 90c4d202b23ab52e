"""Khmer and English are both complete: every text that people may read is in a catalogue, in Khmer, with its blanks."""

import re
from io import BytesIO

import polib
import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation import template

from tests.tree import APPS, ROOT, own_files, own_python, text_of

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
KHMER = re.compile(r"[\u1780-\u17ff]")
BLANK = re.compile(r"%\(\w+\)[sdf]|\{\w*\}|%[sdf%]")
WORD = re.compile(r"[^\W\d_]{2,}")
# Names, codes and abbreviations that Khmer texts write in Latin letters too.
SAME_IN_BOTH = {"CSV", "Romduol", "XLSX"}


def texts_in_code():
    """(context, text, plural or None) of every text marked for translation, with the file that holds it."""
    for path in own_files("*.html", "*.txt"):
        if path.parts[0] in APPS and "templates" in path.parts:
            # What surrounds a template's texts becomes blank letters, whose indents mean nothing.
            source = re.sub(r"^[ \t]+", "", template.templatize(text_of(path)), flags=re.MULTILINE)
            yield from ((*text, path) for text in marked(source))
    for path in own_python():
        if path.parts[0] in APPS:
            yield from ((*text, path) for text in marked(text_of(path)))


def marked(source):
    for _line, messages, _comments, context in extract("python", BytesIO(source.encode()), keywords=KEYWORDS):
        singular, plural = messages if isinstance(messages, tuple) else (messages, None)
        yield context, singular, plural


def entries():
    """Every entry of the Khmer catalogues, with the catalogue that holds it."""
    return [(entry, path) for path in own_files("*.po") for entry in polib.pofile(ROOT / path) if not entry.obsolete]


def khmer_of(entry):
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_every_text_is_in_a_catalogue():
    known = {(entry.msgctxt, entry.msgid, entry.msgid_plural or None) for entry, _path in entries()}

    missing = {
        f"{path}: {text}" for context, text, plural, path in texts_in_code() if (context, text, plural) not in known
    }

    assert sorted(missing) == [], "run `make messages`, then translate"


def test_every_text_has_its_khmer():
    untranslated = [f"{path}: {entry.msgid}" for entry, path in entries() if "" in khmer_of(entry) or entry.fuzzy]

    assert untranslated == []


def test_khmer_texts_hold_khmer_letters():
    foreign = [
        f"{path}: {entry.msgid} -> {khmer}"
        for entry, path in entries()
        for khmer in khmer_of(entry)
        if WORD.search(BLANK.sub("", khmer)) and not KHMER.search(khmer) and khmer not in SAME_IN_BOTH
    ]

    assert foreign == []


def test_khmer_texts_keep_the_blanks():
    """A Khmer text has one form, so a plural's blanks are those of its plural."""
    broken = [
        f"{path}: {entry.msgid} -> {khmer}"
        for entry, path in entries()
        for khmer in filter(None, khmer_of(entry))
        if sorted(set(BLANK.findall(khmer))) != sorted(set(BLANK.findall(entry.msgid_plural or entry.msgid)))
    ]

    assert broken == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('_("One") + gettext_lazy("Two")', [(None, "One", None), (None, "Two", None)]),
        ('ngettext("%(n)d row", "%(n)d rows", n)', [(None, "%(n)d row", "%(n)d rows")]),
        ('pgettext("month", "May")', [("month", "May", None)]),
    ],
)
def test_marked_texts_are_found(source, expected):
    assert list(marked(source)) == expected
