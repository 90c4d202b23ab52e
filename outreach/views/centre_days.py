"""What the days of a drop-in centre look like: the sheet of one day, and visits by hour and weekday."""

from datetime import timedelta

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import codes
from core.permissions import Permission
from core.views.screens import Screen
from core.wording import shown
from outreach import centre_days, centres, wording
from outreach.forms.centres import DayForm, PeriodForm
from outreach.models import Contact
from outreach.models.centres import WEEKDAYS


def head(request, name: str, kept: dict) -> tuple:
    """The centre asked for (None without one), and the chips that lead to the same screen of the others."""
    desk = centres.desk_of(request.scope, request.GET.get("centre", ""), Permission.CONTACT_VIEW, closed=True)
    if desk is None:
        return None, []
    chips = [
        (site, f"{reverse(name)}?{urlencode({'centre': site.pk, **kept})}", site.pk == desk.centre.pk)
        for site in desk.centres
    ]
    return desk, chips


def empty(request, heading: str):
    """What is said where there is no centre."""
    return render(request, "outreach/centres/none.html", {"heading": heading})


def row(visit: Contact) -> dict:
    """One line of the sheet. A person is a card and a nickname, nothing else."""
    person = visit.client and (visit.client.survivor or visit.client)
    age = person.age_on(visit.occurred_on) if person else None
    lines = sorted((line.commodity, line.given, line.taken_back) for line in visit.commodities.all())
    return {
        "came": f"{visit.arrived_at:%H:%M}" if visit.arrived_at else "",
        "left": f"{visit.left_at:%H:%M}" if visit.left_at else "",
        "who": wording.name(person) if person else _("Anonymous"),
        "url": reverse("visit", args=[visit.pk]),
        "sex": codes.label("sex", person.sex) if person else "",
        "age": "" if age is None else age,
        "used": ", ".join(codes.label("dic_service", code) for code in visit.centre_services),
        "given": "; ".join(f"{codes.label('commodity', code)} {given}" for code, given, _back in lines if given),
        "back": "; ".join(f"{codes.label('commodity', code)} {back}" for code, _given, back in lines if back),
    }


class DaySheet(Screen):
    """One day of one centre, to look at and to print."""

    def get(self, request):
        asked = request.GET.get("day") or str(timezone.localdate())
        form = DayForm({"day": asked})
        day = form.cleaned_data["day"] if form.is_valid() else timezone.localdate()
        desk, chips = head(request, "centre-day-sheet", {"day": day})
        if desk is None:
            return empty(request, _("Day sheet"))
        visits = centre_days.visits_of(request.scope, desk.centre, day)
        totals = centre_days.totals_of(visits)
        context = {
            "heading": f"{desk.centre.name}: {shown(day)}",
            "lead": _("Day sheet"),
            "centre": desk.centre,
            "chips": chips,
            "form": form,
            "day": day,
            "rows": [row(visit) for visit in visits],
            "said": self.said(totals),
            "services": [(codes.label("dic_service", code), n) for code, n in totals.services.most_common()],
            "goods": [
                (codes.label("commodity", code), totals.given[code], totals.taken_back[code])
                for code in sorted(totals.given | totals.taken_back)
            ],
            "heads": heads_table(totals),
            "earlier_url": self.at(desk, day - timedelta(days=1)),
            "later_url": self.at(desk, day + timedelta(days=1)) if day < timezone.localdate() else "",
            "board_url": f"{reverse('centre')}?centre={desk.centre.pk}",
            "may_record": request.scope.can(Permission.CONTACT_RECORD, desk.centre.organisation_id),
        }
        return render(request, "outreach/centres/day_sheet.html", context, status=200 if form.is_valid() else 400)

    @staticmethod
    def at(desk, day) -> str:
        return f"{reverse('centre-day-sheet')}?{urlencode({'centre': desk.centre.pk, 'day': day})}"

    @staticmethod
    def said(totals) -> str:
        visits = ngettext("%(number)s visit", "%(number)s visits", totals.visits) % {"number": totals.visits}
        people = ngettext("%(number)s person", "%(number)s people", totals.people) % {"number": totals.people}
        return wording.joined([visits, people, _("%(number)s anonymous") % {"number": totals.anonymous}])


