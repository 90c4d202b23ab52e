"""Deliveries, transfers and losses in a file: one document a row, its lines in one cell."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.permissions import Permission
from core.resources.cells import ChoiceCell, TextCell
from core.resources.entries import EntryImporter, EntryResource
from core.resources.registers import Column, RegisterResource
from outreach.actions import stock_documents
from outreach.models import StockDocument
from outreach.resources.campaigns import CAMPAIGN
from outreach.resources.campaigns import named as campaign_named
from outreach.resources.stock import PlaceNamed, iso_day, named

_LINE = re.compile(r"([^=]+)=(\d{1,9})(?:@([^/]*))?(?:/(\S+))?")


class DocumentLinesCell(TextCell):
    """`COND_M=100@B12/2027-03-31;LUBE_S=50`: pieces, and where they are known batch and last good day."""

    def clean(self, value, row=None, **kwargs):
        lines = []
        for part in filter(None, map(str.strip, value.split(";"))):
            found = _LINE.fullmatch(part)
            if not found:
                raise ValueError(
                    _("Write lines as code=pieces@batch/day, such as COND_M=100@B12/2027-03-31;LUBE_S=50.")
                )
            code, pieces, batch, day = found.groups()
            lines.append((code.strip(), int(pieces), (batch or "").strip(), iso_day(day) if day else ""))
        return tuple(lines)

    def render(self, value, obj=None, **kwargs):
        return ";".join(
            f"{code}={pieces}{f'@{batch}' if batch else ''}{f'/{day}' if day else ''}"
            for code, pieces, batch, day in value or ()
        )


class StockDocumentResource(EntryResource):
    """One document a row, in the layout of the import `stock_documents`."""

    kind = Column("kind", "kind", widget=ChoiceCell(StockDocument.Kind.choices))
    source_place = Column(column_name="source_place", widget=TextCell())
    destination_place = Column(column_name="destination_place", widget=TextCell())
    lines = Column("lines", "lines", widget=DocumentLinesCell())
    campaign = Column(column_name="campaign", widget=TextCell())
    note = Column("note", "note", widget=TextCell())

    class Meta(RegisterResource.Meta):
        model = StockDocument
        export_order = ("id", "date", "kind", "source_place", "destination_place", "lines", "campaign", "note", "void")

    def dehydrate_source_place(self, document):
        return named(document.source_place)

    def dehydrate_destination_place(self, document):
        return named(document.destination_place)

    def dehydrate_campaign(self, document):
        return campaign_named(document.campaign)


class StockDocumentImporter(EntryImporter):
    """Reads documents."""

    name = "stock_documents"
    label = gettext_lazy("Deliveries, transfers and losses")
    order = 70
    resource = StockDocumentResource
    writer = stock_documents.writer
    required = ("date", "kind", "lines")
    permission = Permission.STOCK_RECORD
    links = {"source_place": PlaceNamed(), "destination_place": PlaceNamed(), "campaign": CAMPAIGN}
    readings = staticmethod(
        lambda queryset: queryset.select_related(
            "campaign",
            "source_place__site",
            "source_place__worker",
            "destination_place__site",
            "destination_place__worker",
        )
    )
