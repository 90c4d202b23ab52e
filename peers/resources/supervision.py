"""Supervision visits in a file: the columns of import and export, and what a row means."""

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.import_reports import Row, RowRefused
from core.permissions import Permission
from core.resources.cells import CodeCell, DayCell, NumberCell, TextCell, day_of
from core.resources.entries import EntryImporter, EntryResource, Named
from core.resources.registers import Column
from peers.actions import supervision
from peers.models import Session, SupervisionVisit
from peers.resources.parted import joined, parted
from peers.resources.trainings import PEER
from peers.rules.supervision import Agreed, score_of

SESSION = Named(
    lambda errand: Session.objects.filter(organisation=errand.organisation),
    gettext_lazy("No session has this reference here. Check it, or import the session first."),
)
AGREED = "agreed"
_ANSWER = re.compile(r"(\w{1,40}):([0-9])")


class ChecklistCell(TextCell):
    """Answers by item: `prepared:2;respect:1`; 0 is not yet, 1 partly, 2 yes."""

    def clean(self, value, row=None, **kwargs):
        answers = {}
        for part in filter(None, map(str.strip, value.split(";"))):
            found = _ANSWER.fullmatch(part)
            if not found:
                raise ValueError(_("Write answers as item:0, item:1 or item:2, parted by “;”, such as respect:2."))
            answers[found[1]] = int(found[2])
        return answers

    def render(self, value, obj=None, **kwargs):
        return ";".join(f"{item}:{answer}" for item, answer in sorted((value or {}).items()))


class AgreedCell(TextCell):
    r"""What was agreed: `text|until|done on;text|until|`; `;`, `|` and `\` inside a text stand behind a backslash."""

    def clean(self, value, row=None, **kwargs):
        return tuple(self._one(part) for part in parted(value, ";") if part.strip()) if value else ()

    def _one(self, text: str) -> Agreed:
        cells = [cell.strip() for cell in parted(text, "|")]
        cells += [""] * (3 - len(cells))
        due, done = day_of(cells[1]), day_of(cells[2])
        if len(cells) > 3 or due is None or (cells[2] and done is None):
            sample = "Bring the plan|2025-04-01|2025-04-02"
            message = _(
                "Write what was agreed as text|until|done on, such as %(sample)s; the last day may be left out."
            )
            raise ValueError(message % {"sample": sample})
        return Agreed(text=cells[0], due_on=due, done_on=done)

    def render(self, value, obj=None, **kwargs):
        return joined((joined([one.text, str(one.due_on), str(one.done_on or "")], "|") for one in value or ()), ";")


class SupervisionResource(EntryResource):
    """One visit a row, in the layout of the import `supervision`; `score` follows from the checklist."""

    peer = Column(column_name="peer", attribute="peer__reference", widget=TextCell())
    kind = Column(column_name="kind", attribute="kind", widget=CodeCell("supervision_type"))
    session = Column(column_name="session", widget=TextCell())
    checklist = Column(column_name="checklist", widget=ChecklistCell())
    score = Column(column_name="score", attribute="score", widget=NumberCell(most=100))
    next_on = Column(column_name="next_on", attribute="next_on", widget=DayCell())
    agreed = Column(column_name=AGREED, widget=AgreedCell(), personal=True)
    note = Column(column_name="note", attribute="note", widget=TextCell())

    class Meta(EntryResource.Meta):
        model = SupervisionVisit

    def dehydrate_session(self, visit):
        return (visit.session.reference or str(visit.session_id)) if visit.session_id else ""

    def dehydrate_checklist(self, visit):
        return ChecklistCell().render(visit.checklist)

    def dehydrate_agreed(self, visit):
        return AgreedCell().render([supervision.agreed(row) for row in visit.agreed.all()])


class SupervisionImporter(EntryImporter):
    """One visit a row, with its checklist and what was agreed."""

    name = "supervision"
    order = 44
    label = gettext_lazy("Supervision visits")
    resource = SupervisionResource
    writer = supervision.writer
    links = {"peer": PEER, "session": SESSION}
    permission = Permission.SUPERVISION_RECORD
    required = ("id", "date", "peer", "kind")
    template_columns = ("id", "date", "peer", "kind", "session", "checklist", "next_on", AGREED, "note")
    readings = staticmethod(lambda queryset: queryset.select_related("peer", "session").prefetch_related("agreed"))

    def given(self, row: Row, record: Any) -> dict[str, Any]:
        given = super().given(row, record)
        if AGREED in row.values and AGREED not in row.unread:
            given["agreed"] = row.values[AGREED]
        told, score = row.values.get("score"), score_of(row.values.get("checklist") or {})
        if "checklist" in row.values and told not in (None, score):
            text = _("The checklist comes to %(score)s of 100. Mend the answers, or leave the score out.")
            raise RowRefused("score", text % {"score": "–" if score is None else score})
        return given
