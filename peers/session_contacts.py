"""The contacts that sessions write: whoever looks at one is led to its session."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from outreach import owned_contacts
from outreach.owned_contacts import Owner
from peers.models import SessionAttendance

REFUSAL = _("This contact belongs to a session, and changes with it. Change the session instead.")


def owners(contact_ids: Iterable[UUID]) -> dict[UUID, Owner]:
    """The sessions of those contacts that a session holds."""
    held = SessionAttendance.objects.filter(contact__in=list(contact_ids)).select_related("session")
    return {row.contact_id: Owner(row.session, REFUSAL) for row in held}


def register() -> None:
    owned_contacts.register(owners)
