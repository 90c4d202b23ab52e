"""The roll-out of life-skills education: all provinces on one page, one tap to say how one stands, and the register."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from core.models import Organisation, Province
from core.permissions import Permission
from core.rules.problems import InvalidEntries
from core.views.registers import Column
from core.views.written import WrittenRegister
from core.wording import shown
from outreach.wording import joined
from peers import school_years
from peers.actions import roll_outs
from peers.filters.roll_outs import RollOutFilters
from peers.forms.roll_outs import RollOutForm
from peers.models import RollOut
from peers.resources.roll_outs import RollOutResource
from peers.roll_out_rows import InProvince, rows_of
from peers.views.school_coverage import year_asked_for, years_since_the_first_lesson

STATES = [RollOut.Status.RUNNING, RollOut.Status.PLANNED, RollOut.Status.ENDED]


class RollOuts(WrittenRegister):
    """How each province stands, one row a province and organisation."""

    model, writer = RollOut, roll_outs.writer
    namespace = "roll-outs"
    heading = gettext_lazy("Roll-out by province")
    create_label = gettext_lazy("Province in the roll-out")
    empty_text = gettext_lazy("No province is in the roll-out yet.")
    columns = [
        Column("province", gettext_lazy("Province"), sort="province"),
        "status",
        Column("occurred_on", gettext_lazy("Since"), sort="occurred_on"),
        "partner",
    ]
    labels = {"occurred_on": gettext_lazy("Since")}
    ordering = ("province", "pk")
    filterset, form, resource = RollOutFilters, RollOutForm, RollOutResource
    create_permission = Permission.SCHOOL_RECORD
    void_permission = Permission.SCHOOL_VOID

    @classmethod
    def routed(cls) -> list:
        return [
            path("groups/roll-out/", roll_out_page, name="roll-out"),
            path("groups/roll-out/set/<str:province>/", set_state, name="roll-out-state"),
            *cls.urls("groups/roll-out/states/"),
        ]

    def content_text(self, key, value):
        if key == "status":
            return str(dict(RollOut.Status.choices).get(value, value))
        return super().content_text(key, value)

    def sections(self, record):
        facts = [
            (_("Province"), str(record.province)),
            (_("State"), record.get_status_display()),
            (_("Since"), shown(record.occurred_on)),
            (_("Partner"), record.partner),
        ]
        return [("", [*facts, *([(_("Note"), record.note)] if record.note else [])])]


@login_required
@require_safe
def roll_out_page(request):
    """All provinces of one organisation, by how they stand, with what their lessons reached."""
    scope = request.scope
    organisations = _organisations(scope)
    code = request.GET.get("organisation", "") or next(iter(organisations))
    if code not in organisations:
        raise Http404
    organisation = organisations[code]
    now = school_years.year_of(timezone.localdate())
    year = year_asked_for(request.GET.get("year", ""), now)
    years = (year, year - 1)
    rows = rows_of(organisation, years, scope)
    may = scope.can(Permission.SCHOOL_RECORD, organisation.pk)
    context = {
        "heading": _("Roll-out by province"),
        "organisation": organisation,
        "organisations": organisations.values() if len(organisations) > 1 else [],
        "groups": _groups(rows, years),
        "summary": _summary(rows),
        "table": _table(rows, years),
        "year": year,
        "years": [(number, school_years.name(number)) for number in years_since_the_first_lesson(scope, now)],
        "states": [(state.value, state.label) for state in STATES] if may else [],
        "all_url": reverse("roll-outs:list"),
        "coverage_url": reverse("schools:coverage"),
    }
    return render(request, "peers/roll_outs/page.html", context)


@login_required
@require_POST
def set_state(request, province: str):
    """One tap: how a province stands for an organisation from today on."""
    home = _organisations(request.scope).get(request.POST.get("organisation", ""))
    place = Province.objects.filter(pk=province.replace("\x00", "")).first()
    if home is None or place is None:
        raise Http404
    if not request.scope.can(Permission.SCHOOL_RECORD, home.pk):
        raise PermissionDenied
    try:
        today, status = timezone.localdate(), request.POST.get("status", "")
        roll_outs.set_state(organisation=home, province=place, status=status, on=today, by=request.user)
    except InvalidEntries as wrong:
        raise BadRequest(f"Unknown state: {request.POST.get('status', '')!r}") from wrong
    messages.success(request, _("Saved: %(province)s.") % {"province": place})
    return redirect(f"{reverse('roll-out')}?organisation={home.code}#province-{place.pk}")


def _organisations(scope) -> dict[str, Organisation]:
    """The organisations whose schools the person sees, by code. Raises PermissionDenied if there is none."""
    if not scope.can(Permission.SCHOOL_VIEW):
        raise PermissionDenied
    mine = Organisation.objects.filter(pk__in=scope.all_organisations(Permission.SCHOOL_VIEW)).order_by("name")
    return {row.code: row for row in mine}


def _reported(row: InProvince, year: int) -> str:
    """What lessons reached in a school year, in words; not reported where there is none."""
    found = row.years.get(year)
    if found is None:
        return _("%(year)s: not reported") % {"year": school_years.name(year)}
    schools = ngettext("%(n)s school", "%(n)s schools", found.schools) % {"n": f"{found.schools:,}"}
    pupils = ngettext("%(n)s pupil", "%(n)s pupils", found.pupils) % {"n": f"{found.pupils:,}"}
    said = {"year": school_years.name(year), "schools": schools, "pupils": pupils}
    return _("%(year)s: %(schools)s, %(pupils)s") % said


def _reporting_first(row: InProvince) -> tuple:
    return (not row.years, str(row.province))


def _groups(rows: list[InProvince], years: tuple[int, int]) -> list[tuple]:
    """(title, kind, tiles) of each state that provinces have, those outside the roll-out last."""
    kinds = {RollOut.Status.RUNNING: "good", RollOut.Status.PLANNED: "accent", RollOut.Status.ENDED: ""}
    found = []
    for state in [*STATES, None]:
        mine = [row for row in rows if (row.row.status if row.row else None) == state]
        tiles = [(row, [_reported(row, year) for year in years]) for row in sorted(mine, key=_reporting_first)]
        if tiles:
            title = state.label if state else _("Not in the roll-out")
            found.append((title, kinds.get(state, ""), tiles))
    return found


def _summary(rows: list[InProvince]) -> str:
    there = [row.row.status for row in rows if row.row]
    if not there:
        return _("No province is in the roll-out yet.")
    numbers = [(str(state.label), there.count(state)) for state in STATES]
    numbers.append((_("Not in the roll-out"), len(rows) - len(there)))
    return joined(f"{label}: {number}" for label, number in numbers if number)


def _table(rows: list[InProvince], years: tuple[int, int]) -> dict:
    """The same as a table."""
    heads = [_("Province"), _("State"), _("Partner"), _("Since")]
    for year in years:
        heads += [_("Schools %(year)s") % {"year": school_years.name(year)}]
        heads += [_("Pupils %(year)s") % {"year": school_years.name(year)}]
    lines = []
    for row in rows:
        state = row.row
        told = [state.get_status_display(), state.partner, shown(state.occurred_on)] if state else [None, None, None]
        cells = [(text, "") for text in told]
        for year in years:
            found = row.years.get(year)
            cells += [(found.schools, ""), (found.pupils, "")] if found else [(_("not reported"), "")] * 2
        lines.append((str(row.province), cells))
    return {"columns": heads, "rows": lines}
