"""The field rules of workplace committees: the form, the import and the actions all ask here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from uuid import UUID

from django.utils.translation import gettext as _

from core.entries import Entry, plain
from core.rules.codes import code_problems
from core.rules.dates import EARLIEST, happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem
from peers.models.committees import CommitteeMember

MOST_MEMBERS = 60
MOST_FORMINGS = 20
LONGEST_REASON = 200
LATEST = date(2100, 12, 31)
SEXES = ("F", "M", "X", "U")
# (code of `committee_role`, side, sex, from, until)
Member = tuple[str, str, str, date | None, date | None]


@dataclass(frozen=True, kw_only=True)
class CommitteeEntry(Entry):
    """What somebody wants recorded of one committee. `reformed_on` are ISO texts, as the record holds them."""

    apart = frozenset({"members"})

    workplace_id: UUID | None = None
    formed_on: date | None = None
    reformed_on: tuple[str, ...] = ()
    trained_on: date | None = None
    closed_on: date | None = None
    closed_because: str = ""
    note: str = ""
    members: tuple[Member, ...] = ()

    def content(self) -> dict:
        return super().content() | {"members": [plain(list(row)) for row in self.members]}


def day_from(text: str) -> date | None:
    """The day of an ISO text; None if it isn't one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def problems(entry: CommitteeEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    yield from happened_problems(entry.occurred_on, today)
    yield from note_problems(entry.note)
    if entry.workplace_id is None:
        yield Problem("workplace", _("Choose the workplace. Record it first if it isn't in the list."), "")
    for name in ("formed_on", "trained_on", "closed_on"):
        if day := getattr(entry, name):
            yield from happened_problems(day, today, name)
    yield from _forming_problems(entry, today)
    yield from _closing_problems(entry)
    yield from _member_problems(entry.members, entry.occurred_on)


def _forming_problems(entry: CommitteeEntry, today: date) -> Iterator[Problem]:
    days = [day_from(text) for text in entry.reformed_on]
    if None in days:
        text = _("Write the day as year-month-day, such as 2025-03-14.")
        yield Problem("reformed_on", text, ";".join(entry.reformed_on)[:40])
        return
    if len(days) > MOST_FORMINGS:
        text = _("A committee formed anew more than %(most)s times is another committee. Close this one.")
        yield Problem("reformed_on", text % {"most": MOST_FORMINGS}, str(len(days)))
    for day in days:
        yield from happened_problems(day, today, "reformed_on")
    if days and entry.formed_on is None:
        yield Problem("formed_on", _("Say when the committee was first formed."), "")
    lived = [*([entry.formed_on] if entry.formed_on else []), *days]
    if any(later <= earlier for earlier, later in pairwise(lived)):
        text = _("A committee is formed anew after it was formed. Put the days in order.")
        yield Problem("reformed_on", text, ";".join(entry.reformed_on)[:40])
    if entry.trained_on and (entry.formed_on is None or entry.trained_on < entry.formed_on):
        text = _("Members are trained once the committee is formed. Mend one of the days.")
        yield Problem("trained_on", text, str(entry.trained_on))


def _closing_problems(entry: CommitteeEntry) -> Iterator[Problem]:
    yield from note_problems(entry.closed_because, "closed_because")
    if len(entry.closed_because) > LONGEST_REASON:
        text = _("Keep this to %(length)s characters.") % {"length": LONGEST_REASON}
        yield Problem("closed_because", text, entry.closed_because[:40])
    if entry.closed_on is None:
        if entry.closed_because:
            yield Problem("closed_on", _("Say on which day it was closed, or leave out why."), "")
        return
    if not entry.closed_because.strip():
        yield Problem("closed_because", _("Say in a few words why the committee was closed."), "")
    begun = [entry.formed_on or entry.occurred_on, entry.trained_on, *map(day_from, entry.reformed_on)]
    if any(day and day > entry.closed_on for day in begun):
        text = _("The committee was closed before something else that is recorded of it. Mend one of the days.")
        yield Problem("closed_on", text, str(entry.closed_on))


def _member_problems(members: Sequence[Member], day: date) -> Iterator[Problem]:
    if len(members) > MOST_MEMBERS:
        text = _("A committee has at most %(most)s members here.") % {"most": MOST_MEMBERS}
        yield Problem("members", text, str(len(members)))
    yield from code_problems("members", "committee_role", sorted({member[0] for member in members}), day)
    for number, (_role, side, sex, since, until) in enumerate(members, start=1):
        if side not in CommitteeMember.Side.values:
            text = _("Member %(number)s: say whose side it is. Use one of: %(known)s.")
            known = ", ".join(CommitteeMember.Side.values)
            yield Problem("members", text % {"number": number, "known": known}, side)
        if sex not in SEXES:
            text = _("Member %(number)s: choose the sex, one of: %(known)s.")
            yield Problem("members", text % {"number": number, "known": ", ".join(SEXES)}, sex)
        if since and until and until < since:
            text = _("Member %(number)s: the term ends before it begins. Mend one of the days.")
            yield Problem("members", text % {"number": number}, str(until))
        if any(found and not EARLIEST <= found <= LATEST for found in (since, until)):
            yield Problem("members", _("Member %(number)s: check the years of the term.") % {"number": number}, "")


def missing_sides(sides: set[str]) -> list[str]:
    """Which sides a committee lacks: the employer, and the workers or their union. Empty while it has no member."""
    if not sides:
        return []
    lacking = [] if CommitteeMember.Side.EMPLOYER in sides else [str(CommitteeMember.Side.EMPLOYER)]
    if not sides & {CommitteeMember.Side.WORKER, CommitteeMember.Side.UNION}:
        lacking.append(str(CommitteeMember.Side.WORKER))
    return lacking
