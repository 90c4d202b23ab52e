"""Writing the narrow fact rows, in the transaction of the change that they mirror."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Min

from core import bulk, codes
from core.batches import portions
from core.models import Site
from outreach.models import Client, Contact, Fact


def refresh(contacts: Iterable[Contact], *, fresh: bool = False) -> None:
    """Write the facts of these contacts anew. `fresh` says that they have none yet.

    Services and commodities are read from the contacts' related rows (prefetched, or in two queries).
    """
    for portion in portions(contacts):
        if not fresh:
            Fact.objects.filter(contact_id__in=[contact.pk for contact in portion]).delete()
        countable = [contact for contact in portion if not contact.is_void]
        people = _people({contact.client_id for contact in countable if contact.client_id})
        sites = _sites({contact.site_id for contact in countable if contact.site_id})
        bulk.create(_fact(contact, people, sites) for contact in countable)


def refresh_people(person_ids: Iterable[UUID]) -> None:
    """Write the facts of everybody whose record, or a record merged into theirs, is among these."""
    for portion in portions(person_ids, 1000):
        members = Client.objects.filter(pk__in=portion) | Client.objects.filter(survivor_id__in=portion)
        contacts = Contact.objects.filter(client__in=members.values("pk"))
        refresh(contacts.prefetch_related("services", "commodities").order_by("pk"))


def first_days(person_ids: Iterable[UUID]) -> dict[UUID, date]:
    """The day of the first countable contact of each of these people who has one."""
    days: dict[UUID, date] = {}
    for portion in portions(person_ids, 1000):
        found = Fact.objects.filter(client__in=portion).order_by().values_list("client")
        days |= dict(found.annotate(first=Min("date")))
    return days


def _people(ids: set[UUID]) -> dict[UUID, Client]:
    """The surviving client of each id, with groups at hand."""
    clients = (
        Client.objects.filter(pk__in=ids).select_related("survivor").prefetch_related("groups", "survivor__groups")
    )
    return {client.pk: client.survivor or client for client in clients}


def _sites(ids: set[UUID]) -> dict[UUID, Site]:
    return {site.pk: site for site in Site.objects.filter(pk__in=ids).select_related("district")}


def needle_units(lines: Iterable[tuple[str, int, int]]) -> tuple[int, int]:
    """Needle-syringe units given and taken back in (commodity, given, taken back) lines."""
    given = back = 0
    table = codes.table("commodity")
    for commodity, out, taken in lines:
        weight = int(table[commodity].attributes["needle_syringe_units"])
        given += weight * out
        back += weight * taken
    return given, back


def _fact(contact: Contact, people: dict[UUID, Client], sites: dict[UUID, Site]) -> Fact:
    person = people.get(contact.client_id) if contact.client_id else None
    district = sites[contact.site_id].district if contact.site_id else None
    day = contact.occurred_on
    group = person.group_on(day) if person else "UNK"
    numbers = codes.table("service")
    lines = [(line.commodity, line.given, line.taken_back) for line in contact.commodities.all()]
    given, taken_back = needle_units(lines)
    return Fact(
        contact_id=contact.pk,
        client=person.pk if person else None,
        organisation=contact.organisation_id,
        educator=contact.worker_id,
        date=day,
        month=day.year * 100 + day.month,
        day_group=day.toordinal() * 1000 + codes.table("population_group")[group].number,
        group=group,
        sex=person.sex if person else "U",
        age=person.age_on(day) if person else None,
        kind=contact.kind,
        group_size=contact.group_size,
        site=contact.site_id,
        district=district.pk if district else "",
        province=district.province_id if district else "",
        services=sum(1 << numbers[row.service].number for row in contact.services.all()),
        hts_outcome=contact.hts_outcome,
        known_positive_since=person.known_positive_since if person else None,
        ovc_preventive=person.ovc_preventive if person else False,
        ns_given=given,
        ns_taken_back=taken_back,
    )


def site_moved(site: Site) -> None:
    """Write the place of a site into the facts of its contacts, after its district changed."""
    district = site.district
    Fact.objects.filter(site=site.pk).update(
        district=district.pk if district else "", province=district.province_id if district else ""
    )
