"""The register of contacts, and the two forms that record them."""

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.permissions import Permission
from core.views.registers import Register
from core.views.screens import Column
from core.wording import coded, shown
from outreach import finding, owned_contacts, wording
from outreach.actions import contacts
from outreach.filters.contacts import ContactFilters
from outreach.forms.contacts import ContactForm, HarmReductionForm, as_last_time
from outreach.models import Client, Contact
from outreach.models.contacts import HowCounted
from outreach.resources.contacts import ContactResource
from outreach.views.overdoses import offer_to_record
from outreach.views.people import AboutPerson


def who(contact: Contact) -> str:
    return wording.name(contact.client) if contact.client else _("anonymous")


class Contacts(Register):
    """One event with one person a row."""

    model = Contact
    namespace = "contacts"
    heading = gettext_lazy("Contacts")
    create_label = gettext_lazy("Record a contact")
    empty_text = gettext_lazy("No contact is recorded yet.")
    columns = [
        Column("occurred_on", gettext_lazy("Date"), sort="occurred_on"),
        Column("client", gettext_lazy("Person"), who),
        Column("kind", gettext_lazy("Kind of contact"), lambda c: codes.label("contact_type", c.kind), sort="kind"),
        Column("site", gettext_lazy("Site"), sort="site__name"),
        Column("services", gettext_lazy("What we did"), wording.services),
        Column("given", gettext_lazy("Given"), wording.goods),
        Column("worker", gettext_lazy("Worker"), sort="worker__username"),
    ]
    code_lists = {
        "kind": "contact_type",
        "services": "service",
        "hts_outcome": "hts_offer_outcome",
        "centre_services": "dic_service",
    }
    labels = {"services": gettext_lazy("What we did"), "commodities": gettext_lazy("Given and taken back")}
    filterset = ContactFilters
    form = ContactForm
    resource = ContactResource
    create_permission = Permission.CONTACT_RECORD
    void_permission = Permission.CONTACT_VOID
    detail_template = "outreach/contacts/detail.html"
    form_template = "outreach/contacts/form.html"

    def record(self, form, *, by):
        return contacts.record_with_referral(
            entry=form.entry(), referral=form.referral(), by=by, organisation=form.organisation
        )

    def amend(self, record, form, *, by):
        data = form.cleaned_data
        contacts.amend(contact=record, entry=form.entry(), version=data["version"], by=by, reason=data["change_reason"])

    def void(self, record, *, by, reason):
        contacts.void(contact=record, by=by, reason=reason)

    def readings(self, queryset):
        return queryset.with_lines()

    def title(self, record):
        return wording.joined([codes.label("contact_type", record.kind), str(shown(record.occurred_on))])

    def unseen(self, record, scope):
        return set() if scope.can(Permission.KNOWN_POSITIVE, record.organisation_id) else {"hts_outcome"}

    def content_text(self, key, value):
        if key == "commodities":
            return "; ".join(wording.pieces(*line) for line in value)
        if key == "return_method":
            return str(dict(HowCounted.choices).get(value, value))
        if key in ("arrived_at", "left_at"):
            return (value or "")[:5]
        return super().content_text(key, value)

    def sections(self, record):
        place = record.site.district if record.site else None
        given = [(line.commodity, line.given) for line in record.commodities.all() if line.given]
        taken = [(line.commodity, line.taken_back) for line in record.commodities.all() if line.taken_back]
        facts = [
            (_("Date"), shown(record.occurred_on)),
            (_("Kind of contact"), codes.label("contact_type", record.kind)),
            (_("Site"), shown(record.site)),
            (_("District"), shown(place)),
            (_("What we did"), wording.services(record)),
            *extras(record),
            (_("Worker"), str(record.worker)),
        ]
        if record.group_size > 1:
            facts.append((_("People in the group"), record.group_size))
        if record.overdose_reported:
            facts.append((_("An overdose was reported"), _("yes")))
        if record.note:
            facts.append((_("Note"), record.note))
        moved = [(_("Given"), given), (_("Taken back"), taken)]
        lines = [(title, [(codes.label("commodity", c), n) for c, n in sorted(rows)]) for title, rows in moved if rows]
        return [("", facts), *lines]

    def actions(self, record, scope):
        again, own = [], super().actions(record, scope)
        if owned_contacts.owners([record.pk]):
            own = []
        if record.client and not record.is_void and scope.can(Permission.CONTACT_RECORD, record.organisation_id):
            url = f"{reverse('record-contact')}?client={record.client.person_id}"
            again = [(_("Record another"), url, "")]
        here = not record.is_void and record.kind == Contact.VISIT
        if here and scope.can(Permission.CONTACT_RECORD, record.organisation_id):
            again.append((_("Open the visit"), reverse("visit", args=[record.pk]), ""))
        return [*own, *again]

    def extra_context(self, request, record=None):
        if record is None:
            return {}
        return contact_context(request.scope, record)


