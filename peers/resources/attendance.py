"""A file of who came to which session: each row puts one client on the list of one session, or takes them off.

Rows aren't records: what they ask for is gathered, and each session changes once when every row was read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.batches import portions
from core.import_reports import Draft, Row, RowRefused
from core.importers import SHOWN, Importer
from core.resources.cells import FlagCell, TextCell
from core.resources.registers import Column, RegisterResource
from outreach.models import Client
from outreach.resources.links import client_of, clients_named
from peers.actions import session_people, sessions
from peers.models import Session, SessionAttendance
from peers.resources.sessions import BOOK
from peers.rules.sessions import SessionEntry

AT_ONCE = 100
# Sessions by what a file calls them, without their lists: those are read for the rows at hand.
PLAIN = replace(BOOK, readings=lambda queryset: queryset.order_by())


class AttendanceResource(RegisterResource):
    """One named person at one session a row."""

    session = Column(column_name="session", widget=TextCell())
    client = Column(column_name="client", widget=TextCell())
    void = Column(column_name="void", widget=FlagCell())

    class Meta(RegisterResource.Meta):
        model = SessionAttendance


@dataclass
class Change:
    """What the rows of a file ask of one session: the row that puts each client on its list, or takes them off."""

    on: dict[UUID, Row] = field(default_factory=dict)
    off: dict[UUID, Row] = field(default_factory=dict)

    def first(self) -> Row:
        return min([*self.on.values(), *self.off.values()], key=lambda row: row.number)


@dataclass(frozen=True)
class Lists:
    """The lists of some sessions as they stand: whom each holds, by the person whom the record leads to."""

    people: dict[UUID, UUID]
    held: dict[UUID, dict[UUID, set[UUID]]]

    def records_of(self, session_id: UUID, client_id: UUID) -> set[UUID]:
        """The records of this person that are on the list."""
        return self.held.get(session_id, {}).get(self.people.get(client_id, client_id), set())


class AttendanceImporter(Importer):
    """One named person a row; the same file again changes nothing."""

    name = "attendance"
    order = 45
    label = gettext_lazy("Attendance at sessions")
    resource = AttendanceResource
    reference_column = "session"
    required = ("session", "client")
    template_columns = ("session", "client", "void")

    def __init__(self, errand, header=()):
        super().__init__(errand, header)
        self.sessions: dict[str, Session] = {}
        self.clients: dict[str, Any] = {}
        self.changes: dict[UUID, Change] = {}
        self.rows_seen: dict[tuple[UUID, UUID], int] = {}

    def books(self):
        return (BOOK,)

    # --- planning --------------------------------------------------------------------------------

    def understood(self, row: Row) -> bool:
        for name, widget in self.widgets.items():
            try:
                row.values[name] = widget.clean(row.cells[name])
            except ValueError as fault:
                self.wrong(row, name, str(fault))
                row.unread.add(name)
        missing = [name for name in self.required if not row.values.get(name)]
        for name in missing:
            self.wrong(row, name, _("Fill in this cell: the row can't be read without it."))
        row.reference = row.values.get("session") or ""
        return not missing and not row.unread

    def look_up(self, rows: list[Row]) -> None:
        self.clients = clients_named((row.values["client"] for row in rows), self.errand)
        wanted = {row.reference for row in rows if len(row.reference) <= 64} - self.sessions.keys()
        if wanted:
            found = PLAIN.existing(self.errand.organisation, wanted)
            self.sessions |= {name: session for name, session in found.items() if name in wanted}

    def plan(self, rows: list[Row]) -> list[Draft]:
        """Gather what the rows ask for. Nothing is written by portions: `finish` does it."""
        self.report.rows += len(rows)
        good = [row for row in rows if self.understood(row)]
        self.look_up(good)
        named = [(row, pair) for row in good if (pair := self.pair(row))]
        lists = _lists_of(pair for _row, pair in named)
        for row, (session_id, client_id) in named:
            self.ask(row, session_id, client_id, lists)
        return []

    def pair(self, row: Row) -> tuple[UUID, UUID] | None:
        """The session and the client whom a row names; what is wrong with it goes into the report."""
        session = self.sessions.get(row.reference)
        try:
            if session is None:
                text = _("No session has this reference here. Check it, or import the sessions first.")
                raise RowRefused("session", text)
            if session.is_void:
                raise RowRefused("session", _("This session is void. Take the row out."))
            pair = (session.pk, self.client_of(row))
        except RowRefused as fault:
            self.wrong(row, fault.column, fault.message)
            return None
        return pair

    def client_of(self, row: Row) -> UUID:
        """Whom the row names; somebody whose record is void can still be taken off. Raises RowRefused."""
        known = self.clients.get(row.values["client"])
        if known and row.values.get("void"):
            return known.id
        return client_of(row.values["client"], self.clients)

    def ask(self, row: Row, session_id: UUID, client_id: UUID, lists: Lists) -> None:
        who = (session_id, lists.people.get(client_id, client_id))
        if (first := self.rows_seen.setdefault(who, row.number)) != row.number:
            text = _("Row %(row)s names the same person at the same session. Keep one of the two.")
            return self.wrong(row, "client", text % {"row": first})
        there = lists.records_of(session_id, client_id)
        if bool(row.values.get("void")) != bool(there):
            return self.told("left", row)
        change = self.changes.setdefault(session_id, Change())
        if there:
            change.off |= dict.fromkeys(there, row)
            return self.told("changed", row)
        change.on[client_id] = row
        return self.told("added", row)

    def told(self, fate: str, row: Row) -> None:
        setattr(self.report, fate, getattr(self.report, fate) + 1)
        shown = self.report.samples[fate]
        if len(shown) < SHOWN:
            on = [["session", "", row.reference], ["client", "", row.cells["client"]]]
            cells = {"added": on, "changed": [["client", row.cells["client"], ""]], "left": []}[fate]
            shown.append({"row": row.number, "reference": row.reference, "cells": cells})

    # --- writing ---------------------------------------------------------------------------------

    def finish(self, *, write: bool) -> None:
        """Change each session once, in portions, as long as nothing is wrong anywhere."""
        for ids in portions(self.changes, AT_ONCE):
            mine = Session.objects.filter(organisation=self.errand.organisation, pk__in=ids)
            records = list(sessions.writer.readings(mine))
            entries = [self.changed(record) for record in records]
            self.check_lists(entries)
            if write and not self.report.errors:
                who = {"by": self.errand.by, "organisation": self.errand.organisation}
                sessions.amend_many(entries=entries, reason="import", checked=True, **who)

    def changed(self, record: Session) -> SessionEntry:
        change = self.changes[record.pk]
        stands = sessions.entry_of(record)
        return sessions.entry_of(record, attendees=(stands.attendees - change.off.keys()) | change.on.keys())

    def check_lists(self, entries: list[SessionEntry]) -> None:
        """What the rules say: beside the row of the person whom they say it of, else beside the session's first."""
        known = session_people.known(entries, self.errand.organisation)
        of_people = set()
        for entry in entries:
            rows = self.changes[entry.id].on
            wrong = {one.client_id: one.problem.message for one in session_people.unsuitable(entry, known)}
            for pk in wrong.keys() & rows.keys():
                self.wrong(rows[pk], "client", wrong[pk])
                of_people.add(entry.id)
        found = sessions.problems_of(entries=entries, organisation=self.errand.organisation)
        for place, problems in found.items():
            if entries[place].id not in of_people:
                self.wrong(self.changes[entries[place].id].first(), "session", problems[0].message)


def _lists_of(pairs: Iterable[tuple[UUID, UUID]]) -> Lists:
    pairs = list(pairs)
    ids, clients = {session for session, _client in pairs}, {client for _session, client in pairs}
    rows = SessionAttendance.objects.filter(session__in=ids)
    held: dict[UUID, dict[UUID, set[UUID]]] = {}
    for session, client, survivor in rows.values_list("session_id", "client_id", "client__survivor_id"):
        held.setdefault(session, {}).setdefault(survivor or client, set()).add(client)
    merged = Client.objects.filter(pk__in=clients, survivor__isnull=False)
    return Lists(dict(merged.values_list("pk", "survivor_id")), held)
