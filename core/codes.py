"""Code lists at hand: read once, kept for a minute, so that forms, rules and counts ask the database once.

A list changes a few times a year; another process sees a change within `KEPT_SECONDS`.
"""

import time

from django.utils.translation import gettext as _

from core.models.codes import Code

KEPT_SECONDS = 60

_kept: dict[str, dict[str, Code]] = {}
_read_at = 0.0


def clear() -> None:
    """Forget what was read: after a list changed, and between tests."""
    global _read_at
    _kept.clear()
    _read_at = 0.0


def table(name: str) -> dict[str, Code]:
    """Every code of the list by its code, retired ones too, in the list's order."""
    global _read_at
    if not _kept or time.monotonic() - _read_at > KEPT_SECONDS:
        _kept.clear()
        for code in Code.objects.order_by("list", "number"):
            _kept.setdefault(code.list, {})[code.code] = code
        _read_at = time.monotonic()
    return _kept.get(name, {})


def names() -> list[str]:
    """Names of all lists, in alphabetical order."""
    table("")
    return sorted(_kept)


def in_use(name: str) -> dict[str, Code]:
    """The codes that may still be chosen."""
    return {key: code for key, code in table(name).items() if code.retired_on is None}


def choices(name: str, blank: str | None = None) -> list[tuple[str, str]]:
    """Choices for a form field, in the reader's language."""
    rows = [(key, code.label) for key, code in in_use(name).items()]
    return rows if blank is None else [("", blank), *rows]


def label(name: str, code: str) -> str:
    """The label of a code in the reader's language; the code itself if the list doesn't know it."""
    if not code:
        return ""
    row = table(name).get(code)
    return row.label if row else code


def having(name: str, attribute: str, *values: str) -> frozenset[str]:
    """Codes of the list whose attribute has one of the values, retired ones too."""
    return frozenset(key for key, code in table(name).items() if code.attributes.get(attribute) in values)


def unknown(name: str, code: str) -> str:
    """The sentence for a code that the list doesn't hold."""
    known = ", ".join(in_use(name))
    return _("“%(code)s” is not a code of this list. Use one of: %(known)s.") % {"code": code, "known": known}
