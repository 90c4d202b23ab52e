"""Where a client stands with methadone treatment: the card on the person's page, and its change."""

from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from core.permissions import Permission
from core.scope import Scope
from core.views.register_forms import AmendScreen
from core.wording import shown
from outreach import wording
from outreach.actions import methadone
from outreach.forms.methadone import MethadoneForm
from outreach.models import Client, MethadoneStatus

REFERRAL_TYPE = "OAMT"


class SetMethadone(AmendScreen):
    """A new status from a day on; earlier ones stay readable."""

    permission = Permission.HARM_RECORD
    template = "core/registers/form.html"

    def form(self, data=None):
        return MethadoneForm(data, scope=self.request.scope, organisations=[], record=self.record)

    def words(self) -> dict:
        return {"heading": _("Methadone"), "lead": wording.name(self.record)}

    def act(self, form):
        data = form.cleaned_data
        methadone.set_status(client=self.record, status=data["status"], since=data["since"], by=self.request.user)
        messages.success(self.request, _("Saved."))
        return redirect(self.record.get_absolute_url())


def of_person(scope: Scope, client: Client, records: list[UUID]) -> dict | None:
    """The methadone card of a person's page; None for those who may not see it. `records` are all of the person's."""
    if not scope.can(Permission.HARM_VIEW, client.organisation_id):
        return None
    rows = MethadoneStatus.objects.filter(client__in=records).order_by("-since", "-pk")
    said = [(row.get_status_display(), shown(row.since)) for row in rows]
    may = scope.can(Permission.HARM_RECORD, client.organisation_id)
    refer = scope.can(Permission.REFERRAL_RECORD, client.organisation_id)
    return {
        "now": said[0] if said else None,
        "earlier": said[1:],
        "change_url": reverse("clients:methadone", args=[client.pk]) if may else "",
        "refer_url": f"{reverse('referrals:create')}?client={client.pk}&type={REFERRAL_TYPE}" if refer else "",
    }
