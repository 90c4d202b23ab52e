"""The field rules of how life-skills education is rolled out: the form, the import and the actions all ask here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from core.entries import Entry
from core.rules.dates import EARLIEST
from core.rules.free_text import note_problems
from core.rules.problems import Problem
from peers.models.roll_outs import RollOut

# A plan may say when it will begin.
FURTHEST_PLAN = timedelta(days=5 * 366)
LONGEST_PARTNER = 120


@dataclass(frozen=True, kw_only=True)
class RollOutEntry(Entry):
    """How one province stands; `occurred_on` is since when, or from when on where it is planned."""

    province_id: str
    status: str
    partner: str = ""
    note: str = ""


def problems(entry: RollOutEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    planned = entry.status == RollOut.Status.PLANNED
    if entry.occurred_on > (today + FURTHEST_PLAN if planned else today):
        text = _(
            "This day is too far away. A plan may begin within five years; what is running or ended has a past day."
        )
        yield Problem("occurred_on", text, str(entry.occurred_on))
    if entry.occurred_on < EARLIEST:
        yield Problem("occurred_on", _("This day is before 1990. Check the year."), str(entry.occurred_on))
    yield from note_problems(entry.note)
    yield from note_problems(entry.partner, "partner")
    if entry.status not in RollOut.Status.values:
        known = ", ".join(RollOut.Status.values)
        yield Problem("status", _("Say how it stands: %(known)s.") % {"known": known}, entry.status)
    if len(entry.partner) > LONGEST_PARTNER:
        text = _("Keep the partner's name to %(most)s characters.") % {"most": LONGEST_PARTNER}
        yield Problem("partner", text, entry.partner)
