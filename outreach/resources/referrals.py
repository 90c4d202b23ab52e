"""Referrals in a file: the columns of import and export, and what a row means."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.import_reports import Book, Row, RowRefused, uuid_of
from core.importers import Importer
from core.models import ServicePoint
from core.resources.cells import CodeCell, DayCell, FlagCell, TextCell
from core.resources.registers import Column, RegisterResource
from outreach.actions import referrals
from outreach.models import Contact, Referral
from outreach.resources.links import client_of, clients_named
from outreach.rules.referrals import ReferralEntry

BOOK = Book(
    model=Referral,
    problems_of=referrals.problems_of,
    record_many=referrals.record_many,
    amend_many=referrals.amend_many,
    columns={"reference": "id", "occurred_on": "date", "closed_on": "closed", "arrived_on": "arrived"},
    readings=lambda queryset: queryset.select_related("client", "contact", "destination__site"),
)


class ReferralResource(RegisterResource):
    """One referral a row, in the layout of the import `referrals`."""

    id = Column(column_name="id", widget=TextCell())
    client = Column(column_name="client", widget=TextCell())
    date = Column(column_name="date", attribute="occurred_on", widget=DayCell())
    type = Column(column_name="type", attribute="type", widget=CodeCell("referral_type"))
    status = Column(column_name="status", attribute="status", widget=CodeCell("referral_status"))
    closed = Column(column_name="closed", attribute="closed_on", widget=DayCell())
    contact = Column(column_name="contact", widget=TextCell())
    destination = Column(column_name="destination", widget=TextCell())
    urgent = Column(column_name="urgent", attribute="urgent", widget=FlagCell())
    not_completed_because = Column(
        column_name="not_completed_because",
        attribute="not_completed_because",
        widget=CodeCell("referral_noncompletion_reason"),
    )

    share_consent = Column(column_name="share_consent", attribute="share_consent", widget=FlagCell())
    arrived = Column(column_name="arrived", attribute="arrived_on", widget=DayCell())

    class Meta(RegisterResource.Meta):
        model = Referral

    def dehydrate_id(self, referral):
        return referral.reference or str(referral.pk)

    def dehydrate_client(self, referral):
        return referral.client.reference or str(referral.client_id)

    def dehydrate_contact(self, referral):
        return (referral.contact.reference or str(referral.contact_id)) if referral.contact_id else ""

    def dehydrate_destination(self, referral):
        point = referral.destination
        if point is None:
            return ""
        return point.site.code if point.site.organisation_id == referral.organisation_id else str(point.pk)


class ReferralImporter(Importer):
    """One referral a row."""

    name = "referrals"
    order = 30
    label = gettext_lazy("Referrals")
    resource = ReferralResource
    required = ("id", "client", "date", "type", "status")
    template_columns = ("id", "client", "date", "type", "status", "closed")

    def __init__(self, errand, header=()):
        super().__init__(errand, header)
        self.clients, self.contacts, self.points = {}, {}, {}

    def books(self):
        return (BOOK,)

    def look_up(self, rows: list[Row]) -> None:
        self.clients = clients_named((row.values.get("client") for row in rows), self.errand)
        self.contacts = _named(rows, "contact", Contact.objects.filter(organisation=self.errand.organisation))
        mine = Q(site__organisation=self.errand.organisation)
        points = ServicePoint.objects.filter(mine | Q(public=True))
        self.points = _named(rows, "destination", points.filter(mine), "site__code")
        self.points |= _named(rows, "destination", points, "site__code", only_ids=True)

    def entry(self, row: Row, record: Referral | None, new_id: UUID, book: Book) -> ReferralEntry:
        values = row.values
        given: dict[str, Any] = {"occurred_on": values["date"], "type": values["type"]}
        given["client_id"] = client_of(values["client"], self.clients)
        given["status"] = values["status"] or "issued"
        for column, message in (
            ("date", _("Give the day, written as year-month-day, such as 2025-01-31.")),
            ("client", _("Say which client was referred.")),
            ("type", _("Say which service was sought. Use one of the codes of the template.")),
        ):
            if not values[column]:
                raise RowRefused(column, message)
        if "closed" in values:
            given["closed_on"] = values["closed"]
        if "arrived" in values:
            given["arrived_on"] = values["arrived"]
        said = ("urgent", "not_completed_because", "share_consent")
        given |= {name: values[name] for name in said if name in values}
        given |= self.links(values)
        if record:
            return replace(referrals.entry_of(record), **given)
        return ReferralEntry(id=new_id, reference=row.reference, **given)

    def links(self, values: dict[str, Any]) -> dict[str, UUID | None]:
        links: dict[str, UUID | None] = {}
        for column, known, message in (
            (
                "contact",
                self.contacts,
                _("No contact has this reference here. Check it, or import the contacts first."),
            ),
            ("destination", self.points, _("No service has this code here. Check it, or leave the cell empty.")),
        ):
            if column in values:
                links[f"{column}_id"] = known.get(values[column]) if values[column] else None
                if values[column] and values[column] not in known:
                    raise RowRefused(column, message)
        return links


def _named(
    rows: list[Row], column: str, queryset, field: str = "reference", *, only_ids: bool = False
) -> dict[str, UUID]:
    """What the column's cells name: rows of the queryset by a field of theirs, or by their id."""
    names = {row.values[column] for row in rows if row.values.get(column)}
    if not names:
        return {}
    found = {} if only_ids else dict(queryset.filter(**{f"{field}__in": names}).values_list(field, "pk"))
    ids = {key: name for name in names if (key := uuid_of(name))}
    if ids:
        found |= {ids[pk]: pk for pk in queryset.filter(pk__in=ids).values_list("pk", flat=True)}
    return found
