"""Rounds that collect used needles in a file: the columns of import and export, and what a row means."""

from typing import Any

from django.utils.translation import gettext_lazy

from core.models import District
from core.permissions import Permission
from core.resources.cells import ChoiceCell, NumberCell, TextCell
from core.resources.entries import SITE, EntryImporter, EntryResource, Named
from core.resources.registers import Column
from outreach.actions import needle_collections
from outreach.models import HowCounted, NeedleCollection
from outreach.rules.needle_collections import MOST_GRAMS, MOST_PIECES, pieces_in

DISTRICT = Named(
    lambda errand: District.objects.all(),
    gettext_lazy("No district has this code. Use its four digits, such as 1201."),
    "code",
)


class NeedleCollectionResource(EntryResource):
    """One round a row, in the layout of the import `needle_collections`."""

    site = Column(column_name="site", widget=TextCell())
    district = Column(column_name="district", widget=TextCell())
    method = Column(column_name="method", attribute="method", widget=ChoiceCell(HowCounted.choices))
    pieces = Column(column_name="pieces", attribute="pieces", widget=NumberCell(most=MOST_PIECES))
    grams = Column(column_name="grams", attribute="grams", widget=NumberCell(most=MOST_GRAMS))
    note = Column(column_name="note", attribute="note", widget=TextCell())

    class Meta(EntryResource.Meta):
        model = NeedleCollection

    def dehydrate_site(self, collection):
        return collection.site.code if collection.site_id else ""

    def dehydrate_district(self, collection):
        return collection.district_id or ""


class NeedleCollectionImporter(EntryImporter):
    """One round a row. Without a number of pieces, it follows from the weight."""

    name = "needle_collections"
    order = 62
    label = gettext_lazy("Collection rounds")
    resource = NeedleCollectionResource
    writer = needle_collections.writer
    links = {"site": SITE, "district": DISTRICT}
    permission = Permission.HARM_RECORD
    required = ("id", "date", "method")
    template_columns = ("id", "date", "site", "district", "method", "pieces", "grams", "note")
    readings = staticmethod(lambda queryset: queryset.select_related("site"))

    def given(self, row: Any, record: Any) -> dict[str, Any]:
        given = super().given(row, record)
        told = given.get("pieces") or (record and "pieces" not in row.values and record.pieces)
        if not told and given.get("grams"):
            given["pieces"] = pieces_in(given["grams"])
        return given