def extras(contact: Contact) -> list[tuple[str, str]]:
    """What only some contacts say: a visit's times and services, needles for others, how returns were counted."""
    facts = []
    if contact.arrived_at:
        facts.append((_("Arrived"), f"{contact.arrived_at:%H:%M}"))
    if contact.left_at:
        facts.append((_("Left"), f"{contact.left_at:%H:%M}"))
    if contact.centre_services:
        facts.append((_("Used at the centre"), coded("dic_service", contact.centre_services)))
    if contact.for_others:
        facts.append((_("Needles for other people"), str(contact.for_others)))
    if contact.return_method:
        facts.append((_("How what came back was counted"), contact.get_return_method_display()))
    return facts


def contact_context(scope, contact: Contact) -> dict:
    """The person, the outcome of the test offer for those who may see it, and referrals issued at the contact."""
    client = contact.client
    visible = client is not None and Client.objects.visible_to(scope).filter(pk=client.pk).exists()
    outcome = coded("hts_offer_outcome", contact.hts_outcome)
    if contact.hts_outcome == "known_pos" and not scope.can(Permission.KNOWN_POSITIVE, contact.organisation_id):
        outcome = _("not visible to you")
    issued = [
        (
            codes.label("referral_type", referral.type),
            format_html(
                '<a class="link-tap" href="{}">{}</a>',
                referral.get_absolute_url(),
                codes.label("referral_status", referral.status),
            ),
        )
        for referral in contact.referrals.visible_to(scope).countable()
    ]
    person = None
    if client:
        link = (client.get_absolute_url(), _("Open")) if visible else ("", "")
        person = wording.person(client, url=link[0], link_label=link[1])
    return {"person": person, "hts_outcome": outcome, "issued": issued, "owner": _owner(scope, contact)}


def _owner(scope, contact: Contact) -> dict | None:
    """The record that this contact belongs to, with its address for those who see it."""
    owner = owned_contacts.owners([contact.pk]).get(contact.pk)
    if owner is None:
        return None
    seen = type(owner.record).objects.visible_to(scope).filter(pk=owner.record.pk).exists()
    return {"text": str(owner.refusal), "url": owner.record.get_absolute_url() if seen else ""}


class RecordContact(AboutPerson):
    """A contact with the person of `?client=`, or an anonymous one. `&like=last` fills in what repeats."""

    form_class = ContactForm
    address = "record-contact"

    def initial(self) -> dict:
        return super().initial() | self.repeated()

    def act(self, form):
        response = super().act(form)
        if response.status_code == 302:
            offer_to_record(self.request, form)
        return response

    def repeated(self) -> dict:
        """What the person's last contact leads to expect; without one, the worker's own last kind of contact."""
        self.last = self.last_contact() if self.client else None
        if self.last and self.request.GET.get("like") == "last":
            return as_last_time(self.last)
        mine = Contact.objects.countable().filter(recorded_by_id=self.request.scope.user_id)
        kind = mine.order_by("-occurred_on", "-recorded_at").values_list("kind", flat=True).first()
        return {"kind": kind or "one_to_one"}

    def last_contact(self) -> Contact | None:
        """The person's newest contact that the worker may see."""
        visible = Contact.objects.visible_to(self.request.scope).countable().with_lines()
        theirs = visible.filter(client__in=self.client.all_records())
        return theirs.order_by("-occurred_on", "-recorded_at").first()

    @property
    def template(self) -> str:
        return "outreach/contacts/form.html"

    def words(self) -> dict:
        client, last = self.client, getattr(self, "last", None)
        here = reverse(self.address)
        text = wording.last_met(finding.last_met([client]).get(client.pk)) if client else ""
        return {
            "heading": _("Contact"),
            "cancel_url": reverse("record"),
            "submit_label": _("Save contact"),
            "person": wording.person(client, text=text) if client else None,
            "like_url": f"{here}?client={client.pk}&like=last" if last else "",
            "like_on": self.request.GET.get("like") == "last",
            "new": True,
        }


class RecordHarmReduction(RecordContact):
    """The same contact, with needles and syringes first."""

    form_class = HarmReductionForm
    address = "record-harm-reduction"

    def words(self) -> dict:
        return super().words() | {"heading": _("Harm reduction"), "harm_reduction": True}
