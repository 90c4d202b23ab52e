"""Contacts in a file: the columns of import and export, and what a row means."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes, imports
from core.actions.imports import make_sites
from core.import_reports import Book, Draft, Row, RowRefused
from core.importers import Importer
from core.models import User
from core.permissions import Permission
from core.resources.cells import (
    ChoiceCell,
    CodeCell,
    CodesCell,
    DayCell,
    FlagCell,
    KnownCodesCell,
    NumberCell,
    TextCell,
    TimeCell,
)
from core.resources.registers import Column, RegisterResource
from core.rules.problems import Problem
from outreach import owned_contacts
from outreach.actions import contacts
from outreach.models import Contact
from outreach.models.contacts import HowCounted
from outreach.resources import commodities
from outreach.resources.commodities import CommodityColumns, PiecesCell, pieces_column
from outreach.resources.links import SitesNamed, client_of, clients_named
from outreach.rules.contacts import LARGEST_GROUP, MOST_OTHERS, ContactEntry

GROUP_LEVELS = frozenset({"aggregate", "either"})
MOST_HEADS = 100_000
# Columns that only a contact with one person has, and the entry's name for them.
OF_ONE_PERSON = {
    "arrived": "arrived_at",
    "left": "left_at",
    "centre_services": "centre_services",
    "for_others": "for_others",
    "return_method": "return_method",
}


BOOK = Book(
    model=Contact,
    problems_of=contacts.problems_of,
    record_many=contacts.record_many,
    amend_many=contacts.amend_many,
    void_many=contacts.void_many,
    columns={
        "occurred_on": "date",
        "kind": "contact_type",
        "group_size": "headcount",
        "reference": "id",
        "given": commodities.OTHERS,
        "taken_back": commodities.OTHERS,
        "overdose_reported": "overdose",
        "arrived_at": "arrived",
        "left_at": "left",
    },
    readings=lambda queryset: queryset.select_related("client", "site", "worker").prefetch_related(
        "services", "commodities"
    ),
)


class ContactResource(CommodityColumns, RegisterResource):
    """One contact a row, in the layout of the import `contacts`."""

    id = Column(column_name="id", widget=TextCell())
    date = Column(column_name="date", attribute="occurred_on", widget=DayCell())
    client = Column(column_name="client", widget=TextCell())
    contact_type = Column(column_name="contact_type", attribute="kind", widget=CodeCell("contact_type"))
    headcount = Column(column_name="headcount", attribute="group_size", widget=NumberCell(most=MOST_HEADS))
    site = Column(column_name="site", widget=TextCell())
    services = Column(column_name="services", widget=CodesCell("service"))
    hts_outcome = Column(
        column_name="hts_outcome",
        attribute="hts_outcome",
        widget=CodeCell("hts_offer_outcome"),
        needs=Permission.KNOWN_POSITIVE,
    )
    cond_m = pieces_column("cond_m")
    cond_f = pieces_column("cond_f")
    lube = pieces_column("lube")
    syr = pieces_column("syr")
    syr_collected = pieces_column("syr_collected")
    hivst = pieces_column("hivst")
    void = Column(column_name="void", widget=FlagCell())
    other_commodities = Column(column_name=commodities.OTHERS, widget=PiecesCell("commodity"))
    overdose = Column(column_name="overdose", attribute="overdose_reported", widget=FlagCell())
    note = Column(column_name="note", attribute="note", widget=TextCell())
    worker = Column(column_name="worker", widget=TextCell())
    arrived = Column(column_name="arrived", attribute="arrived_at", widget=TimeCell())
    left = Column(column_name="left", attribute="left_at", widget=TimeCell())
    centre_services = Column(
        column_name="centre_services", attribute="centre_services", widget=KnownCodesCell("dic_service")
    )
    for_others = Column(column_name="for_others", attribute="for_others", widget=NumberCell(most=MOST_OTHERS))
    return_method = Column(
        column_name="return_method", attribute="return_method", widget=ChoiceCell(HowCounted.choices)
    )

    class Meta(RegisterResource.Meta):
        model = Contact

    def dehydrate_id(self, contact):
        return contact.reference or str(contact.pk)

    def dehydrate_client(self, contact):
        return (contact.client.reference or str(contact.client_id)) if contact.client_id else ""

    def dehydrate_site(self, contact):
        return contact.site.code if contact.site_id else ""

    def dehydrate_services(self, contact):
        return ";".join(sorted(row.service for row in contact.services.all()))

    def dehydrate_void(self, contact):
        return int(contact.is_void)

    def dehydrate_worker(self, contact):
        return contact.worker.username


class SiteMaker:
    """What importers share whose rows happen on a day at a site: sites that a file names may be made by the import."""

    def __init__(self, errand, header=()):
        super().__init__(errand, header)
        self.sites = SitesNamed(errand)

    def day(self, row: Row) -> date:
        if row.values["date"] is None:
            raise RowRefused("date", _("Give the day, written as year-month-day, such as 2025-01-31."))
        return row.values["date"]

    def forgiven(self, draft: Draft, problem: Problem) -> bool:
        return problem.field == "site" and self.sites.is_new(draft.entry.site_id)

    def before_writing(self, drafts: list[Draft]) -> None:
        wanted = {draft.row.values.get("site") for draft in drafts} & self.sites.new.keys()
        if wanted:
            new = {code: self.sites.new[code] for code in sorted(wanted)}
            make_sites(codes=new, organisation=self.errand.organisation, by=self.errand.by)
            self.sites.made(new)
            self.report.new_sites += new

    def finish(self, *, write: bool) -> None:
        self.report.new_sites = sorted({*self.report.new_sites, *self.sites.new})


class ContactImporter(SiteMaker, Importer):
    """Rows with a client are contacts. Rows without one are sessions of unnamed heads, or one anonymous contact."""

    name = "contacts"
    order = 20
    label = gettext_lazy("Contacts")
    resource = ContactResource
    required = ("id", "date", "client", "contact_type")
    template_columns = [
        "id",
        "date",
        "client",
        "contact_type",
        "headcount",
        "site",
        "services",
        "hts_outcome",
        "cond_m",
        "cond_f",
        "lube",
        "syr",
        "syr_collected",
        "hivst",
        "void",
    ]

    def __init__(self, errand, header=()):
        super().__init__(errand, header)
        self.sessions = imports.writer("session")
        self.clients = {}
        self.workers: dict[str, int] = {}

    def books(self):
        return (BOOK, self.sessions.book) if self.sessions else (BOOK,)

    def look_up(self, rows: list[Row]) -> None:
        self.clients = clients_named((row.values.get("client") for row in rows), self.errand)
        names = {row.values.get("worker") for row in rows} - {None, ""}
        known = contacts.workers_of(self.errand.organisation) if names else User.objects.none()
        self.workers = dict(known.filter(username__in=names).values_list("username", "pk")) if names else {}

    def book_of(self, row: Row) -> Book:
        values = row.values
        if values.get("client") or not self.sessions:
            return BOOK
        kind = codes.table("contact_type").get(values.get("contact_type", ""))
        of_groups = kind is not None and kind.attributes.get("counting_level") in GROUP_LEVELS
        return self.sessions.book if of_groups or (values.get("headcount") or 1) > 1 else BOOK

    def entry(self, row: Row, record: Any, new_id: UUID, book: Book) -> Any:
        given = self.given(row)
        if book is BOOK:
            return self.contact(row, record, new_id, given)
        if row.values.get("hts_outcome"):
            text = _("An HIV test belongs to one person. It isn't kept for a session of unnamed people.")
            self.warn(row, "hts_outcome", text)
        for column in (*OF_ONE_PERSON, "worker"):
            if row.values.get(column):
                self.warn(row, column, _("This belongs to a contact with one person. It isn't kept for a session."))
        return self.sessions.entry(row=row, record=record, new_id=new_id, given=given)

    def given(self, row: Row) -> dict[str, Any]:
        """What contacts and sessions have in common."""
        values = row.values
        given: dict[str, Any] = {"occurred_on": self.day(row), "kind": values["contact_type"]}
        if not given["kind"]:
            raise RowRefused(
                "contact_type", _("Say what kind of contact it was. Use one of the codes of the template.")
            )
        if "site" in values:
            given["site_id"] = self.sites.id_of(values["site"])
        if "services" in values:
            given["services"] = frozenset(values["services"])
        return given

    def contact(self, row: Row, record: Contact | None, new_id: UUID, given: dict[str, Any]) -> ContactEntry:
        values = row.values
        given["client_id"] = client_of(values["client"], self.clients)
        if "headcount" in values:
            given["group_size"] = 1 if values["headcount"] is None else values["headcount"]
            if given["group_size"] > LARGEST_GROUP:
                text = _("Give the number of people in the group, from 1 to %(most)s.") % {"most": LARGEST_GROUP}
                raise RowRefused("headcount", text)
        if "hts_outcome" in values:
            given["hts_outcome"] = values["hts_outcome"]
        if "overdose" in values:
            given["overdose_reported"] = values["overdose"]
        if "note" in values:
            given["note"] = values["note"]
        given |= self.of_one_person(values)
        base = contacts.entry_of(record) if record else None
        pieces = (base.given, base.taken_back) if base else ({}, {})
        given["given"], given["taken_back"] = commodities.read(values, *pieces)
        return replace(base, **given) if base else ContactEntry(id=new_id, reference=row.reference, **given)

    def of_one_person(self, values: dict[str, Any]) -> dict[str, Any]:
        """Who met the person, a visit's times and services, needles for others, how returns were counted.

        An empty worker leaves who it was: somebody did. Raises RowRefused.
        """
        given = {field: values[name] for name, field in OF_ONE_PERSON.items() if name in values}
        if "centre_services" in given:
            given["centre_services"] = frozenset(given["centre_services"])
        if "for_others" in given:
            given["for_others"] = given["for_others"] or 0
        if worker := values.get("worker"):
            if worker not in self.workers:
                text = _("Nobody here has this user name. Write that of a member, or leave the cell empty.")
                raise RowRefused("worker", text)
            given["worker_id"] = self.workers[worker]
        return given

    def unseen(self, record: Any) -> set[str]:
        hidden = super().unseen(record)
        if not self.errand.scope.can(Permission.KNOWN_POSITIVE, self.errand.organisation.pk):
            hidden = hidden | {"hts_outcome"}
        return hidden & self.widgets.keys()

    def check(self, book: Book, drafts: list[Draft]) -> None:
        """A contact that another record keeps in line with itself isn't changed by a file of contacts."""
        super().check(book, drafts)
        changed = [draft for draft in drafts if book is BOOK and draft.fate == "changed"]
        held = owned_contacts.owners(draft.record.pk for draft in changed)
        for draft in changed:
            owner = held.get(draft.record.pk)
            if owner and (draft.void or not self.only_worker(draft)):
                self.wrong(draft.row, "id", str(owner.refusal))
                draft.fate = ""

    def only_worker(self, draft: Draft) -> bool:
        """Whether the row differs from the contact in who met the person at most: that its owner doesn't say."""
        return draft.record.content() == {**draft.entry.content(), "worker": draft.record.content()["worker"]}

    def present(self, draft: Draft) -> dict[str, str]:
        return super().present(draft) if draft.book is BOOK else self.sessions.present(draft.record)