def heads_table(totals) -> dict:
    """Visits by sex and age as a data table; a sex that nobody has is left out."""
    sexes = [sex for sex in codes.table("sex") if any(key[0] == sex for key in totals.heads)]
    bands = centre_days.bands()
    rows = [
        (codes.label("age_band_sets", band), [(totals.heads[sex, band], "") for sex in sexes] + [(total, "")])
        for band in bands
        if (total := sum(totals.heads[sex, band] for sex in sexes))
    ]
    columns = [_("Age"), *(codes.label("sex", sex) for sex in sexes), _("Total")]
    foot = [(sum(totals.heads[sex, band] for band in bands), "") for sex in sexes] + [(totals.visits, "")]
    return {"caption": _("Visits by sex and age"), "columns": columns, "rows": rows, "foot": (_("Total"), foot)}


class HoursTable(Screen):
    """When people come: visits by hour and weekday, beside the hours in which the centre is open."""

    def get(self, request):
        form = PeriodForm(request.GET)
        period = (form.cleaned_data["period"] if form.is_valid() else "") or "4w"
        desk, chips = head(request, "centre-hours", {"period": period})
        if desk is None:
            return empty(request, _("Visits by hour"))
        stretches = desk.stretches
        hours = centre_days.hours_of(request.scope, desk.centre, period, timezone.localdate())
        days = {"occurred_on_after": hours.start, "occurred_on_before": hours.end}
        list_of = {"kind": Contact.VISIT, "site": desk.centre.pk, **days}
        context = {
            "heading": _("Visits by hour"),
            "lead": desk.centre.name,
            "centre": desk.centre,
            "chips": chips,
            "periods": [(label, self.at(desk, key), key == period) for key, label in PeriodForm.PERIODS],
            "hours": hours,
            "start": shown(hours.start),
            "end": shown(hours.end),
            "columns": [name for _day, name in WEEKDAYS],
            "rows": cells(hours, stretches),
            "busiest": busiest(hours),
            "has_hours": bool(stretches),
            "list_url": f"{reverse('contacts:list')}?{urlencode(list_of)}",
            "board_url": f"{reverse('centre')}?centre={desk.centre.pk}",
            "may_record": request.scope.can(Permission.CONTACT_RECORD, desk.centre.organisation_id),
        }
        return render(request, "outreach/centres/hours.html", context, status=200 if form.is_valid() else 400)

    @staticmethod
    def at(desk, period) -> str:
        return f"{reverse('centre-hours')}?{urlencode({'centre': desk.centre.pk, 'period': period})}"


def _hour(hour: int) -> str:
    return f"{hour:02}–{hour + 1:02}"


def cells(hours, stretches) -> list[tuple]:
    """(hour, cells) of the table; a cell is (visits, its shade, whether the centre is open then)."""
    most = max(hours.visits.values(), default=0)
    found = []
    for hour in centre_days.hours_shown(hours, stretches):
        numbers = [hours.visits.get((day, hour), 0) for day, _name in WEEKDAYS]
        is_open = [centre_days.is_open(stretches, day, hour) for day, _name in WEEKDAYS]
        shades = [centre_days.shade(number, most) for number in numbers]
        found.append((_hour(hour), list(zip(numbers, shades, is_open, strict=True))))
    return found


def busiest(hours) -> dict:
    """The same numbers as a list, the busiest hour first."""
    names = dict(WEEKDAYS)
    rows = [(f"{names[day]}, {_hour(hour)}", [(number, "")]) for day, hour, number in hours.busiest_first()]
    if hours.untimed:
        rows.append((_("Time not written down"), [(hours.untimed, "")]))
    foot = (_("Total"), [(hours.total, "")])
    return {"caption": _("The busiest hours first"), "columns": [_("When"), _("Visits")], "rows": rows, "foot": foot}
