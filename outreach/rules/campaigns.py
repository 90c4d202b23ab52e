"""The field rules of campaigns: the form, the import and the actions all ask here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core.entries import Entry
from core.rules.codes import code_problems
from core.rules.dates import EARLIEST
from core.rules.free_text import note_problems
from core.rules.problems import Problem

LONGEST_NAME = 120


@dataclass(frozen=True, kw_only=True)
class CampaignEntry(Entry):
    """What somebody wants recorded: one campaign, from `occurred_on` on. It may begin in the future."""

    name: str
    message: str = ""
    channels: frozenset[str] = frozenset()
    ends_on: date | None = None


def problems(entry: CampaignEntry) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    if entry.occurred_on < EARLIEST:
        yield Problem("occurred_on", _("This day is before 1990. Check the year."), str(entry.occurred_on))
    if not entry.name.strip():
        yield Problem("name", _("Give the campaign a name."))
    elif len(entry.name) > LONGEST_NAME:
        yield Problem("name", _("Keep the name to %(most)s characters.") % {"most": LONGEST_NAME}, entry.name)
    if entry.ends_on and entry.ends_on < entry.occurred_on:
        text = _("The last day is before the first one. Check both.")
        yield Problem("ends_on", text, str(entry.ends_on))
    yield from code_problems("channels", "campaign_channel", sorted(entry.channels), entry.occurred_on)
    yield from (Problem("message", problem.message, problem.value) for problem in note_problems(entry.message))
