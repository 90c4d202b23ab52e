"""The tables of a figures page as a workbook: one sheet a table, then what was asked, then the definitions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from core.resources.workbooks import workbook_bytes
from dashboards import wording
from dashboards.measures import Indicator
from dashboards.tables import Table

LONGEST_TITLE = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True)
class FiguresFile:
    """One workbook to be: who made it, when, and the period and filters in words."""

    heading: str
    who: str
    asked: list[str]
    at: datetime = field(default_factory=timezone.localtime)

    @property
    def name(self) -> str:
        return f"figures-{self.at:%Y%m%d-%H%M}-{self.who}.xlsx"

    def content(self, tables: Iterable[Table], indicators: Iterable[Indicator]) -> bytes:
        """The file's bytes."""
        found = list(tables)
        titles = _titles([table.title for table in found] + [_("About this file"), _("Definitions")])
        sheets = [_sheet(table, self.asked) for table in found] + [self._about(), _definitions(indicators)]
        return workbook_bytes(zip(titles, sheets, strict=True))

    def _about(self) -> list[list[object]]:
        return [
            [_("Figures"), self.heading],
            [_("Period"), self.asked[0]],
            [_("Filters"), ", ".join(self.asked[1:]) or "–"],
            [_("Made on"), f"{self.at:%Y-%m-%d %H:%M}"],
            [_("Made by"), self.who],
        ]


def _sheet(table: Table, asked: list[str]) -> list[list[object]]:
    """The table below its title and what was asked; what must be known of it stands under it."""
    notes = [[text] for text in (table.note,) if text]
    return [[table.title], [" · ".join(asked)], [], *table.plain(), *([[], *notes] if notes else [])]


def _definitions(indicators: Iterable[Indicator]) -> list[list[object]]:
    heads = [_("Code"), _("Name"), _("What is counted"), _("Numerator"), _("Denominator"), _("Rule")]
    heads += [_("Adding up"), _("Source"), _("Version"), _("Last review")]
    rows = [
        [
            indicator.code,
            str(indicator.name),
            wording.measure(indicator),
            str(indicator.numerator),
            str(indicator.denominator),
            str(indicator.rule),
            wording.additivity(indicator),
            str(indicator.source),
            indicator.version,
            indicator.reviewed_on.isoformat(),
        ]
        for indicator in indicators
    ]
    return [heads, *rows]


def _titles(wanted: list[str]) -> list[str]:
    """Titles as a workbook takes them: short, without marks, each once."""
    taken: list[str] = []
    for text in wanted:
        title = base = _shortened(text.translate(_FORBIDDEN).strip())
        number = 2
        while title.casefold() in (other.casefold() for other in taken):
            title = f"{base[: LONGEST_TITLE - len(str(number)) - 1]} {number}"
            number += 1
        taken.append(title)
    return taken


def _shortened(title: str) -> str:
    """A title that is too long loses its last part, such as what a table is split by, before it is cut."""
    if len(title) > LONGEST_TITLE:
        title = title.rpartition(" · ")[0] or title
    return title[:LONGEST_TITLE]
