"""What may be said of a hotspot: where it is, how it stands, how many people can be met there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem

LONGEST = 120
MOST_PEOPLE = 100_000
ACTIVE, MOVED, CLOSED = "active", "moved", "closed"


@dataclass(frozen=True, kw_only=True)
class HotspotEntry:
    """What somebody wants to say of a hotspot. `team` holds ids of users."""

    name: str
    venue: str
    district_id: str
    times: str = ""
    team: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class StateEntry:
    """How a hotspot stands since a day. `moved_to_id` is where the people went, if that is a hotspot too."""

    status: str
    since: date
    moved_to_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class EstimateEntry:
    """How many people can be met at a hotspot: at least, most likely, at most."""

    estimated_on: date
    low: int
    point: int
    high: int
    method: str


def problems(entry: HotspotEntry, *, today: date) -> Iterator[Problem]:
    """What is wrong with the entry by itself."""
    if not entry.name.strip():
        yield Problem("name", _("Give the place the name that the team uses."))
    for field in ("name", "times"):
        text = getattr(entry, field)
        if len(text) > LONGEST:
            yield Problem(field, _("Keep this to %(length)s characters.") % {"length": LONGEST}, text[:40])
        yield from note_problems(text, field)
    yield from code_problems("venue", "venue_typology", [entry.venue], today)
    if not entry.district_id:
        yield Problem("district", _("Choose the district: it is all that others see of the place."))


def state_problems(entry: StateEntry, *, today: date) -> Iterator[Problem]:
    """What is wrong with a state by itself."""
    yield from happened_problems(entry.since, today, "since")
    if entry.status not in (ACTIVE, MOVED, CLOSED):
        yield Problem("status", _("Choose one of: active, moved, closed."), entry.status)
    if entry.moved_to_id and entry.status != MOVED:
        yield Problem("moved_to", _("Only a hotspot that moved has another one to name. Choose “Moved”, or leave it."))


def estimate_problems(entry: EstimateEntry, *, today: date) -> Iterator[Problem]:
    """What is wrong with an estimate by itself."""
    yield from happened_problems(entry.estimated_on, today, "estimated_on")
    for field in ("low", "point", "high"):
        number = getattr(entry, field)
        if not 0 <= number <= MOST_PEOPLE:
            text = _("Write a number from 0 to %(most)s.") % {"most": MOST_PEOPLE}
            yield Problem(field, text, str(number))
    if entry.point < entry.low:
        yield Problem("point", _("The most likely number can't be below the least."), str(entry.point))
    if entry.high < entry.point:
        yield Problem("high", _("The most can't be below the most likely number."), str(entry.high))
