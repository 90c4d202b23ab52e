"""The file of a register's list: who made it, when and what for goes with it."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from core.resources.workbooks import csv_bytes, workbook_bytes

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class ListFile:
    """One file to be: a CSV says who and when in its name, so that it can be imported again as it is; a workbook
    also has a sheet about itself. The name tells nothing of what is inside but the register's.
    """

    register: str
    heading: str
    extension: str
    who: str
    reason: str
    filters: list[str]
    at: datetime = field(default_factory=timezone.localtime)

    @property
    def name(self) -> str:
        return f"{self.register}-{self.at:%Y%m%d-%H%M}-{self.who}.{self.extension}"

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[self.extension]

    def content(self, rows: list[list]) -> bytes:
        """The file's bytes; `rows` begin with the header."""
        if self.extension == "csv":
            return csv_bytes(rows)
        about = [
            (_("Register"), self.heading),
            (_("Made on"), f"{self.at:%Y-%m-%d %H:%M}"),
            (_("Made by"), self.who),
            (_("For"), self.reason),
            (_("Filters"), ", ".join(self.filters) or "–"),
            (_("Records"), len(rows) - 1),
        ]
        return workbook_bytes([(self.heading, rows), (_("About this file"), about)])
