"""Every text that people may read, and what is missing of its Khmer: `python -m tests.messages` lists that."""

import re
import sys
from html.parser import HTMLParser
from io import BytesIO

import polib
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation import template

from tests.tree import APPS, ROOT, own_files, own_python, text_of

KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
KHMER = re.compile(r"[\u1780-\u17ff]")
BLANK = re.compile(r"%\(\w+\)[sdf]|\{\w*\}|%[sd%]|</?\w[^>]*>")
WORD = re.compile(r"[A-Za-z]{2,}")
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
# Names, codes and abbreviations that Khmer texts write in Latin letters too.
SAME_IN_BOTH = {"CSV", "English", "Excel", "PEP", "PrEP", "Romduol", "XLSX"}
SEEN_ATTRIBUTES = {"alt", "aria-description", "aria-label", "aria-roledescription", "aria-valuetext", "label"}
SEEN_ATTRIBUTES |= {"placeholder", "title", "data-confirm", "data-message", "data-title"}
# What a machine reads, and what is printed on keys or typed as a code: the same in both languages.
UNSEEN = ("script", "style", "kbd", "code")


def used():
    """(context, text, plural or None) of every marked text → the files that use it."""
    found = {}
    for path in own_python():
        if path.parts[0] in APPS:
            _note(found, marked(text_of(path)), path)
    for path in own_files("*.html", "*.txt"):
        if path.parts[0] in APPS and "templates" in path.parts:
            _note(found, marked_in_template(text_of(path)), path)
    return found


def _note(found, texts, path):
    for text in texts:
        found.setdefault(text, set()).add(str(path))


def marked(source):
    """(context, text, plural or None) of the texts marked in Python."""
    for _line, messages, _comments, context in extract("python", BytesIO(source.encode()), keywords=KEYWORDS):
        singular, plural = messages if isinstance(messages, tuple) else (messages, None)
        yield context, singular, plural


def marked_in_template(source):
    """The same of a template; what surrounds its texts becomes blank letters, whose indents mean nothing."""
    return marked(re.sub(r"^[ \t]+", "", template.templatize(source), flags=re.MULTILINE))


def catalogues():
    """The Khmer catalogues by their paths."""
    return {path: polib.pofile(ROOT / path, wrapwidth=0) for path in own_files("*.po")}


def entries():
    """Every entry in force, with the path of its catalogue."""
    return [(entry, path) for path, book in catalogues().items() for entry in book if not entry.obsolete]


def khmer_of(entry):
    """The Khmer of an entry: Khmer has one form, for one and for many."""
    return entry.msgstr_plural.get(0, "") if entry.msgid_plural else entry.msgstr


def missing():
    """Texts used somewhere without a Khmer text in force → the files that use them."""
    known = {
        (entry.msgctxt, entry.msgid, entry.msgid_plural or None)
        for entry, _path in entries()
        if khmer_of(entry) and not entry.fuzzy
    }
    return {text: sorted(paths) for text, paths in used().items() if text not in known}


class Seen(HTMLParser):
    """Collects what a reader sees or hears of a page: texts and telling attributes."""

    def __init__(self):
        super().__init__()
        self.texts = []
        self._open = []

    def handle_starttag(self, tag, attrs):
        if tag in UNSEEN:
            self._open.append(tag)
        attrs = dict(attrs)
        seen = SEEN_ATTRIBUTES | ({"value"} if attrs.get("type") in ("submit", "button", "reset") else set())
        self.texts += [value for name, value in attrs.items() if name in seen and value]

    def handle_endtag(self, tag):
        if tag in self._open:
            self._open.remove(tag)

    def handle_data(self, data):
        if not self._open and data.strip():
            self.texts.append(" ".join(data.split()))


def seen(html):
    """The texts and telling attributes of a page, in order."""
    parser = Seen()
    parser.feed(html)
    parser.close()
    return parser.texts


def raw_words(source):
    """English that a template shows as it stands, outside the tags that translate it."""
    for marked_part in (
        r"\{#.*?#\}",
        r"\{%\s*comment\b.*?endcomment\s*%\}",
        r"\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}",
        r"\{%\s*trans(?:late)?\b.*?%\}",
        r"\b_\(([\"']).*?\1\)",
    ):
        source = re.sub(marked_part, "", source, flags=re.DOTALL)
    tags = re.findall(TAG, source)
    handed = [text for tag in tags for text in re.findall(r"[\"']([A-Z][a-z]+\b[^\"']*)[\"']", tag)]
    texts = [*seen(re.sub(TAG, " ", source)), *handed]
    return [text.strip() for text in texts if set(WORD.findall(text)) - SAME_IN_BOTH]


def main():
    lacking = missing()
    for (context, text, plural), paths in sorted(lacking.items(), key=lambda item: item[1]):
        print(f"{', '.join(paths)}: {f'[{context}] ' if context else ''}{text!r}{f' / {plural!r}' if plural else ''}")
    print(f"{len(lacking)} texts have no Khmer.", file=sys.stderr)
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
