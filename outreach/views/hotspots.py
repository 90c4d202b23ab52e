"""The register of hotspots, for their teams; and what everybody else sees: sums by district."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from core import codes
from core.columns import Column
from core.permissions import Permission
from core.views.registers import Register
from core.views.steps import Step, offered
from core.wording import shown
from outreach import wording
from outreach.actions import hotspots
from outreach.filters.hotspots import HotspotFilters
from outreach.forms.hotspots import EstimateForm, HotspotForm, StateForm
from outreach.hotspots import InDistrict, by_district
from outreach.models import Hotspot, SizeEstimate
from outreach.resources.hotspots import HotspotResource


class Estimate(Step):
    name, label = "estimate", gettext_lazy("New size estimate")
    intro = gettext_lazy("How many people can be met here? A second estimate of the same day replaces the first.")
    form_class = EstimateForm

    def do(self, form):
        hotspots.estimate(hotspot=self.record, entry=form.entry(), by=self.request.user)


class State(Step):
    name, label = "state", gettext_lazy("Moved or closed?")
    intro = gettext_lazy("A hotspot that moved or closed is no longer offered in forms. What was recorded there stays.")

    def form(self, data=None):
        record = self.record
        initial = None if record.status == Hotspot.Status.ACTIVE else {"since": record.status_since}
        said = {**(initial or {}), "status": record.status, "moved_to": record.moved_to_id}
        return StateForm(data, hotspot=record, scope=self.request.scope, initial=said)

    def do(self, form):
        hotspots.set_state(hotspot=self.record, entry=form.entry(), by=self.request.user)


STEPS = [Estimate, State]


def size(estimate: SizeEstimate | None) -> str:
    """An estimate in words."""
    if estimate is None:
        return ""
    numbers = {"point": estimate.point, "low": estimate.low, "high": estimate.high}
    return _("%(point)s (%(low)s to %(high)s)") % numbers


def _code(row: Hotspot) -> str:
    """The site's code, kept in one line."""
    return row.site.code.replace("-", "\N{NON-BREAKING HYPHEN}")


class Hotspots(Register):
    """Places where people at risk can be met, as their teams know them."""

    model = Hotspot
    namespace = "hotspots"
    heading = gettext_lazy("Hotspots")
    create_label = gettext_lazy("New hotspot")
    empty_text = gettext_lazy("You are in no hotspot's team yet.")
    columns = [
        Column("name", gettext_lazy("Name"), sort="name"),
        Column("code", gettext_lazy("Code"), _code, sort="site__code"),
        "venue",
        Column("district", gettext_lazy("District"), lambda row: row.site.district, sort="site__district_id"),
        "times",
        "status",
        Column("size", gettext_lazy("People"), lambda row: size(row.newest_estimate)),
    ]
    code_lists = {"venue": "venue_typology"}
    ordering = ("site__code", "pk")
    organisation_path = "site__organisation_id"
    filterset = HotspotFilters
    form = HotspotForm
    resource = HotspotResource
    create_permission = Permission.HOTSPOT_MANAGE

    @classmethod
    def routed(cls) -> list:
        districts = path("districts/", hotspot_districts, name="districts")
        return cls.urls("people/hotspots/", districts, *(step.route(cls, "uuid") for step in STEPS))

    def readings(self, queryset):
        related = ("site__district__province", "site__organisation", "moved_to__site")
        return queryset.select_related(*related).prefetch_related("team", "estimates__recorded_by")

    def record(self, form, *, by):
        if site := form.cleaned_data["site"]:
            return hotspots.adopt(site=site, entry=form.entry(), by=by)
        return hotspots.create(organisation=form.organisation, entry=form.entry(), by=by)

    def amend(self, record, form, *, by):
        hotspots.amend(hotspot=record, entry=form.entry(), by=by)

    def actions(self, record, scope):
        here = []
        if scope.can(Permission.CONTACT_VIEW):
            here = [(_("Contacts here"), f"{reverse('contacts:list')}?site={record.pk}", "")]
        return [*super().actions(record, scope), *offered(STEPS, self, record, scope), *here]

    def sections(self, record):
        site = record.site
        place = wording.joined([str(site.district.province), str(site.district)]) if site.district else ""
        facts = [
            (_("Code"), site.code),
            (_("Others see"), site.name),
            (_("Kind of place"), codes.label("venue_typology", record.venue)),
            (_("District"), place),
            (_("When people are there"), record.times),
            (_("State"), record.get_status_display()),
            (_("Since"), shown(record.status_since)),
        ]
        if record.moved_to:
            # By its neutral name: that one's team may be another.
            facts.append((_("Moved to"), record.moved_to.site.name))
        facts.append((_("Team"), ", ".join(sorted(map(str, record.team.all())))))
        estimates = [
            (shown(row.estimated_on), wording.joined([size(row), str(row.get_method_display()), str(row.recorded_by)]))
            for row in record.estimates.all()
        ]
        return [("", facts), (_("Size estimates"), estimates or [(_("People"), _("None yet"))])]


def district_table(rows: list[InDistrict]) -> dict:
    """The districts as a table; their province beside them where there are several, and what lacks an estimate."""
    several = len({row.district.province_id for row in rows}) > 1
    unknown = any(row.unknown for row in rows)
    heads = [_("District"), _("Active"), _("At least"), _("Most likely"), _("At most")]
    numbers = [[row.hotspots, row.low, row.point, row.high, *([row.unknown] if unknown else [])] for row in rows]
    places = [wording.joined([str(row.district.province) if several else "", str(row.district)]) for row in rows]
    return {
        "columns": [*heads, *([_("Without estimate")] if unknown else [])],
        "rows": [(place, [(n, "") for n in said]) for place, said in zip(places, numbers, strict=True)],
        "foot": (_("All"), [(sum(column), "") for column in zip(*numbers, strict=True)]),
    }


@require_safe
@login_required
def hotspot_districts(request):
    """How many active hotspots each district has, and how many people: no name, no code, no time."""
    if not request.scope.can(Permission.SITE_VIEW):
        raise PermissionDenied
    rows = by_district(request.scope)
    own = reverse("hotspots:list") if request.scope.can(Permission.HOTSPOT_VIEW) else ""
    context = {"heading": _("Hotspots by district"), "table": district_table(rows), "rows": rows, "own_url": own}
    return render(request, "outreach/hotspots/districts.html", context)
