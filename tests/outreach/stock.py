"""A store in a test, and the naive recount that it is audited against: plain Python over source rows."""

from collections import Counter
from uuid import uuid4

from outreach.actions import stock_counts, stock_documents
from outreach.actions.stock_moves import Places
from outreach.models import Contact, StockCount, StockDocument, StockMove, StockPlace
from outreach.rules.stock_counts import StockCountEntry
from outreach.rules.stock_documents import StockDocumentEntry
from peers.models import Session
from tests.factories.programme import day


class Store:
    """Documents and counts of one programme's organisation; places are `store`, sites, or users (their bags)."""

    def __init__(self, programme):
        self.programme, self.organisation, self.by = programme, programme.organisation, programme.by

    def place(self, of="store"):
        """The number of a place."""
        key = ("store", None) if of == "store" else ("bag", of.pk) if hasattr(of, "username") else ("site", of.pk)
        return Places(self.organisation, [key])[key]

    def entry(self, kind, on, lines, *, source=None, to=None, note="", **more):
        """A document's entry; lines are (commodity, pieces[, batch[, last day]])."""
        return StockDocumentEntry(
            id=uuid4(),
            occurred_on=day(on),
            kind=kind,
            source_place_id=self.place(source) if source else None,
            destination_place_id=self.place(to) if to else None,
            lines=tuple((*line, "", "")[:4] for line in lines),
            note=note or ("wet" if kind == "loss" else ""),
            **more,
        )

    def document(self, *args, **kwargs):
        entry = self.entry(*args, **kwargs)
        stock_documents.record(entry=entry, by=self.by, organisation=self.organisation)
        return StockDocument.objects.get(pk=entry.id)

    def receipt(self, on, lines, to="store", **more):
        return self.document("receipt", on, lines, to=to, **more)

    def transfer(self, on, lines, to, source="store", **more):
        return self.document("transfer", on, lines, source=source, to=to, **more)

    def loss(self, on, lines, source="store", **more):
        return self.document("loss", on, lines, source=source, **more)

    def count_entry(self, on, lines, at="store", **more):
        """A count's entry; lines map commodities to pieces, or to (pieces, reason)."""
        told = tuple((code, *(said if isinstance(said, tuple) else (said, ""))) for code, said in lines.items())
        return StockCountEntry(id=uuid4(), occurred_on=day(on), place_id=self.place(at), lines=told, **more)

    def count(self, on, lines, at="store", **more):
        entry = self.count_entry(on, lines, at, **more)
        stock_counts.record(entry=entry, by=self.by, organisation=self.organisation)
        return StockCount.objects.get(pk=entry.id)

    def balance(self, commodity="COND_M", of="store", until=None):
        """What lies in a place by the books."""
        moves = StockMove.objects.until(day(until)) if until else StockMove.objects.all()
        place = self.place(of)
        return moves.balances([place]).get((place, commodity), 0)


def naive_balances(organisation, *, in_bags=lambda record: False):
    """Pieces by (kind of place, what it belongs to, commodity), from contacts, sessions, documents and counts alone.

    A count's difference is what the books said when it was written, so it is read from the count's own moves; all
    else is added up from source rows. `in_bags` tells of a contact or session whether bags were on when it was written.
    """
    held = Counter()
    rows = [(contact, contact.worker_id) for contact in Contact.objects.filter(organisation=organisation)]
    rows += [(session, session.recorded_by_id) for session in Session.objects.filter(organisation=organisation)]
    for record, worker in rows:
        if record.voided_at is not None:
            continue
        place = ("bag", worker) if in_bags(record) else ("site", record.site_id) if record.site_id else ("store", None)
        for line in record.commodities.all():
            held[*place, line.commodity] -= line.given
    for document in StockDocument.objects.filter(organisation=organisation, voided_at=None):
        for commodity, pieces, _batch, _expires_on in document.lines:
            for place, sign in ((document.source_place, -1), (document.destination_place, 1)):
                if place:
                    held[place.kind, place.site_id or place.worker_id, commodity] += sign * pieces
    for count in StockCount.objects.filter(organisation=organisation, voided_at=None):
        for move in StockMove.objects.filter(count=count):
            sign = 1 if move.destination_id == count.place_id else -1
            held[count.place.kind, count.place.site_id or count.place.worker_id, move.commodity] += sign * move.quantity
    return {key: pieces for key, pieces in held.items() if pieces}


def booked_balances(organisation):
    """The same from the books: every place in which pieces lie."""
    places = {place.pk: place for place in StockPlace.objects.filter(organisation=organisation).holding()}
    return {
        (places[pk].kind, places[pk].site_id or places[pk].worker_id, commodity): pieces
        for (pk, commodity), pieces in StockMove.objects.balances(places).items()
        if pieces
    }
