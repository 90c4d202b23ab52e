"""The person that a recording screen is about, named in its address by the random id."""

import uuid

from django.http import Http404

from core.scope import Scope
from outreach.models import Client


def client_asked_for(request) -> Client | None:
    """The person of `?client=`: whom a search may find; a merged record leads to its survivor. None if not asked for.

    Raises Http404 for an id that isn't one, or names nobody of the person's organisations.
    """
    asked = request.GET.get("client", "")
    if not asked:
        return None
    try:
        pk = uuid.UUID(asked)
    except ValueError:
        raise Http404 from None
    return findable(request.scope, pk)


def findable(scope: Scope, pk: uuid.UUID) -> Client:
    """The person behind an id. Raises Http404."""
    found = Client.objects.findable_by(scope).select_related("survivor").filter(pk=pk).first()
    if found is None:
        raise Http404
    return findable(scope, found.survivor_id) if found.survivor_id else found
