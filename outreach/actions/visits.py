"""What can be done at the desk of a drop-in centre. A visit is a contact, written by the contacts' own actions."""

from dataclasses import replace
from datetime import datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from core import turns
from core.actions.records import Outcome, Refused
from core.models import Site, User
from outreach.actions import contacts
from outreach.models import Client, Contact
from outreach.rules.contacts import ContactEntry

CENTRE = "dic"


class AlreadyIn(Refused):
    """The person is in the centre already; `visit` is the visit that hasn't ended."""

    def __init__(self, visit: Contact) -> None:
        super().__init__(_("This person is in already, since %(time)s.") % {"time": f"{visit.arrived_at:%H:%M}"})
        self.visit = visit


@transaction.atomic
def check_in(*, visit_id: UUID, site: Site, client: Client | None, by: User) -> Outcome:
    """Record that somebody came just now; `client` is None for somebody anonymous.

    `visit_id` was made by the desk, so a second press finds the first one's visit: that is a duplicate, whatever was
    written into the visit since. Raises AlreadyIn, Refused for a closed site, InvalidEntries.
    """
    # The turn first: whoever moves a site takes the turn before the site's row.
    turns.beside_others(site.organisation_id)
    site = Site.objects.select_for_update(no_key=True, of=("self",)).select_related("organisation").get(pk=site.pk)
    known = Contact.objects.filter(pk=visit_id).first()
    if known is not None:
        return _pressed_again(known, site, client)
    if site.closed_on or site.kind != CENTRE:
        raise Refused(_("Nobody can be checked in here: this is not an open drop-in centre."))
    now = timezone.localtime()
    if client is not None and (visit := visit_now(client, site, now)):
        raise AlreadyIn(visit)
    entry = ContactEntry(
        id=visit_id,
        occurred_on=now.date(),
        kind=Contact.VISIT,
        client_id=client.pk if client else None,
        site_id=site.pk,
        arrived_at=minute(now),
    )
    return contacts.record(entry=entry, by=by, organisation=site.organisation)


def _pressed_again(known: Contact, site: Site, client: Client | None) -> Outcome:
    same = known.kind == Contact.VISIT and known.site_id == site.pk and known.client_id == (client and client.pk)
    if not same or known.organisation_id != site.organisation_id:
        return Outcome.CONFLICT
    return Outcome.GONE if known.is_void else Outcome.DUPLICATE


def visit_now(client: Client, site: Site, now: datetime) -> Contact | None:
    """The visit of the person at this centre that began today and hasn't ended; merged records are the person's."""
    person = client.person_id
    theirs = Contact.objects.in_now(now.date()).filter(Q(client_id=person) | Q(client__survivor_id=person))
    return theirs.filter(site=site).first()


def minute(moment: datetime) -> time:
    """The time of a moment, to the minute."""
    return moment.time().replace(second=0, microsecond=0)


def leaving(entry: ContactEntry) -> ContactEntry:
    """The visit, ended just now; one of another day, or that has ended, stays as it is."""
    now = timezone.localtime()
    if entry.left_at or entry.arrived_at is None or entry.occurred_on != now.date():
        return entry
    return replace(entry, left_at=max(minute(now), entry.arrived_at))


@transaction.atomic
def check_out(*, visit: Contact, by: User) -> bool:
    """Write that the visitor left just now. Answers False for somebody who had left already.

    Raises Refused for a visit of another day, or a void one.
    """
    visit = _locked(visit)
    if visit.left_at:
        return False
    entry = leaving(contacts.entry_of(visit))
    if not entry.left_at:
        raise Refused(_("This visit was on another day. Write the time of leaving into the visit."))
    contacts.amend_many(entries=[entry], by=by, organisation=visit.organisation)
    return True


@transaction.atomic
def stay(*, visit: Contact, by: User) -> bool:
    """Take back that the visitor left. Answers False for somebody who is in anyway.

    Raises Refused for a void visit, or AlreadyIn if the person came again meanwhile.
    """
    visit = _locked(visit)
    if visit.left_at is None:
        return False
    if visit.client and (other := visit_now(visit.client, visit.site, timezone.localtime())):
        raise AlreadyIn(other)
    contacts.amend_many(entries=[contacts.entry_of(visit, left_at=None)], by=by, organisation=visit.organisation)
    return True


def _locked(visit: Contact) -> Contact:
    turns.beside_others(visit.organisation_id)
    Contact.objects.select_for_update(no_key=True).get(pk=visit.pk)
    visit = Contact.objects.with_lines().get(pk=visit.pk)
    if visit.is_void:
        raise Refused(_("A void record can't be changed."))
    return visit
