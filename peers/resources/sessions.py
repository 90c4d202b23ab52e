"""Sessions in a file: the columns of import and export, and rows of unnamed heads in files of contacts."""

import re
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.import_reports import Book, Row, RowRefused
from core.importers import Importer
from core.permissions import Permission
from core.resources.cells import CodeCell, CodesCell, DayCell, FlagCell, NumberCell, TextCell
from core.resources.registers import Column, RegisterResource
from outreach.resources import commodities
from outreach.resources.commodities import CommodityColumns, PiecesCell, pieces_column
from outreach.resources.contacts import SiteMaker
from peers.actions import sessions
from peers.models import Session
from peers.resources.knowledge import KnowledgeCell
from peers.resources.session_links import NamesCell, SessionLinks
from peers.rules.sessions import LONGEST_MINUTES, MOST_HEADS, UNKNOWN, SessionEntry

HEADS = "headcounts"
_HEADS = re.compile(r"([A-Z]):([A-Z]+[0-9]*)=(\d{1,6})")


BOOK = Book(
    model=Session,
    problems_of=sessions.problems_of,
    record_many=sessions.record_many,
    amend_many=sessions.amend_many,
    void_many=sessions.void_many,
    columns={
        "occurred_on": "date",
        "reference": "id",
        "heads": HEADS,
        "given": commodities.OTHERS,
        "taken_back": commodities.OTHERS,
    },
    readings=lambda queryset: queryset.with_lines(),
)
# In a file of contacts the same things stand in other columns.
CONTACTS_BOOK = replace(BOOK, columns={**BOOK.columns, "kind": "contact_type", "heads": "headcount"})


class HeadsCell(TextCell):
    """Heads by sex and age band: `F:A15=12;M:A18=7;U:AUNK=3`."""

    def clean(self, value, row=None, **kwargs):
        heads: dict[tuple[str, str], int] = {}
        for part in filter(None, map(str.strip, value.split(";"))):
            found = _HEADS.fullmatch(part)
            if not found:
                raise ValueError(_("Write heads as sex:age band=number, parted by “;”, such as F:A15=12;M:A18=7."))
            key = (found[1], found[2])
            heads[key] = heads.get(key, 0) + int(found[3])
        return heads

    def render(self, value, obj=None, **kwargs):
        return ";".join(f"{sex}:{band}={number}" for (sex, band), number in sorted((value or {}).items()) if number)


class SessionResource(CommodityColumns, RegisterResource):
    """One session a row; `heads` is their sum, `headcounts` says them by sex and age band."""

    id = Column(column_name="id", widget=TextCell())
    date = Column(column_name="date", attribute="occurred_on", widget=DayCell())
    kind = Column(column_name="kind", attribute="kind", widget=CodeCell("contact_type"))
    site = Column(column_name="site", widget=TextCell())
    heads = Column(column_name="heads", widget=NumberCell(most=MOST_HEADS))
    headcounts = Column(column_name=HEADS, widget=HeadsCell())
    topics = Column(column_name="topics", widget=CodesCell("session_topic"))
    services = Column(column_name="services", widget=CodesCell("service"))
    minutes = Column(column_name="minutes", attribute="minutes", widget=NumberCell(most=LONGEST_MINUTES))
    cond_m = pieces_column("cond_m")
    cond_f = pieces_column("cond_f")
    lube = pieces_column("lube")
    syr = pieces_column("syr")
    syr_collected = pieces_column("syr_collected")
    hivst = pieces_column("hivst")
    other_commodities = Column(column_name=commodities.OTHERS, widget=PiecesCell("commodity"))
    void = Column(column_name="void", widget=FlagCell())
    note = Column(column_name="note", attribute="note", widget=TextCell())
    place = Column(column_name="place", attribute="place", widget=TextCell())
    facilitators = Column(column_name="facilitators", widget=NamesCell())
    attendees = Column(column_name="attendees", widget=NamesCell(), needs=Permission.CHILD_PROTECTION)
    campaign = Column(column_name="campaign", widget=TextCell())
    knowledge = Column(column_name="knowledge", attribute="knowledge", widget=KnowledgeCell())

    class Meta(RegisterResource.Meta):
        model = Session

    def dehydrate_id(self, session):
        return session.reference or str(session.pk)

    def dehydrate_site(self, session):
        return session.site.code if session.site_id else ""

    def dehydrate_heads(self, session):
        return sum(row.heads for row in session.headcounts.all())

    def dehydrate_headcounts(self, session):
        return HeadsCell().render({(row.sex, row.age_band): row.heads for row in session.headcounts.all()})

    def dehydrate_topics(self, session):
        return ";".join(sorted(session.topics))

    def dehydrate_services(self, session):
        return ";".join(sorted(session.services))

    def dehydrate_void(self, session):
        return int(session.is_void)

    def dehydrate_facilitators(self, session):
        return ";".join(sorted(peer.reference for peer in session.facilitators.all()))

    def dehydrate_attendees(self, session):
        people = (row.client for row in session.attendances.all())
        return ";".join(sorted(client.reference or str(client.pk) for client in people))

    def dehydrate_campaign(self, session):
        return (session.campaign.reference or str(session.campaign_id)) if session.campaign_id else ""


