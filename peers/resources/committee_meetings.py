"""Committee meetings in a file: the columns of import and export, and what a row means."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.import_reports import Row
from core.permissions import Permission
from core.resources.cells import FlagCell, TextCell, day_of
from core.resources.entries import EntryImporter, EntryResource, Named
from core.resources.registers import Column
from peers.actions import committee_meetings
from peers.models import Committee, CommitteeMeeting
from peers.resources.lists_in_cells import joined, parted

COMMITTEE = Named(
    lambda errand: Committee.objects.countable().filter(organisation=errand.organisation),
    gettext_lazy("No committee has this number here. Bring in the committees first."),
)


class PresentCell(TextCell):
    """Members who came, by sex: `F:5;M:3`."""

    def clean(self, value, row=None, **kwargs):
        present: dict[str, int] = {}
        for part in filter(None, map(str.strip, value.split(";"))):
            sex, _colon, number = map(str.strip, part.partition(":"))
            if not (sex and number.isascii() and number.isdecimal() and len(number) <= 6):
                raise ValueError(_("Write who came as sex:number, parted by “;”, such as F:5;M:3."))
            present[sex] = present.get(sex, 0) + int(number)
        return present

    def render(self, value, obj=None, **kwargs):
        return ";".join(f"{sex}:{number}" for sex, number in sorted((value or {}).items()))


class TextsCell(TextCell):
    """Several texts, parted by `;`; a `;` inside one has a backslash before it."""

    def clean(self, value, row=None, **kwargs):
        return parted(value)

    def render(self, value, obj=None, **kwargs):
        return joined(value or ())


class ActionsCell(TextCell):
    """What is to be done: `until|role|done on|text`, parted by `;`; a `;` inside a text has a backslash before it."""

    def clean(self, value, row=None, **kwargs):
        return tuple(map(self.action, parted(value)))

    def action(self, part: str) -> tuple:
        due, role, done, text = [*map(str.strip, part.split("|", 3)), "", "", ""][:4]
        due_on, done_on = day_of(due), day_of(done) if done else None
        if part.count("|") < 3 or due_on is None or (done and done_on is None):
            words = _("Write actions as until|role|done on|what, parted by “;”, such as 2025-03-31|health||New poster.")
            raise ValueError(words)
        return text, role, due_on, done_on

    def render(self, value, obj=None, **kwargs):
        return joined(f"{due_on}|{role}|{done_on or ''}|{text}" for text, role, due_on, done_on in value or ())


class CommitteeMeetingResource(EntryResource):
    """One meeting a row, in the layout of the import `committee_meetings`."""

    committee = Column(column_name="committee", widget=TextCell())
    present = Column(column_name="present", attribute="present", widget=PresentCell())
    minutes = Column(column_name="minutes", attribute="minutes", widget=TextCell())
    minutes_on_paper = Column(column_name="minutes_on_paper", attribute="minutes_on_paper", widget=FlagCell())
    decisions = Column(column_name="decisions", attribute="decisions", widget=TextsCell())
    actions = Column(column_name="actions", widget=ActionsCell(), personal=True)

    class Meta(EntryResource.Meta):
        model = CommitteeMeeting

    def dehydrate_committee(self, meeting):
        return meeting.committee.reference or str(meeting.committee_id)

    def dehydrate_actions(self, meeting):
        return ActionsCell().render(committee_meetings.actions_of(meeting))


class CommitteeMeetingImporter(EntryImporter):
    """One meeting a row."""

    name = "committee_meetings"
    order = 72
    label = gettext_lazy("Committee meetings")
    resource = CommitteeMeetingResource
    writer = committee_meetings.writer
    links = {"committee": COMMITTEE}
    permission = Permission.WORKPLACE_RECORD
    required = ("id", "date", "committee")
    template_columns = (*("id", "date", "committee", "present", "minutes", "minutes_on_paper", "decisions", "actions"),)
    readings = staticmethod(lambda queryset: queryset.select_related("committee").prefetch_related("actions"))

    def given(self, row: Row, record: Any) -> dict[str, Any]:
        given = super().given(row, record)
        if "actions" in row.values:
            given["actions"] = row.values["actions"]
        return given
