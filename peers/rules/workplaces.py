"""The field rules of workplaces: the form, the import and the actions all ask here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core import codes
from core.entries import Entry, plain
from core.rules.codes import code_problems
from core.rules.dates import EARLIEST, happened_problems
from core.rules.free_text import note_problems
from core.rules.problems import Problem

MOST_WORKERS = 200_000
MOST_COUNTS = 120
LONGEST_NAME = 120
LATEST = date(2100, 12, 31)
# (day of the count, sex, code of `age_band_atomic`, workers)
Cell = tuple[date, str, str, int]


@dataclass(frozen=True, kw_only=True)
class WorkplaceEntry(Entry):
    """What somebody wants recorded of one enterprise. `workforce` are the cells of every dated count."""

    apart = frozenset({"workforce"})

    site_id: UUID | None = None
    enterprise: str = ""
    sector: str = ""
    agreement_on: date | None = None
    agreement_until: date | None = None
    policy_on: date | None = None
    note: str = ""
    workforce: tuple[Cell, ...] = ()

    def content(self) -> dict:
        return super().content() | {"workforce": sorted(plain(list(row)) for row in self.workforce)}


def counted(cells: Sequence[Cell], day: date, count: Sequence[tuple[str, str, int]]) -> tuple[Cell, ...]:
    """The cells with the count of one day put in, in place of an earlier count of the same day."""
    kept = [cell for cell in cells if cell[0] != day]
    return tuple(sorted([*kept, *((day, sex, band, workers) for sex, band, workers in count)]))


def problems(entry: WorkplaceEntry, *, today: date) -> Iterator[Problem]:
    """Everything wrong with an entry."""
    yield from happened_problems(entry.occurred_on, today)
    yield from code_problems("sector", "workplace_sector", [entry.sector], entry.occurred_on)
    yield from note_problems(entry.note)
    yield from note_problems(entry.enterprise, "enterprise")
    if entry.site_id is None:
        yield Problem("site", _("Choose the site, or make a new one."), "")
    if not entry.enterprise.strip():
        yield Problem("enterprise", _("Write the name of the enterprise."), "")
    elif len(entry.enterprise) > LONGEST_NAME:
        text = _("Keep the name to %(length)s characters.") % {"length": LONGEST_NAME}
        yield Problem("enterprise", text, entry.enterprise[:40])
    yield from _agreement_problems(entry, today)
    yield from _workforce_problems(entry.workforce, today)


def _agreement_problems(entry: WorkplaceEntry, today: date) -> Iterator[Problem]:
    for name in ("agreement_on", "policy_on"):
        if day := getattr(entry, name):
            yield from happened_problems(day, today, name)
    until = entry.agreement_until
    if until is None:
        return
    if entry.agreement_on is None:
        yield Problem("agreement_until", _("Say when the agreement was signed, or leave out until when."), str(until))
    elif until < entry.agreement_on:
        yield Problem(
            "agreement_until", _("The agreement ends before it was signed. Mend one of the days."), str(until)
        )
    elif until > LATEST:
        yield Problem("agreement_until", _("This day is too far away. Check the year."), str(until))


def _workforce_problems(cells: Sequence[Cell], today: date) -> Iterator[Problem]:
    sums: dict[date, int] = {}
    seen: set[tuple[date, str, str]] = set()
    for day, sex, band, workers in cells:
        if (day, sex, band) in seen:
            text = _("%(day)s has two numbers for %(sex)s %(band)s. Keep one.")
            yield Problem("workforce", text % {"day": day, "sex": sex, "band": band}, str(day))
        seen.add((day, sex, band))
        sums[day] = sums.get(day, 0) + workers
        if workers < 0:
            yield Problem("workforce", _("Write a number of workers of 0 or more."), str(workers))
    if len(sums) > MOST_COUNTS:
        yield Problem("workforce", _("Keep at most %(most)s counts.") % {"most": MOST_COUNTS}, str(len(sums)))
    for day, workers in sums.items():
        yield from _count_problems(day, workers, today)
    for name, used in (("sex", {c[1] for c in cells}), ("age_band_atomic", {c[2] for c in cells})):
        for code in sorted(used - codes.table(name).keys()):
            yield Problem("workforce", codes.unknown(name, code), code)


def _count_problems(day: date, workers: int, today: date) -> Iterator[Problem]:
    if day > today:
        text = _("The workforce can't be counted in the future (%(day)s). Use today or an earlier day.")
        yield Problem("workforce", text % {"day": day}, str(day))
    if day < EARLIEST:
        text = _("The day of a count (%(day)s) is before 1990. Check the year.") % {"day": day}
        yield Problem("workforce", text, str(day))
    if workers > MOST_WORKERS:
        text = _("More than %(most)s workers were counted on %(day)s. Check the numbers.")
        yield Problem("workforce", text % {"most": MOST_WORKERS, "day": day}, str(workers))