def heads_with(total: int | None, present: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """Heads after a file named only their sum: what is known by sex and age stays while the sum is the same."""
    if total is None or total == sum(present.values()):
        return present
    return {UNKNOWN: total}


def entry(record: Session | None, new_id: UUID, reference: str, given: dict[str, Any]) -> SessionEntry:
    if record:
        return sessions.entry_of(record, **given)
    return SessionEntry(id=new_id, reference=reference, **given)


class SessionImporter(SiteMaker, Importer):
    """One session a row."""

    name = "sessions"
    order = 40
    label = gettext_lazy("Group sessions")
    resource = SessionResource
    required = ("id", "date", "kind")
    template_columns = (
        "id",
        "date",
        "kind",
        "site",
        "heads",
        HEADS,
        "topics",
        "services",
        "minutes",
        "facilitators",
        "attendees",
        "place",
        "campaign",
        "knowledge",
    )

    def __init__(self, errand, header=()):
        super().__init__(errand, header)
        self.named = SessionLinks(errand)

    def books(self):
        return (BOOK,)

    def look_up(self, rows: list[Row]) -> None:
        self.named.look_up(rows)

    def entry(self, row: Row, record: Session | None, new_id: UUID, book: Book) -> SessionEntry:
        values = row.values
        given: dict[str, Any] = {"occurred_on": self.day(row), "kind": values["kind"], "heads": self.heads(row, record)}
        if "site" in values:
            given["site_id"] = self.sites.id_of(values["site"])
        given |= {name: frozenset(values[name]) for name in ("topics", "services") if name in values}
        given |= {name: values[name] for name in ("minutes", "note", "place", "knowledge") if name in values}
        given |= self.named.given(row, record)
        pieces = commodities.lines_of(record) if record else ({}, {})
        given["given"], given["taken_back"] = commodities.read(values, *pieces)
        return entry(record, new_id, row.reference, given)

    def unseen(self, record: Session) -> set[str]:
        """The list of people may hold some whom this person may not see."""
        named = self.errand.scope.can(Permission.CHILD_PROTECTION, self.errand.organisation.pk)
        return super().unseen(record) | (set() if named else {"attendees"} & self.widgets.keys())

    def heads(self, row: Row, record: Session | None) -> dict[tuple[str, str], int]:
        values = row.values
        present = dict(sessions.entry_of(record).heads) if record else {}
        total = values.get("heads")
        if HEADS not in values:
            return heads_with(total, present)
        split = values[HEADS]
        if total is not None and split and sum(split.values()) != total:
            text = _("The headcounts add up to %(sum)s, but the column heads says %(total)s. Mend one of them.")
            raise RowRefused("heads", text % {"sum": sum(split.values()), "total": total})
        return split or ({UNKNOWN: total} if total else {})


class HeadcountRows:
    """Rows without a client in a file of contacts: sessions of unnamed heads. `core.imports` hands them over."""

    book = CONTACTS_BOOK

    def entry(self, *, row: Row, record: Session | None, new_id: UUID, given: dict[str, Any]) -> SessionEntry:
        values = row.values
        base = sessions.entry_of(record) if record else None
        total = (1 if values["headcount"] is None else values["headcount"]) if "headcount" in values else None
        given["heads"] = heads_with(total, dict(base.heads)) if base else {UNKNOWN: 1 if total is None else total}
        pieces = (base.given, base.taken_back) if base else ({}, {})
        given["given"], given["taken_back"] = commodities.read(values, *pieces)
        if "note" in values:
            given["note"] = values["note"]
        return entry(record, new_id, row.reference, given)

    def present(self, session: Session) -> dict[str, str]:
        """What the session says now, in the columns of a file of contacts."""
        resource = SessionResource()
        columns = {c.column_name: str(resource.export_field(c, session)) for c in resource.fields.values()}
        return {**columns, "contact_type": columns["kind"], "headcount": columns["heads"], "client": ""}
