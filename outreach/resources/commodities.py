"""Columns of pieces given and taken back: contacts and sessions share them."""

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from core import codes
from core.import_reports import RowRefused
from core.resources.cells import KnownCodesCell, NumberCell
from core.resources.registers import Column
from outreach.rules.commodities import MOST_PIECES

GIVEN = {"cond_m": "COND_M", "cond_f": "COND_F", "lube": "LUBE_S", "syr": "SYR_1ML_FIX", "hivst": "HIVST_KIT"}
TAKEN_BACK = {"syr_collected": "SYR_1ML_FIX"}
OTHERS = "other_commodities"
_PIECES = re.compile(r"(\d{1,9})(?:/(\d{1,9}))?")


class PiecesCell(KnownCodesCell):
    """Commodities without a column of their own: `SWAB=5;SHARPS=0/2` is 5 swabs given, 2 sharps boxes taken back."""

    def clean(self, value, row=None, **kwargs):
        pieces = {}
        for part in filter(None, map(str.strip, value.split(";"))):
            code, _equals, numbers = part.partition("=")
            found = _PIECES.fullmatch(numbers.strip())
            if not found:
                raise ValueError(_("Write other commodities as code=given or code=given/taken back, such as SWAB=5/2."))
            if code.strip() not in codes.table(self.name):
                raise ValueError(codes.unknown(self.name, code.strip()))
            pieces[code.strip()] = (int(found[1]), int(found[2] or 0))
        return pieces

    def render(self, value, obj=None, **kwargs):
        parts = ((code, given, back) for code, (given, back) in sorted((value or {}).items()))
        return ";".join(f"{code}={given}/{back}" if back else f"{code}={given}" for code, given, back in parts)


def pieces_column(name: str) -> Column:
    """One of the layout's own columns."""
    return Column(column_name=name, widget=NumberCell(most=MOST_PIECES))


def read(values: Mapping, given: Mapping[str, int], taken_back: Mapping[str, int]) -> tuple[dict, dict]:
    """Pieces given and taken back after a row was read: columns that the file doesn't have leave what is there.

    Raises RowRefused.
    """
    given, taken_back = dict(given), dict(taken_back)
    if OTHERS in values:
        given = {code: number for code, number in given.items() if code in GIVEN.values()}
        taken_back = {code: number for code, number in taken_back.items() if code in TAKEN_BACK.values()}
        for code, (out, back) in values[OTHERS].items():
            if (out and code in GIVEN.values()) or (back and code in TAKEN_BACK.values()):
                raise RowRefused(
                    OTHERS, _("“%(code)s” has a column of its own. Write its number there.") % {"code": code}
                )
            given |= {code: out} if out else {}
            taken_back |= {code: back} if back else {}
    given |= {code: values[name] or 0 for name, code in GIVEN.items() if name in values}
    taken_back |= {code: values[name] or 0 for name, code in TAKEN_BACK.items() if name in values}
    return {c: n for c, n in given.items() if n}, {c: n for c, n in taken_back.items() if n}


def lines_of(record) -> tuple[dict[str, int], dict[str, int]]:
    """Pieces given and taken back at a record, from its prefetched commodity lines."""
    lines = list(record.commodities.all())
    given = {line.commodity: line.given for line in lines if line.given}
    return given, {line.commodity: line.taken_back for line in lines if line.taken_back}


def number_in(record, name: str) -> int:
    """What the record says under one of the layout's columns."""
    given, taken_back = lines_of(record)
    return given.get(GIVEN[name], 0) if name in GIVEN else taken_back.get(TAKEN_BACK[name], 0)


def others_in(record) -> str:
    """What the record says under `other_commodities`."""
    given, taken_back = lines_of(record)
    pieces = {
        code: (0 if code in GIVEN.values() else out, 0 if code in TAKEN_BACK.values() else back)
        for code in given.keys() | taken_back.keys()
        for out, back in [(given.get(code, 0), taken_back.get(code, 0))]
    }
    return PiecesCell("commodity").render({code: both for code, both in pieces.items() if any(both)})


class CommodityColumns:
    """What each commodity column of a register shows; a resource mixes this in."""

    def dehydrate_cond_m(self, record):
        return number_in(record, "cond_m")

    def dehydrate_cond_f(self, record):
        return number_in(record, "cond_f")

    def dehydrate_lube(self, record):
        return number_in(record, "lube")

    def dehydrate_syr(self, record):
        return number_in(record, "syr")

    def dehydrate_syr_collected(self, record):
        return number_in(record, "syr_collected")

    def dehydrate_hivst(self, record):
        return number_in(record, "hivst")

    def dehydrate_other_commodities(self, record):
        return others_in(record)
