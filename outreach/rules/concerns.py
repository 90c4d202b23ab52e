"""The field rules of safeguarding concerns: what may be raised, what may be said of it, and the time to act in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from core import codes
from core.entries import Entry
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem
from outreach.models.concerns import Concern
from outreach.rules.violence import age_problems

CONCERNS = "safeguarding_concern"
LONGEST = timedelta(hours=72)
Action = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class ConcernEntry(Entry):
    """What somebody wants told to the safeguarding lead. Without `raised_at` it is raised at the moment of writing.

    `actions` are (moment, code of `Concern.What`, note), made by `action`.
    """

    concerns: frozenset[str] = frozenset()
    client_id: UUID | None = None
    violence_id: UUID | None = None
    raised_at: datetime | None = None
    sex: str = "U"
    age: int | None = None
    note: str = ""
    actions: tuple[Action, ...] = ()
    closed_on: date | None = None
    outcome: str = ""


def to_the_minute(moment: datetime) -> datetime:
    """The moment as people write it and files hold it."""
    return moment.replace(second=0, microsecond=0)


def action(done_at: datetime, what: str, note: str = "") -> Action:
    """One thing that was done, as an entry holds it."""
    return to_the_minute(done_at).astimezone(UTC).isoformat(), str(what), " ".join(note.split())


def moment_of(done: Iterable[str]) -> datetime:
    """When an action of an entry or a record was done."""
    at, *_rest = done
    return datetime.fromisoformat(at)


def first_action_at(actions: Iterable[Iterable[str]]) -> datetime | None:
    return min((moment_of(done) for done in actions), default=None)


def respond_within(concerns: Iterable[str]) -> timedelta:
    """The shortest time in which one of the concerns asks for a first action (`respond_within` of the list)."""
    spans = {"now": timedelta(hours=settings.SAFEGUARDING_NOW_HOURS), "24h": timedelta(hours=24), "72h": LONGEST}
    table = codes.table(CONCERNS)
    asked = [str(table[code].attributes.get("respond_within", "")) for code in concerns if code in table]
    return min((spans.get(within, LONGEST) for within in asked), default=LONGEST)


def problems(entry: ConcernEntry, *, now: datetime) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    day = entry.occurred_on
    yield from happened_problems(day, timezone.localdate(now))
    if not entry.concerns:
        yield Problem("concerns", _("Say what you are worried about."), "")
    yield from code_problems("concerns", CONCERNS, sorted(entry.concerns), day)
    yield from code_problems("sex", "sex", [entry.sex], day)
    yield from age_problems(entry.age)
    yield from note_problems(entry.note)
    raised = entry.raised_at or to_the_minute(now)
    if entry.raised_at and entry.raised_at > now:
        yield Problem("raised_at", _("This moment is in the future. Use one that has been."), _text(raised))
    elif timezone.localdate(raised) != day:
        text = _("The day and the moment at which it was raised differ. Use the same day in both.")
        yield Problem("raised_at", text, _text(raised))
    for done in entry.actions:
        yield from action_problems(done, raised=raised, now=now)
    yield from _closing_problems(entry, today=timezone.localdate(now))


def action_problems(done: Action, *, raised: datetime, now: datetime) -> Iterator[Problem]:
    """Everything wrong with one thing that was done."""
    _at, what, note = done
    moment = moment_of(done)
    if moment < raised:
        text = _("Nothing can be done about it before it was raised, at %(raised)s.")
        yield Problem("done_at", text % {"raised": _text(raised)}, _text(moment))
    if moment > now:
        yield Problem("done_at", _("This moment is in the future. Use one that has been."), _text(moment))
    if what not in Concern.What.values:
        text = _("“%(code)s” is not something that can be done. Use one of: %(known)s.")
        yield Problem("what", text % {"code": what, "known": ", ".join(Concern.What.values)}, what)
    yield from note_problems(note)


def _closing_problems(entry: ConcernEntry, *, today: date) -> Iterator[Problem]:
    closed = entry.closed_on
    if entry.outcome and entry.outcome not in Concern.Outcome.values:
        text = _("“%(code)s” is not an outcome. Use one of: %(known)s.")
        yield Problem("outcome", text % {"code": entry.outcome, "known": ", ".join(Concern.Outcome.values)}, "")
    if bool(closed) != bool(entry.outcome):
        yield Problem("outcome", _("A closed concern has a day and an outcome, an open one neither."), entry.outcome)
    if closed is None:
        return
    if not entry.actions:
        yield Problem("outcome", _("Say first what was done: a concern is closed after something was done."), "")
    elif closed < timezone.localdate(max(moment_of(done) for done in entry.actions)):
        yield Problem("closed_on", _("It can't be closed before the last thing was done."), str(closed))
    if closed < entry.occurred_on:
        yield Problem("closed_on", _("It can't be closed before it was raised."), str(closed))
    if closed > today:
        yield Problem("closed_on", _("This day is in the future. Use today or an earlier day."), str(closed))


def _text(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
