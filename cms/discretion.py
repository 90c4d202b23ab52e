"""What a public page must keep to, whatever way it is saved. Pure: no database is touched.

Source: the public site's rules of discretion (levels 0 general, 1 sexual health, 2 explicit, drug use
or violence).
"""

import re

from django.utils.translation import gettext as _

# Words that would tell someone who looks at a tab, a history or an address what was read.
OUTING_WORDS = [
    *["hiv", "aids", "art", "vcct", "test", "testing", "sti", "std"],
    *["sex", "sexual", "sexy", "condom", "condoms", "gay", "lesbian", "trans"],
    *["drug", "drugs", "needle", "syringe", "abuse", "rape", "abortion", "pregnant", "pregnancy"],
    *["អេដស៍", "តេស្ត", "ភេទ", "ស្រោមអនាម័យ", "គ្រឿងញៀន", "រំលោភ", "ផ្ទៃពោះ"],
]
_LATIN_WORD = re.compile(r"[a-z']+")
NEEDED_AT_LEVEL_2 = ("content_note", "help_card")


def outing_words(text: str) -> list[str]:
    """The words of `text` that give its subject away. Khmer has no spaces, so there a part is enough."""
    lowered = text.lower()
    latin = set(_LATIN_WORD.findall(lowered))
    return [word for word in OUTING_WORDS if (word in latin if word.isascii() else word in lowered)]


def problems(*, sensitivity: int, discreet_title: str, slug: str, blocks: set[str]) -> dict[str, str]:
    """What stands in the way of saving a page: field name → what to do about it. Empty when all is well."""
    found: dict[str, str] = {}
    if sensitivity < 1:
        return found
    if not discreet_title.strip():
        found["discreet_title"] = _("Give a discreet title: pages of level 1 and 2 need one for the browser's tab.")
    elif words := outing_words(discreet_title):
        found["discreet_title"] = _("Choose other words than “%(words)s”: the tab would give the reader away.") % {
            "words": ", ".join(words)
        }
    if words := outing_words(slug):
        found["slug"] = _("Choose a neutral address such as “a1”: “%(words)s” would stay in the browser's history.") % {
            "words": ", ".join(words)
        }
    if sensitivity >= 2 and not blocks.issuperset(NEEDED_AT_LEVEL_2):
        found["body"] = _("A page of level 2 needs a content note and a help card. Add both to the text.")
    return found
