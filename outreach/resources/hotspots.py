"""Columns of the hotspots' export, and the importer that reads them.

A hotspot isn't a Record: it is known by its site's code, has no versions, and is never void. Its file holds the
newest estimate only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.import_reports import Book, Draft, Errand, Row, RowRefused
from core.importers import Importer
from core.models import Organisation, Site
from core.permissions import Permission
from core.resources.cells import ChoiceCell, CodeCell, DayCell, NumberCell, TextCell
from core.resources.registers import Column, RegisterResource
from core.rules.problems import Problem
from outreach.actions import hotspots
from outreach.models import Hotspot, SizeEstimate
from outreach.rules import hotspots as rules
from outreach.rules.hotspots import MOST_PEOPLE, EstimateEntry, HotspotEntry, StateEntry

ESTIMATE = ("estimated_on", "low", "point", "high", "method")


class HotspotResource(RegisterResource):
    """One row a hotspot, with its team and its newest estimate."""

    code = Column("site__code", "code", widget=TextCell())
    name = Column("name", "name", widget=TextCell())
    venue = Column("venue", "venue", widget=CodeCell("venue_typology"))
    times = Column("times", "times", widget=TextCell(), personal=True)
    district = Column("site__district_id", "district", widget=TextCell())
    status = Column("status", "status", widget=ChoiceCell(Hotspot.Status.choices))
    since = Column("status_since", "since", widget=DayCell())
    moved_to = Column("moved_to__site__code", "moved_to", widget=TextCell())
    team = Column(column_name="team", widget=TextCell())
    estimated_on = Column(column_name="estimated_on", widget=DayCell())
    low = Column(column_name="low", widget=NumberCell(MOST_PEOPLE))
    point = Column(column_name="point", widget=NumberCell(MOST_PEOPLE))
    high = Column(column_name="high", widget=NumberCell(MOST_PEOPLE))
    method = Column(column_name="method", widget=ChoiceCell(SizeEstimate.Method.choices))

    class Meta(RegisterResource.Meta):
        model = Hotspot

    def dehydrate_team(self, hotspot) -> str:
        return ";".join(sorted(user.username for user in hotspot.team.all()))

    def dehydrate_estimated_on(self, hotspot) -> str:
        return str(getattr(hotspot.newest_estimate, "estimated_on", ""))

    def dehydrate_low(self, hotspot) -> object:
        return getattr(hotspot.newest_estimate, "low", "")

    def dehydrate_point(self, hotspot) -> object:
        return getattr(hotspot.newest_estimate, "point", "")

    def dehydrate_high(self, hotspot) -> object:
        return getattr(hotspot.newest_estimate, "high", "")

    def dehydrate_method(self, hotspot) -> str:
        return getattr(hotspot.newest_estimate, "method", "")


@dataclass(frozen=True)
class HotspotRow:
    """What one row says of a hotspot. `record` is the one that is there already, `moved_to` another one's code."""

    record: Hotspot | None
    said: HotspotEntry
    state: StateEntry
    moved_to: str
    estimate: EstimateEntry | None

    def content(self) -> dict[str, Any]:
        state, estimate = (asdict(part) if part else None for part in (self.state, self.estimate))
        return {**asdict(self.said), "state": state, "moved_to": self.moved_to, "estimate": estimate}


class HotspotBook(Book):
    """Finds hotspots by the codes of their sites."""

    def existing(self, organisation: Organisation, references: Iterable[str]) -> dict[str, Any]:
        mine = Hotspot.objects.filter(site__organisation=organisation, site__code__in=list(references))
        rows = mine.select_related("site", "moved_to__site").prefetch_related("team", "estimates")
        return {row.site.code: row for row in rows}


