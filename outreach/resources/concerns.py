"""Safeguarding concerns in a file: the columns of import and export, and what a row means."""

import csv
import io
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.import_reports import Errand, Row, RowRefused
from core.permissions import Permission
from core.resources.cells import ChoiceCell, CodeCell, CodesCell, DayCell, MomentCell, NumberCell, TextCell
from core.resources.entries import EntryImporter, EntryResource, Named
from core.resources.registers import Column
from outreach.actions import concerns
from outreach.models import Concern, ViolenceEvent
from outreach.resources.risk_reviews import CLIENT, client_name
from outreach.resources.violence import with_sex
from outreach.rules.concerns import Action, action, moment_of, to_the_minute
from outreach.rules.violence import OLDEST

VIOLENCE = Named(
    lambda errand: ViolenceEvent.objects.filter(organisation=errand.organisation),
    gettext_lazy("No record of violence has this reference here. Check it, or import those first."),
)
Done = tuple[tuple[datetime, str], ...]


class ActionsCell(TextCell):
    """What was done and when: `2025-01-31 14:30=spoke;2025-02-01 09:00=police`."""

    def clean(self, value, row=None, **kwargs) -> Done:
        done = []
        for part in filter(None, (part.strip() for part in value.split(";"))):
            moment, equals, what = (text.strip() for text in part.partition("="))
            if not (moment and equals and what):
                raise ValueError(_("Write what was done as moment=code, such as 2025-01-31 14:30=spoke."))
            done.append((MomentCell().clean(moment), ChoiceCell(Concern.What.choices).clean(what)))
        return tuple(done)

    def render(self, value, obj=None, **kwargs):
        return ";".join(f"{MomentCell().render(moment)}={what}" for moment, what in value or ())


class NotesCell(TextCell):
    """The notes of what was done, in the same order, parted by `;`, each between quotation marks if it holds one."""

    def clean(self, value, row=None, **kwargs):
        return tuple(next(csv.reader([value], delimiter=";"))) if value else ()

    def render(self, value, obj=None, **kwargs):
        out = io.StringIO()
        csv.writer(out, delimiter=";", lineterminator="").writerow(value or ())
        return out.getvalue()


class ConcernResource(EntryResource):
    """One concern a row, with what was done about it and what came of it."""

    raised_at = Column(column_name="raised_at", attribute="raised_at", widget=MomentCell())
    client = Column(column_name="client", widget=TextCell())
    violence = Column(column_name="violence", widget=TextCell())
    concerns = Column(column_name="concerns", attribute="concerns", widget=CodesCell("safeguarding_concern"))
    sex = Column(column_name="sex", attribute="sex", widget=CodeCell("sex"))
    age = Column(column_name="age", attribute="age", widget=NumberCell(most=OLDEST))
    actions = Column(column_name="actions", widget=ActionsCell())
    closed_on = Column(column_name="closed_on", attribute="closed_on", widget=DayCell())
    outcome = Column(column_name="outcome", attribute="outcome", widget=ChoiceCell(Concern.Outcome.choices))
    note = Column(column_name="note", attribute="note", widget=TextCell())
    action_notes = Column(column_name="action_notes", widget=NotesCell(), personal=True)

    class Meta(EntryResource.Meta):
        model = Concern

    def dehydrate_client(self, concern):
        return client_name(concern)

    def dehydrate_violence(self, concern):
        return (concern.violence.reference or str(concern.violence_id)) if concern.violence_id else ""

    def dehydrate_actions(self, concern):
        return ActionsCell().render([(moment_of(row), row[1]) for row in concern.actions])

    def dehydrate_action_notes(self, concern):
        notes = [row[2] for row in concern.actions]
        return NotesCell().render(notes) if any(notes) else ""


class ConcernImporter(EntryImporter):
    """One concern a row. Without the notes of what was done, those that are there stay."""

    name = "concerns"
    order = 47
    label = gettext_lazy("Safeguarding concerns")
    resource = ConcernResource
    required = ("id", "date", "raised_at", "concerns")
    template_columns = ("id", "date", "raised_at", "client", "concerns", "actions", "closed_on", "outcome")
    writer = concerns.writer
    links = {"client": CLIENT, "violence": VIOLENCE}
    permission = Permission.CONCERN_VIEW
    readings = staticmethod(lambda queryset: queryset.select_related("client", "violence"))

    def __init__(self, errand: Errand, header: Any = ()) -> None:
        super().__init__(errand, header)
        columns = {**self.book.columns, "done_at": "actions", "what": "actions"}
        self.book = replace(self.book, columns=columns)

    def given(self, row: Row, record: Any) -> dict[str, Any]:
        given = with_sex(super().given(row, record))
        if given.get("raised_at"):
            given["raised_at"] = to_the_minute(given["raised_at"])
        stands = [tuple(done) for done in record.actions] if record else []
        if "actions" in row.values or "action_notes" in row.values:
            given["actions"] = actions_of(row, stands)
        return given


def actions_of(row: Row, stands: list[Action]) -> tuple[Action, ...]:
    """What a row says was done, with the notes of the file, else those of the record. Raises RowRefused."""
    done = row.values.get("actions", tuple((moment_of(one), one[1]) for one in stands))
    notes: dict[tuple[str, str], list[str]] = {}
    for at, what, note in stands:
        notes.setdefault((at, what), []).append(note)
    told = row.values.get("action_notes")
    if told and len(told) != len(done):
        text = _("There are %(notes)s notes for %(actions)s actions. Give each one a note, if only an empty one.")
        raise RowRefused("action_notes", text % {"notes": len(told), "actions": len(done)})
    found = set()
    for place, (moment, what) in enumerate(done):
        at, code, _nothing = action(moment, what)
        kept = notes.get((at, code), [])
        note = (told[place] if told else "") if told is not None else (kept.pop(0) if kept else "")
        found.add(action(moment, what, note))
    return tuple(sorted(found))
