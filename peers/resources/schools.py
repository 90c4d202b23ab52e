"""Schools in a file: the columns of import and export, and sites that the import may make."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actions.imports import make_sites
from core.actions.writing import SITE
from core.import_reports import Book, Draft, Row, RowRefused
from core.models import District, Site
from core.permissions import Permission
from core.resources.cells import NumberCell, TextCell
from core.resources.entries import EntryImporter, EntryResource
from core.resources.registers import Column
from core.rules.problems import Problem
from outreach.resources.links import SitesNamed
from peers.actions import schools
from peers.models import Lesson, School
from peers.resources.school_cells import PupilsCell, TeachersCell
from peers.rules.schools import KIND_OF_SITE, LAST


class SchoolResource(EntryResource):
    """One school a row; `date` is since when the programme works with it, `district` that of its site."""

    site = Column(column_name="site", widget=TextCell())
    site_name = Column(column_name="site_name", widget=TextCell())
    district = Column(column_name="district", widget=TextCell())
    first_grade = Column(column_name="first_grade", attribute="first_grade", widget=NumberCell(most=LAST))
    last_grade = Column(column_name="last_grade", attribute="last_grade", widget=NumberCell(most=LAST))
    pupils = Column(column_name="pupils", widget=PupilsCell())
    teachers = Column(column_name="teachers", widget=TeachersCell())
    note = Column(column_name="note", attribute="note", widget=TextCell())

    class Meta(EntryResource.Meta):
        model = School

    def dehydrate_site(self, school):
        return school.site.code

    def dehydrate_site_name(self, school):
        return school.site.name

    def dehydrate_district(self, school):
        return school.site.district_id or ""

    def dehydrate_pupils(self, school):
        return PupilsCell().render([(r.counted_on, r.grade, r.sex, r.pupils) for r in school.pupils.all()])

    def dehydrate_teachers(self, school):
        return TeachersCell().render([(r.trained_on, r.sex, r.teachers) for r in school.teachers.all()])


class SchoolImporter(EntryImporter):
    """One school a row. A site that isn't known yet is made, where the import may, with its name and district."""

    name = "schools"
    order = 75
    label = gettext_lazy("Schools")
    resource = SchoolResource
    writer = schools.writer
    permission = Permission.SCHOOL_RECORD
    required = ("id", "date", "site")
    template_columns = (
        "id",
        "date",
        "site",
        "site_name",
        "district",
        "first_grade",
        "last_grade",
        "pupils",
        "teachers",
        "note",
    )
    readings = staticmethod(lambda queryset: queryset.select_related("site").prefetch_related("pupils", "teachers"))

    def __init__(self, errand, header=()):
        super().__init__(errand, header)
        self.sites = SitesNamed(errand)
        self.fields |= {name: name for name in ("pupils", "teachers") if name in self.widgets}
        self.districts = set(District.objects.values_list("pk", flat=True))
        self.names = dict(Site.objects.filter(organisation=errand.organisation).values_list("code", "name"))
        self.places = dict(Site.objects.filter(organisation=errand.organisation).values_list("code", "district"))
        self.said: dict[str, dict[str, Any]] = {}

    def given(self, row: Row, record: Any) -> dict[str, Any]:
        given = super().given(row, record)
        code = row.values["site"]
        given["site_id"] = self.sites.id_of(code)
        if code in self.sites.new:
            self.hear_of(code, row)
        else:
            self.compare(code, row)
        return given

    def hear_of(self, code: str, row: Row) -> None:
        """Keep what the row says of a site that isn't there yet. Raises RowRefused."""
        district, name = row.values.get("district"), row.values.get("site_name") or code
        if not district:
            raise RowRefused("district", _("This school's site is new. Say in which district it lies, such as 1401."))
        if district not in self.districts:
            raise RowRefused("district", _("No district has this code. Use its four digits, such as 1201."))
        if len(name) > 120:
            raise RowRefused("site_name", _("Keep the name of a site to 120 characters."))
        said = {"name": name, "kind": KIND_OF_SITE, "district_id": district}
        if self.said.setdefault(code, said) != said:
            raise RowRefused("site", _("Another row says something else of this site. Mend one of them."))

    def compare(self, code: str, row: Row) -> None:
        """Warn of what the row says otherwise of a site that is there: it isn't changed from here."""
        text = _("The site says something else. It stays as it is: change it on its own page.")
        for column, known in (("site_name", self.names), ("district", self.places)):
            if row.values.get(column) and row.values[column] != known.get(code):
                self.warn(row, column, text)

    def forgiven(self, draft: Draft, problem: Problem) -> bool:
        return self.sites.is_new(draft.entry.site_id) and problem.message == str(SITE.refusal)

    def check(self, book: Book, drafts: list[Draft]) -> None:
        super().check(book, drafts)
        ids = [draft.record.pk for draft in drafts if draft.void]
        taught = set(Lesson.objects.countable().filter(school__in=ids).order_by().values_list("school", flat=True))
        for draft in drafts:
            if draft.void and draft.record.pk in taught:
                self.wrong(draft.row, "void", str(schools.HAS_LESSONS))
                draft.fate = ""

    def before_writing(self, drafts: list[Draft]) -> None:
        wanted = {draft.row.values["site"] for draft in drafts if draft.fate == "added"} & self.sites.new.keys()
        if wanted:
            new = {code: self.sites.new[code] for code in sorted(wanted)}
            make_sites(codes=new, organisation=self.errand.organisation, by=self.errand.by, said=self.said)
            self.sites.made(new)
            self.report.new_sites += new
            self.names |= {code: self.said[code]["name"] for code in new}
            self.places |= {code: self.said[code]["district_id"] for code in new}

    def finish(self, *, write: bool) -> None:
        self.report.new_sites = sorted({*self.report.new_sites, *self.sites.new})
