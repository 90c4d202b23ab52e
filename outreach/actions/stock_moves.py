"""Moves of stock that follow from what was given out: written with the contact or session, and anew when it changes."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from core import bulk
from core.batches import portions
from core.models import Organisation
from outreach.models import Contact, StockMove, StockPlace

Kind = StockPlace.Kind
Key = tuple[str, Any]


class Places:
    """The stock places of one organisation by what they belong to, made when they are first needed."""

    def __init__(self, organisation: Organisation, wanted: Iterable[Key]) -> None:
        wanted = set(wanted)
        self._ids = self._read(organisation)
        if missing := wanted - self._ids.keys():
            rows = [self._new(organisation, kind, of) for kind, of in sorted(missing, key=str)]
            StockPlace.objects.bulk_create(rows, ignore_conflicts=True)
            self._ids = self._read(organisation)

    @staticmethod
    def _read(organisation: Organisation) -> dict[Key, int]:
        rows = StockPlace.objects.filter(organisation=organisation).order_by()
        return {
            (kind, site or worker): pk for pk, kind, site, worker in rows.values_list("pk", "kind", "site", "worker")
        }

    @staticmethod
    def _new(organisation: Organisation, kind: str, of: Any) -> StockPlace:
        belongs = {"site_id": of} if kind == Kind.SITE else {"worker_id": of} if kind == Kind.BAG else {}
        return StockPlace(organisation=organisation, kind=kind, **belongs)

    def __getitem__(self, key: Key) -> int:
        return self._ids[key]


def source_of(organisation: Organisation, site_id: UUID | None, worker_id: int) -> Key:
    """What the place belongs to from which something is given out: the worker's bag, the site, or the store."""
    if organisation.stock_in_bags:
        return (Kind.BAG, worker_id)
    return (Kind.SITE, site_id) if site_id else (Kind.STORE, None)


def of_contacts(contacts: Iterable[Contact], *, organisation: Organisation, fresh: bool = False) -> None:
    """Write the moves of an organisation's contacts, whose commodity lines are at hand; those of a void one go.

    `fresh` says that the contacts are new, so that there is nothing to take back.
    """
    for portion in portions(contacts, 1000):
        if not fresh:
            StockMove.objects.filter(contact__in=[contact.pk for contact in portion]).delete()
        rows = [
            (contact, source_of(organisation, contact.site_id, contact.worker_id), {"contact": contact})
            for contact in portion
            if not contact.is_void
        ]
        _write(rows, organisation)


def of_sessions(sessions: Sequence[Any], *, organisation: Organisation, fresh: bool = False) -> None:
    """Write the moves of an organisation's group sessions, whose commodity lines are at hand."""
    for portion in portions(sessions, 1000):
        if not fresh:
            StockMove.objects.filter(session__in=[session.pk for session in portion]).delete()
        rows = [
            (session, source_of(organisation, session.site_id, session.recorded_by_id), {"session": session.pk})
            for session in portion
            if not session.is_void
        ]
        _write(rows, organisation)


def _write(rows: list[tuple[Any, Key, dict]], organisation: Organisation) -> None:
    """Write the moves of records: given from their place to people, taken back to the returns."""
    moved = [(record, place, cause, line) for record, place, cause in rows for line in record.commodities.all()]
    if not moved:
        return
    outside = [(Kind.CLIENTS, None), (Kind.RETURNS, None)]
    places = Places(organisation, [*outside, *(place for _r, place, _c, line in moved if line.given)])
    people, returns = (places[key] for key in outside)
    moves = []
    for record, place, cause, line in moved:
        ends = []
        if line.given:
            ends.append((places[place], people, line.given))
        if line.taken_back:
            ends.append((people, returns, line.taken_back))
        for source, destination, quantity in ends:
            moves.append(
                StockMove(
                    organisation_id=organisation.pk,
                    occurred_on=record.occurred_on,
                    commodity=line.commodity,
                    quantity=quantity,
                    source_id=source,
                    destination_id=destination,
                    **cause,
                )
            )
    bulk.create(moves)
