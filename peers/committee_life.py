"""A committee's life told in order: planned, formed, met, gone quiet, formed anew, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from peers.committee_standing import formations
from peers.models import Committee, CommitteeMeeting
from peers.models.committees import ACTIVE_DAYS

PLANNED, FORMED, ANEW, TRAINED = "planned", "formed", "anew", "trained"
MET, QUIET, CLOSED = "met", "quiet", "closed"
_ORDER = (PLANNED, FORMED, ANEW, TRAINED, MET, QUIET, CLOSED)


@dataclass(frozen=True)
class Chapter:
    """Something that happened on a day, or lasted `until` a day (None while it lasts).

    `meetings` are those that followed one another without anything else between.
    """

    what: str
    on: date
    until: date | None = None
    meetings: tuple[CommitteeMeeting, ...] = ()


def life_of(committee: Committee, meetings: Sequence[CommitteeMeeting], today: date) -> list[Chapter]:
    """The chapters from the planning to today, the newest first. `meetings` are those that count."""
    formed = formations(committee, today)
    told = [Chapter(FORMED if place == 0 else ANEW, day) for place, day in enumerate(formed)]
    if not formed or committee.occurred_on <= formed[0]:
        told.append(Chapter(PLANNED, committee.occurred_on))
    if committee.trained_on and committee.trained_on <= today:
        told.append(Chapter(TRAINED, committee.trained_on))
    if committee.closed_on and committee.closed_on <= today:
        told.append(Chapter(CLOSED, committee.closed_on))
    signs = [*formed, *(one.occurred_on for one in meetings if one.is_minuted and one.occurred_on <= today)]
    told += _quiet_times(sorted(signs), committee, today)
    told += [Chapter(MET, one.occurred_on, None, (one,)) for one in meetings if one.occurred_on <= today]
    told.sort(key=lambda chapter: (chapter.on, _ORDER.index(chapter.what)))
    return _together(told)[::-1]


def _quiet_times(signs: list[date], committee: Committee, today: date) -> list[Chapter]:
    """The times in which more than 90 days had passed since the last sign of life."""
    found: list[Chapter] = []
    if not signs:
        return found
    closed = committee.closed_on if committee.closed_on and committee.closed_on <= today else None
    for sign, following in zip(signs, [*signs[1:], closed], strict=True):
        begins = sign + timedelta(days=ACTIVE_DAYS + 1)
        if begins < (following or today + timedelta(days=1)):
            found.append(Chapter(QUIET, begins, following - timedelta(days=1) if following else None))
    return found


def _together(told: list[Chapter]) -> list[Chapter]:
    """Meetings that follow one another as one chapter."""
    found: list[Chapter] = []
    for chapter in told:
        if chapter.what == MET and found and found[-1].what == MET:
            last = found.pop()
            chapter = Chapter(MET, last.on, chapter.on, (*last.meetings, *chapter.meetings))  # noqa: PLW2901
        found.append(chapter)
    return found
