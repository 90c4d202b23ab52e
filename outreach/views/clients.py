"""The register of clients: people known by a card, never by a name."""

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.permissions import Permission
from core.views.register_forms import CreateScreen
from core.views.registers import Register
from core.views.screens import Column
from core.wording import coded, shown
from outreach import wording
from outreach.actions import clients
from outreach.choices import PICTURES
from outreach.filters.clients import ClientFilters
from outreach.forms.clients import REFUSED, ClientForm, NewClientForm
from outreach.forms.finding import carried
from outreach.models import Client, Contact, Referral
from outreach.resources.clients import ClientResource
from outreach.views import methadone, risk_reviews, violence
from outreach.views.matches import people_lines
from outreach.views.referral_steps import sent_from

NEWEST = 20


class Clients(Register):
    """People whom the programme knows."""

    model = Client
    namespace = "clients"
    heading = gettext_lazy("Clients")
    create_label = gettext_lazy("New person")
    empty_text = gettext_lazy("Nobody is registered here yet. Look a person up first, then register them.")
    columns = [
        Column("card_code", gettext_lazy("Card"), wording.card, sort="card_code"),
        Column("nickname", gettext_lazy("Nickname"), sort="nickname"),
        Column("sex", gettext_lazy("Sex"), lambda client: codes.label("sex", client.sex), sort="sex"),
        Column("age", gettext_lazy("Age now"), wording.age, sort="birth_date"),
        Column("group", gettext_lazy("Population group"), wording.group),
        Column("last_contact", gettext_lazy("Last contact"), sort="last_contact"),
    ]
    code_lists = {"sex": "sex", "gender": "gender_identity"}
    labels = {"groups": gettext_lazy("Population group")}
    filterset = ClientFilters
    form = ClientForm
    resource = ClientResource
    create_permission = Permission.CLIENT_RECORD
    void_permission = Permission.CLIENT_VOID
    merge_permission = Permission.CLIENT_MERGE
    audits_views = True
    detail_template = "outreach/clients/detail.html"
    form_template = "outreach/clients/form.html"

    def record(self, form, *, by):
        return clients.record(entry=form.entry(), by=by, organisation=form.organisation)

    def amend(self, record, form, *, by):
        data = form.cleaned_data
        clients.amend(client=record, entry=form.entry(), version=data["version"], by=by, reason=data["change_reason"])

    def void(self, record, *, by, reason):
        clients.void(client=record, by=by, reason=reason)

    def readings(self, queryset):
        related = queryset.select_related("organisation", "recorded_by", "voided_by", "survivor")
        return related.prefetch_related("groups").with_last_contact()

    def title(self, record):
        return wording.name(record)

    def sections(self, record):
        groups = [wording.belonging(row.group, row.primary, str(shown(row.since))) for row in record.groups.all()]
        return [
            (
                "",
                [
                    (_("Card"), wording.card(record)),
                    (_("Nickname"), record.nickname),
                    (_("Sex"), codes.label("sex", record.sex)),
                    (_("Gender"), codes.label("gender_identity", record.gender)),
                    (_("Birth date"), wording.birth(record)),
                    (_("Age now"), wording.age(record)),
                    (_("Population group"), "; ".join(groups)),
                    (_("Registered on"), shown(record.occurred_on)),
                ],
            )
        ]

    def unseen(self, record, scope):
        return set() if scope.can(Permission.KNOWN_POSITIVE, record.organisation_id) else {"known_positive_since"}

    def content_text(self, key, value):
        if key == "groups":
            return "; ".join(wording.belonging(group, primary, since) for since, group, primary in value)
        if key == "icon":
            return PICTURES.get(value, value)
        if key == "birth_precision":
            return wording.precision(value)
        return super().content_text(key, value)

    def actions(self, record, scope):
        """What may be done: recording first. A merged record can only be taken apart, on its own page."""
        if record.is_void or record.merged_into_id:
            return []
        here, who = record.organisation_id, f"?client={record.pk}"
        offered = [
            (Permission.CONTACT_RECORD, _("Record a contact"), reverse("record-contact") + who, "main"),
            (Permission.CONTACT_RECORD, _("Harm reduction"), reverse("record-harm-reduction") + who, ""),
            (Permission.REFERRAL_RECORD, _("Refer"), reverse("referrals:create") + who, ""),
            (Permission.HARM_RECORD, _("Overdose"), reverse("record-overdose") + who, ""),
            (Permission.RISK_RECORD, _("Risk review"), reverse("risk-reviews:create") + who, ""),
            (Permission.VIOLENCE_RECORD, _("Violence told"), reverse("record-violence") + who, ""),
            (Permission.CONCERN_RAISE, _("Raise a concern"), reverse("raise-concern") + who, ""),
            (Permission.CLIENT_VIEW, _("Card"), self.url("card", record), ""),
            (Permission.CLIENT_RECORD, _("Change"), self.url("amend", record), ""),
            (Permission.CLIENT_RECORD, _("Consent"), self.url("consent", record), ""),
            (Permission.CLIENT_MERGE, _("Merge with another"), self.url("merge", record), ""),
            (Permission.CLIENT_VOID, _("Make void"), self.url("void", record), ""),
        ]
        return [(label, url, style) for permission, label, url, style in offered if scope.can(permission, here)]

    def extra_context(self, request, record=None):
        if record is None or request.resolver_match.url_name != "detail":
            return {}
        return detail_context(request.scope, record)


