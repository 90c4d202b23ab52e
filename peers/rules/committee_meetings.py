"""The field rules of committee meetings: the form, the import and the actions all ask here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core import codes
from core.entries import Entry, plain
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem

MOST_PRESENT = 1_000
MOST_DECISIONS = 12
MOST_ACTIONS = 20
LONGEST_TEXT = 200
LATEST = date(2100, 12, 31)
# (what is to be done, code of `committee_role` or empty, until, done on)
Action = tuple[str, str, date, date | None]


@dataclass(frozen=True, kw_only=True)
class CommitteeMeetingEntry(Entry):
    """What somebody wants recorded of one meeting. `present` maps sex to the members who came."""

    apart = frozenset({"actions"})

    committee_id: UUID | None = None
    present: Mapping[str, int] = field(default_factory=dict)
    minutes: str = ""
    minutes_on_paper: bool = False
    decisions: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()

    def content(self) -> dict:
        return super().content() | {"actions": [plain(list(row)) for row in self.actions]}


def problems(entry: CommitteeMeetingEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    yield from happened_problems(entry.occurred_on, today)
    yield from note_problems(entry.minutes, "minutes")
    if entry.committee_id is None:
        yield Problem("committee", _("Choose the committee. Record it first if it isn't in the list."), "")
    for code in sorted(entry.present.keys() - codes.table("sex").keys()):
        yield Problem("present", codes.unknown("sex", code), code)
    numbers = list(entry.present.values())
    if min(numbers, default=0) < 0 or sum(numbers) > MOST_PRESENT:
        text = _("Give the number of members who came, from 0 to %(most)s.") % {"most": MOST_PRESENT}
        yield Problem("present", text, str(sum(numbers)))
    if len(entry.decisions) > MOST_DECISIONS:
        text = _("Keep to %(most)s decisions; put two together if there are more.") % {"most": MOST_DECISIONS}
        yield Problem("decisions", text, str(len(entry.decisions)))
    for text in entry.decisions:
        yield from _text_problems(text, "decisions")
    yield from _action_problems(entry.actions, entry.occurred_on, today)


def _text_problems(text: str, name: str) -> Iterator[Problem]:
    if not text.strip():
        yield Problem(name, _("Write what it is, or take the empty line out."), "")
    if len(text) > LONGEST_TEXT:
        said = _("Keep this to %(length)s characters.") % {"length": LONGEST_TEXT}
        yield Problem(name, said, text[:40])
    if "\n" in text or "\r" in text:
        yield Problem(name, _("Keep each decision and each action on one line."), text[:40])
    yield from note_problems(text, name)


def _action_problems(actions: Sequence[Action], held: date, today: date) -> Iterator[Problem]:
    if len(actions) > MOST_ACTIONS:
        text = _("Keep to %(most)s actions a meeting.") % {"most": MOST_ACTIONS}
        yield Problem("actions", text, str(len(actions)))
    yield from code_problems("actions", "committee_role", sorted({role for _t, role, *_days in actions if role}), held)
    for number, (text, _role, due_on, done_on) in enumerate(actions, start=1):
        yield from _text_problems(text, "actions")
        for said, day in _day_problems(due_on, done_on, held, today):
            yield Problem("actions", said % {"number": number}, str(day))


def _day_problems(due_on: date, done_on: date | None, held: date, today: date) -> Iterator[tuple[str, date]]:
    """What is wrong with the days of one action; each text has a blank for its number."""
    if due_on < held:
        yield _("Action %(number)s is due before the meeting. Mend the day “until”."), due_on
    if due_on > LATEST:
        yield _("Action %(number)s is due too far away. Check the year."), due_on
    if done_on and done_on > today:
        yield _("Action %(number)s can't be done in the future. Use today or an earlier day."), done_on
    if done_on and done_on < held:
        yield _("Action %(number)s was done before the meeting that decided on it. Mend the day."), done_on
