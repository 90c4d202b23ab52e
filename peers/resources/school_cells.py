"""Cells of school files: pupils of a lesson by sex, pupils and trained teachers as counted on days."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from django.utils.translation import gettext as _

from core.resources.cells import TextCell, day_of
from peers.rules.schools import Pupils, Teachers

_KHMER_DIGITS = str.maketrans("០១២៣៤៥៦៧៨៩", "0123456789")
_HEADS = re.compile(r"([A-Za-z]) *[:=] *(\d{1,6})")
_PUPILS = re.compile(r"(\d{1,2}) *([A-Za-z]) *[:=] *(\d{1,6})")


def parts(text: str, sign: str) -> list[str]:
    """The parts between the signs, without spaces around them and without empty ones."""
    return [part for part in map(str.strip, text.translate(_KHMER_DIGITS).split(sign)) if part]


class HeadsCell(TextCell):
    """Pupils by sex: `F:20;M:22`."""

    def clean(self, value, row=None, **kwargs):
        heads: dict[str, int] = {}
        for part in parts(value, ";"):
            found = _HEADS.fullmatch(part)
            if not found:
                raise ValueError(_("Write pupils as sex:number, parted by “;”, such as F:20;M:22."))
            sex = found[1].upper()
            heads[sex] = heads.get(sex, 0) + int(found[2])
        return heads

    def render(self, value, obj=None, **kwargs):
        return ";".join(f"{sex}:{number}" for sex, number in sorted((value or {}).items()) if number)


def _days(text: str, pattern: re.Pattern, sentence: str) -> Iterator[tuple[date, re.Match]]:
    """(day, match) of each cell of `2025-11-01 …;… | 2024-11-01 …`. Raises ValueError."""
    for dated in parts(text, "|"):
        written, _space, rest = dated.partition(" ")
        day = day_of(written)
        cells = parts(rest, ";")
        if day is None or not cells:
            raise ValueError(sentence)
        for cell in cells:
            found = pattern.fullmatch(cell)
            if not found:
                raise ValueError(sentence)
            yield day, found


def _dated(rows: Iterable[tuple], text: Callable[[tuple], str]) -> str:
    days: dict[date, list[str]] = {}
    for row in sorted(rows):
        days.setdefault(row[0], []).append(text(row))
    return " | ".join(f"{day} {';'.join(cells)}" for day, cells in sorted(days.items(), reverse=True))


class PupilsCell(TextCell):
    """Pupils on the roll by day, grade and sex: `2025-11-01 5F:20;5M:22`, several days parted by `|`."""

    def clean(self, value, row=None, **kwargs):
        sentence = _(
            "Write the day, then grade, sex and number, such as 2025-11-01 5F:20;5M:22; several days parted by “|”."
        )
        found = _days(value, _PUPILS, sentence)
        return tuple(Pupils(day, int(cell[1]), cell[2].upper(), int(cell[3])) for day, cell in found)

    def render(self, value, obj=None, **kwargs):
        return _dated(value or (), lambda row: f"{row[1]}{row[2]}:{row[3]}")


class TeachersCell(TextCell):
    """Teachers trained by day and sex: `2025-03-01 F:2`, several days parted by `|`."""

    def clean(self, value, row=None, **kwargs):
        sentence = _("Write the day, then sex and number, such as 2025-03-01 F:2;M:1; several days parted by “|”.")
        found = _days(value, _HEADS, sentence)
        return tuple(Teachers(day, cell[1].upper(), int(cell[2])) for day, cell in found)

    def render(self, value, obj=None, **kwargs):
        return _dated(value or (), lambda row: f"{row[1]}:{row[2]}")
