"""Counts in a file: one count a row, its lines in one cell."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.permissions import Permission
from core.resources.cells import TextCell
from core.resources.entries import EntryImporter, EntryResource
from core.resources.registers import Column, RegisterResource
from outreach.actions import stock_counts
from outreach.models import StockCount
from outreach.resources.stock import PlaceNamed, named

_LINE = re.compile(r"([^=]+)=(\d{1,9})(?::(\w+))?")


class CountLinesCell(TextCell):
    """`COND_M=98:miscounted;LUBE_S=50`: pieces counted, and the reason where the books differ."""

    def clean(self, value, row=None, **kwargs):
        lines = []
        for part in filter(None, map(str.strip, value.split(";"))):
            found = _LINE.fullmatch(part)
            if not found:
                raise ValueError(_("Write lines as code=pieces:reason, such as COND_M=98:miscounted;LUBE_S=50."))
            code, pieces, reason = found.groups()
            lines.append((code.strip(), int(pieces), reason or ""))
        return tuple(lines)

    def render(self, value, obj=None, **kwargs):
        return ";".join(f"{code}={counted}{f':{reason}' if reason else ''}" for code, counted, reason in value or ())


class StockCountResource(EntryResource):
    """One count a row, in the layout of the import `stock_counts`."""

    place = Column(column_name="place", widget=TextCell())
    lines = Column("lines", "lines", widget=CountLinesCell())
    note = Column("note", "note", widget=TextCell())

    class Meta(RegisterResource.Meta):
        model = StockCount
        export_order = ("id", "date", "place", "lines", "note", "void")

    def dehydrate_place(self, count):
        return named(count.place)


class StockCountImporter(EntryImporter):
    """Reads counts. A difference without a reason is taken with a warning: a file can't be asked back."""

    name = "stock_counts"
    label = gettext_lazy("Counts of stock")
    order = 80
    resource = StockCountResource
    writer = stock_counts.writer
    required = ("date", "place", "lines")
    permission = Permission.STOCK_RECORD
    links = {"place": PlaceNamed()}
    readings = staticmethod(lambda queryset: queryset.select_related("place__site", "place__worker"))

    def forgiven(self, draft, problem):
        if problem.field != "reason":
            return False
        self.warn(draft.row, "lines", problem.message)
        return True
