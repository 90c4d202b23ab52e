"""Stock at the end of a period counted again from source rows: contacts, sessions and documents, in plain Python."""

from collections import Counter
from datetime import date

from core.models import Organisation, Site
from outreach.models import CommodityLine, Contact, StockDocument
from peers.models import Session, SessionCommodity

KINDS = ["store", "site", "bag"]


class Books:
    """What every place holds at the end of a day, of organisations that keep no bags and counted nothing."""

    def __init__(self, end):
        self.end = end
        self.sites = {row["id"]: row for row in Site.objects.values("id", "code", "district", "district__province")}
        self.names = dict(Organisation.objects.values_list("pk", "code"))
        self.held = Counter()
        for record, lines, link in (
            (Contact, CommodityLine, "contact_id"),
            (Session, SessionCommodity, "session_id"),
        ):
            rows = {row["id"]: row for row in record._base_manager.values() if self.counts(row)}
            for line in lines._base_manager.values():
                if row := rows.get(line[link]):
                    self.held[row["organisation_id"], row["site_id"], line["commodity"]] -= line["given"]
        for document in StockDocument._base_manager.select_related("source_place", "destination_place"):
            if document.voided_at is None and document.occurred_on <= end:
                self.moved(document)

    def counts(self, row):
        return row["voided_at"] is None and row["occurred_on"] <= self.end

    def moved(self, document):
        for commodity, pieces, _batch, _expires_on in document.lines:
            for place, sign in ((document.source_place, -1), (document.destination_place, 1)):
                if place:
                    self.held[place.organisation_id, place.site_id, commodity] += sign * pieces

    def rows(self):
        """(codes by key, pieces) of every place and commodity."""
        for (home, site, commodity), pieces in self.held.items():
            row = self.sites.get(site, {})
            yield (
                {
                    "commodity": commodity,
                    "organisation": self.names[home],
                    "kind": "site" if site else "store",
                    "site": row.get("code") or "unknown",
                    "district": row.get("district") or "unknown",
                    "province": row.get("district__province") or "unknown",
                },
                pieces,
            )


def count(end: date, by, where):
    """Cells by the keys."""
    cells = Counter()
    for told, pieces in Books(end).rows():
        if all(told[key] in values for key, values in where.items()):
            cells[tuple(told[key] for key in by)] += pieces
    return {cell: pieces for cell, pieces in cells.items() if pieces}
