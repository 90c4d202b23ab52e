"""Lists of texts in one cell, parted by `;`. A `;` inside a text is written as a backslash and `;`."""

import re
from collections.abc import Iterable

_PARTS = re.compile(r"(?:\\.|[^;\\]|\\\Z)+", re.DOTALL)
_MARKED = re.compile(r"\\(.)", re.DOTALL)


def joined(texts: Iterable[str]) -> str:
    """The texts as one cell holds them."""
    return ";".join(text.replace("\\", "\\\\").replace(";", "\\;") for text in texts)


def parted(cell: str) -> tuple[str, ...]:
    """The texts of a cell, without empty ones."""
    found = (_MARKED.sub(r"\1", part).strip() for part in _PARTS.findall(cell))
    return tuple(text for text in found if text)
