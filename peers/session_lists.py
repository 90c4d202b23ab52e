"""What a session repeats from the one before: where somebody works, who leads, and who came."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q

from core.models import Organisation
from core.scope import Scope
from outreach.models import Client
from peers.models import PeerEducator, Session, SessionAttendance

MOST_SHOWN = 200


def last_own(scope: Scope) -> Session | None:
    """The newest session that the person recorded or led."""
    mine = Session.objects.visible_to(scope).countable().filter(Session.objects.all().own_condition(scope))
    return mine.order_by("-occurred_on", "-recorded_at").first()


def oneself(scope: Scope) -> PeerEducator | None:
    """The peer educator whose account this is."""
    return PeerEducator.objects.countable().filter(user=scope.user_id).order_by("reference").first()


def last_with_people(
    scope: Scope,
    organisations: Iterable[Organisation],
    *,
    site_id: UUID | None,
    facilitators: Collection[UUID] = (),
    but: UUID | None = None,
) -> Session | None:
    """The newest session with named people at the same site, or by one of the same facilitators; `but` one of them."""
    alike = Q(facilitators__in=list(facilitators)) if facilitators else Q(pk__in=[])
    if site_id:
        alike |= Q(site=site_id)
    seen = Session.objects.visible_to(scope).countable().filter(organisation__in=list(organisations)).exclude(pk=but)
    named = seen.filter(pk__in=SessionAttendance.objects.values("session_id"))
    return named.filter(alike).select_related("site").order_by("-occurred_on", "-recorded_at", "pk").first()


def visible_people(scope: Scope, client_ids: Collection[UUID]) -> dict[UUID, Client]:
    """The people behind these records whom the person may see, by the record that was named."""
    named = Client.objects.filter(pk__in=client_ids).select_related("survivor")
    people = {client.pk: client.survivor or client for client in named}
    seen = Client.objects.visible_to(scope).filter(pk__in={person.pk for person in people.values()})
    allowed = set(seen.values_list("pk", flat=True)) if people else set()
    return {pk: person for pk, person in people.items() if person.pk in allowed}


def people_of(scope: Scope, session: Session | None) -> dict[UUID, Client]:
    """Visible people of a session, by the record that was named."""
    if session is None:
        return {}
    rows = SessionAttendance.objects.filter(session=session).order_by("pk")
    return visible_people(scope, list(rows.values_list("client_id", flat=True)[:MOST_SHOWN]))
