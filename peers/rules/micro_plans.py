"""The field rules of micro-plans: the form, the import and the actions all ask here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from core.entries import Entry, plain
from core.rules.dates import EARLIEST, happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem
from outreach.rules.risk_reviews import MOST_PER_WEEK
from peers import months
from peers.models.peer_educators import ENDED
from peers.plan_weeks import MOST_WEEKS, days_of, month_of, weeks_in

MOST_LINES = 200
PRIORITIES = (1, 2, 3)
# Fields of a problem that belong to one line: its value is the id of that line's client.
OF_A_LINE = ("client", "site", "acts_per_week", "injections_per_week", "priority", "in_weeks")


class Line(NamedTuple):
    """One person on a plan: where to meet them, what they need a week, how soon, in which weeks of the month."""

    client_id: UUID
    site_id: UUID | None = None
    acts_per_week: int | None = None
    injections_per_week: int | None = None
    priority: int = 3
    in_weeks: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class PlanEntry(Entry):
    """One peer educator's plan of one month; `occurred_on` is the day on which it is made."""

    apart = frozenset({"lines"})

    peer_id: UUID
    month: date
    weeks: int = 4
    note: str = ""
    lines: tuple[Line, ...] = ()

    def content(self) -> dict:
        rows = sorted(([*line[:-1], sorted(line.in_weeks)] for line in self.lines), key=lambda row: str(row[0]))
        return super().content() | {"lines": plain(rows)}


def problems(entry: PlanEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry by itself."""
    yield from happened_problems(entry.occurred_on, today)
    yield from note_problems(entry.note)
    yield from _month_problems(entry.month, today)
    if not 1 <= entry.weeks <= MOST_WEEKS:
        text = _("Give the weeks that are planned for, from 1 to %(most)s.") % {"most": MOST_WEEKS}
        yield Problem("weeks", text, str(entry.weeks))
    if not entry.lines:
        yield Problem("lines", _("Nobody is on this plan yet. Choose at least one person."), "")
    if len(entry.lines) > MOST_LINES:
        text = _("A plan holds %(most)s people at most. Take some off, or put them on another plan.")
        yield Problem("lines", text % {"most": MOST_LINES}, str(len(entry.lines)))
        return
    for line in entry.lines:
        yield from _line_problems(line, entry.month)


def _month_problems(month: date, today: date) -> Iterator[Problem]:
    if month.day != 1:
        yield Problem("month", _("Name the month by its first day, such as 2025-03-01."), str(month))
    elif month > months.after(month_of(today)):
        yield Problem("month", _("A plan can be made for this month or the next one, not for a later one."), str(month))
    elif month < EARLIEST:
        yield Problem("month", _("This day is before 1990. Check the year."), str(month))


def _line_problems(line: Line, month: date) -> Iterator[Problem]:
    who = str(line.client_id)
    if line.priority not in PRIORITIES:
        yield Problem("priority", _("Give the priority: 1 (first), 2 or 3."), who)
    for name, number in (("acts_per_week", line.acts_per_week), ("injections_per_week", line.injections_per_week)):
        if number is not None and not 0 <= number <= MOST_PER_WEEK:
            text = _("Give the times a week, from 0 to %(most)s.") % {"most": MOST_PER_WEEK}
            yield Problem(name, text, who)
    known = weeks_in(month) if month.year < 9999 else list(range(1, MOST_WEEKS + 1))
    if set(line.in_weeks) - set(known) or len(set(line.in_weeks)) != len(line.in_weeks):
        text = _("Name weeks of this month, each once: %(known)s.") % {"known": ", ".join(map(str, known))}
        yield Problem("in_weeks", text, who)


def standing_problems(month: date, *, recruited: date, status: str, since: date) -> Iterator[Problem]:
    """What speaks against planning for a peer educator, from their state on the month's last day."""
    if month.year >= 9999:
        return
    if recruited > days_of(month).end:
        yield Problem("month", _("This peer educator wasn't recruited yet in that month. Choose a later month."), "")
    elif status in ENDED and since < month:
        text = _("This peer educator left before that month. Choose another peer educator, or an earlier month.")
        yield Problem("peer", text, "")
