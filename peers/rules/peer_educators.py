"""The field rules of peer educators and of how they stand: the form, the import and the actions all ask here."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core import codes
from core.entries import Entry, plain
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem
from core.wording import shown
from peers.models.peer_educators import ACTIVE, CANDIDATE, ON_LEAVE, TRAINING

YOUNGEST, YOUNGEST_THINKABLE, OLDEST_THINKABLE = 15, 10, 99
GRADUATED, DROPPED, DISMISSED = "graduated", "dropped", "dismissed"
_CODE = re.compile(r"[^\s;:,=\x00-\x1f]{1,20}")

# What can follow a state; before the first one stands the candidate. Old registers begin with active.
_LEAVING = (DROPPED, DISMISSED)
FOLLOWING = {
    "": (CANDIDATE, TRAINING, ACTIVE),
    CANDIDATE: (TRAINING, ACTIVE, *_LEAVING),
    TRAINING: (ACTIVE, *_LEAVING),
    ACTIVE: (ON_LEAVE, GRADUATED, *_LEAVING),
    ON_LEAVE: (ACTIVE, GRADUATED, *_LEAVING),
    GRADUATED: (TRAINING, ACTIVE),
    DROPPED: (TRAINING, ACTIVE),
    DISMISSED: (TRAINING, ACTIVE),
}
# A state that a programme added to the list behaves as the one of its stage that stands here.
_LIKE = {"before": CANDIDATE, "working": ACTIVE, "paused": ON_LEAVE, "ended": DROPPED}


@dataclass(frozen=True, kw_only=True)
class PeerEntry(Entry):
    """What somebody wants recorded of one peer educator. `reference` is the code, `occurred_on` the recruitment.

    `statuses` is the whole timeline in order: (code of `peer_status`, since, code of `peer_exit_reason` or empty).
    """

    apart = frozenset({"sites", "statuses"})

    sex: str = "U"
    birth_year: int | None = None
    languages: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    own_group: str = ""
    supervisor_id: int | None = None
    user_id: int | None = None
    sites: frozenset[UUID] = frozenset()
    statuses: tuple[tuple[str, date, str], ...] = ()
    note: str = ""

    def content(self) -> dict:
        return super().content() | {"sites": plain(self.sites), "statuses": plain(self.statuses)}


def stage(status: str) -> str:
    """Where in a peer educator's life a state stands: before, working, paused, ended, computed."""
    row = codes.table("peer_status").get(status)
    return row.attributes.get("stage", "") if row else ""


def settable() -> list[str]:
    """States that somebody can put a peer educator into; the others follow from what they do."""
    return [code for code in codes.in_use("peer_status") if stage(code) != "computed"]


def following(status: str) -> list[str]:
    """States that make sense after this one; an empty text stands for the time before the first."""
    nexts = FOLLOWING[_like(status)]
    return [code for code in settable() if _like(code) in nexts and code != status]


def _like(status: str) -> str:
    return status if status in FOLLOWING else _LIKE.get(stage(status), CANDIDATE)


def problems(entry: PeerEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry by itself."""
    day = entry.occurred_on
    yield from happened_problems(day, today)
    if not _CODE.fullmatch(entry.reference):
        text = _("Give the peer educator a code in one piece, such as PE-07: at most 20 characters, no name.")
        yield Problem("reference", text, entry.reference[:40])
    yield from note_problems(entry.reference, "reference")
    yield from code_problems("sex", "sex", [entry.sex], day)
    yield from code_problems("languages", "language", sorted(entry.languages), day)
    yield from code_problems("groups", "population_group", sorted(entry.groups), day)
    yield from code_problems("own_group", "population_group", filter(None, [entry.own_group]), day)
    yield from note_problems(entry.note)
    yield from _age_problems(entry)
    yield from _status_problems(entry, today)


def _age_problems(entry: PeerEntry) -> Iterator[Problem]:
    if entry.birth_year is None:
        return
    age = entry.occurred_on.year - entry.birth_year
    if not YOUNGEST_THINKABLE <= age <= OLDEST_THINKABLE:
        text = _("Born in this year, they would have been %(age)s when recruited. Check the year of birth.")
        yield Problem("birth_year", text % {"age": age}, str(entry.birth_year))
    elif age < YOUNGEST:
        text = _("Nobody under 15 can be a peer educator. Check the year, or take them on later.")
        yield Problem("birth_year", text, str(entry.birth_year))


def _status_problems(entry: PeerEntry, today: date) -> Iterator[Problem]:
    before, last = "", None
    for status, since, reason in entry.statuses:
        if status not in codes.table("peer_status") or stage(status) == "computed":
            known = ", ".join(settable())
            text = _("“%(code)s” is no state to be put into. Use one of: %(known)s.")
            yield Problem("statuses", text % {"code": status, "known": known}, status)
            return
        yield from _day_problems(since, last, entry.occurred_on, today)
        if status not in following(before):
            yield Problem("statuses", _step_text(before, status), status)
        yield from _reason_problems(status, reason, since)
        before, last = status, since


def _day_problems(since: date, last: date | None, recruited: date, today: date) -> Iterator[Problem]:
    if since > today:
        yield Problem("statuses", _("This day is in the future. Use today or an earlier day."), str(since))
    if last is None and since < recruited:
        text = _("They were recruited on %(day)s: no state can begin before. Use that day or a later one.")
        yield Problem("statuses", text % {"day": shown(recruited)}, str(since))
    if last is not None and since <= last:
        text = _("The state before began on %(day)s. Use a later day, or take that state back first.")
        yield Problem("statuses", text % {"day": shown(last)}, str(since))


def _step_text(before: str, status: str) -> str:
    said = {"status": codes.label("peer_status", status), "known": _labels(following(before))}
    if not before:
        return _("A first state can't be “%(status)s”. It can be: %(known)s.") % said
    said["before"] = codes.label("peer_status", before)
    return _("After “%(before)s” can't come “%(status)s”. It can be: %(known)s.") % said


def _labels(found: list[str]) -> str:
    return ", ".join(codes.label("peer_status", code) for code in found)


def _reason_problems(status: str, reason: str, since: date) -> Iterator[Problem]:
    here = stage(status)
    needed, allowed = here == "ended" and status != GRADUATED, here in ("ended", "paused")
    if needed and not reason:
        yield Problem("reason", _("Say why they left: choose a reason."), "")
    if reason and (not allowed or status == GRADUATED):
        yield Problem("reason", _("This state needs no reason. Leave it empty."), reason)
    elif reason:
        yield from code_problems("reason", "peer_exit_reason", [reason], since)
