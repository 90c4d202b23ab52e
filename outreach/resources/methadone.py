"""Methadone in a file of clients: the newest status and the day from which it holds."""

from datetime import date
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from core.import_reports import Draft, Row
from core.importers import Importer
from core.permissions import Permission
from core.resources.cells import ChoiceCell, DayCell
from core.resources.registers import Column
from outreach.actions import methadone
from outreach.models import Client, MethadoneStatus
from outreach.rules import methadone as rules


def status_column() -> Column:
    cell = ChoiceCell(MethadoneStatus.Status.choices)
    return Column(column_name="methadone", widget=cell, needs=Permission.HARM_VIEW)


def since_column() -> Column:
    return Column(column_name="methadone_since", widget=DayCell(), needs=Permission.HARM_VIEW)


def newest(client: Client) -> MethadoneStatus | None:
    """The client's own newest status, from rows at hand."""
    return max(client.methadone_statuses.all(), key=lambda row: (row.since, row.pk), default=None)


class MethadoneStatuses(Importer):
    """Reads the columns `methadone` and `methadone_since`; an empty cell leaves what stands. Kept at the end."""

    def __init__(self, errand, header=()):
        super().__init__(errand, header)
        self.said: dict[UUID, tuple[Row, str, date | None]] = {}

    def fate(self, draft: Draft) -> str:
        fate, row = super().fate(draft), draft.row
        status, since = row.values.get("methadone"), row.values.get("methadone_since")
        if not status:
            return fate
        now = newest(draft.record) if draft.record else None
        if now and (now.status, now.since) == (status, since):
            return fate
        self.said[draft.entry.id] = (row, status, since)
        return "changed" if fate == "left" else fate

    def finish(self, *, write: bool) -> None:
        may = self.errand.scope.can(Permission.HARM_RECORD, self.errand.organisation.pk)
        for row, status, since in self.said.values():
            if not may:
                self.wrong(row, "methadone", _("You may not record methadone. Leave this column out."))
            elif since is None:
                self.wrong(row, "methadone_since", _("Give the day since when this holds, such as 2025-01-31."))
            else:
                for problem in rules.problems(status, since, today=timezone.localdate()):
                    self.wrong(row, "methadone_since", problem.message, problem.value)
        if write and self.said and not self.report.errors:
            statuses = {pk: (status, since) for pk, (_row, status, since) in self.said.items() if since}
            methadone.set_many(statuses=statuses, by=self.errand.by, organisation=self.errand.organisation)

    def unseen(self, record: Client) -> set[str]:
        hidden = super().unseen(record)
        if not self.errand.scope.can(Permission.HARM_VIEW, self.errand.organisation.pk):
            hidden = hidden | {"methadone", "methadone_since"}
        return hidden & self.widgets.keys()
