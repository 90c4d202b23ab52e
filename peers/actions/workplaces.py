"""What can be done with workplaces: record (at a site that may be made with them), amend, count the workforce, void."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core import bulk, turns
from core.actions import records, sites
from core.actions.records import Outcome, Refused
from core.actions.writing import SITE, Writer
from core.batches import portions
from core.models import Organisation, Record, User
from core.rules.problems import InvalidEntries, Problem
from peers.models import Committee, WorkforceCount, Workplace
from peers.rules import workplaces as rules
from peers.rules.workplaces import WorkplaceEntry

KIND_OF_SITE = "workplace"


class Workplaces(Writer):
    """Enterprises, one a site, with their dated counts of workers."""

    model = Workplace
    entry = WorkplaceEntry
    links = {"site_id": SITE}
    beside_people = True  # a committee isn't recorded while its workplace becomes void

    def rule(self, entry, *, today):
        return rules.problems(entry, today=today)

    def known(self, entries, organisation):
        """Whose each site is: workplaces that aren't void, then these entries, the first of each site."""
        asked = {entry.site_id for entry in entries if entry.site_id}
        taken: dict[Any, Any] = {}
        for portion in portions(asked):
            rows = Workplace.objects.countable().filter(organisation=organisation, site__in=portion)
            taken |= dict(rows.order_by().values_list("site", "pk"))
        for entry in entries:
            if not entry.void:
                taken.setdefault(entry.site_id, entry.id)
        return taken

    def rule_with(self, entry, known, *, today):
        if entry.site_id and not entry.void and known.get(entry.site_id, entry.id) != entry.id:
            text = _("This site is a workplace already. Open that workplace and change it, or choose another site.")
            yield Problem("site", text, str(entry.site_id))

    def readings(self, queryset):
        return queryset.prefetch_related("workforce")

    def follow(self, pairs, *, by, fresh):
        if not fresh:
            WorkforceCount.objects.filter(workplace__in=[workplace.pk for workplace, _entry in pairs]).delete()
        bulk.create(
            WorkforceCount(workplace=workplace, counted_on=day, sex=sex, age_band=band, workers=workers)
            for workplace, entry in pairs
            for day, sex, band, workers in entry.workforce
        )

    @transaction.atomic
    def void(self, *, record, by, reason):
        turns.alone(record.organisation_id)
        return super().void(record=record, by=by, reason=reason)

    def voided(self, rows, *, by):
        if Committee.objects.countable().filter(workplace__in=[row.pk for row in rows]).exists():
            raise Refused(
                _("This workplace has a committee. Make the committee void first, or close it and keep both.")
            )

    def entry_of(self, record, **changed):
        return super().entry_of(record, **{"workforce": cells_of(record), **changed})


def cells_of(workplace: Workplace) -> tuple[rules.Cell, ...]:
    """The cells of every count, as an entry holds them."""
    return tuple(sorted((row.counted_on, row.sex, row.age_band, row.workers) for row in workplace.workforce.all()))


def with_committees(workplaces: Sequence[Any]) -> set[Any]:
    """Those of the workplaces' ids that a committee points to: they can't become void."""
    rows = Committee.objects.countable().filter(workplace__in=workplaces)
    return set(rows.order_by().values_list("workplace", flat=True))


def record_at_new_site(
    *,
    entry: WorkplaceEntry,
    site: Mapping[str, Any],
    by: User,
    organisation: Organisation,
    source: str = Record.Source.WEB,
) -> Outcome:
    """Record a workplace at a site that is made with it; `site` holds code, name and district.

    Sent again it finds the site that it made. Raises InvalidEntries, or Refused if another site has the code.
    """
    return records.twice(lambda: _record_at_new_site(entry, site, by, organisation, source))


@transaction.atomic
def _record_at_new_site(
    entry: WorkplaceEntry, site: Mapping[str, Any], by: User, organisation: Organisation, source: str
) -> Outcome:
    made = Workplace.objects.filter(organisation=organisation, pk=entry.id).first()
    if made is None:
        wrong = [p for p in rules.problems(entry, today=timezone.localdate()) if p.field != "site"]
        if wrong:
            raise InvalidEntries({0: wrong})
        values = {"kind": KIND_OF_SITE, "service": "", **site}
        site_id = sites.create(organisation=organisation, values=values, by=by).pk
    else:
        site_id = made.site_id
    return record(entry=replace(entry, site_id=site_id), by=by, organisation=organisation, source=source)


def count_workforce(
    *, workplace: Workplace, on: date, count: Sequence[tuple[str, str, int]], version: int, by: User
) -> Workplace:
    """Add a dated count of (sex, age band, workers); a count of the same day is replaced.

    Raises Changed, Refused, InvalidEntries.
    """
    before = writer.entry_of(workplace)
    entry = replace(before, workforce=rules.counted(before.workforce, on, count))
    return amend(record=workplace, entry=entry, version=version, by=by)


writer = Workplaces()
record, record_many, problems_of = writer.record, writer.record_many, writer.problems_of
amend, amend_many = writer.amend, writer.amend_many
void, void_many = writer.void, writer.void_many
entry_of = writer.entry_of
