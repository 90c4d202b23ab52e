"""Sets of age bands, read from the code list `age_band_sets`: ranges of completed years."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from core import codes
from dashboards.refusals import Refused

DEFAULT_SET = "YOUTH_10_24"
OTHER = "other"
UNKNOWN = "unknown"
ATOMIC_UNKNOWN = "AUNK"


@dataclass(frozen=True)
class Band:
    """Ages from `lowest` to `highest`, both included, in completed years."""

    name: str
    lowest: int
    highest: int


@dataclass(frozen=True)
class AgeBands:
    """One set of bands. An age outside all of them is `other`, an unknown one `unknown`."""

    name: str
    bands: tuple[Band, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Every value that a breakdown by this set can show, in order."""
        return (*(band.name for band in self.bands), OTHER, UNKNOWN)

    def of(self, age: int | None) -> str:
        """The name of the band that holds the age."""
        return UNKNOWN if age is None else self.of_range(age, age)

    def of_range(self, lowest: int, highest: int) -> str:
        """The name of the one band that holds the whole range, else `other`."""
        for band in self.bands:
            if band.lowest <= lowest and highest <= band.highest:
                return band.name
        return OTHER

    def of_atomic(self, code: str) -> str:
        """The band of a code of `age_band_atomic`, which headcounts are recorded in."""
        return self._of_listed("age_band_atomic", code)

    def of_caller(self, code: str) -> str:
        """The band of a code of `caller_age_band`, which callers' ages are recorded in."""
        return self._of_listed("caller_age_band", code)

    def _of_listed(self, name: str, code: str) -> str:
        known = codes.table(name).get(code)
        if known is None or not known.attributes["min_age"]:
            return UNKNOWN
        return self.of_range(int(known.attributes["min_age"]), int(known.attributes["max_age"]))


def set_names() -> list[str]:
    """The sets that can be counted by: those whose bands don't overlap, in the code list's order."""
    names = dict.fromkeys(code.attributes["set"] for code in codes.in_use("age_band_sets").values())
    return [name for name in names if not _overlap(_bands(name))]


def age_bands(name: str | None) -> AgeBands:
    """The set of that name, else the product's own.

    Raises Refused for a set that isn't in the code list or whose bands overlap.
    """
    bands = _bands(name or DEFAULT_SET)
    if not bands:
        raise Refused(
            _("“%(name)s” is not a set of age bands. Use one of: %(known)s.")
            % {"name": name, "known": ", ".join(set_names())}
        )
    if _overlap(bands):
        raise Refused(
            _("The bands of “%(name)s” overlap, so nobody can be counted in exactly one. Use one of: %(known)s.")
            % {"name": name, "known": ", ".join(set_names())}
        )
    return AgeBands(name or DEFAULT_SET, tuple(bands))


def _bands(name: str) -> list[Band]:
    rows = [code for code in codes.table("age_band_sets").values() if code.attributes["set"] == name]
    return [
        Band(row.code.partition(":")[2], int(row.attributes["min_age"]), int(row.attributes["max_age"]))
        for row in rows
        if row.attributes["min_age"]
    ]


def _overlap(bands: Sequence[Band]) -> bool:
    ordered = sorted(bands, key=lambda band: band.lowest)
    return any(later.lowest <= earlier.highest for earlier, later in pairwise(ordered))
