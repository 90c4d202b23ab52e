"""What can be done with counts: record, amend, void; each makes the books of its day say what was counted."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from core import bulk
from core.actions.writing import Writer
from core.models import Organisation
from outreach.actions.stock_documents import PLACE
from outreach.actions.stock_moves import Places
from outreach.models import StockCount, StockMove, StockPlace
from outreach.rules import stock_counts as rules
from outreach.rules.stock_counts import Books, StockCountEntry

VARIANCE = (StockPlace.Kind.VARIANCE, None)


class StockCounts(Writer):
    """Counts and the moves of their differences.

    A count is true at the end of its day. What the books said is read when the count is written, or written anew;
    it isn't read again when something is entered later.
    """

    model = StockCount
    entry = StockCountEntry
    links = {"place_id": PLACE}

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def known(self, entries, organisation):
        return books_of(entries, organisation)

    def rule_with(self, entry, known, *, today):
        return rules.difference_problems(entry, known[entry.id])

    def follow(self, pairs: Sequence[tuple[StockCount, StockCountEntry]], *, by, fresh):
        rows = [count for count, _entry in pairs if not count.is_void]
        if not rows:
            return
        organisation = rows[0].organisation
        books = books_of([entry for count, entry in pairs if not count.is_void], organisation)
        if not fresh:
            _take_back(rows)
        variance = Places(organisation, [VARIANCE])[VARIANCE]
        moves = []
        for count in rows:
            for commodity, counted, _reason in count.lines:
                difference = counted - books[count.pk].expected.get(commodity, 0)
                if difference:
                    moves.append(_move(count, commodity, difference, variance))
        bulk.create(moves)

    def voided(self, rows, *, by):
        _take_back(rows)


def _take_back(rows: Sequence[StockCount]) -> None:
    StockMove.objects.filter(count__in=[count.pk for count in rows]).delete()


def _move(count: StockCount, commodity: str, difference: int, variance: int) -> StockMove:
    source, destination = (variance, count.place_id) if difference > 0 else (count.place_id, variance)
    return StockMove(
        organisation_id=count.organisation_id,
        occurred_on=count.occurred_on,
        commodity=commodity,
        quantity=abs(difference),
        source_id=source,
        destination_id=destination,
        count=count,
    )


def books_of(entries: Sequence[StockCountEntry], organisation: Organisation) -> dict[UUID, Books]:
    """What the books say to each count, without its own moves; earlier ones of the list count as written.

    Four queries, however many there are.
    """
    if not entries:
        return {}
    ledger = _Ledger(entries, organisation)
    found = {}
    for entry in sorted(entries, key=lambda entry: entry.occurred_on):
        day, place = entry.occurred_on, entry.place_id
        expected = {line[0]: ledger.balance(place, line[0], day) for line in entry.lines}
        found[entry.id] = Books(expected, ledger.is_first(entry))
        for commodity, counted, _reason in entry.lines:
            ledger.post(place, commodity, day, counted - expected[commodity])
        ledger.counted[place].add(day)
    return found


class _Ledger:
    """Sums of pieces by place, commodity and day, up to the last day that is asked for."""

    def __init__(self, entries: Sequence[StockCountEntry], organisation: Organisation) -> None:
        places, last = {entry.place_id for entry in entries}, max(entry.occurred_on for entry in entries)
        own = [entry.id for entry in entries]
        self.days: dict[tuple[int, str], list[tuple[date, int]]] = defaultdict(list)
        moves = StockMove.objects.filter(organisation=organisation).until(last).exclude(count__in=own)
        keys = [] if all(entry.occurred_on == last for entry in entries) else ["occurred_on"]
        for end, sign in (("destination", 1), ("source", -1)):
            for row in moves.filter(**{f"{end}__in": places}).sums(end, *keys):
                flows = self.days[row[end], row["commodity"]]
                flows.append((row.get("occurred_on", last), sign * row["pieces"]))
        for flows in self.days.values():
            flows.sort()
        counts = StockCount.objects.countable().filter(place__in=places, occurred_on__lte=last).exclude(pk__in=own)
        self.counted: dict[int, set[date]] = defaultdict(set)
        for place, day in counts.order_by().values_list("place", "occurred_on"):
            self.counted[place].add(day)

    def post(self, place: int, commodity: str, day: date, pieces: int) -> None:
        if pieces:
            insort(self.days[place, commodity], (day, pieces))

    def balance(self, place: int, commodity: str, day: date) -> int:
        flows: list[tuple[date, Any]] = self.days[place, commodity]
        return sum(pieces for _day, pieces in flows[: bisect_right(flows, (day, float("inf")))])

    def is_first(self, entry: StockCountEntry) -> bool:
        return not any(day <= entry.occurred_on for day in self.counted[entry.place_id])


writer = StockCounts()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of
