"""The field rules of supervision: the form, the import and the actions all ask here."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from core import codes
from core.entries import Entry, plain
from core.models.codes import Code
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem

ANSWERS = (0, 1, 2)
ACTION_LENGTH = 200
MOST_ACTIONS = 20
# Nobody plans a next visit, or agrees to something, for longer than two years.
FURTHEST = timedelta(days=731)


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """One thing agreed on until a day, and when it was done."""

    text: str
    due_on: date
    done_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class SupervisionEntry(Entry):
    """What somebody wants recorded: one visit. `checklist` maps items to 0 (not yet), 1 (partly) or 2 (yes)."""

    apart = frozenset({"agreed"})

    peer_id: UUID
    kind: str
    session_id: UUID | None = None
    checklist: Mapping[str, int] = field(default_factory=dict)
    note: str = ""
    next_on: date | None = None
    agreed: tuple[Agreed, ...] = ()

    def content(self) -> dict:
        return super().content() | {"agreed": plain([[one.text, one.due_on, one.done_on] for one in self.agreed])}


def items_of(kind: str) -> dict[str, Code]:
    """The checklist of a kind of visit, retired items too."""
    table = codes.table("supervision_item")
    return {key: row for key, row in table.items() if kind in (row.attributes.get("kinds") or "").split(";")}


def score_of(checklist: Mapping[str, int]) -> int | None:
    """Points out of what could be reached, from 0 to 100, halves upwards; None if nothing was answered."""
    if not checklist:
        return None
    points, most = sum(checklist.values()), 2 * len(checklist)
    return (200 * points + most) // (2 * most)


def problems(entry: SupervisionEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    yield from happened_problems(entry.occurred_on, today)
    yield from code_problems("kind", "supervision_type", [entry.kind], entry.occurred_on)
    yield from note_problems(entry.note)
    yield from _checklist_problems(entry)
    if entry.next_on is not None and not entry.occurred_on < entry.next_on <= entry.occurred_on + FURTHEST:
        text = _("Plan the next visit for a day after this one, within two years.")
        yield Problem("next_on", text, str(entry.next_on))
    if len(entry.agreed) > MOST_ACTIONS:
        text = _("Agree on at most %(most)s things at a time.") % {"most": MOST_ACTIONS}
        yield Problem("agreed", text, str(len(entry.agreed)))
    for one in entry.agreed:
        yield from _agreed_problems(entry, one, today)


def _checklist_problems(entry: SupervisionEntry) -> Iterator[Problem]:
    yield from code_problems("checklist", "supervision_item", sorted(entry.checklist), entry.occurred_on)
    asked, known = items_of(entry.kind), codes.table("supervision_item")
    for item, answer in sorted(entry.checklist.items()):
        if item in known and item not in asked:
            text = _("“%(item)s” isn't asked in this kind of visit. Leave it out.")
            yield Problem("checklist", text % {"item": codes.label("supervision_item", item)}, item)
        if answer not in ANSWERS:
            text = _("Answer with 0 (not yet), 1 (partly) or 2 (yes).")
            yield Problem("checklist", text, f"{item}:{answer}")


def _agreed_problems(entry: SupervisionEntry, one: Agreed, today: date) -> Iterator[Problem]:
    shown = one.text[:40]
    if not one.text.strip():
        yield Problem("agreed", _("Say in a few words what was agreed, or take the day out."), "")
    if len(one.text) > ACTION_LENGTH:
        text = _("Keep what was agreed to %(length)s characters.") % {"length": ACTION_LENGTH}
        yield Problem("agreed", text, shown)
    else:
        yield from note_problems(one.text, "agreed")
    if not entry.occurred_on <= one.due_on <= entry.occurred_on + FURTHEST:
        text = _("Agree on a day from that of the visit on, within two years: “%(what)s”.")
        yield Problem("agreed", text % {"what": shown}, str(one.due_on))
    if one.done_on is not None and not entry.occurred_on <= one.done_on <= today:
        text = _("“%(what)s” can't have been done before the visit or in the future. Mend the day.")
        yield Problem("agreed", text % {"what": shown}, str(one.done_on))
