"""Safeguarding: anybody's form to raise a concern, and the lead's worklist. Nobody else reads what was raised."""

import uuid
from datetime import datetime
from functools import cached_property

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core import histories
from core.actions.records import Outcome, Refused
from core.columns import Column
from core.models import Organisation
from core.periods import quarter_of
from core.permissions import Permission
from core.rules.problems import InvalidEntries
from core.views.steps import Step, offered
from core.views.written import WrittenRegister
from core.wording import coded, shown
from outreach import clocks, wording
from outreach.actions import concerns
from outreach.filters.concerns import ConcernFilters
from outreach.forms.concerns import ActionForm, CloseForm, ConcernForm, ReopenForm
from outreach.models import Concern
from outreach.resources.concerns import ConcernResource
from outreach.rules.concerns import CONCERNS, moment_of
from outreach.views.people import AboutPerson, client_asked_for
from outreach.views.violence import person_of, without_lead

P = Permission


def clock(concern: Concern) -> str:
    """What the worklist says of the time to act in, drawn as a tag."""
    told = clocks.concern(concern, timezone.now())
    kind = f" tag-{told.kind}" if told.kind else ""
    return format_html('<span class="tag{}">{}</span>', kind, told.text)


def state(concern: Concern) -> str:
    if concern.closed_on:
        return wording.joined([_("closed"), str(concern.get_outcome_display())])
    return _("open") if concern.first_action_at else _("nothing done yet")


def about(concern: Concern) -> str:
    """Whom it is about; of a worker nothing is written but that it is one."""
    if concern.client is None and "staff" in concern.concerns:
        return _("a worker or volunteer")
    return wording.whoever(concern)


def what_words(code: str) -> str:
    return str(dict(Concern.What.choices).get(code, code))


class LeadStep(Step):
    """A step of the lead's with one concern."""

    needs = "amend_permission"

    def act(self, form):
        try:
            return super().act(form)
        except InvalidEntries as wrong:
            form.add_problems(wrong)
        except Refused as refused:
            form.add_error(None, str(refused))
        return self.page(form)


class Act(LeadStep):
    name, label = "act", gettext_lazy("Add what was done")
    form_class = ActionForm

    @staticmethod
    def fits(record):
        return record.is_open

    def do(self, form):
        concerns.act(concern=self.record, by=self.request.user, **form.cleaned_data)


class Close(LeadStep):
    name, label = "close", gettext_lazy("Close")
    intro = gettext_lazy("Closed, it leaves the list of what is open. It can be opened again.")
    said = gettext_lazy("The concern is closed.")
    form_class = CloseForm

    @staticmethod
    def fits(record):
        return record.is_open and record.first_action_at is not None

    def do(self, form):
        data = form.cleaned_data
        concerns.close(concern=self.record, outcome=data["outcome"], on=data["closed_on"], by=self.request.user)


class Reopen(LeadStep):
    name, label = "reopen", gettext_lazy("Open again")
    said = gettext_lazy("The concern is open again.")
    form_class = ReopenForm

    @staticmethod
    def fits(record):
        return record.closed_on is not None and not record.is_void

    def do(self, form):
        concerns.reopen(concern=self.record, reason=form.cleaned_data["reason"], by=self.request.user)


STEPS = [Act, Close, Reopen]


