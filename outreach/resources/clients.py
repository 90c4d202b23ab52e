"""Clients in a file: the columns of import and export, and what a row means."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import ages
from core.ages import Precision
from core.import_reports import Book, Draft, Row, RowRefused
from core.models.records import identity
from core.permissions import Permission
from core.resources.cells import BirthCell, CodeCell, CodesCell, DayCell, FlagCell, TextCell
from core.resources.registers import Column, RegisterResource
from outreach.actions import clients, look_alikes
from outreach.models import Client
from outreach.resources.links import NamedClient, clients_named
from outreach.resources.methadone import MethadoneStatuses, newest, since_column, status_column
from outreach.rules.clients import Belonging, ClientEntry, with_children_protected

BOOK = Book(
    model=Client,
    problems_of=clients.problems_of,
    record_many=clients.record_many,
    amend_many=clients.amend_many,
    columns={
        "reference": "client",
        "occurred_on": "registered_on",
        "birth_date": "dob",
        "birth_precision": "dob_precision",
        "groups": "primary_group",
        "known_positive_since": "known_pos_since",
    },
    readings=lambda queryset: queryset.select_related("merged_into").prefetch_related("groups", "methadone_statuses"),
)
# How much of a birth date must be written for each precision, from little to much.
_WRITTEN = ("year", "month", "day")
_NEEDED = {Precision.DAY: "day", Precision.MONTH: "month", Precision.YEAR: "year", Precision.ESTIMATED: "year"}
# Columns that say the same of the entry under another name.
_PLAIN = {
    "gender": "gender",
    "known_pos_since": "known_positive_since",
    "ovc_preventive": "ovc_preventive",
    "nickname": "nickname",
    "icon": "icon",
}


class ClientResource(RegisterResource):
    """One client a row, in the layout of the import `clients`. Of the groups in time it shows the latest."""

    client = Column(column_name="client", widget=TextCell())
    sex = Column(column_name="sex", attribute="sex", widget=CodeCell("sex"))
    gender = Column(column_name="gender", attribute="gender", widget=CodeCell("gender_identity"))
    dob = Column(column_name="dob", attribute="birth_date", widget=BirthCell())
    dob_precision = Column(
        column_name="dob_precision", attribute="birth_precision", widget=CodeCell("birth_precision"), personal=True
    )
    primary_group = Column(column_name="primary_group", widget=CodeCell("population_group"))
    other_groups = Column(column_name="other_groups", widget=CodesCell("population_group"))
    known_pos_since = Column(
        column_name="known_pos_since", attribute="known_positive_since", widget=DayCell(), personal=True
    )
    ovc_preventive = Column(column_name="ovc_preventive", attribute="ovc_preventive", widget=FlagCell())
    merged_into = Column(column_name="merged_into", widget=TextCell())
    group_from = Column(column_name="group_from", widget=DayCell())
    registered_on = Column(column_name="registered_on", attribute="occurred_on", widget=DayCell())
    nickname = Column(column_name="nickname", attribute="nickname", widget=TextCell())
    icon = Column(column_name="icon", attribute="icon", widget=TextCell())
    methadone = status_column()
    methadone_since = since_column()

    class Meta(RegisterResource.Meta):
        model = Client

    def iter_queryset(self, queryset):
        return super().iter_queryset(queryset.prefetch_related("methadone_statuses"))

    def dehydrate_methadone(self, client):
        now = newest(client)
        return now.status if now else ""

    def dehydrate_methadone_since(self, client):
        now = newest(client)
        return str(now.since) if now else ""

    def dehydrate_client(self, client):
        return client.reference or str(client.pk)

    def latest(self, client):
        primary = [row for row in client.groups.all() if row.primary]
        return max(primary, key=lambda row: row.since or date.min, default=None)

    def dehydrate_primary_group(self, client):
        latest = self.latest(client)
        return latest.group if latest else ""

    def dehydrate_group_from(self, client):
        latest = self.latest(client)
        return str(latest.since) if latest and latest.since else ""

    def dehydrate_other_groups(self, client):
        return ";".join(sorted(row.group for row in client.groups.all() if not row.primary))

    def dehydrate_merged_into(self, client):
        into = client.merged_into
        return (into.reference or str(into.pk)) if into else ""


class ClientImporter(MethadoneStatuses):
    """One client a row. What the rows merge is told and done at the end, when every client is known."""

    name = "clients"
    order = 10
    label = gettext_lazy("Clients")
    resource = ClientResource
    required = ("client",)
    reference_column = "client"
    template_columns = [
        "client",
        "sex",
        "gender",
        "dob",
        "dob_precision",
        "primary_group",
        "group_from",
        "other_groups",
        "known_pos_since",
        "ovc_preventive",
        "merged_into",
    ]

    def __init__(self, errand, header=()):
        super().__init__(errand, header)
        self.targets: dict[str, NamedClient] = {}
        self.ids: dict[str, UUID] = {}
        self.merges: dict[UUID, tuple[Row, UUID | None]] = {}

    def books(self):
        return (BOOK,)

    def look_up(self, rows: list[Row]) -> None:
        self.targets |= clients_named((row.values.get("merged_into") for row in rows), self.errand)

    # --- what a row says -------------------------------------------------------------------------

    def entry(self, row: Row, record: Client | None, new_id: UUID, book: Book) -> ClientEntry:
        values = row.values
        entry = (
            clients.entry_of(record)
            if record
            else ClientEntry(id=new_id, reference=row.reference, occurred_on=self.errand.today)
        )
        self.ids[row.reference] = entry.id
        given: dict[str, Any] = {name: values[column] for column, name in _PLAIN.items() if column in values}
        if "sex" in values:
            given["sex"] = values["sex"] or "U"
        if values.get("registered_on"):
            given["occurred_on"] = values["registered_on"]
        given |= self.birth(row) | {"groups": self.groups(row, entry)}
        return self.protected(row, replace(entry, **given))

    def birth(self, row: Row) -> dict[str, Any]:
        """Birth date and precision; a file without the date leaves both."""
        if "dob" not in row.values:
            return {}
        written = row.values.get("dob_precision") or ""
        if row.values["dob"] is None:
            return {"birth_date": None, "birth_precision": written or Precision.UNKNOWN}
        born, detail = row.values["dob"]
        precision = written or detail
        if precision not in _NEEDED:
            return {"birth_date": born, "birth_precision": precision}
        if _WRITTEN.index(detail) < _WRITTEN.index(_NEEDED[precision]):
            text = _("This birth date is less exact than its precision says. Write more of it, or say “%(detail)s”.")
            raise RowRefused("dob", text % {"detail": detail})
        return {"birth_date": ages.stand_in(born, Precision(precision)), "birth_precision": precision}

    def groups(self, row: Row, entry: ClientEntry) -> tuple[Belonging, ...]:
        values, groups = row.values, entry.groups
        if "primary_group" in values:
            if values["primary_group"]:
                groups = clients.group_history_with(groups, values["primary_group"], values.get("group_from"))
            else:
                groups = tuple(belonging for belonging in groups if not belonging.primary)
        if "other_groups" in values:
            known = {belonging.group: belonging for belonging in groups if not belonging.primary}
            others = (known.get(code) or Belonging(code, primary=False) for code in values["other_groups"])
            groups = (*(belonging for belonging in groups if belonging.primary), *others)
        return groups

    def protected(self, row: Row, entry: ClientEntry) -> ClientEntry:
        """The entry without sex work of children, and a warning where that changed it."""
        safe = with_children_protected(entry, self.errand.today)
        if safe is entry:
            return entry
        self.warn(
            row,
            "primary_group",
            _("Under 18 this is never recorded as sex work: YSE, a child-protection record, is stored instead."),
        )
        once = {
            (belonging.group, belonging.primary, belonging.primary and belonging.since): belonging
            for belonging in safe.groups
        }
        return replace(safe, groups=tuple(once.values()))

    # --- merges ----------------------------------------------------------------------------------

    def fate(self, draft: Draft) -> str:
        fate, row = super().fate(draft), draft.row
        if "merged_into" not in row.values:
            return fate
        into = self.into(row.values["merged_into"])
        present = draft.record.merged_into_id if draft.record else None
        if into == present:
            return fate
        self.merges[draft.entry.id] = (row, into)
        return "changed" if fate == "left" else fate

    def into(self, name: str) -> UUID | None:
        """The id of the client whom `merged_into` names: known here already, or to come in this file."""
        if not name:
            return None
        known = self.targets.get(name)
        return known.id if known else identity(self.errand.organisation.code, Client.kind_name, name)

    def finish(self, *, write: bool) -> None:
        super().finish(write=write)
        for row, _into in self.merges.values():
            name = row.values["merged_into"]
            known = self.targets.get(name)
            if name and known is None and name not in self.ids:
                self.wrong(row, "merged_into", _("No client has this reference, here or in this file. Check it."))
            elif known and known.void:
                self.wrong(row, "merged_into", _("This client's record is void. Name another client."))
        wanted = {pk: into for pk, (_row, into) in self.merges.items()}
        for pk in look_alikes.circles(wanted, self.errand.organisation):
            text = _("These clients would be merged in a circle. Let one of them stand by itself.")
            self.wrong(self.merges[pk][0], "merged_into", text)
        if write and wanted and not self.report.errors:
            look_alikes.set_merges(merges=wanted, by=self.errand.by, organisation=self.errand.organisation)

    def unseen(self, record: Client) -> set[str]:
        hidden = super().unseen(record)
        if not self.errand.scope.can(Permission.KNOWN_POSITIVE, self.errand.organisation.pk):
            hidden = hidden | {"known_pos_since"}
        return hidden & self.widgets.keys()
