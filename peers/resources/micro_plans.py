"""Micro-plans in a file: one person of one plan a row; the rows of a plan share its `id`."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.import_reports import Book, Draft, Row
from core.importers import Importer
from core.permissions import Permission
from core.resources.cells import DayCell, FlagCell, NumberCell, TextCell
from core.resources.entries import SITE, Named
from core.resources.registers import Column, RegisterResource
from outreach.models import Client
from outreach.rules.risk_reviews import MOST_PER_WEEK
from peers.actions import micro_plans
from peers.models import MicroPlan, PeerEducator
from peers.rules.micro_plans import Line, PlanEntry

PEER = Named(
    lambda errand: PeerEducator.objects.countable().filter(organisation=errand.organisation),
    gettext_lazy("No peer educator has this code here. Check it, or import the peer educators first."),
)
# Void clients too: who became void after the plan was made stays on it, and the rules refuse the others.
CLIENT = Named(
    lambda errand: Client.objects.filter(organisation=errand.organisation),
    gettext_lazy("No client has this reference here. Check it, or import the clients first."),
)
_NUMBERS = {"acts_per_week": MOST_PER_WEEK, "injections_per_week": MOST_PER_WEEK, "priority": 9, "weeks": 9}
# What the rows of one plan say of the plan itself, and so must say alike.
SHARED = ("date", "peer", "month", "weeks", "note", "void")


class WeeksCell(TextCell):
    """Weeks of the month, parted by `;`, such as `1;3`."""

    def clean(self, value, row=None, **kwargs):
        parts = [part.strip() for part in value.replace(",", ";").split(";") if part.strip()]
        if not all(part.isascii() and part.isdecimal() and len(part) == 1 for part in parts):
            raise ValueError(_("Write the weeks of the month as numbers parted by “;”, such as 1;3."))
        return tuple(sorted(map(int, parts)))

    def render(self, value, obj=None, **kwargs):
        return ";".join(map(str, sorted(value or ())))


class MicroPlanResource(RegisterResource):
    """One line of one plan a row, in the layout of the import `micro_plans`."""

    id = Column(column_name="id", widget=TextCell())
    date = Column(column_name="date", attribute="plan__occurred_on", widget=DayCell())
    peer = Column(column_name="peer", attribute="plan__peer__reference", widget=TextCell())
    month = Column(column_name="month", attribute="plan__month", widget=DayCell())
    weeks = Column(column_name="weeks", attribute="plan__weeks", widget=NumberCell(most=_NUMBERS["weeks"]))
    client = Column(column_name="client", widget=TextCell())
    site = Column(column_name="site", widget=TextCell())
    acts_per_week = Column(
        column_name="acts_per_week", attribute="acts_per_week", widget=NumberCell(most=MOST_PER_WEEK)
    )
    injections_per_week = Column(
        column_name="injections_per_week", attribute="injections_per_week", widget=NumberCell(most=MOST_PER_WEEK)
    )
    priority = Column(column_name="priority", attribute="priority", widget=NumberCell(most=_NUMBERS["priority"]))
    in_weeks = Column(column_name="in_weeks", attribute="in_weeks", widget=WeeksCell())
    note = Column(column_name="note", attribute="plan__note", widget=TextCell(), personal=True)
    void = Column(column_name="void", widget=FlagCell())

    class Meta(RegisterResource.Meta):
        model = MicroPlan

    def rows(self, queryset, *, personal=False, holds=lambda permission: True):
        names = self.columns(personal=personal, holds=holds)
        yield [self.fields[name].column_name for name in names]
        plans = queryset.select_related("peer").prefetch_related("lines__client__survivor", "lines__site")
        protected = holds(Permission.CHILD_PROTECTION)
        for plan in self.iter_queryset(plans):
            for line in plan.lines.all():
                if protected or not is_protected(line.client):
                    line.plan = plan
                    yield [self.export_field(self.fields[name], line) for name in names]

    def dehydrate_id(self, line):
        return line.plan.reference or str(line.plan_id)

    def dehydrate_client(self, line):
        return line.client.reference or str(line.client_id)

    def dehydrate_site(self, line):
        return line.site.code if line.site_id else ""

    def dehydrate_void(self, line):
        return int(line.plan.is_void)


def is_protected(client) -> bool:
    """Whether this is a child-protection record, or was merged into one."""
    return client.restricted or bool(client.survivor_id and client.survivor.restricted)


class MicroPlanImporter(Importer):
    """Reads plans. All rows of a plan are needed to know it, so nothing is settled before the last row is read.

    Lines of child-protection records that the importing person may not see stay on their plans.
    """

    name = "micro_plans"
    order = 48
    label = gettext_lazy("Micro-plans")
    resource = MicroPlanResource
    required = ("id", "date", "peer", "month", "client")
    permission = Permission.PLAN_RECORD
    links = {"peer": PEER, "client": CLIENT, "site": SITE}
    template_columns = (
        "id", "date", "peer", "month", "weeks", "client", "site", "acts_per_week", "injections_per_week", "priority",
        "in_weeks",
    )  # fmt: skip

    def __init__(self, errand, header=()):
        super().__init__(errand, header)
        self.good: dict[str, list[Row]] = {}
        self.broken: set[str] = set()
        self.keys: dict[int, dict[str, Any]] = {}
        self.book = Book(
            model=MicroPlan,
            problems_of=micro_plans.problems_of,
            record_many=micro_plans.record_many,
            amend_many=micro_plans.amend_many,
            void_many=micro_plans.void_many,
            columns={"occurred_on": "date", "reference": "id", "lines": "client"},
            readings=lambda queryset: queryset.select_related("peer").prefetch_related(
                "lines__client__survivor", "lines__site"
            ),
        )

    def books(self):
        return (self.book,)

    # --- reading rows ------------------------------------------------------------------------------------

    def plan(self, rows: list[Row]) -> list[Draft]:
        """Read a portion of rows and keep them: plans are made of them at the end."""
        self.report.rows += len(rows)
        read = []
        for row in rows:
            self.seen.clear()  # several rows of one reference are one plan
            if self.understood(row) and not row.unread and self.filled_in(row):
                read.append(row)
            else:
                self.broken.add(row.reference)
        found = {column: self.named(column, link, read) for column, link in self.links.items()}
        for row in read:
            if self.linked(row, found):
                self.good.setdefault(row.reference, []).append(row)
            else:
                self.broken.add(row.reference)
        return []

    def filled_in(self, row: Row) -> bool:
        empty = [column for column in self.required if row.values[column] in (None, "", ())]
        for column in empty:
            self.wrong(row, column, _("Fill in this cell: the row can't be read without it."))
        return not empty

    def named(self, column: str, link: Named, rows: list[Row]) -> dict[str, Any]:
        names = {name for row in rows if (name := row.values.get(column))}
        return link.look_up(names, self.errand) if names else {}

    def linked(self, row: Row, found: dict[str, dict[str, Any]]) -> bool:
        """Whether everything that the row names is there; its keys are kept."""
        names = {column: row.values.get(column) for column in self.links}
        missing = [column for column, name in names.items() if name and name not in found[column]]
        for column in missing:
            self.wrong(row, column, str(self.links[column].refusal))
        self.keys[row.number] = {column: found[column].get(name) for column, name in names.items()}
        return not missing

    # --- plans -------------------------------------------------------------------------------------------

    def finish(self, *, write: bool) -> None:
        whole = {reference: rows for reference, rows in self.good.items() if reference not in self.broken}
        existing = self.book.existing(self.errand.organisation, whole)
        firsts = [rows[0] for rows in whole.values() if self.agree(rows)]
        drafts = [draft for row in firsts if (draft := self.draft(row, [existing]))]
        self.check(self.book, drafts)
        sound = [draft for draft in drafts if draft.fate]
        for draft in sound:
            self.tally(draft)
        if write and not self.report.errors:
            self.write(sound)

    def agree(self, rows: list[Row]) -> bool:
        """Whether the rows of a plan say the same of the plan itself."""
        before = len(self.report.errors)
        for row in rows[1:]:
            for column in SHARED:
                if row.values.get(column) != rows[0].values.get(column):
                    text = _("Row %(row)s of the same plan says something else here. Write the same in both.")
                    self.wrong(row, column, text % {"row": rows[0].number})
        return len(self.report.errors) == before

    def entry(self, row, record, new_id, book) -> PlanEntry:
        values, peer = row.values, self.keys[row.number]["peer"]
        given: dict[str, Any] = {"occurred_on": values["date"], "peer_id": peer, "month": values["month"]}
        if values.get("weeks") is not None:
            given["weeks"] = values["weeks"]
        if "note" in values:
            given["note"] = values["note"]
        present = {line.client_id: line for line in micro_plans.entry_of(record).lines} if record else {}
        lines = [self.line(one, present) for one in self.good[row.reference]]
        given["lines"] = (*lines, *self.kept(record))
        if record is not None:
            return micro_plans.entry_of(record, **given)
        return PlanEntry(id=new_id, reference=row.reference, **given)

    def line(self, row: Row, present: dict) -> Line:
        """What the row says of one person; an absent column leaves what the plan says already."""
        values, keys = row.values, self.keys[row.number]
        before = present.get(keys["client"], Line(keys["client"]))
        said = {name: values[name] for name in ("acts_per_week", "injections_per_week", "in_weeks") if name in values}
        if values.get("priority") is not None:
            said["priority"] = values["priority"]
        if "site" in values:
            said["site_id"] = keys["site"]
        return before._replace(**said)

    def kept(self, record: MicroPlan | None) -> Iterator[Line]:
        """Lines of the stored plan that no file of this person's can hold."""
        if record is None or self.sees_protected:
            return
        for line in record.lines.all():
            if is_protected(line.client):
                yield micro_plans.line_of(line)

    @property
    def sees_protected(self) -> bool:
        scope, home = self.errand.scope, self.errand.organisation.pk
        return scope.everywhere(Permission.CHILD_PROTECTION) or home in scope.organisations(Permission.CHILD_PROTECTION)

    def check(self, book, drafts):
        """As ever, once clients who are merged are settled: what is wrong with a person stands in that person's row."""
        settled = micro_plans.settled([draft.entry for draft in drafts], self.errand.organisation)
        for draft, entry in zip(drafts, settled, strict=True):
            draft.entry = entry
        found = book.problems_of(entries=settled, organisation=self.errand.organisation)
        for place, draft in enumerate(drafts):
            problems = found.get(place, []) if not (draft.record is not None and draft.record.is_void) else []
            for problem in problems:
                self.wrong(self.row_of(draft, problem), book.columns.get(problem.field, problem.field), problem.message)
            if not problems:
                draft.fate = self.fate(draft)

    def row_of(self, draft: Draft, problem) -> Row:
        rows = self.good[draft.row.reference]
        return next((row for row in rows if str(self.keys[row.number]["client"]) == problem.value), draft.row)

    def tally(self, draft: Draft) -> None:
        """Each row of the plan counts: one that says what the stored plan says is left alone."""
        rows = self.good[draft.row.reference]
        present = (
            {}
            if draft.record is None
            else {line.client_id: micro_plans.line_of(line) for line in draft.record.lines.all()}
        )
        new = {line.client_id: line for line in draft.entry.lines}
        base = draft.record and micro_plans.entry_of(draft.record, lines=draft.entry.lines)
        frame = draft.fate == "changed" and (draft.void or base.content() != draft.entry.content())
        fates = []
        for row in rows:
            client = self.keys[row.number]["client"]
            same = present.get(client) == new.get(client) and not frame
            fates.append(draft.fate if draft.fate != "changed" else "left" if same else "changed")
        if draft.fate == "changed" and "changed" not in fates:
            fates[0] = "changed"
        for row, fate in zip(rows, fates, strict=True):
            super().tally(replace(draft, row=row, fate=fate))

    def present(self, draft: Draft) -> dict[str, str]:
        """What the plan says of the row's person now."""
        lines = {line.client_id: line for line in draft.record.lines.all()}
        line = lines.get(self.keys[draft.row.number]["client"])
        if line is None:
            return {}
        line.plan, resource = draft.record, self.resource()
        columns = [column for column in resource.fields.values() if column.column_name in self.widgets]
        return {column.column_name: str(resource.export_field(column, line)) for column in columns}
