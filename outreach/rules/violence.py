"""The field rules of violence: what somebody told, the help wanted, and the hours in which PEP can begin."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from core.entries import Entry
from core.rules.codes import code_problems
from core.rules.dates import happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem
from outreach.models.violence import PEP_HOURS, ViolenceEvent

OLDEST = 110
# Kinds of referral that help after violence can mean (`referral_type.csv`), what is most pressing first.
HELP = ("PEP", "GBV", "MED", "CP", "SHELTER", "LEGAL", "MH")
SEXUAL = "sexual"
Pep = ViolenceEvent.Pep


@dataclass(frozen=True, kw_only=True)
class ViolenceEntry(Entry):
    """What somebody wants recorded: one event of violence, told on `occurred_on`."""

    types: frozenset[str] = frozenset()
    client_id: UUID | None = None
    site_id: UUID | None = None
    sex: str = "U"
    age: int | None = None
    happened_on: date | None = None
    happened_at: time | None = None
    help_wanted: frozenset[str] = frozenset()
    pep: str = ""
    note: str = ""

    def help_codes(self) -> list[str]:
        """Kinds of referral that the help wanted leads to: PEP accepted is PEP wanted."""
        wanted = self.help_wanted | ({"PEP"} if self.pep == Pep.ACCEPTED else set())
        return [code for code in HELP if code in wanted]


def problems(entry: ViolenceEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    day = entry.occurred_on
    yield from happened_problems(day, today)
    if not entry.types:
        yield Problem("types", _("Say what kind of violence it was."), "")
    yield from code_problems("types", "violence_type", sorted(entry.types), day)
    yield from code_problems("sex", "sex", [entry.sex], day)
    yield from age_problems(entry.age)
    for code in sorted(entry.help_wanted - set(HELP)):
        text = _("“%(code)s” isn't help after violence. Use one of: %(known)s.")
        yield Problem("help_wanted", text % {"code": code, "known": ", ".join(HELP)}, code)
    yield from code_problems("help_wanted", "referral_type", sorted(entry.help_wanted & set(HELP)), day)
    yield from _when_problems(entry)
    yield from _pep_problems(entry)
    yield from note_problems(entry.note)


def age_problems(age: int | None) -> Iterator[Problem]:
    """Problems of an age in years that somebody gave or guessed."""
    if age is not None and not 0 <= age <= OLDEST:
        yield Problem("age", _("Check the age: use a number from 0 to %(most)s.") % {"most": OLDEST}, str(age))


def _when_problems(entry: ViolenceEntry) -> Iterator[Problem]:
    happened = entry.happened_on
    if happened is None:
        if entry.happened_at is not None:
            text = _("Give the day too, or leave the time empty.")
            yield Problem("happened_on", text, str(entry.happened_at))
        return
    if happened > entry.occurred_on:
        yield Problem("happened_on", _("It can't have happened after it was told."), str(happened))
    else:
        yield from happened_problems(happened, entry.occurred_on, "happened_on")


def _pep_problems(entry: ViolenceEntry) -> Iterator[Problem]:
    if entry.pep and entry.pep not in Pep.values:
        text = _("“%(code)s” is not an answer. Use one of: %(known)s.")
        yield Problem("pep", text % {"code": entry.pep, "known": ", ".join(Pep.values)}, entry.pep)
    elif entry.pep and SEXUAL not in entry.types:
        text = _("PEP is asked about after sexual violence only. Tick it above, or leave this open.")
        yield Problem("pep", text, entry.pep)
    elif entry.pep in (Pep.DECLINED, Pep.NOT_NEEDED) and "PEP" in entry.help_wanted:
        text = _("PEP is ticked as help wanted, but this says no to it. Change one of the two.")
        yield Problem("pep", text, entry.pep)


def pep_by(entry: ViolenceEntry) -> datetime | None:
    """The end of the hours in which PEP can begin after sexual violence; None where it is no question.

    Where only the day is known it counts as its last minute: the service decides, and going in vain costs less than
    not going. (72 hours: WHO guidelines on post-exposure prophylaxis.)
    """
    asked = SEXUAL in entry.types or "PEP" in entry.help_wanted
    if not asked or entry.pep == Pep.NOT_NEEDED or entry.happened_on is None:
        return None
    at = entry.happened_at or time(23, 59)
    return timezone.make_aware(datetime.combine(entry.happened_on, at)) + timedelta(hours=PEP_HOURS)
