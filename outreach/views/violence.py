"""The register of violence, restricted; and the form that records what somebody tells."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.columns import Column
from core.models import Organisation
from core.permissions import Permission
from core.views.written import WrittenRegister
from core.wording import coded, shown
from outreach import clocks, wording
from outreach.actions import violence
from outreach.filters.violence import ViolenceFilters
from outreach.forms.violence import ViolenceForm
from outreach.models import Client, Concern, Referral, ViolenceEvent
from outreach.resources.violence import ViolenceResource
from outreach.rules.violence import HELP
from outreach.views.people import AboutPerson

P = Permission
NEWEST = 20


def clock(event: ViolenceEvent) -> str:
    """What the list says of PEP while it can still begin."""
    now = timezone.now()
    running = event.pep_by and event.pep_by > now and clocks.pep(event, now)
    return running.text if running else str(event.get_pep_display())


class Violence(WrittenRegister):
    """One event of violence a row."""

    model, writer = ViolenceEvent, violence.writer
    namespace = "violence"
    heading = gettext_lazy("Violence")
    create_label = gettext_lazy("Violence told")
    empty_text = gettext_lazy("Nothing was told that you may see here. Begin on the person's page, or anonymously.")
    columns = [
        Column("occurred_on", gettext_lazy("Told on"), sort="occurred_on"),
        Column("who", gettext_lazy("Person"), wording.whoever),
        Column("types", gettext_lazy("What happened"), lambda event: coded("violence_type", event.types)),
        Column("help_wanted", gettext_lazy("Help wanted"), lambda event: coded("referral_type", event.help_wanted)),
        Column("pep", gettext_lazy("PEP"), clock, sort="pep_by"),
        Column("recorded_by", gettext_lazy("Recorded by"), sort="recorded_by__username"),
    ]
    code_lists = {"types": "violence_type", "help_wanted": "referral_type", "sex": "sex"}
    labels = {"occurred_on": gettext_lazy("Told on"), "types": gettext_lazy("What happened")}
    filterset = ViolenceFilters
    form = ViolenceForm
    resource = ViolenceResource
    create_permission = P.VIOLENCE_RECORD
    void_permission = P.VIOLENCE_VOID
    audits_views = True
    detail_template = "outreach/violence/detail.html"
    form_template = "outreach/violence/form.html"

    def create_url(self, scope) -> str:
        return reverse("record-violence") if scope.can(self.create_permission) else ""

    def readings(self, queryset):
        return queryset.select_related("client__survivor", "site", "organisation", "recorded_by", "voided_by")

    def title(self, record):
        return wording.joined([coded("violence_type", record.types), str(shown(record.occurred_on))])

    def content_text(self, key, value):
        if key == "pep":
            return str(dict(ViolenceEvent.Pep.choices).get(value, ""))
        if key == "happened_at":
            return value[:5]
        return super().content_text(key, value)

    def sections(self, record):
        facts = [
            (_("Told on"), shown(record.occurred_on)),
            (_("What happened"), coded("violence_type", record.types)),
            (_("Day it happened"), shown(record.happened_on)),
            (_("Time"), f"{record.happened_at:%H:%M}" if record.happened_at else ""),
            (_("Help wanted"), coded("referral_type", record.help_wanted)),
            (_("PEP"), str(record.get_pep_display())),
            (_("Site"), shown(record.site)),
        ]
        if not record.client:
            facts[1:1] = [(_("Sex"), codes.label("sex", record.sex)), (_("Age"), record.age)]
        if record.note:
            facts.append((_("Note"), record.note))
        return [("", facts)]

    def extra_context(self, request, record=None):
        if record is None or request.resolver_match.url_name != "detail":
            return {}
        return detail_context(request.scope, record)


def detail_context(scope, event: ViolenceEvent) -> dict:
    """The person, the clock for PEP, where they were sent, and for a lead the concern that was raised."""
    ids = [event.referral_id(code) for code in HELP]
    sent = Referral.objects.visible_to(scope).countable().filter(pk__in=ids).order_by("type")
    raised = Concern.objects.visible_to(scope).countable().filter(violence=event)
    return {
        "person": person_of(scope, event.client),
        "clock": clocks.pep(event, timezone.now()),
        "sent": [
            (r.get_absolute_url(), coded("referral_type", r.type), coded("referral_status", r.status)) for r in sent
        ],
        "raised": [(row.get_absolute_url(), coded("safeguarding_concern", row.concerns)) for row in raised],
    }


def person_of(scope, client: Client | None) -> dict | None:
    """The line of a person; it leads to their page where that may be seen."""
    if client is None:
        return None
    visible = Client.objects.visible_to(scope).filter(pk=client.pk).exists()
    return wording.person(client, url=client.get_absolute_url() if visible else "", link_label=_("Open"))


def of_person(scope, ids: list) -> dict | None:
    """What a person's page shows of violence that was told; None for those who see none, or where there is none."""
    if not scope.can(P.VIOLENCE_VIEW):
        return None
    labels = [_("Told on"), _("What happened"), _("Help wanted")]

    def row(event: ViolenceEvent) -> tuple:
        what, wanted = coded("violence_type", event.types), coded("referral_type", event.help_wanted)
        return event.get_absolute_url(), list(zip(labels, [shown(event.occurred_on), what, wanted], strict=True))

    events = ViolenceEvent.objects.visible_to(scope).countable().filter(client__in=ids)
    rows = [row(event) for event in events[:NEWEST]]
    return {"columns": [(label, label, False, "", "") for label in labels], "rows": rows} if rows else None


class NewViolence(AboutPerson):
    """What the person of `?client=` tells, or somebody anonymous."""

    form_class = ViolenceForm

    def words(self) -> dict:
        client = self.client
        return {
            "heading": _("Violence told"),
            "cancel_url": reverse("record"),
            "person": wording.person(client) if client else None,
            "new": True,
            "leaderless": without_lead(self.register.organisations(self.request.scope, self.permission)),
        }


def without_lead(organisations) -> bool:
    """Whether one of these organisations has nobody who is told of concerns."""
    return Organisation.objects.without_lead().filter(pk__in=organisations.values("pk")).exists()