def detail_context(scope, client: Client) -> dict:
    """Contacts, referrals and consent of a person; what was merged into the record counts as theirs."""
    records = client.all_records()
    contacts = Contact.objects.visible_to(scope).countable().filter(client__in=records).with_lines()
    referrals = Referral.objects.visible_to(scope).countable().filter(client__in=records)
    referrals = referrals.select_related("destination__site")
    status = Permission.KNOWN_POSITIVE
    more = []
    if scope.can(status, client.organisation_id) and client.known_positive_since:
        more.append((_("Known positive, since"), shown(client.known_positive_since)))
    if client.ovc_preventive:
        more.append((_("In approved primary prevention for children"), _("yes")))
    said = [
        (
            consent.get_purpose_display(),
            wording.joined([coded("consent_status", consent.status), shown(consent.given_on)]),
        )
        for consent in client.consents.all()
    ]
    merged = Client.objects.visible_to(scope).filter(merged_into=client)
    return {
        "person": wording.person(client, text=wording.last_met(client.last_contact)),
        "more": more,
        "risk": risk_reviews.of_person(scope, client),
        "methadone": methadone.of_person(scope, client, records),
        "violence": violence.of_person(scope, records),
        "concern_url": concern_url(scope, client),
        "consents": said,
        "contact_columns": heads(_("Date"), _("Kind of contact"), _("Site"), _("What we did"), _("Given")),
        "contact_rows": [contact_row(contact) for contact in contacts[:NEWEST]],
        "sent": sent_from(scope, client),
        "referral_columns": heads(_("Issued"), _("Service sought"), _("State"), _("Sent to")),
        "referral_rows": [referral_row(referral) for referral in referrals[:NEWEST]],
        "merged_here": [(row.get_absolute_url(), wording.name(row)) for row in merged],
        "survivor": client.survivor,
        "survivor_name": wording.name(client.survivor) if client.survivor else "",
        "may_unmerge": scope.can(Permission.CLIENT_MERGE, client.organisation_id),
    }


def concern_url(scope, client: Client) -> str:
    """Where a concern about the person is raised; empty for whoever may not."""
    may = scope.can(Permission.CONCERN_RAISE, client.organisation_id)
    return f"{reverse('raise-concern')}?client={client.pk}" if may else ""


def heads(*labels: str) -> list[tuple]:
    """Columns of a short table that isn't sorted."""
    return [(label, label, False, "", "") for label in labels]


def contact_row(contact: Contact) -> tuple:
    site = contact.site.name if contact.site else ""
    kind = codes.label("contact_type", contact.kind)
    values = [shown(contact.occurred_on), kind, site, wording.services(contact), wording.goods(contact)]
    labels = [_("Date"), _("Kind of contact"), _("Site"), _("What we did"), _("Given")]
    return contact.get_absolute_url(), list(zip(labels, values, strict=True))


def referral_row(referral: Referral) -> tuple:
    values = [
        shown(referral.occurred_on),
        codes.label("referral_type", referral.type),
        codes.label("referral_status", referral.status),
        referral.destination.site.name if referral.destination else "",
    ]
    labels = [_("Issued"), _("Service sought"), _("State"), _("Sent to")]
    return referral.get_absolute_url(), list(zip(labels, values, strict=True))


class NewClient(CreateScreen):
    """A new person. A search carries its answers here; whoever looks alike is shown before anybody is added."""

    def form(self, data=None, initial=None):
        organisations = self.register.organisations(self.request.scope, self.register.create_permission)
        begin = None if data is not None else {"occurred_on": timezone.localdate(), **(initial or {})}
        return NewClientForm(data, scope=self.request.scope, organisations=organisations, initial=begin)

    def post(self, request):
        if "carried" in request.POST:
            return self.page(self.form(initial=carried(request.POST)))
        if request.POST.get("consent") == REFUSED:
            messages.info(request, _("Nothing was kept of this person. Record the contact without a client."))
            return redirect(self.back(None) if "centre" in request.GET else "record-contact")
        return super().post(request)

    def back(self, record) -> str:
        """Somebody whom the desk of a drop-in centre didn't find goes back there, to be checked in."""
        if "centre" not in self.request.GET:
            return super().back(record)
        asked = {"centre": self.request.GET["centre"], **({"client": record.pk} if record else {})}
        return f"{reverse('centre')}?{urlencode(asked)}"

    def page(self, form, status=200, **more):
        matches = getattr(form, "look_alikes", [])
        return super().page(form, status, look_alikes=people_lines(self.request.scope, matches), **more)
