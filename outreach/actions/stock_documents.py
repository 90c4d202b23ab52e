"""What can be done with deliveries, transfers and losses: record, amend, void; each moves what its lines say."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext_lazy

from core import bulk
from core.actions.writing import Link, Writer
from outreach.actions.campaigns import CAMPAIGN
from outreach.actions.stock_moves import Places
from outreach.models import StockDocument, StockMove, StockPlace
from outreach.rules import stock_documents as rules
from outreach.rules.stock_documents import StockDocumentEntry

PLACE = Link(
    lambda organisation: StockPlace.objects.filter(organisation=organisation).holding(),
    gettext_lazy("There is no such place. Choose one from the list."),
)
OUTSIDE = [(StockPlace.Kind.SUPPLIER, None), (StockPlace.Kind.WASTE, None)]


class StockDocuments(Writer):
    """Documents and their moves: from the supplier, to the waste, or between two places."""

    model = StockDocument
    entry = StockDocumentEntry
    links = {"source_place_id": PLACE, "destination_place_id": PLACE, "campaign_id": CAMPAIGN}

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def follow(self, pairs: Sequence[tuple[StockDocument, StockDocumentEntry]], *, by, fresh):
        rows = [document for document, _entry in pairs]
        if not rows:
            return
        if not fresh:
            _take_back(rows)
        supplier, waste = map(Places(rows[0].organisation, OUTSIDE).__getitem__, OUTSIDE)
        bulk.create(
            _move(document, line, supplier, waste)
            for document in rows
            if not document.is_void
            for line in document.lines
        )

    def voided(self, rows, *, by):
        _take_back(rows)


def _take_back(rows: Sequence[StockDocument]) -> None:
    StockMove.objects.filter(document__in=[document.pk for document in rows]).delete()


def _move(document: StockDocument, line: list, supplier: int, waste: int) -> StockMove:
    commodity, pieces, batch, expires_on = line
    outside = waste if document.kind == StockDocument.Kind.LOSS else supplier
    return StockMove(
        organisation_id=document.organisation_id,
        occurred_on=document.occurred_on,
        commodity=commodity,
        quantity=pieces,
        batch=batch,
        expires_on=date.fromisoformat(expires_on) if expires_on else None,
        source_id=document.source_place_id or supplier,
        destination_id=document.destination_place_id or outside,
        document=document,
    )


writer = StockDocuments()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of
