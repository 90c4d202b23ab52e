"""How much lies where: balances, use, batches and counts of many places at once, in a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Case, DateField, Max, OuterRef, Q, Subquery, Sum, Value, When

from core.permissions import Permission
from core.scope import Scope
from outreach.models import StockCount, StockDocument, StockMove, StockPlace
from outreach.stock import Batch, Event, days_without, full_months_before, months_of_stock, on_hand

Key = tuple[int, str]
# What is older than this is taken from the batches as one sum, whatever day it was.
EXACT_DAYS = 730
RECENT_DAYS = 183
USED_WITHIN = 90


@dataclass
class Level:
    """What lies in one place of one commodity. `used` was given to people in the last three full months.

    `late` is what was entered after the last count for its day or earlier; None where the count didn't name it.
    """

    place: StockPlace
    commodity: str
    balance: int = 0
    used: int = 0
    last_moved: date | None = None
    late: int | None = None
    batches: list[tuple[Batch, int]] = field(default_factory=list)

    @property
    def months(self) -> float | None:
        return months_of_stock(self.balance, self.used)

    def expired(self, day: date) -> int:
        return sum(pieces for batch, pieces in self.batches if batch.expired(day))

    @property
    def next_expiry(self) -> date | None:
        return next((batch.expires_on for batch, _pieces in self.batches if batch.expires_on), None)

    def state(self, day: date) -> str:
        """The one thing to say of it first: below, out, expired, low, or nothing."""
        if self.balance < 0:
            return "below"
        if self.expired(day):
            return "expired"
        if not self.used:
            return ""
        if not self.balance:
            return "out"
        return "low" if (self.months or 0) < settings.STOCK_MIN_MONTHS else ""


def places_of(scope: Scope, permission: Permission = Permission.STOCK_VIEW) -> list[StockPlace]:
    """Places in which pieces lie, of the organisations in which the person holds the permission; one query."""
    rows = StockPlace.objects.visible_to(scope).holding().select_related("organisation", "site", "worker")
    if not scope.everywhere(permission):
        rows = rows.filter(organisation_id__in=scope.all_organisations(permission))
    order = {kind: number for number, kind in enumerate(StockPlace.HOLDING)}
    return sorted(rows, key=lambda place: (place.organisation.name, order[place.kind], str(place)))


def last_counts(places: Sequence[StockPlace]) -> dict[int, StockCount]:
    """The newest count of each place; one query."""
    newest = StockCount.objects.countable().filter(place=OuterRef("place")).order_by("-occurred_on", "-recorded_at")
    counts = StockCount.objects.countable().filter(place__in=places, pk=Subquery(newest.values("pk")[:1]))
    return {count.place_id: count for count in counts}


def levels(places: Sequence[StockPlace], today: date, counts: dict[int, StockCount] | None = None) -> dict[Key, Level]:
    """What lies in the places now, by place and commodity; eight queries, however many there are.

    `counts` are the places' last counts, read here unless they are at hand.
    The store's use is that of the whole organisation: it feeds all its places.
    """
    found: dict[Key, Level] = {}
    by_id = {place.pk: place for place in places}
    counts = last_counts(places) if counts is None else counts

    def level(place: int, commodity: str) -> Level:
        return found.setdefault((place, commodity), Level(by_id[place], commodity))

    until_count: dict[Key, int] = defaultdict(int)
    for end, sign in (("destination", 1), ("source", -1)):
        for row in _sums(end, by_id, counts, today):
            here = level(row[end], row["commodity"])
            here.balance += sign * row["pieces"]
            here.used += row.get("used") or 0
            here.last_moved = max(filter(None, [here.last_moved, row["last"]]), default=None)
            until_count[row[end], row["commodity"]] += sign * (row.get("counted") or 0)
    for place, count in counts.items():
        for commodity, counted, _reason in count.lines:
            level(place, commodity).late = until_count[place, commodity] - counted
    _share_use(found)
    for key, batches in batches_of(list(found), today).items():
        found[key].batches = batches
    return found


def _sums(end: str, places: Iterable[int], counts: dict[int, StockCount], today: date):
    """Sums of moves at one end, by place and commodity: all, up to the place's last count, given in the last months."""
    first, last = full_months_before(today)
    sums: dict[str, Any] = {"last": Max("occurred_on")}
    if end == "source":
        people = StockPlace.objects.filter(kind=StockPlace.Kind.CLIENTS).values_list("pk", flat=True)
        given = Q(destination__in=people, occurred_on__gte=first, occurred_on__lte=last)
        sums["used"] = Sum("quantity", filter=given)
    if counts:
        days = Case(
            *(When(**{end: pk}, then=Value(count.occurred_on)) for pk, count in counts.items()),
            output_field=DateField(),
        )
        sums["counted"] = Sum("quantity", filter=Q(occurred_on__lte=days))
    return StockMove.objects.filter(**{f"{end}__in": list(places)}).sums(end).annotate(**sums)


