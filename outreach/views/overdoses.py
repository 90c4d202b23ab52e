"""The register of overdoses, the form that records one, and the follow-up within three days."""

import uuid

from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actions.records import Changed, Refused
from core.permissions import Permission
from core.rules.problems import InvalidEntries
from core.views.register_forms import AmendScreen
from core.views.registers import Column
from core.views.written import WrittenRegister
from core.wording import coded, shown
from outreach import clocks, finding, wording
from outreach.actions import overdoses
from outreach.filters.overdoses import OverdoseFilters
from outreach.forms.overdoses import FollowUpForm, OverdoseForm
from outreach.models import Client, Contact, Overdose
from outreach.resources.overdoses import OverdoseResource
from outreach.views.people import AboutPerson

SHOWN = 8


def who(overdose: Overdose) -> str:
    return wording.name(overdose.client) if overdose.client else _("anonymous")


def follow_up(overdose: Overdose) -> tuple[str, str]:
    """(words, kind of tag) of the follow-up: how the person was, or how much time is left for it."""
    if overdose.followed_up_on:
        return f"{overdose.get_follow_up_display()}, {shown(overdose.followed_up_on)}", ""
    if overdose.outcome == Overdose.Outcome.DIED:
        return _("none: the person died"), ""
    left = overdose.follow_up_by - timezone.now()
    if left.total_seconds() <= 0:
        return _("overdue for %(time)s") % {"time": clocks.span(-left)}, "attention"
    return _("due within %(time)s") % {"time": clocks.span(left)}, "accent"


class Overdoses(WrittenRegister):
    """One overdose a row."""

    model = Overdose
    writer = overdoses.writer
    namespace = "overdoses"
    heading = gettext_lazy("Overdoses")
    create_label = gettext_lazy("Record an overdose")
    empty_text = gettext_lazy("No overdose is recorded.")
    columns = [
        "occurred_on",
        Column("client", gettext_lazy("Person"), who),
        Column("site", gettext_lazy("Where"), sort="site__name"),
        "outcome",
        "doses",
        Column("follow_up", gettext_lazy("Follow-up"), lambda o: follow_up(o)[0], sort="follow_up_by"),
    ]
    code_lists = {"substances": "substance"}
    filterset = OverdoseFilters
    form = OverdoseForm
    resource = OverdoseResource
    create_permission = Permission.HARM_RECORD
    void_permission = Permission.HARM_VOID
    detail_template = "outreach/overdoses/detail.html"
    form_template = "outreach/overdoses/form.html"

    def title(self, record):
        return _("Overdose, %(day)s") % {"day": shown(record.occurred_on)}

    def content_text(self, key, value):
        for name, choices in (
            ("helped_by", Overdose.Helper),
            ("outcome", Overdose.Outcome),
            ("follow_up", Overdose.FollowUp),
        ):
            if key == name and value:
                return str(dict(choices.choices).get(value, value))
        return super().content_text(key, value)

    def sections(self, record):
        at = f"{record.happened_at:%H:%M}" if record.happened_at else ""
        return [
            (
                "",
                [
                    (_("Date"), wording.joined([str(shown(record.occurred_on)), at])),
                    (_("Where"), shown(record.site)),
                    (_("Who helped"), record.get_helped_by_display()),
                    (_("Doses of naloxone used"), record.doses),
                    (_("The kit was replaced"), shown(record.replace_kit)),
                    (_("How it ended"), record.get_outcome_display()),
                    (_("Drugs used"), coded("substance", record.substances)),
                    (_("Follow-up"), follow_up(record)[0]),
                ],
            )
        ]

    def actions(self, record, scope):
        offered = super().actions(record, scope)
        may = scope.can(Permission.HARM_RECORD, record.organisation_id)
        if record.is_void or not may or record.outcome == Overdose.Outcome.DIED:
            return offered
        rest = [(label, url, "") for label, url, _style in offered]
        return [(_("Follow-up"), self.url("follow-up", record), "main"), *rest]

    def extra_context(self, request, record=None):
        if record is None:
            return {}
        context = {"person": None, "waits": False}
        if record.client:
            visible = Client.objects.visible_to(request.scope).filter(pk=record.client_id).exists()
            link = {"url": record.client.get_absolute_url(), "link_label": _("Open")} if visible else {}
            context["person"] = wording.person(record.client, **link)
        if request.resolver_match.url_name == "detail":
            contact = Contact.objects.visible_to(request.scope).countable().filter(pk=record.contact_id).first()
            may = request.scope.can(Permission.HARM_RECORD, record.organisation_id) and not record.is_void
            waits = may and not record.followed_up_on and record.outcome != Overdose.Outcome.DIED
            context |= {"contact": contact, "waits": waits, "follow_up": follow_up(record)}
        return context


