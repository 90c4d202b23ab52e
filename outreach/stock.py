"""Stock thought through without a database: batches first expired first out, months of stock, days without stock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

# Average use is taken over so many full months before the one that runs.
MONTHS_OF_USE = 3


@dataclass(frozen=True)
class Batch:
    """Pieces that came together: the maker's number, and the last good day; empty and None where nobody wrote it."""

    number: str = ""
    expires_on: date | None = None

    @property
    def rank(self) -> tuple[bool, date]:
        """What is used first: the earliest last day, unknown ones last."""
        return (self.expires_on is None, self.expires_on or date.max)

    def expired(self, day: date) -> bool:
        return self.expires_on is not None and self.expires_on < day


@dataclass(frozen=True)
class Event:
    """Pieces that came into a place (`pieces` above 0) or left it (below 0) on a day.

    `given` says that they went to people: nobody is given what is past its last day while something else is there.
    """

    day: date
    pieces: int
    batch: Batch = Batch()
    given: bool = False


class Shelf:
    """What lies in one place of one commodity, by batch. `owed` is what left though the books had nothing more."""

    def __init__(self) -> None:
        self.held: dict[Batch, int] = {}
        self.owed = 0

    def put(self, batch: Batch, pieces: int) -> None:
        paid = min(self.owed, pieces)
        self.owed -= paid
        if pieces > paid:
            self.held[batch] = self.held.get(batch, 0) + pieces - paid

    def take(self, event: Event) -> None:
        wanted = -event.pieces
        for batch in self._order(event):
            taken = min(wanted, self.held[batch])
            wanted -= taken
            self.held[batch] -= taken
            if not self.held[batch]:
                del self.held[batch]
            if not wanted:
                return
        self.owed += wanted

    def _order(self, event: Event) -> list[Batch]:
        """The batch named first, then the earliest last day; what is past it comes last for people."""
        number = event.batch.number

        def rank(batch: Batch) -> tuple[bool, bool, tuple[bool, date]]:
            named = bool(number) and batch.number == number
            return (not named, event.given and batch.expired(event.day), batch.rank)

        return sorted(self.held, key=rank)


def on_hand(events: Iterable[Event]) -> list[tuple[Batch, int]]:
    """What remains of each batch after the events, the earliest last day first.

    On one day what comes in comes before what goes out. Where more left than was there, the next to come in make
    up for it, so the batches add up to the balance, or to nothing if it is below zero.
    """
    shelf = Shelf()
    for event in sorted(events, key=lambda event: (event.day, event.pieces < 0)):
        if event.pieces > 0:
            shelf.put(event.batch, event.pieces)
        elif event.pieces:
            shelf.take(event)
    return sorted(shelf.held.items(), key=lambda item: (item[0].rank, item[0].number))


def months_of_stock(balance: int, used: int, months: int = MONTHS_OF_USE) -> float | None:
    """How long the balance lasts at the use of the last months; None where nothing was used."""
    if used <= 0:
        return None
    return max(balance, 0) * months / used


def full_months_before(day: date, months: int = MONTHS_OF_USE) -> tuple[date, date]:
    """First and last day of the full calendar months before the one of the day."""
    end = day.replace(day=1) - timedelta(days=1)
    number = end.year * 12 + end.month - months
    return date(number // 12, number % 12 + 1, 1), end


def days_without(opening: int, changes: Mapping[date, int], start: date, end: date) -> int:
    """Days from `start` to `end` that ended with nothing there. `opening` is the balance before `start`."""
    balance, since, empty = opening, start, 0
    for day in sorted(day for day in changes if start <= day <= end):
        if balance <= 0:
            empty += (day - since).days
        balance, since = balance + changes[day], day
    return empty + ((end - since).days + 1 if balance <= 0 else 0)
