"""The starter content in `cms/content/`: a tree of pages, and each page's words in each language.

`index.json` holds the tree (parents before children), `<language>/<name>.json` a page's own fields in the
form that Wagtail stores them.
"""

import json
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "content"
LANGUAGES = ("en", "km")
# The two languages of a page know each other by this key; it is made from the page's name, so a second run finds it.
_NAMESPACE = uuid.UUID("5b1fd8f0-6f0c-4d2e-9a41-6a8f2f6f2c11")


@dataclass(frozen=True)
class Starter:
    """One page of the starter content, without its words."""

    name: str
    kind: str
    parent: str | None
    slug: str
    sensitivity: int

    @property
    def key(self) -> uuid.UUID:
        return uuid.uuid5(_NAMESPACE, self.name)

    def words(self, language: str) -> dict[str, Any]:
        """The fields that differ between languages."""
        words: dict[str, Any] = json.loads((FOLDER / language / f"{self.name}.json").read_text(encoding="utf-8"))
        return words


def pages() -> list[Starter]:
    """The tree, parents before children."""
    return [Starter(**entry) for entry in json.loads((FOLDER / "index.json").read_text(encoding="utf-8"))]
