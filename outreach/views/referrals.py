"""The register of referrals: who was sent where, and what became of it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.actions.records import Changed
from core.permissions import Permission
from core.views.register_forms import AmendScreen, CreateScreen
from core.views.registers import Register
from core.views.screens import Column
from core.wording import shown
from outreach import wording
from outreach.actions import referrals
from outreach.filters.referrals import ReferralFilters
from outreach.forms.referrals import OutcomeForm, ReferralForm
from outreach.models import Client, Referral
from outreach.resources.referrals import ReferralResource
from outreach.views.people import client_asked_for


class Referrals(Register):
    """One client sent to one kind of service a row."""

    model = Referral
    namespace = "referrals"
    heading = gettext_lazy("Referrals")
    create_label = gettext_lazy("New referral")
    empty_text = gettext_lazy("No referral is recorded yet. Find the person first, then refer them.")
    columns = [
        Column("occurred_on", gettext_lazy("Issued"), sort="occurred_on"),
        Column("client", gettext_lazy("Person"), lambda referral: wording.name(referral.client)),
        Column("type", gettext_lazy("Service sought"), lambda r: codes.label("referral_type", r.type), sort="type"),
        Column("destination", gettext_lazy("Sent to"), sort="destination__site__name"),
        Column("status", gettext_lazy("State"), lambda r: codes.label("referral_status", r.status), sort="status"),
        Column("closed_on", gettext_lazy("Closed on"), sort="closed_on"),
        Column("urgent", gettext_lazy("Urgent"), lambda referral: _("urgent") if referral.urgent else ""),
    ]
    code_lists = {
        "type": "referral_type",
        "status": "referral_status",
        "not_completed_because": "referral_noncompletion_reason",
    }
    labels = {"occurred_on": gettext_lazy("Issued")}
    filterset = ReferralFilters
    form = ReferralForm
    resource = ReferralResource
    create_permission = Permission.REFERRAL_RECORD
    void_permission = Permission.REFERRAL_VOID
    detail_template = "outreach/referrals/detail.html"
    form_template = "outreach/referrals/form.html"

    def record(self, form, *, by):
        return referrals.record(entry=form.entry(), by=by, organisation=form.organisation)

    def amend(self, record, form, *, by):
        data = form.cleaned_data
        referrals.amend(
            referral=record, entry=form.entry(), version=data["version"], by=by, reason=data["change_reason"]
        )

    def void(self, record, *, by, reason):
        referrals.void(referral=record, by=by, reason=reason)

    def readings(self, queryset):
        return queryset.select_related(
            "client", "destination__site", "organisation", "recorded_by", "voided_by", "contact"
        )

    def title(self, record):
        return wording.joined([codes.label("referral_type", record.type), str(shown(record.occurred_on))])

    def sections(self, record):
        facts = [
            (_("Issued"), shown(record.occurred_on)),
            (_("Service sought"), codes.label("referral_type", record.type)),
            (_("Sent to"), shown(record.destination)),
            (_("Urgent"), shown(record.urgent)),
            (_("State"), codes.label("referral_status", record.status)),
        ]
        if record.closed_on:
            facts.append((_("Closed on"), shown(record.closed_on)))
        if record.not_completed_because:
            facts.append((_("Why not"), codes.label("referral_noncompletion_reason", record.not_completed_because)))
        return [("", facts)]

    def actions(self, record, scope):
        offered = super().actions(record, scope)
        if record.is_void or not scope.can(Permission.REFERRAL_RECORD, record.organisation_id):
            return offered
        rest = [(label, url, "") for label, url, _style in offered]
        return [(_("What became of it"), self.url("status", record), "main"), *rest]

    def extra_context(self, request, record=None):
        if record is None or request.resolver_match.url_name != "detail":
            return {}
        client = record.client
        visible = Client.objects.visible_to(request.scope).filter(pk=client.pk).exists()
        link = {"url": client.get_absolute_url(), "link_label": _("Open")} if visible else {}
        steps = [
            (
                shown(event.happened_on),
                wording.joined(
                    [
                        codes.label("referral_status", event.status),
                        str(event.get_said_by_display()),
                        str(event.recorded_by),
                    ]
                ),
            )
            for event in record.events.select_related("recorded_by")
        ]
        return {"person": wording.person(client, **link), "steps": steps}


class NewReferral(CreateScreen):
    """A referral for the person of `?client=`; without one, the person is to be found first."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and request.scope.can(self.register.create_permission):
            self.client = client_asked_for(request)
            if self.client is None:
                messages.info(request, _("Find the person first, then refer them from their page."))
                return redirect("find")
        return super().dispatch(request, *args, **kwargs)

    def form(self, data=None):
        register, scope = self.register, self.request.scope
        organisations = register.organisations(scope, register.create_permission)
        organisations = organisations.filter(pk=self.client.organisation_id)
        if not organisations:
            raise PermissionDenied
        initial = None if data is not None else register.initial(self.request)
        return ReferralForm(data, scope=scope, organisations=organisations, client=self.client, initial=initial)

    def words(self) -> dict:
        return super().words() | {"person": wording.person(self.client)}


class WhatBecame(AmendScreen):
    """A referral's next dated step."""

    @property
    def template(self) -> str:
        return "outreach/referrals/form.html"

    def form(self, data=None):
        return OutcomeForm(data, scope=self.request.scope, organisations=[], record=self.record)

    def words(self) -> dict:
        person = wording.person(self.record.client, text=self.register.title(self.record))
        return {"heading": _("What became of it"), "person": person}

    def act(self, form):
        data = form.cleaned_data
        try:
            referrals.update_status(
                referral=self.record,
                status=data["status"],
                on=data["happened_on"],
                said_by=data["said_by"],
                version=data["version"],
                by=self.request.user,
                not_completed_because=data["not_completed_because"],
            )
        except Changed as changed:
            form.data = {**form.data.dict(), "version": self.found(self.record.pk).version}
            form.add_error(None, str(changed))
            return self.page(form, status=409)
        messages.success(self.request, _("Saved."))
        return redirect(self.record.get_absolute_url())
