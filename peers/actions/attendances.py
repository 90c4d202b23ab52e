"""Named people at sessions. Each of them is a contact of the session's own kind, which reach is counted from.

A session writes its contacts with itself, brings them into line when it changes, and voids them when somebody is
taken off its list or it becomes void. Nobody else changes them.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.utils.translation import gettext as _

from core import bulk
from core.batches import portions
from core.models import Organisation, User
from outreach.actions import contacts
from outreach.models import Contact
from outreach.rules.contacts import LARGEST_GROUP, ContactEntry
from peers.actions import attendance_names
from peers.models import PeerEducator, Session, SessionAttendance
from peers.rules.sessions import SessionEntry

Pairs = Sequence[tuple[Session, SessionEntry]]
Led = Mapping[UUID, frozenset[UUID]]

_AT_ONCE = 2000


def contact_id(session_id: UUID, client_id: UUID, version: int) -> UUID:
    """The id of the contact of somebody who was put on a session's list in a version: the same on a retry."""
    return uuid.uuid5(session_id, f"attendance {client_id} {version}")


def write(pairs: Pairs, *, by: User, fresh: bool, led_before: Led) -> None:
    """Write the named people of sessions just written, and their contacts, in a constant number of queries.

    `led_before` says who led the sessions before they were changed.
    """
    if not pairs:
        return
    organisation = pairs[0][0].organisation
    held = {} if fresh else _held(session for session, _entry in pairs)
    users = _users_of({peer for _session, entry in pairs for peer in entry.facilitators})
    _take_off(pairs, held, by, organisation)
    _bring_into_line(pairs, held, users, led_before, by, organisation)
    _put_on(pairs, held, users, by, organisation)


def void(sessions: Sequence[Session], *, by: User) -> None:
    """Void the contacts of sessions that just became void."""
    rows = SessionAttendance.objects.filter(session__in=[session.pk for session in sessions])
    ids = list(rows.values_list("contact_id", flat=True))
    if ids:
        reason = _("the session is void")
        contacts.void_many(ids=ids, by=by, organisation=sessions[0].organisation, reason=reason)


def _held(sessions: Iterable[Session]) -> dict[UUID, dict[UUID, SessionAttendance]]:
    """The lists as they stand: attendances by client, by session."""
    held: dict[UUID, dict[UUID, SessionAttendance]] = {}
    for row in SessionAttendance.objects.filter(session__in=[session.pk for session in sessions]):
        held.setdefault(row.session_id, {})[row.client_id] = row
    return held


def _users_of(peers: set[UUID]) -> dict[UUID, tuple[str, int]]:
    """(code, user id) of the peer educators who have an account."""
    rows = PeerEducator.objects.filter(pk__in=peers, user__isnull=False).order_by()
    return {pk: (code, user) for pk, code, user in rows.values_list("pk", "reference", "user_id")} if peers else {}


def _worker(entry: SessionEntry, users: Mapping[UUID, tuple[str, int]]) -> int | None:
    """The first facilitator, by code, who has an account."""
    return min((users[peer] for peer in entry.facilitators if peer in users), default=("", None))[1]


def _contact(session: Session, entry: SessionEntry, client_id: UUID, worker_id: int | None) -> ContactEntry:
    """The contact of somebody who is put on the list now."""
    return ContactEntry(
        id=contact_id(session.pk, client_id, session.version),
        occurred_on=entry.occurred_on,
        kind=entry.kind,
        client_id=client_id,
        group_size=min(entry.size, LARGEST_GROUP),
        site_id=entry.site_id,
        services=entry.services,
        worker_id=worker_id,
        void=session.is_void,
    )


def _take_off(pairs: Pairs, held: Mapping, by: User, organisation: Organisation) -> None:
    gone = [
        row
        for session, entry in pairs
        for client, row in held.get(session.pk, {}).items()
        if client not in entry.attendees
    ]
    for portion in portions(gone):
        SessionAttendance.objects.filter(pk__in=[row.pk for row in portion]).delete()
        ids = [row.contact_id for row in portion]
        reason = _("taken off the list of the session")
        contacts.void_many(ids=ids, by=by, organisation=organisation, reason=reason)


def _bring_into_line(
    pairs: Pairs, held: Mapping, users: Mapping, led_before: Led, by: User, organisation: Organisation
) -> None:
    """Change the contacts of people who stay on the list where the session says something else now."""
    stay = [
        (session, entry, row)
        for session, entry in pairs
        for client, row in held.get(session.pk, {}).items()
        if client in entry.attendees
    ]
    held_contacts = Contact.objects.prefetch_related("services", "commodities")
    for portion in portions(stay, _AT_ONCE):
        there = held_contacts.in_bulk([row.contact_id for _session, _entry, row in portion])
        changed = []
        for session, entry, row in portion:
            contact = there[row.contact_id]
            worker = contact.worker_id
            if entry.facilitators != led_before.get(session.pk, frozenset()):
                worker = _worker(entry, users) or session.recorded_by_id
            changed.append(_in_line(contact, entry, worker))
        reason = _("the session was changed")
        contacts.amend_many(entries=changed, by=by, organisation=organisation, reason=reason, checked=True)


def _in_line(contact: Contact, entry: SessionEntry, worker_id: int | None) -> ContactEntry:
    return contacts.entry_of(
        contact,
        occurred_on=entry.occurred_on,
        kind=entry.kind,
        site_id=entry.site_id,
        services=entry.services,
        group_size=min(entry.size, LARGEST_GROUP),
        worker_id=worker_id,
    )


def _put_on(pairs: Pairs, held: Mapping, users: Mapping, by: User, organisation: Organisation) -> None:
    new = [
        (session, entry, client, _worker(entry, users))
        for session, entry in pairs
        for client in sorted(entry.attendees - held.get(session.pk, {}).keys())
    ]
    for portion in portions(new, _AT_ONCE):
        _record(portion, by, organisation)


def _record(rows: list[tuple[Session, SessionEntry, UUID, int | None]], by: User, organisation: Organisation) -> None:
    """Record contacts and attendances; a contact that came in a file of contacts before is taken up."""
    names = attendance_names.of(rows, organisation)
    adopted, fresh, attendances = [], {}, []
    for session, entry, client, worker in rows:
        contact = names[session.pk, client].contact
        if contact is None:
            made = replace(_contact(session, entry, client, worker), reference=names[session.pk, client].reference)
            fresh.setdefault(session.source, []).append(made)
        elif not contact.is_void:
            adopted.append(_in_line(contact, entry, worker or contact.worker_id))
        pk = contact.pk if contact else made.id
        attendances.append(SessionAttendance(session=session, client_id=client, contact_id=pk))
    reason = _("it belongs to a session")
    contacts.amend_many(entries=adopted, by=by, organisation=organisation, reason=reason, checked=True)
    for source, entries in fresh.items():
        contacts.record_many(entries=entries, by=by, organisation=organisation, source=source, checked=True)
    bulk.create(attendances)
