"""Workplace committees in a file: the columns of import and export, and what a row means."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.import_reports import Row, RowRefused
from core.permissions import Permission
from core.resources.cells import DayCell, TextCell, day_of
from core.resources.entries import EntryImporter, EntryResource, Named
from core.resources.registers import Column
from peers.actions import committees
from peers.models import Committee, Workplace

WORKPLACE = Named(
    lambda errand: Workplace.objects.countable().filter(organisation=errand.organisation),
    gettext_lazy("No workplace has this number here. Bring in the workplaces first."),
)


class DaysCell(TextCell):
    """Several days, parted by `;`."""

    def clean(self, value, row=None, **kwargs):
        days = [day_of(part) for part in filter(None, map(str.strip, value.split(";")))]
        if None in days:
            raise ValueError(_("Write the days as year-month-day, parted by “;”, such as 2024-01-31;2025-01-31."))
        return tuple(map(str, days))

    def render(self, value, obj=None, **kwargs):
        return ";".join(value or ())


class MembersCell(TextCell):
    """The seats in their order: `chair:employer:F:2025-01-31:2027-01-30;member:worker:M::`."""

    def clean(self, value, row=None, **kwargs):
        return tuple(self.seat(part) for part in filter(None, map(str.strip, value.split(";"))))

    def seat(self, part: str) -> tuple:
        said = [text.strip() for text in part.split(":")]
        said += [""] * (5 - len(said))
        days = [day_of(text) if text else None for text in said[3:]]
        unread = any(text and day is None for text, day in zip(said[3:], days, strict=True))
        if len(said) > 5 or not all(said[:2]) or unread:
            text = _("Write members as role:side:sex:from:until, parted by “;”, such as chair:employer:F:2025-01-31:.")
            raise ValueError(text)
        role, side, sex = said[:3]
        return role, side, sex or "U", *days

    def render(self, value, obj=None, **kwargs):
        return ";".join(":".join(str(part or "") for part in seat) for seat in value or ())


class CommitteeResource(EntryResource):
    """One committee a row, in the layout of the import `committees`."""

    workplace = Column(column_name="workplace", widget=TextCell())
    formed_on = Column(column_name="formed_on", attribute="formed_on", widget=DayCell())
    reformed_on = Column(column_name="reformed_on", attribute="reformed_on", widget=DaysCell())
    trained_on = Column(column_name="trained_on", attribute="trained_on", widget=DayCell())
    closed_on = Column(column_name="closed_on", attribute="closed_on", widget=DayCell())
    closed_because = Column(column_name="closed_because", attribute="closed_because", widget=TextCell())
    members = Column(column_name="members", widget=MembersCell())
    note = Column(column_name="note", attribute="note", widget=TextCell())

    class Meta(EntryResource.Meta):
        model = Committee

    def dehydrate_workplace(self, committee):
        return committee.workplace.reference or str(committee.workplace_id)

    def dehydrate_members(self, committee):
        return MembersCell().render(committees.members_of(committee))


class CommitteeImporter(EntryImporter):
    """One committee a row."""

    name = "committees"
    order = 71
    label = gettext_lazy("Workplace committees")
    resource = CommitteeResource
    writer = committees.writer
    links = {"workplace": WORKPLACE}
    permission = Permission.WORKPLACE_RECORD
    required = ("id", "date", "workplace")
    template_columns = (
        *("id", "date", "workplace", "formed_on", "reformed_on", "trained_on", "closed_on", "closed_because"),
        *("members", "note"),
    )
    readings = staticmethod(lambda queryset: queryset.select_related("workplace").prefetch_related("members"))

    def __init__(self, errand, header=()):
        super().__init__(errand, header)
        self.held: set[Any] = set()

    def existing(self, rows: list[Row]) -> dict:
        found = super().existing(rows)
        self.held = committees.with_meetings([record.pk for record in found[0].values()])
        return found

    def given(self, row: Row, record: Any) -> dict[str, Any]:
        if record is not None and row.values.get("void") and not record.is_void and record.pk in self.held:
            text = _("This committee has meetings. Make those void first, or close the committee instead.")
            raise RowRefused("void", text)
        given = super().given(row, record)
        if "members" in row.values:
            given["members"] = row.values["members"]
        return given
