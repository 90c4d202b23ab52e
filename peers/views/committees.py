"""The register of workplace committees: how each stands, who sits in it, what it has to do."""

from datetime import date

from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.permissions import Permission
from core.views.registers import Column
from core.views.steps import offered
from core.views.written import WrittenRegister
from core.wording import shown
from peers import committee_standing, committee_words
from peers.actions import committees
from peers.committee_standing import Standing, standing_read
from peers.filters.committees import CommitteeFilters
from peers.forms.committees import CommitteeForm
from peers.models import Committee
from peers.models.committees import CommitteeMember
from peers.resources.committees import CommitteeResource
from peers.views.committee_pages import detail_context
from peers.views.committee_steps import STEPS, NextSheet
from peers.views.due_actions import DueActions


def stands(committee: Committee) -> Standing:
    """How a committee of the list stands today."""
    return standing_read(committee, timezone.localdate())


def province_text(committee: Committee) -> str:
    district = committee.workplace.site.district
    return str(district.province) if district else ""


def next_due(committee: Committee) -> object:
    """Until when a minuted meeting is due; nothing for one that isn't formed, sleeps or is closed."""
    found = stands(committee)
    alive = found.status in (committee_standing.FORMED, committee_standing.TRAINED, committee_standing.ACTIVE)
    return found.due_on if alive else ""


class Committees(WrittenRegister):
    """One committee of one workplace a row."""

    model = Committee
    writer = committees.writer
    namespace = "committees"
    heading = gettext_lazy("Workplace committees")
    create_label = gettext_lazy("New committee")
    empty_text = gettext_lazy("No committee is recorded yet. Begin with a workplace, then plan its committee.")
    columns = [
        Column("workplace", gettext_lazy("Workplace"), sort="workplace__enterprise"),
        Column("status", gettext_lazy("Status"), lambda committee: committee_words.chip(stands(committee))),
        Column(
            "sector",
            gettext_lazy("Sector"),
            lambda committee: codes.label("workplace_sector", committee.workplace.sector),
            sort="workplace__sector",
        ),
        Column("province", gettext_lazy("Province"), province_text, sort="workplace__site__district__province_id"),
        Column("last_minuted", gettext_lazy("Last minuted meeting"), sort="last_minuted"),
        Column("due_on", gettext_lazy("Next due by"), next_due),
    ]
    labels = {"occurred_on": gettext_lazy("Planned, or first noted, on"), "members": gettext_lazy("Members")}
    ordering = ("workplace__enterprise", "-occurred_on", "pk")
    filterset = CommitteeFilters
    form = CommitteeForm
    resource = CommitteeResource
    create_permission = Permission.WORKPLACE_RECORD
    void_permission = Permission.WORKPLACE_VOID
    list_template = "peers/committees/list.html"
    detail_template = "peers/committees/detail.html"

    @classmethod
    def routed(cls) -> list:
        register = cls()
        due = path("actions/", DueActions.as_view(register=register), name="actions")
        sheet = path("<uuid:pk>/sheet/", NextSheet.as_view(register=register), name="sheet")
        return cls.urls("groups/committees/", due, sheet, *(step.route(cls, "uuid") for step in STEPS))

    def readings(self, queryset):
        people = ("workplace__site__district__province", "organisation", "recorded_by", "voided_by")
        queryset = committee_standing.with_last_minuted(queryset, timezone.localdate())
        return queryset.select_related(*people).prefetch_related("members")

    def initial(self, request):
        return super().initial(request) | {"workplace": request.GET.get("workplace", "")}

    def title(self, record):
        return _("Committee: %(workplace)s") % {"workplace": record.workplace}

    def sections(self, record):
        facts = [
            (_("Workplace"), shown(record.workplace)),
            (_("Sector"), codes.label("workplace_sector", record.workplace.sector)),
            (_("Province"), province_text(record)),
            (_("Planned, or first noted, on"), shown(record.occurred_on)),
            (_("Formed on"), shown(record.formed_on)),
        ]
        if record.reformed_on:
            facts.append((_("Formed anew on"), days_text(record.reformed_on)))
        facts.append((_("Members trained on"), shown(record.trained_on)))
        if record.closed_on:
            facts += [(_("Closed on"), shown(record.closed_on)), (_("Closed because"), record.closed_because)]
        about = ("", [*facts, (_("Note"), record.note)])
        if record.is_void:
            return [about]
        today = stands(record)
        said = [(_("Status"), committee_words.chip(today)), (_("What is next"), committee_words.sentence(today))]
        return [(_("How it stands today"), said), about]

    def content_text(self, key, value):
        if key == "members":
            return "; ".join(map(member_text, value))
        if key == "reformed_on":
            return days_text(value)
        if key == "workplace" and value:
            return shown(self.workplace_named(value))
        return super().content_text(key, value)

    def workplace_named(self, pk):
        return Committee._meta.get_field("workplace").related_model.objects.filter(pk=pk).first() or pk

    def actions(self, record, scope):
        rest = [(label, url, "") for label, url, _style in super().actions(record, scope)]
        if record.is_void or not scope.can(Permission.WORKPLACE_RECORD, record.organisation_id):
            return rest
        steps = [(label, url, "") for label, url, _style in offered(STEPS, self, record, scope)]
        if record.formed_on and not record.closed_on:
            meet = f"{reverse('committee-meetings:create')}?committee={record.pk}"
            sheet = (_("Sheet for the next meeting"), self.url("sheet", record), "")
            return [(_("Record a meeting"), meet, "main"), sheet, *steps, *rest]
        first, *others = steps
        return [(*first[:2], "main"), *others, *rest]

    def extra_context(self, request, record=None):
        name = request.resolver_match.url_name
        if name == "list":
            return {"actions_url": reverse("committees:actions")}
        return detail_context(self, request.scope, record) if name == "detail" else {}


def days_text(days: list[str]) -> str:
    return ", ".join(str(shown(date.fromisoformat(day))) for day in days)


def member_text(member: list) -> str:
    role, side, sex, since, until = member
    label = dict(CommitteeMember.Side.choices).get(side, side)
    term = f" {since or '…'} – {until or '…'}" if since or until else ""
    return f"{codes.label('committee_role', role)} ({label}, {codes.label('sex', sex)}){term}"
