"""The cell that holds a session's knowledge check: `before.answered:20;before.right.condom:12;before.all_right:7`."""

import re
from typing import Any

from django.utils.translation import gettext as _

from core.resources.cells import TextCell
from peers.rules.knowledge import SIDES

_PART = re.compile(r"(before|after)\.(answered|all_right|right\.([a-z_]{1,40}))\s*[:=]\s*(\d{1,6})")


class KnowledgeCell(TextCell):
    """Counts before and after; a side that isn't named wasn't asked."""

    def clean(self, value, row=None, **kwargs):
        knowledge: dict[str, dict[str, Any]] = {}
        for part in filter(None, map(str.strip, value.split(";"))):
            found = _PART.fullmatch(part)
            if not found:
                text = _(
                    "Write the knowledge check as side.what:number, parted by “;”, such as "
                    "before.answered:20;before.right.condom:12;before.all_right:7."
                )
                raise ValueError(text)
            counts = knowledge.setdefault(found[1], {"right": {}})
            if found[3]:
                counts["right"][found[3]] = int(found[4])
            else:
                counts[found[2]] = int(found[4])
        return knowledge

    def render(self, value, obj=None, **kwargs):
        return ";".join(part for side in SIDES if side in (value or {}) for part in _parts(side, value[side]))


def _parts(side: str, counts: dict[str, Any]) -> list[str]:
    right = [f"{side}.right.{item}:{number}" for item, number in sorted(counts["right"].items())]
    return [f"{side}.answered:{counts['answered']}", *right, f"{side}.all_right:{counts['all_right']}"]
