"""How a workplace committee stands on a day: planned, formed, trained, active, gone quiet or closed.

Nothing of it is stored: it follows from the committee's own days and from the days of its minuted meetings, so a
meeting recorded late, or made void, puts it right by itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Max, OuterRef, QuerySet, Subquery

from core.batches import portions
from peers.models import Committee, CommitteeMeeting
from peers.models.committees import ACTIVE_DAYS

# A committee is about to go quiet when so many days have passed since its last sign of life.
NEARLY_DAYS = 75
PLANNED, FORMED, TRAINED = "planned", "formed", "trained"
ACTIVE, INACTIVE, CLOSED = "active", "inactive", "closed"


@dataclass(frozen=True)
class Standing:
    """How a committee stands on a day. `status` is a code of `committee_status`.

    `last_meeting` is its newest minuted meeting since it was last formed. `due_on` is the day until which a minuted
    meeting keeps it from going quiet, and `quiet_since` the first day on which it was quiet.
    """

    status: str
    day: date
    last_meeting: date | None = None
    due_on: date | None = None

    @property
    def quiet_since(self) -> date | None:
        return self.due_on + timedelta(days=1) if self.due_on and self.status == INACTIVE else None

    @property
    def days_left(self) -> int | None:
        """Days until it goes quiet; negative since then."""
        return (self.due_on - self.day).days if self.due_on else None

    @property
    def nearly_quiet(self) -> bool:
        """Whether it lives, and its last sign of life lies 75 to 90 days back."""
        return self.due_on is not None and 0 <= (self.due_on - self.day).days <= ACTIVE_DAYS - NEARLY_DAYS


def formations(committee: Committee, day: date) -> list[date]:
    """The days up to `day` on which it was formed, and formed anew, in order."""
    days = [*([committee.formed_on] if committee.formed_on else []), *map(date.fromisoformat, committee.reformed_on)]
    return sorted(found for found in days if found <= day)


def standing(committee: Committee, last_minuted: date | None, day: date) -> Standing:
    """How the committee stands on `day`; `last_minuted` is its newest minuted meeting on or before that day.

    Closed from the day of closing on. Active while a minuted meeting since the last forming lies no more than 90 days
    back. Without one it counts as formed (or trained) for 90 days from its forming, then as inactive.
    """
    if committee.closed_on and committee.closed_on <= day:
        return Standing(CLOSED, day, last_minuted)
    formed = formations(committee, day)
    if not formed:
        return Standing(PLANNED, day)
    if last_minuted and last_minuted < formed[-1]:
        last_minuted = None
    due_on = (last_minuted or formed[-1]) + timedelta(days=ACTIVE_DAYS)
    if day > due_on:
        return Standing(INACTIVE, day, last_minuted, due_on)
    if last_minuted:
        return Standing(ACTIVE, day, last_minuted, due_on)
    trained = committee.trained_on is not None and formed[-1] <= committee.trained_on <= day
    return Standing(TRAINED if trained else FORMED, day, None, due_on)


def standing_of(committees: Iterable[Committee], day: date) -> dict[UUID, Standing]:
    """How each of the committees stands on `day`, by id: one query for the meetings of up to 5,000 of them."""
    rows = list(committees)
    newest: dict[UUID, date] = {}
    for portion in portions([row.pk for row in rows]):
        minuted = CommitteeMeeting.objects.minuted().filter(committee__in=portion, occurred_on__lte=day).order_by()
        newest |= dict(minuted.values_list("committee").annotate(newest=Max("occurred_on")))
    return {row.pk: standing(row, newest.get(row.pk), day) for row in rows}


def with_last_minuted(committees: QuerySet, day: date) -> QuerySet:
    """The committees with `last_minuted`, their newest minuted meeting on or before `day`."""
    minuted = CommitteeMeeting.objects.minuted().filter(committee=OuterRef("pk"), occurred_on__lte=day)
    return committees.annotate(last_minuted=Subquery(minuted.order_by("-occurred_on").values("occurred_on")[:1]))


def standing_read(committee: Any, day: date) -> Standing:
    """How a committee read `with_last_minuted` up to the same day stands; asks the database nothing."""
    return standing(committee, committee.last_minuted, day)
