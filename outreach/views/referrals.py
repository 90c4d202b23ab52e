"""The register of referrals: who was sent where, and what became of it."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.actions.records import Changed
from core.permissions import Permission
from core.views.register_forms import AmendScreen
from core.views.registers import Register
from core.views.screens import Column
from core.wording import shown
from outreach import wording
from outreach.actions import referrals
from outreach.choices import COMMON_REFERRALS
from outreach.filters.referrals import ReferralFilters
from outreach.forms.referrals import OutcomeForm, ReferralForm
from outreach.models import Client, Referral
from outreach.resources.referrals import ReferralResource
from outreach.views.people import AboutPerson
from outreach.views.tracing import tried


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
    list_template = "outreach/referrals/list.html"
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
            (_("Urgent"), shown(record.waits_urgently)),
            (_("State"), codes.label("referral_status", record.status)),
        ]
        if record.arrived_on:
            facts.append((_("Arrived on"), shown(record.arrived_on)))
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
        if not record.is_open:
            return [(_("What became of it"), self.url("status", record), ""), *rest]
        steps = [
            (_("Slip"), self.url("slip", record), ""),
            (_("What became of it"), self.url("status", record), ""),
            (_("Tried to find them"), self.url("tracing", record), ""),
        ]
        return [*steps, *rest]

    def extra_context(self, request, record=None):
        name = request.resolver_match.url_name
        if record is None:
            return {"more_urls": ways(request.scope)} if name == "list" else {}
        return detail_context(self, request.scope, record) if name == "detail" else {}


def ways(scope) -> list[tuple[str, str]]:
    """From the register on to the lists beside it."""
    return [
        (_("Overdue referrals"), reverse("overdue-referrals")),
        (_("What became of referrals"), reverse("referral-outcomes")),
        (_("Referrals sent to us"), reverse("incoming:list")),
    ]


def detail_context(register, scope, record) -> dict:
    """Who it is about, the dated steps, the tries, and what one tap can say."""
    client = record.client
    visible = Client.objects.visible_to(scope).filter(pk=client.pk).exists()
    link = {"url": client.get_absolute_url(), "link_label": _("Open")} if visible else {}
    may = scope.can(Permission.REFERRAL_RECORD, record.organisation_id) and not record.is_void
    elsewhere = record.destination and record.destination.site.organisation_id != record.organisation_id
    return {
        "person": wording.person(client, **link),
        "steps": [step_in_words(event) for event in record.events.select_related("recorded_by")],
        "tries": tried(record),
        "went_url": register.url("went", record) if may and record.is_open else "",
        "share_url": register.url("share", record) if may else "",
        "shared": record.share_consent,
        "shows_sharing": bool(elsewhere) or record.share_consent,
    }


def step_in_words(event) -> tuple[str, object, str]:
    """What happened, when, and who said and recorded it."""
    state = codes.label("referral_status", event.status)
    what = state if event.status else str(event.get_step_display())
    said = _("said by: %(who)s") % {"who": event.get_said_by_display()}
    noted = _("recorded by %(user)s on %(day)s") % {
        "user": event.recorded_by,
        "day": shown(timezone.localdate(event.recorded_at)),
    }
    return what, shown(event.happened_on), wording.joined([said, noted])


def asked_for(request) -> dict:
    """The service that the address names, if the list has it."""
    sought = request.GET.get("type", "")
    return {"type": sought} if sought in codes.in_use("referral_type") else {}


class NewReferral(AboutPerson):
    """A referral for the person of `?client=`; without one, the person is to be found first."""

    form_class = ReferralForm
    find_first = gettext_lazy("Find the person first, then refer them from their page.")

    def initial(self) -> dict:
        return super().initial() | asked_for(self.request)

    def words(self) -> dict:
        # "Sent" is the word for it on the button: two taps from the person's page.
        sent = {"submit_label": _("Sent"), "first": len(COMMON_REFERRALS)}
        return super().words() | sent | {"person": wording.person(self.client)}


class WhatBecame(AmendScreen):
    """A referral's next dated step."""

    @property
    def template(self) -> str:
        return "outreach/referrals/form.html"

    def form(self, data=None):
        asked = self.request.GET.get("status", "")
        initial = {"status": asked} if asked in codes.in_use("referral_status") else None
        frame = {"scope": self.request.scope, "organisations": [], "record": self.record}
        return OutcomeForm(data, initial=initial, **frame)

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
                arrived_on=data["arrived_on"],
                arrival_said_by=data["arrival_said_by"],
            )
        except Changed as changed:
            form.data = {**form.data.dict(), "version": self.found(self.record.pk).version}
            form.add_error(None, str(changed))
            return self.page(form, status=409)
        messages.success(self.request, _("Saved."))
        return redirect(self.record.get_absolute_url())