class Concerns(WrittenRegister):
    """One concern a row, what waits longest first."""

    model, writer = Concern, concerns.writer
    namespace = "concerns"
    heading = gettext_lazy("Safeguarding concerns")
    create_label = gettext_lazy("Raise a concern")
    empty_text = gettext_lazy(
        "No concern was raised. When somebody raises one, it appears here and on your Today page."
    )
    columns = [
        Column("concerns", gettext_lazy("Concern"), lambda concern: coded(CONCERNS, concern.concerns)),
        Column("clock", gettext_lazy("Time to act"), clock, sort="respond_by"),
        Column("who", gettext_lazy("About"), about),
        Column("raised_at", gettext_lazy("Raised"), sort="raised_at"),
        Column("recorded_by", gettext_lazy("Raised by"), sort="recorded_by__username"),
        Column("state", gettext_lazy("State"), state),
    ]
    # Open ones first; of these, those on which nothing was done, by the end of their time.
    ordering = (
        F("closed_on").desc(nulls_first=True),
        F("first_action_at").asc(nulls_first=True),
        "respond_by",
        "pk",
    )
    code_lists = {"concerns": CONCERNS, "sex": "sex"}
    labels = {"concerns": gettext_lazy("Concern")}
    filterset = ConcernFilters
    resource = ConcernResource
    record = amend = None
    amend_permission = P.CONCERN_ACT
    void_permission = P.CONCERN_ACT
    audits_views = True
    detail_template = "outreach/concerns/detail.html"
    list_template = "outreach/concerns/list.html"

    def create_url(self, scope) -> str:
        return reverse("raise-concern") if scope.can(P.CONCERN_RAISE) else ""

    def readings(self, queryset):
        return queryset.select_related("client__survivor", "violence", "organisation", "recorded_by", "voided_by")

    def title(self, record):
        return wording.joined([coded(CONCERNS, record.concerns), str(shown(record.occurred_on))])

    def content_text(self, key, value):
        if key == "actions":
            return "; ".join(wording.joined([clocks.when(moment_of(row)), what_words(row[1]), row[2]]) for row in value)
        if key == "raised_at":
            return shown(datetime.fromisoformat(value)) if value else ""
        if key == "outcome":
            return str(dict(Concern.Outcome.choices).get(value, ""))
        return super().content_text(key, value)

    def sections(self, record):
        facts = [
            (_("Concern"), coded(CONCERNS, record.concerns)),
            (_("Raised"), shown(record.raised_at)),
            (_("Raised by"), str(record.recorded_by)),
            (_("Act until"), shown(record.respond_by)),
            (_("Time to act"), clock(record)),
            (_("State"), state(record)),
        ]
        if not record.client:
            facts.insert(1, (_("About"), about(record)))
        if record.closed_on:
            facts.append((_("Closed on"), shown(record.closed_on)))
        if record.note:
            facts.append((_("Note"), record.note))
        return [(_("What is known"), facts)]

    def actions(self, record, scope):
        steps = offered(STEPS, self, record, scope)
        first = [(label, url, "main" if place == 0 else style) for place, (label, url, style) in enumerate(steps)]
        return [*first, *(pair for pair in super().actions(record, scope))]

    def extra_context(self, request, record=None):
        name = request.resolver_match.url_name
        if name == "list":
            return {"timely": timely(request.scope)}
        if record is None or name != "detail":
            return {}
        event = record.violence
        return {
            "person": person_of(request.scope, record.client),
            "clock": clocks.concern(record, timezone.now()) if record.is_open else None,
            "done": done(record),
            "violence_url": event.get_absolute_url() if event and request.scope.can(P.VIOLENCE_VIEW) else "",
        }


def done(concern: Concern) -> list[tuple]:
    """(when, what, note, by whom) of everything that was done, oldest first: two queries."""
    kept = histories.kept_versions(concern)
    contents = [version.content["actions"] for version in kept] + [concern.actions]
    by = {tuple(row): concern.recorded_by for row in contents[0]}
    for version, after in zip(kept, contents[1:], strict=True):
        for row in after:
            by.setdefault(tuple(row), version.changed_by)
    return [(clocks.when(moment_of(row)), what_words(row[1]), row[2], by[tuple(row)]) for row in concern.actions]


def timely(scope) -> dict:
    """How many of this quarter's concerns were acted on in time, as SG_TIMELY counts them."""
    period = quarter_of(timezone.localdate())
    raised = Concern.objects.visible_to(scope).countable().in_period(period.start, period.end)
    url = f"{reverse('concerns:list')}?occurred_on_after={period.start}&occurred_on_before={period.end}"
    return {"of": raised.count(), "in_time": raised.in_time().count(), "url": f"{url}&state=in_time", "all_url": url}


class RaiseConcern(AboutPerson):
    """A concern about the person of `?client=`, about somebody who isn't a client, or about a worker."""

    form_class = ConcernForm

    @cached_property
    def client(self):
        return client_asked_for(self.request) if self.request.scope.can(P.CLIENT_VIEW) else None

    def initial(self) -> dict:
        return {}

    @property
    def template(self) -> str:
        return "outreach/concerns/form.html"

    def words(self) -> dict:
        return {
            "lead": "",
            "heading": _("Raise a concern"),
            "submit_label": _("Tell the safeguarding lead"),
            "cancel_url": reverse("record"),
            "person": wording.person(self.client) if self.client else None,
            "leaderless": without_lead(self.register.organisations(self.request.scope, P.CONCERN_RAISE)),
        }

    def act(self, form):
        outcome = concerns.record(entry=form.entry(), by=self.request.user, organisation=form.organisation)
        if outcome == Outcome.CONFLICT:
            return self.sent_before(form)
        # Nothing of it is shown but its clock: whoever raised it may not read it again.
        told = Concern.objects.only("respond_by").get(pk=form.record_id)
        text = _("The safeguarding lead was told, and will act by %(time)s.")
        messages.success(self.request, text % {"time": clocks.when(told.respond_by)})
        return redirect("concern-told")

    def sent_before(self, form):
        """The form again under a new number: what was told stands, what is new can be told too."""
        form.data = form.data.copy()
        form.data["id"] = str(uuid.uuid4())
        form.add_error(
            None, _("You have told this already, in other words. If there is something new, send it once more.")
        )
        return self.page(form, status=409)


@require_safe
@login_required
def concern_told(request):
    """What whoever raised a concern sees afterwards: nothing of what it said."""
    if not request.scope.can(P.CONCERN_RAISE):
        raise PermissionDenied
    mine = Organisation.objects.visible_to(request.scope, P.CONCERN_RAISE)
    return render(request, "outreach/concerns/told.html", {"heading": _("Told"), "leaderless": without_lead(mine)})
