"""How far life-skills lessons came in a school year: of schools, and of pupils, by province, district and grade."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import BadRequest, PermissionDenied
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from core.models import District, Province
from core.permissions import Permission
from peers import school_years
from peers.models import Lesson, School
from peers.rolls import Coverage, Line, coverage, share
from peers.school_pages import reached_text, unbroken

EARLIEST = 1990


@login_required
@require_safe
def coverage_page(request):
    """Schools with lessons of those registered, pupils reached of those on the roll."""
    if not request.scope.can(Permission.SCHOOL_VIEW):
        raise PermissionDenied
    now = school_years.year_of(timezone.localdate())
    year = year_asked_for(request.GET.get("year", ""), now)
    schools = School.objects.visible_to(request.scope).countable()
    province = request.GET.get("province", "")
    chosen = Province.objects.filter(pk=province.replace("\x00", "")).first() if province else None
    if province and not chosen:
        raise BadRequest(f"Unknown province: {province}")
    if chosen:
        schools = schools.filter(site__district__province=chosen)
    found = coverage(schools, year)
    context = {
        "heading": _("Coverage, school year %(year)s") % {"year": school_years.name(year)},
        "year": year,
        "province": chosen,
        "years": [(number, school_years.name(number)) for number in years_since_the_first_lesson(request.scope, now)],
        "whole": found.whole,
        "schools_text": _schools_text(found.whole),
        "pupils_text": _pupils_text(found.whole),
        "tables": _tables(found, year, chosen),
    }
    return render(request, "peers/schools/coverage.html", context)


def year_asked_for(text: str, now: int) -> int:
    if not text:
        return now
    if not (text.isascii() and text.isdecimal() and len(text) == 4 and EARLIEST <= int(text) <= now):
        raise BadRequest(f"Unknown school year: {text}")
    return int(text)


def years_since_the_first_lesson(scope, now: int) -> range:
    """School years from the first lesson on, newest first."""
    first = Lesson.objects.visible_to(scope).order_by("occurred_on").values_list("school_year", flat=True).first()
    return range(now, min(first or now, now) - 1, -1)


def _schools_text(line: Line) -> str:
    if not line.schools:
        return _("No school was with the programme in this school year.")
    numbers = {"taught": f"{line.taught:,}", "schools": f"{line.schools:,}"}
    text = ngettext(
        "%(taught)s of %(schools)s school had lessons.", "%(taught)s of %(schools)s schools had lessons.", line.schools
    )
    return text % numbers


def _pupils_text(line: Line) -> str:
    reached = ngettext("%(pupils)s pupil was reached.", "%(pupils)s pupils were reached.", line.reached)
    reached %= {"pupils": f"{line.reached:,}"}
    if not line.roll:
        return f"{reached} " + _("No roll is counted for this school year or the one before, so there is no coverage.")
    said = {"counted": f"{line.counted:,}", "roll": f"{line.roll:,}"}
    text = _("In the grades whose roll is counted, lessons reached %(counted)s of %(roll)s pupils.")
    return f"{reached} {text % said}"


def _tables(found: Coverage, year: int, province: Province | None) -> list[dict]:
    unknown = _("No district")
    tables = []
    if province is None:
        names = {row.pk: str(row) for row in Province.objects.filter(pk__in=filter(None, found.provinces))}
        address = "?year=%s&province=%s"
        links = {pk: address % (year, pk) for pk in found.provinces if pk}
        tables.append(_table(_("By province"), _("Province"), found.provinces, names, unknown, links))
    if province is not None or len(found.provinces) == 1:
        names = {row.pk: str(row) for row in District.objects.filter(pk__in=filter(None, found.districts))}
        tables.append(_table(_("By district"), _("District"), found.districts, names, unknown, {}))
    grades = {grade: _("Grade %(grade)s") % {"grade": grade} for grade in found.grades}
    tables.append(_table(_("By grade"), _("Grade"), found.grades, grades, unknown, {}))
    return [table for table in tables if table["rows"]]


def _table(title: str, head: str, lines: dict, names: dict, unknown: str, links: dict) -> dict:
    rows = []
    for key, line in sorted(lines.items(), key=lambda item: (item[0] is None, item[0])):
        numbers = {"taught": line.taught, "schools": line.schools, "share": share(line.taught, line.schools)}
        schools = unbroken(_("%(taught)s of %(schools)s · %(share)s %%") % numbers)
        cells = [(schools, links.get(key, "")), (reached_text(line), "")]
        rows.append((names.get(key, unknown), cells))
    columns = [head, _("Schools with lessons"), _("Pupils reached, of the roll")]
    return {"title": title, "columns": columns, "rows": rows}