def _share_use(found: dict[Key, Level]) -> None:
    """Give the stores the use of all places of their organisation."""
    used: dict[tuple[int, str], int] = defaultdict(int)
    for level in found.values():
        used[level.place.organisation_id, level.commodity] += level.used
    for level in found.values():
        if level.place.kind == StockPlace.Kind.STORE:
            level.used = used[level.place.organisation_id, level.commodity]


def batches_of(keys: Sequence[Key], today: date, expiring: tuple[date, date] | None = None) -> dict:
    """What remains of each batch, by place and commodity, where batches have a last day; five queries.

    `expiring` asks only for places and commodities into which something came whose last day lies in those days.
    """
    wanted, places = set(keys), {place for place, _commodity in keys}
    moves = StockMove.objects.all()
    arrived = moves.filter(destination__in=places)
    dated = arrived.filter(expires_on__isnull=False)
    if expiring:
        dated = dated.filter(expires_on__gte=expiring[0], expires_on__lte=expiring[1])
    asked = wanted & set(dated.order_by().values_list("destination", "commodity").distinct())
    if not asked:
        return {}
    events: dict[Key, list[Event]] = defaultdict(list)
    chosen = {"commodity__in": {commodity for _place, commodity in asked}}
    places = {place for place, _commodity in asked}
    what = ("occurred_on", "batch", "expires_on")
    for row in moves.filter(destination__in=places, **chosen).sums("destination", *what):
        batch = Batch(row["batch"], row["expires_on"])
        events[row["destination"], row["commodity"]].append(Event(row["occurred_on"], row["pieces"], batch))
    edge = today - timedelta(days=EXACT_DAYS)
    people = StockPlace.objects.filter(kind=StockPlace.Kind.CLIENTS).values("pk")
    left = moves.filter(source__in=places, **chosen)
    for row in left.exclude(destination__in=people).sums("source", *what):
        batch = Batch(row["batch"], row["expires_on"])
        events[row["source"], row["commodity"]].append(Event(row["occurred_on"], -row["pieces"], batch))
    given = left.filter(destination__in=people)
    for row in given.filter(occurred_on__lt=edge).sums("source"):
        events[row["source"], row["commodity"]].append(Event(edge - timedelta(days=1), -row["pieces"]))
    for row in given.filter(occurred_on__gte=edge).sums("source", "occurred_on"):
        events[row["source"], row["commodity"]].append(Event(row["occurred_on"], -row["pieces"], given=True))
    return {key: on_hand(events[key]) for key in asked}


def counts_due(places: Sequence[StockPlace], found: Iterable[Level], today: date, counts=None) -> list[StockPlace]:
    """Places that hold something, or moved something in the last half year, and weren't counted this month.

    A site that is closed and holds nothing is left alone.
    """
    counts = last_counts(places) if counts is None else counts
    since = today - timedelta(days=RECENT_DAYS)
    alive = {
        level.place.pk
        for level in found
        if level.balance or (level.last_moved is not None and level.last_moved >= since)
    }
    month = today.replace(day=1)
    done = {pk for pk, count in counts.items() if count.occurred_on >= month}
    return [place for place in places if place.pk in alive - done]


def stock_outs(places: Sequence[StockPlace], start: date, end: date) -> list[tuple[Level, int]]:
    """(level, days) of what was missing in a place on some day though people were given it there shortly before.

    The level's balance is that of the last day. Four queries.
    """
    by_id = {place.pk: place for place in places}
    moves = StockMove.objects.all()
    usual = moves.filter(
        source__in=by_id,
        destination__kind=StockPlace.Kind.CLIENTS,
        occurred_on__gte=start - timedelta(days=USED_WITHIN),
        occurred_on__lte=end,
    )
    asked = set(usual.order_by().values_list("source", "commodity").distinct())
    opening = moves.until(start - timedelta(days=1)).balances(by_id)
    changes: dict[Key, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    inside = moves.filter(occurred_on__gte=start, occurred_on__lte=end)
    for way, sign in (("destination", 1), ("source", -1)):
        for row in inside.filter(**{f"{way}__in": by_id}).sums(way, "occurred_on"):
            changes[row[way], row["commodity"]][row["occurred_on"]] += sign * row["pieces"]
    found = []
    for place, commodity in asked:
        moved = changes[place, commodity]
        before = opening.get((place, commodity), 0)
        if days := days_without(before, moved, start, end):
            found.append((Level(by_id[place], commodity, before + sum(moved.values())), days))
    return sorted(found, key=lambda pair: (-pair[1], str(pair[0].place), pair[0].commodity))


def keeps_stock(places: Iterable[StockPlace]) -> set[int]:
    """Organisations of the places that keep books of their stock: with a document or count of their own; one query."""
    ids = {place.organisation_id for place in places}
    documents, counts = (
        model.objects.countable().filter(organisation__in=ids).order_by().values_list("organisation", flat=True)
        for model in (StockDocument, StockCount)
    )
    return set(documents.union(counts))
