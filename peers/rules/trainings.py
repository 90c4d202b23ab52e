"""The field rules of trainings: the form, the attendance sheet, the import and the actions all ask here."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from core import codes
from core.entries import Entry, plain
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem

MOST_DAYS = 60
MOST_HOURS = 400
MOST_SCORE = 100
TITLE_LENGTH = 120


@dataclass(frozen=True, kw_only=True)
class Attended:
    """One peer educator at the course: days, scores of 0 to 100, and whether the trainer saw that they can do it."""

    peer_id: UUID
    days: frozenset[date] = frozenset()
    score_before: int | None = None
    score_after: int | None = None
    signed_off: bool = False

    def line(self) -> list:
        return [
            str(self.peer_id),
            sorted(str(day) for day in self.days),
            self.score_before,
            self.score_after,
            self.signed_off,
        ]


@dataclass(frozen=True, kw_only=True)
class TrainingEntry(Entry):
    """What somebody wants recorded: one course from `occurred_on` to `ends_on`, and who came."""

    apart = frozenset({"attendances"})

    topics: frozenset[str]
    ends_on: date
    hours: int | None
    title: str = ""
    site_id: UUID | None = None
    note: str = ""
    attendances: tuple[Attended, ...] = ()

    def content(self) -> dict:
        rows = sorted((one.line() for one in self.attendances), key=lambda line: line[0])
        return super().content() | {"attendances": plain(rows)}


def course_days(first: date, last: date) -> list[date]:
    """Every day of a course, at most `MOST_DAYS`."""
    return [first + timedelta(days=number) for number in range(min((last - first).days + 1, MOST_DAYS))]


def usual_hours(topics: Iterable[str]) -> int | None:
    """How long a course about these topics usually takes; None where the list doesn't say."""
    table = codes.table("training_topic")
    told = [table[topic].attributes.get("default_hours") or "" for topic in topics if topic in table]
    return sum(int(hours) for hours in told if hours.isdecimal()) or None


def problems(entry: TrainingEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    yield from happened_problems(entry.occurred_on, today)
    yield from code_problems("topics", "training_topic", sorted(entry.topics), entry.occurred_on)
    yield from note_problems(entry.note)
    yield from note_problems(entry.title, "title")
    if len(entry.title) > TITLE_LENGTH:
        text = _("Keep the title to %(length)s characters.") % {"length": TITLE_LENGTH}
        yield Problem("title", text, entry.title[:40])
    if not entry.topics:
        yield Problem("topics", _("Choose at least one topic."), "")
    if entry.hours is None or not 1 <= entry.hours <= MOST_HOURS:
        text = _("Give the hours of the whole course, from 1 to %(most)s.") % {"most": MOST_HOURS}
        yield Problem("hours", text, str(entry.hours or ""))
    if entry.ends_on < entry.occurred_on:
        yield Problem("ends_on", _("The last day is before the first. Mend one of them."), str(entry.ends_on))
    elif (entry.ends_on - entry.occurred_on).days >= MOST_DAYS:
        text = _("A course has at most %(most)s days. Record a longer one in parts.") % {"most": MOST_DAYS}
        yield Problem("ends_on", text, str(entry.ends_on))
    yield from _attendance_problems(entry, today)


def _attendance_problems(entry: TrainingEntry, today: date) -> Iterator[Problem]:
    peers = [one.peer_id for one in entry.attendances]
    if len(peers) != len(set(peers)):
        yield Problem("attendances", _("A peer educator stands here twice. Keep one line for each."), "")
    days = sorted({day for one in entry.attendances for day in one.days})
    for day in days:
        if not entry.occurred_on <= day <= entry.ends_on:
            text = _("Somebody came on %(day)s, which is not a day of the course. Mend the sheet or the days.")
            yield Problem("attendances", text % {"day": day}, str(day))
        elif day > today:
            text = _("%(day)s is in the future: tick only days that have been.") % {"day": day}
            yield Problem("attendances", text, str(day))
    scores = {score for one in entry.attendances for score in (one.score_before, one.score_after) if score is not None}
    for score in sorted(scores):
        if not 0 <= score <= MOST_SCORE:
            text = _("Give a score from 0 to %(most)s.") % {"most": MOST_SCORE}
            yield Problem("attendances", text, str(score))


def recruited_problems(entry: TrainingEntry, recruited: dict[UUID, date]) -> Iterator[Problem]:
    """Problems of those who came: not the organisation's, or recruited only after the course.

    `recruited` says of the organisation's peer educators when they were.
    """
    for one in entry.attendances:
        day = recruited.get(one.peer_id)
        if day is None:
            text = _("There is no such peer educator here. Choose one from the list.")
            yield Problem("attendances", text, str(one.peer_id))
        elif day > entry.ends_on:
            text = _("A peer educator was recruited on %(day)s, after the course. Take them off the sheet.")
            yield Problem("attendances", text % {"day": day}, str(one.peer_id))