class HotspotImporter(Importer):
    """Reads hotspots; a site of the code that is there already becomes the hotspot, with a neutral name."""

    name, label, order = "hotspots", gettext_lazy("Hotspots"), 60
    resource = HotspotResource
    reference_column = "code"
    required = ("code", "name", "venue", "district")
    permission = Permission.HOTSPOT_MANAGE

    def __init__(self, errand: Errand, header: Any = ()) -> None:
        super().__init__(errand, header)
        self.book = HotspotBook(
            model=Hotspot, problems_of=self.problems_of, record_many=self.add, amend_many=self.change
        )
        self.sites: dict[str, Site] = {}
        self.people: dict[str, int] = {}
        self.names: dict[tuple[str, str], str] = {}
        self.moves: list[tuple[Row, str, StateEntry]] = []

    def books(self) -> tuple[Book, ...]:
        return (self.book,)

    def look_up(self, rows: list[Row]) -> None:
        home = self.errand.organisation
        sites = Site.objects.filter(organisation=home, code__in=[row.reference for row in rows])
        self.sites |= {site.code: site for site in sites.select_related("organisation", "service_point")}
        self.people = dict(hotspots.field_teams([home.pk]).values_list("username", "pk"))

    def entry(self, row: Row, record: Any, new_id: UUID, book: Book) -> HotspotRow:
        site = self.sites.get(row.reference)
        if record is None and site is not None and hasattr(site, "service_point"):
            raise RowRefused("code", _("People are sent to this site for a service, so it is no hotspot."))
        value = self.reader(row, record)
        said = HotspotEntry(
            name=value("name"),
            venue=value("venue"),
            times=value("times"),
            district_id=value("district"),
            team=self.team(row, record),
        )
        state = StateEntry(
            status=value("status") or rules.ACTIVE, since=value("since") or timezone.localdate(), moved_to_id=None
        )
        return HotspotRow(record, said, state, value("moved_to"), self.estimate(row))

    def reader(self, row: Row, record: Hotspot | None) -> Any:
        """Answers a cell's value; where the file hasn't the column, what the hotspot says now."""
        now: dict[str, Any] = {"times": "", "status": "", "since": None, "moved_to": ""}
        if record:
            now |= {"times": record.times, "status": record.status, "since": record.status_since}
            now["moved_to"] = record.moved_to.site.code if record.moved_to else ""
        return lambda name: row.values[name] if name in row.values else now[name]

    def team(self, row: Row, record: Hotspot | None) -> frozenset[int]:
        if "team" not in row.values:
            return frozenset(user.pk for user in record.team.all()) if record else frozenset()
        kept = {user.username: user.pk for user in record.team.all()} if record else {}
        known, found = {**self.people, **kept}, set()
        for name in filter(None, (part.strip() for part in row.values["team"].split(";"))):
            if name not in known:
                text = _("“%(name)s” doesn't work in the field here. Write user names, separated by “;”.")
                raise RowRefused("team", text % {"name": name})
            found.add(known[name])
        return frozenset(found)

    def estimate(self, row: Row) -> EstimateEntry | None:
        given = {name: row.values.get(name) for name in ESTIMATE}
        empty = [name for name, value in given.items() if value in (None, "")]
        if len(empty) == len(ESTIMATE):
            return None
        if empty:
            raise RowRefused(empty[0], _("Fill in this cell too: an estimate has a day, three numbers and a method."))
        return EstimateEntry(**given)

    def problems_of(self, *, entries: Sequence[HotspotRow], organisation: Organisation) -> Mapping[int, list[Problem]]:
        found: dict[int, list[Problem]] = {}
        today = timezone.localdate()
        for place, row in enumerate(entries):
            pk, active = row.record and row.record.pk, row.state.status == rules.ACTIVE
            problems = hotspots.problems_of(row.said, organisation, pk, active=active)
            problems += rules.state_problems(row.state, today=today)
            if row.moved_to and row.state.status != rules.MOVED:
                problems.append(Problem("moved_to", _("Only a hotspot that moved has another one to name.")))
            if row.estimate:
                problems += rules.estimate_problems(row.estimate, today=today)
            name = (row.said.name.strip().casefold(), row.said.district_id)
            if active and not problems and name in self.names:
                problems.append(Problem("name", _("Another row has this name in the same district. Tell them apart.")))
            if active:
                self.names[name] = row.said.name
            if problems:
                found[place] = problems
        return found

    def draft(self, row: Row, existing: dict[int, dict[str, Any]]) -> Draft | None:
        draft = super().draft(row, existing)
        if draft and draft.entry.moved_to:
            self.moves.append((row, draft.entry.moved_to, draft.entry.state))
        return draft

    def voided(self, draft: Draft) -> Draft:
        return draft

    def differs(self, draft: Draft) -> bool:
        return draft.entry.content() != self.present_row(draft.record, draft.entry).content()

    def present_row(self, record: Hotspot, wanted: HotspotRow) -> HotspotRow:
        """What the hotspot says now, with the estimate of the day that the row is about."""
        said = HotspotEntry(
            name=record.name,
            venue=record.venue,
            times=record.times,
            district_id=record.site.district_id or "",
            team=frozenset(user.pk for user in record.team.all()),
        )
        state = StateEntry(status=str(record.status), since=record.status_since)
        day = wanted.estimate and wanted.estimate.estimated_on
        there = next((row for row in record.estimates.all() if row.estimated_on == day), None)
        estimate = EstimateEntry(**{name: getattr(there, name) for name in ESTIMATE}) if there else None
        moved_to = record.moved_to.site.code if record.moved_to else ""
        return HotspotRow(record, said, state, moved_to, estimate)

    # --- writing -----------------------------------------------------------------------------------------

    def write(self, drafts: list[Draft]) -> None:
        for draft in drafts:
            if draft.fate == "added":
                self.add(draft)
            elif draft.fate == "changed":
                self.change(draft)

    def add(self, draft: Draft) -> None:
        by, site = self.errand.by, self.sites.get(draft.row.reference)
        row = draft.entry
        if site:
            hotspot = hotspots.adopt(site=site, entry=row.said, by=by, checked=True)
        else:
            home = self.errand.organisation
            hotspot = hotspots.create(organisation=home, entry=row.said, by=by, code=draft.row.reference, checked=True)
        self.rest(hotspot, row)

    def change(self, draft: Draft) -> None:
        now = self.present_row(draft.record, draft.entry)
        if draft.entry.said != now.said:
            hotspots.amend(hotspot=draft.record, entry=draft.entry.said, by=self.errand.by, checked=True)
        self.rest(draft.record, draft.entry)

    def rest(self, hotspot: Hotspot, row: HotspotRow) -> None:
        """How it stands, and the estimate; where it moved to is written when every row is there."""
        if not row.moved_to:
            hotspots.set_state(hotspot=hotspot, entry=row.state, by=self.errand.by)
        if row.estimate:
            hotspots.estimate(hotspot=hotspot, entry=row.estimate, by=self.errand.by)

    def finish(self, *, write: bool) -> None:
        """Say where hotspots moved to, now that every one of the file is known."""
        mine = Hotspot.objects.filter(site__organisation=self.errand.organisation).select_related("site")
        there = {hotspot.site.code: hotspot for hotspot in mine} if self.moves else {}
        for row, code, state in self.moves:
            if code == row.reference or (code not in there and code not in self.seen):
                self.wrong(row, "moved_to", _("No other hotspot has this code here. Check it."))
            elif write:
                entry = StateEntry(status=state.status, since=state.since, moved_to_id=there[code].pk)
                hotspots.set_state(hotspot=there[row.reference], entry=entry, by=self.errand.by)
