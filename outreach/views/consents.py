"""Keeping what a client agrees to."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from core.views.register_forms import AmendScreen
from outreach import wording
from outreach.actions import clients
from outreach.forms.consents import ConsentForm


class KeepConsent(AmendScreen):
    """A new answer for one purpose; earlier ones stay readable."""

    def form(self, data=None):
        return ConsentForm(data, scope=self.request.scope, organisations=[], record=self.record)

    def words(self) -> dict:
        return {"heading": _("Consent"), "lead": wording.name(self.record)}

    @property
    def template(self) -> str:
        return "core/registers/form.html"

    def act(self, form):
        clients.keep_consent(client=self.record, given=form.given(), by=self.request.user)
        messages.success(self.request, _("Saved."))
        return redirect(self.record.get_absolute_url())
