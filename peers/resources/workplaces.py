"""Workplaces in a file: the columns of import and export, and what a row means."""

import re
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actions import sites
from core.import_reports import Draft, Row, RowRefused
from core.models import District
from core.permissions import Permission
from core.resources.cells import CodeCell, DayCell, TextCell, day_of
from core.resources.entries import EntryImporter, EntryResource
from core.resources.registers import Column
from core.rules.problems import Problem
from outreach.resources.links import SitesNamed
from peers.actions import workplaces
from peers.models import Workplace

_COUNTED = re.compile(r"(\S+)\s+([A-Z])\s+([A-Z]+[0-9]*)\s*[:=]\s*(\d{1,7})")


class WorkforceCell(TextCell):
    """Dated counts by sex and age band: `2025-01-31 F A18:120;2025-01-31 M AUNK:40`."""

    def clean(self, value, row=None, **kwargs):
        cells = []
        for part in filter(None, map(str.strip, value.split(";"))):
            found = _COUNTED.fullmatch(part)
            if not found or (day := day_of(found[1])) is None:
                text = _("Write counts as day sex age band:workers, parted by “;”, such as 2025-01-31 F A18:120.")
                raise ValueError(text)
            cells.append((day, found[2], found[3], int(found[4])))
        return tuple(sorted(cells))

    def render(self, value, obj=None, **kwargs):
        return ";".join(f"{day} {sex} {band}:{workers}" for day, sex, band, workers in sorted(value or ()))


class WorkplaceResource(EntryResource):
    """One workplace a row, in the layout of the import `workplaces`."""

    site = Column(column_name="site", widget=TextCell())
    site_name = Column(column_name="site_name", widget=TextCell())
    district = Column(column_name="district", widget=TextCell())
    enterprise = Column(column_name="enterprise", attribute="enterprise", widget=TextCell())
    sector = Column(column_name="sector", attribute="sector", widget=CodeCell("workplace_sector"))
    agreement_on = Column(column_name="agreement_on", attribute="agreement_on", widget=DayCell())
    agreement_until = Column(column_name="agreement_until", attribute="agreement_until", widget=DayCell())
    policy_on = Column(column_name="policy_on", attribute="policy_on", widget=DayCell())
    workforce = Column(column_name="workforce", widget=WorkforceCell())
    note = Column(column_name="note", attribute="note", widget=TextCell())

    class Meta(EntryResource.Meta):
        model = Workplace

    def dehydrate_site(self, workplace):
        return workplace.site.code

    def dehydrate_site_name(self, workplace):
        return workplace.site.name

    def dehydrate_district(self, workplace):
        return workplace.site.district_id or ""

    def dehydrate_workforce(self, workplace):
        return WorkforceCell().render(workplaces.cells_of(workplace))


class WorkplaceImporter(EntryImporter):
    """One workplace a row. A site that isn't known yet is made where sites may be; a known one stays as it is."""

    name = "workplaces"
    order = 70
    label = gettext_lazy("Workplaces")
    resource = WorkplaceResource
    writer = workplaces.writer
    permission = Permission.WORKPLACE_RECORD
    required = ("id", "date", "site", "enterprise", "sector")
    template_columns = (
        *("id", "date", "site", "site_name", "district", "enterprise", "sector"),
        *("agreement_on", "agreement_until", "policy_on", "workforce", "note"),
    )
    readings = staticmethod(lambda queryset: queryset.select_related("site").prefetch_related("workforce"))

    def __init__(self, errand, header=()):
        super().__init__(errand, header)
        self.sites = SitesNamed(errand)
        self.districts = {row.pk: row for row in District.objects.all()}
        self.new: dict[str, dict[str, Any]] = {}
        self.held: set[Any] = set()

    def existing(self, rows: list[Row]) -> dict:
        found = super().existing(rows)
        self.held = workplaces.with_committees([record.pk for record in found[0].values()])
        return found

    def given(self, row: Row, record: Any) -> dict[str, Any]:
        given = super().given(row, record)
        code = row.values["site"]
        given["site_id"] = self.sites.id_of(code)
        if record is not None and row.values.get("void") and not record.is_void and record.pk in self.held:
            text = _("This workplace has a committee. Make the committee void first, or close it and keep both.")
            raise RowRefused("void", text)
        if self.sites.is_new(given["site_id"]):
            self.new[code] = self.values_of(row, code)
        if "workforce" in row.values:
            given["workforce"] = row.values["workforce"]
        return given

    def values_of(self, row: Row, code: str) -> dict[str, Any]:
        """What the row says of a site that is to be made. Raises RowRefused."""
        district = (row.values.get("district") or "").strip()
        if district and district not in self.districts:
            raise RowRefused("district", _("No district has this code. Use its four digits, such as 1201."))
        name = (row.values.get("site_name") or row.values.get("enterprise") or code)[:120]
        kind, place = workplaces.KIND_OF_SITE, self.districts.get(district)
        return {"code": code, "name": name, "kind": kind, "district": place, "service": ""}

    def forgiven(self, draft: Draft, problem: Problem) -> bool:
        new = self.sites.is_new(draft.entry.site_id)
        return problem.field == "site" and new and problem.message == str(self.writer.links["site_id"].refusal)

    def before_writing(self, drafts: list[Draft]) -> None:
        made = {}
        for code in sorted({draft.row.values["site"] for draft in drafts} & self.sites.new.keys()):
            site = sites.create(organisation=self.errand.organisation, values=self.new[code], by=self.errand.by)
            made[self.sites.new[code]] = site.pk
            self.sites.new[code] = site.pk
            self.sites.made([code])
            self.report.new_sites.append(code)
        for draft in drafts:
            if draft.entry.site_id in made:
                draft.entry = replace(draft.entry, site_id=made[draft.entry.site_id])

    def finish(self, *, write: bool) -> None:
        self.report.new_sites = sorted({*self.report.new_sites, *self.sites.new})
