"""How the contacts of a session's named people are called.

By the name a file of contacts and one of sessions, brought into another organisation, agree: the contact that came in
the one is taken up by the other instead of being recorded twice.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.models import Organisation
from core.models.records import IDENTITIES
from outreach.models import Client, Contact
from peers.models import Session

Key = tuple[UUID, UUID]


@dataclass(frozen=True)
class Name:
    """What the contact of one person at one session is called; `contact` is there if it was brought in before."""

    contact: Contact | None
    reference: str


def of(rows: Iterable[tuple[Session, Any, UUID, Any]], organisation: Organisation) -> Mapping[Key, Name]:
    """Names by session and client. Rows begin with the session, and have the client's id in third place."""
    rows = list(rows)
    clients = dict(Client.objects.filter(pk__in={row[2] for row in rows}).values_list("pk", "reference"))
    plain = {(row[0].pk, row[2]): _plain(row[0], row[2], clients.get(row[2], "")) for row in rows}
    mine = Contact.objects.with_lines().filter(organisation=organisation)
    unheld = set(mine.filter(reference__in=plain.values(), session_attendance=None).values_list("pk", flat=True))
    there = {contact.reference: contact for contact in mine.filter(reference__in=plain.values())}
    later = _later({contact.client_id for contact in there.values()}, organisation) if there else {}
    void = {row[0].pk for row in rows if row[0].is_void}
    names = {}
    for key, reference in plain.items():
        first = there.get(reference)
        if first is None or (first.pk in unheld and (key[0] in void or not first.is_void)):
            names[key] = Name(first, reference)
        else:
            names[key] = _another(reference, later)
    return names


def _plain(session: Session, client_id: UUID, client_reference: str) -> str:
    """The name of the first contact of a person at a session; the same wherever both are brought in."""
    return f"session-{_short(session.reference or session.pk)}-{_short(client_reference or client_id)}"


def _short(name: object) -> str:
    return uuid.uuid5(IDENTITIES, str(name)).hex[:20]


def _later(clients: set[UUID | None], organisation: Organisation) -> dict[str, tuple[Contact, bool]]:
    """Every contact at a session of a few people, by its name, and whether a session holds it."""
    theirs = Contact.objects.with_lines().filter(
        organisation=organisation, client__in=clients, reference__startswith="session-"
    )
    held = set(theirs.filter(session_attendance__isnull=False).values_list("pk", flat=True))
    return {contact.reference: (contact, contact.pk in held) for contact in theirs}


def _another(reference: str, later: Mapping[str, tuple[Contact, bool]]) -> Name:
    """The name of somebody who was taken off the list and put on again."""
    number = 2
    while (name := f"{reference}-{number}") in later:
        contact, held = later[name]
        if not held and not contact.is_void:
            return Name(contact, name)
        number += 1
    return Name(None, name)
