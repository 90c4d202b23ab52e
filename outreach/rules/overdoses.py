"""The field rules of overdoses: the form, the import and the actions all ask here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from core.entries import Entry
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.problems import Problem
from outreach.models.harm_reduction import FOLLOW_UP_HOURS, Overdose

MOST_DOSES = 50
FOLLOW_UP = timedelta(hours=FOLLOW_UP_HOURS)


@dataclass(frozen=True, kw_only=True)
class OverdoseEntry(Entry):
    """One overdose, what was done, and the follow-up. `doses` are those of naloxone used."""

    client_id: UUID | None = None
    site_id: UUID | None = None
    happened_at: time | None = None
    substances: frozenset[str] = frozenset()
    helped_by: str = ""
    doses: int = 0
    replace_kit: bool = False
    outcome: str = Overdose.Outcome.UNKNOWN
    followed_up_on: date | None = None
    follow_up: str = ""


def follow_up_by(day: date, at: time | None) -> datetime:
    """When the follow-up is due, as a local time without zone; without a time the clock runs from the day's end."""
    begins = datetime.combine(day, at) if at else datetime.combine(day + timedelta(days=1), time())
    return begins + FOLLOW_UP


def done_by_us(entry: OverdoseEntry) -> bool:
    """Whether the programme did something: others who helped, with no kit replaced, leave nothing to record."""
    others = {Overdose.Helper.FRIEND, Overdose.Helper.MEDICAL, Overdose.Helper.NOBODY}
    return entry.replace_kit or entry.helped_by not in others


def problems(entry: OverdoseEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    yield from happened_problems(entry.occurred_on, today)
    yield from code_problems("substances", "substance", sorted(entry.substances), entry.occurred_on)
    yield from _choice_problems(entry)
    if not 0 <= entry.doses <= MOST_DOSES:
        text = _("Give the number of doses, from 0 to %(most)s.") % {"most": MOST_DOSES}
        yield Problem("doses", text, str(entry.doses))
    if entry.replace_kit and entry.outcome == Overdose.Outcome.DIED:
        yield Problem("replace_kit", _("No kit is replaced after a death. Leave this out."), "1")
    elif entry.replace_kit and entry.doses < 1:
        text = _("A kit is replaced where naloxone was used. Give the number of doses, or leave this out.")
        yield Problem("replace_kit", text, "1")
    yield from _follow_up_problems(entry, today)


def _choice_problems(entry: OverdoseEntry) -> Iterator[Problem]:
    choices = {"helped_by": Overdose.Helper, "outcome": Overdose.Outcome, "follow_up": Overdose.FollowUp}
    for name, known in choices.items():
        value = getattr(entry, name)
        if value not in known.values and (value or name == "outcome"):
            text = _("“%(code)s” is not a code of this list. Use one of: %(known)s.")
            yield Problem(name, text % {"code": value, "known": ", ".join(known.values)}, value)


def _follow_up_problems(entry: OverdoseEntry, today: date) -> Iterator[Problem]:
    day = entry.followed_up_on
    if (day is None) != (not entry.follow_up):
        text = _("Give both: the day of the follow-up, and how the person was.")
        yield Problem("follow_up" if day else "followed_up_on", text, entry.follow_up or str(day))
    if day is None:
        return
    if day < entry.occurred_on:
        text = _("The follow-up can't lie before the overdose. Check both days.")
        yield Problem("followed_up_on", text, str(day))
    else:
        yield from happened_problems(day, today, "followed_up_on")
    if entry.outcome == Overdose.Outcome.DIED:
        yield Problem("followed_up_on", _("The person died: there is no follow-up. Leave this out."), str(day))
