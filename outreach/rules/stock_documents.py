"""Rules of deliveries, transfers, losses and what is sent back."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core.entries import Entry
from core.rules.codes import code_problems
from core.rules.dates import EARLIEST, happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem
from outreach.models import StockDocument

Kind = StockDocument.Kind
# Deliveries come in cartons, contacts in pieces.
MOST_PIECES = 10_000_000
LONGEST_BATCH = 40
MOST_LINES = 100
# Marks that part the lines of a file.
MARKS = ";@/="
LEAVING = (Kind.TRANSFER, Kind.LOSS, Kind.SENT_BACK)
ARRIVING = (Kind.RECEIPT, Kind.TRANSFER)

Line = tuple[str, int, str, str]


@dataclass(frozen=True, kw_only=True)
class StockDocumentEntry(Entry):
    """One document. A line is (commodity, pieces, batch, last day as ISO text); batch and day may be empty."""

    kind: str
    lines: tuple[Line, ...]
    source_place_id: int | None = None
    destination_place_id: int | None = None
    campaign_id: UUID | None = None
    note: str = ""


def problems(entry: StockDocumentEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with a document by itself."""
    yield from happened_problems(entry.occurred_on, today)
    if entry.kind not in Kind.values:
        yield Problem("kind", _("Say what happened: choose one from the list."), entry.kind)
        return
    yield from _place_problems(entry)
    yield from _line_problems(entry)
    yield from note_problems(entry.note)
    if entry.kind == Kind.LOSS and not entry.note.strip():
        yield Problem("note", _("Say in a few words why it was lost or thrown away."))


def _place_problems(entry: StockDocumentEntry) -> Iterator[Problem]:
    source, destination = entry.source_place_id, entry.destination_place_id
    if entry.kind in LEAVING and source is None:
        yield Problem("source_place", _("Say from which place it left."))
    if entry.kind not in LEAVING and source is not None:
        yield Problem("source_place", _("A delivery comes from outside. Leave “from” empty."))
    if entry.kind in ARRIVING and destination is None:
        yield Problem("destination_place", _("Say to which place it came."))
    if entry.kind not in ARRIVING and destination is not None:
        yield Problem("destination_place", _("This went out of the house. Leave “to” empty."))
    if source is not None and source == destination:
        yield Problem("destination_place", _("From and to are the same place. Choose another one."))


def _line_problems(entry: StockDocumentEntry) -> Iterator[Problem]:
    if not entry.lines:
        yield Problem("lines", _("Give at least one commodity and its pieces."))
    if len(entry.lines) > MOST_LINES:
        yield Problem("lines", _("Keep a document to %(most)s lines.") % {"most": MOST_LINES})
    yield from code_problems("lines", "commodity", sorted({line[0] for line in entry.lines}), entry.occurred_on)
    seen: set[tuple[str, str, str]] = set()
    for commodity, pieces, batch, expires_on in entry.lines:
        if not 1 <= pieces <= MOST_PIECES:
            text = _("Give a number of pieces from 1 to %(most)s.") % {"most": f"{MOST_PIECES:,}"}
            yield Problem("lines", text, f"{commodity}: {pieces}")
        if len(batch) > LONGEST_BATCH or set(MARKS) & set(batch):
            text = _("Keep the batch to %(length)s characters, without %(marks)s") % {
                "length": LONGEST_BATCH,
                "marks": " ".join(MARKS),
            }
            yield Problem("lines", text, batch)
        if expires_on and date.fromisoformat(expires_on) < EARLIEST:
            yield Problem("lines", _("This last day is before 1990. Check the year."), expires_on)
        if (commodity, batch, expires_on) in seen:
            yield Problem("lines", _("Two lines name the same commodity and batch. Add them up in one."), commodity)
        seen.add((commodity, batch, expires_on))