class RecordOverdose(AboutPerson):
    """An overdose of the person of `?client=`, or of somebody unknown. `&contact=` names where it was told of."""

    form_class = OverdoseForm

    def initial(self) -> dict:
        return super().initial() | self.told_at()

    def told_at(self) -> dict:
        """Day and place of the contact at which it was reported."""
        try:
            pk = uuid.UUID(self.request.GET.get("contact", ""))
        except ValueError:
            return {}
        contact = Contact.objects.visible_to(self.request.scope).countable().filter(pk=pk).first()
        return {"occurred_on": contact.occurred_on, "site": contact.site_id} if contact else {}

    def words(self) -> dict:
        client = self.client
        text = wording.last_met(finding.last_met([client]).get(client.pk)) if client else ""
        return {
            "heading": _("Overdose"),
            "first": 6,
            "cancel_url": reverse("record"),
            "person": wording.person(client, text=text) if client else None,
            "new": True,
        }


def offer_to_record(request, form) -> None:
    """After a contact at which an overdose was reported: the way to record it."""
    if not form.cleaned_data.get("overdose_reported") or not request.scope.can(Permission.HARM_RECORD):
        return
    who_and_where = f"?contact={form.record_id}" + (f"&client={form.client.pk}" if form.client else "")
    link = format_html(
        '{} <a class="link-tap" href="{}">{}</a>',
        _("An overdose was reported."),
        reverse("record-overdose") + who_and_where,
        _("Record the overdose"),
    )
    messages.warning(request, link)


class FollowUp(AmendScreen):
    """How somebody was when they were looked after again."""

    @property
    def template(self) -> str:
        return "outreach/overdoses/form.html"

    def form(self, data=None):
        return FollowUpForm(data, scope=self.request.scope, organisations=[], record=self.record)

    def words(self) -> dict:
        return {"heading": _("Follow-up")}

    def act(self, form):
        said = form.cleaned_data
        try:
            overdoses.follow_up(
                overdose=self.record,
                on=said["on"],
                outcome=said["outcome"],
                version=said["version"],
                by=self.request.user,
            )
        except Changed as changed:
            form.data = {**form.data.dict(), "version": self.found(self.record.pk).version}
            form.add_error(None, str(changed))
            return self.page(form, status=409)
        messages.success(self.request, _("Saved."))
        return redirect(self.record.get_absolute_url())


class MetAndWell(AmendScreen):
    """One tap: the person was met today, and is well."""

    http_method_names = ["post", "options"]

    def post(self, request, pk):
        try:
            overdoses.follow_up(
                overdose=self.record,
                on=timezone.localdate(),
                outcome=Overdose.FollowUp.WELL,
                version=self.record.version,
                by=request.user,
            )
        except InvalidEntries as wrong:
            messages.error(request, next(p.message for found in wrong.problems.values() for p in found))
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Saved: met, and well."))
        return redirect("today" if request.POST.get("back") == "today" else self.record.get_absolute_url())


def waiting(request) -> dict | None:
    """Overdoses of the team that wait for a follow-up, for the Today page; None if there are none."""
    scope = request.scope
    if not scope.can(Permission.HARM_RECORD):
        return None
    events = (
        Overdose.objects.visible_to(scope).waiting().select_related("client", "site").order_by("follow_up_by", "pk")
    )
    lines = [_line(overdose) for overdose in events[:SHOWN]]
    if not lines:
        return None
    number = events.count() if len(lines) == SHOWN else len(lines)
    return {"lines": lines, "number": number, "more_url": f"{reverse('overdoses:list')}?waiting=waiting"}


def _line(overdose: Overdose) -> dict:
    text, kind = follow_up(overdose)
    place = str(overdose.site) if overdose.site else ""
    day = str(shown(overdose.occurred_on))
    client = overdose.client
    return {
        "picture": wording.picture(client) if client else "people",
        "name": wording.name(client) if client else _("anonymous"),
        "facts": wording.sex_and_age(client) if client else "",
        "text": wording.joined([day, place]),
        "tag": text,
        "tag_kind": kind,
        "url": reverse("overdoses:follow-up", args=[overdose.pk]),
        "well_url": reverse("overdoses:well", args=[overdose.pk]),
    }
