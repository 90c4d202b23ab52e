"""The person that a recording screen is about, named in its address by the random id; and those screens' base."""

import uuid
from functools import cached_property

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect

from core.scope import Scope
from core.views.register_forms import CreateScreen
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


class AboutPerson(CreateScreen):
    """A new record about the person of `?client=`, in that person's organisation; without one, about nobody known.

    `form_class` takes the `client`. Where a record needs somebody, `find_first` says so to whoever named nobody.
    """

    form_class = None
    find_first = ""

    @cached_property
    def client(self) -> Client | None:
        """Whom the record is about. Raises Http404."""
        return client_asked_for(self.request)

    def dispatch(self, request, *args, **kwargs):
        may = request.user.is_authenticated and request.scope.can(self.permission)
        if may and self.find_first and self.client is None:
            messages.info(request, self.find_first)
            return redirect("find")
        return super().dispatch(request, *args, **kwargs)

    def form(self, data=None):
        scope, client = self.request.scope, self.client
        organisations = self.register.organisations(scope, self.permission)
        if client:
            organisations = organisations.filter(pk=client.organisation_id)
            if not organisations:
                raise PermissionDenied
        initial = None if data is not None else self.initial()
        return self.form_class(data, scope=scope, organisations=organisations, client=client, initial=initial)

    def initial(self) -> dict:
        """Hook: what a new form already says."""
        return self.register.initial(self.request)
