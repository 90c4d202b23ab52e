"""The field rules of rounds that collect used needles: the form, the import and the actions all ask here."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from core.entries import Entry
from core.rules.dates import happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem
from outreach.models.contacts import HowCounted

MOST_PIECES = 1_000_000
MOST_GRAMS = 5_000_000


@dataclass(frozen=True, kw_only=True)
class NeedleCollectionEntry(Entry):
    """One round: `pieces` are needle-syringe units, `grams` what was weighed."""

    method: str
    pieces: int | None = None
    site_id: UUID | None = None
    district_id: str | None = None
    grams: int | None = None
    note: str = ""


def pieces_in(grams: int) -> int:
    """How many needles and syringes weigh this much, at least one: grams ÷ the setting `GRAMS_PER_SYRINGE`."""
    return max(1, round(grams / settings.GRAMS_PER_SYRINGE))


def problems(entry: NeedleCollectionEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    yield from happened_problems(entry.occurred_on, today)
    yield from note_problems(entry.note)
    if entry.method not in HowCounted.values:
        known = ", ".join(HowCounted.values)
        yield Problem("method", _("Say how it was counted: %(known)s.") % {"known": known}, entry.method)
    if (entry.site_id is None) == (not entry.district_id):
        text = _("Choose the site, or the district where there is none: one of the two.")
        yield Problem("site", text, "")
    if entry.grams is not None and entry.method != HowCounted.WEIGHED:
        yield Problem("grams", _("Only what was weighed has a weight. Choose “weighed”, or leave it out."), "")
    elif entry.grams is not None and not 1 <= entry.grams <= MOST_GRAMS:
        text = _("Give the weight in grams, from 1 to %(most)s.") % {"most": MOST_GRAMS}
        yield Problem("grams", text, str(entry.grams))
    if entry.pieces is None or not 1 <= entry.pieces <= MOST_PIECES:
        text = _("Give the number of needles and syringes, from 1 to %(most)s, or the weight.") % {"most": MOST_PIECES}
        yield Problem("pieces", text, str(entry.pieces or ""))
