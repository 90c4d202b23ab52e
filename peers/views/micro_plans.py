"""The register of micro-plans, and the page of one: who is to be met this week, and how the plan stands."""

from datetime import date

from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from core.permissions import Permission
from core.scope import Scope
from core.views.registers import Column
from core.views.written import WrittenRegister
from core.wording import shown
from outreach import wording
from peers import months, plan_people, plan_wording, plans
from peers.actions import micro_plans
from peers.filters.micro_plans import MicroPlanFilters
from peers.forms.micro_plans import PlanForm
from peers.models import MicroPlan
from peers.plan_people import PlanRow
from peers.plan_weeks import current_week, days_of_week, month_of, weeks_in
from peers.resources.micro_plans import MicroPlanResource
from peers.views.plan_forms import NewPlan, Replan
from peers.views.plan_pages import Paper, PlanHistory, PlanVersion


class MicroPlans(WrittenRegister):
    """One plan of one peer educator and month a row."""

    model = MicroPlan
    writer = micro_plans.writer
    namespace = "micro-plans"
    heading = gettext_lazy("Micro-plans")
    create_label = gettext_lazy("New plan")
    empty_text = gettext_lazy("No plan is made yet.")
    columns = [
        Column("peer", gettext_lazy("Peer educator"), lambda plan: plan.peer.reference, sort="peer__reference"),
        Column("month", gettext_lazy("Month"), lambda plan: months.words(plan.month), sort="month"),
        Column("people", gettext_lazy("People"), sort="people"),
        Column("weeks", gettext_lazy("Weeks of need"), sort="weeks"),
        Column("occurred_on", gettext_lazy("Made on"), sort="occurred_on"),
        Column("recorded_by", gettext_lazy("Recorded by"), sort="recorded_by__username"),
    ]
    ordering = ("-month", "peer__reference", "pk")
    labels = {"lines": gettext_lazy("People"), "occurred_on": gettext_lazy("Made on")}
    filterset = MicroPlanFilters
    form = PlanForm
    resource = MicroPlanResource
    create_permission = Permission.PLAN_RECORD
    void_permission = Permission.PLAN_VOID
    detail_template = "peers/micro_plans/detail.html"
    form_template = "peers/micro_plans/form.html"

    @classmethod
    def routed(cls) -> list:
        register = {"register": cls()}
        return cls.urls(
            "groups/plans/",
            path("new/", NewPlan.as_view(**register), name="create"),
            path("<uuid:pk>/amend/", Replan.as_view(**register), name="amend"),
            path("<uuid:pk>/history/", PlanHistory.as_view(**register), name="history"),
            path("<uuid:pk>/versions/<int:version>/", PlanVersion.as_view(**register), name="version"),
            path("<uuid:pk>/paper/", Paper.as_view(**register), name="paper"),
        )

    def readings(self, queryset):
        return super().readings(queryset).select_related("peer__user").with_people()

    def title(self, record):
        return plan_wording.title(record)

    def content_text(self, key, value):
        if key == "lines":
            number = len(value or [])
            return ngettext("%(number)s person", "%(number)s people", number) % {"number": number}
        if key == "month" and value:
            return value[:7]
        return super().content_text(key, value)

    def sections(self, record):
        """The note alone: what else the plan says stands in words above it."""
        return [("", [(_("Note"), record.note)])] if record.note else []

    def actions(self, record, scope):
        paper = (_("For paper"), self.url("paper", record), "")
        return [paper, *super().actions(record, scope)]

    def extra_context(self, request, record=None):
        if record is None or request.resolver_match.url_name != "detail":
            return {}
        today = timezone.localdate()
        rows = plan_people.rows_of(record, request.scope, today)
        may_meet = request.scope.can(Permission.CONTACT_RECORD, record.organisation_id) and not record.is_void
        return {
            "meters": plan_wording.meters(plan_people.progress_of(record, rows, today)),
            "elsewhere": sum(row.elsewhere for row in rows),
            "weeks": weeks_of(record, rows, today, may_meet=may_meet),
            "beside": beside(record, request.scope, today),
            "made": shown(record.occurred_on),
            "need_weeks": record.weeks,
        }


def weeks_of(plan: MicroPlan, rows: list[PlanRow], today: date, *, may_meet: bool) -> list[dict]:
    """The weeks of the month with their people, the one at which the plan stands first; last those without a week."""
    now, numbers = current_week(plan.month, today), weeks_in(plan.month)
    found = []
    for number in [now, *(number for number in numbers if number != now)]:
        people = [row for row in rows if number in row.line.in_weeks]
        this = number == now and plan.month == month_of(today)
        title = plan_wording.week(plan.month, number)
        more = {"is_now": this, "open": number == now, "left": _left(plan, number, people, today)}
        found.append({"title": title, **more, **_people(plan, people, may_meet)})
    if loose := [row for row in rows if not set(row.line.in_weeks) & set(numbers)]:
        found.append(
            {"title": _("In any week"), "is_now": False, "open": True, "left": 0, **_people(plan, loose, may_meet)}
        )
    return found


def _people(plan: MicroPlan, rows: list[PlanRow], may_meet: bool) -> dict:
    """The people of a week as the template draws them: first those who weren't met yet."""
    rows = sorted(rows, key=lambda row: row.is_met)
    drawn = [_person(plan, row, may_meet) for row in rows if row.client]
    hidden = sum(row.client is None for row in rows)
    return {"people": drawn, "hidden": hidden, "number": len(rows), "met": sum(row.is_met for row in rows)}


def _left(plan: MicroPlan, week: int, rows: list[PlanRow], today: date) -> int:
    """How many people of a week that is over were not met."""
    return sum(not row.is_met for row in rows) if days_of_week(plan.month, week).end < today else 0


def _person(plan: MicroPlan, row: PlanRow, may_meet: bool) -> dict:
    person = wording.person(row.client)
    if may_meet and not row.is_met:
        url = f"{reverse('record-contact')}?client={row.client.pk}&like=last"
        person |= {"url": url, "link_label": _("Met")}
    return {
        "person": person,
        "priority": row.line.priority,
        "site": row.line.site,
        "tags": plan_wording.tags(row.dues),
        "needs": [] if row.is_child else plan_wording.needs(row.condoms, row.needles),
        "met": row.is_met,
        "by_peer": bool(row.met.by_peer) and plan.peer.reference,
        "elsewhere": row.elsewhere,
    }


def beside(plan: MicroPlan, scope: Scope, today: date) -> list[dict]:
    """The peer educator's plans of the month before and the month after, with how they stand."""
    near = [months.before(plan.month), months.after(plan.month)]
    others = MicroPlan.objects.visible_to(scope).countable().filter(peer=plan.peer_id, month__in=near)
    others = list(others.select_related("peer").order_by("month"))
    stands = plans.progress(others, today)
    return [
        {
            "title": months.words(other.month),
            "url": other.get_absolute_url(),
            "text": plan_wording.progress(stands[other.pk]),
            "pieces": plan_wording.all_pieces(stands[other.pk]),
        }
        for other in others
    ]
