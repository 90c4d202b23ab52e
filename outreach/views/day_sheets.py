"""The day-sheet grid, the answers while it is typed, and the blank sheet on paper."""

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import codes
from core.actions.records import Outcome, Refused
from core.permissions import Permission
from core.rules.problems import InvalidEntries
from core.views.screens import Screen
from outreach.actions import clients
from outreach.actions.day_sheets import record_lines
from outreach.forms.day_sheets import DaySheet, Line
from outreach.models import Contact
from outreach.rules.day_sheets import CARRIED, COLUMNS, LINES, TICKED

SAVED = "day_sheet_saved"


class SheetScreen(Screen):
    """What the three screens share: the organisation written in, and the sheet."""

    needs = "create_permission"

    def organisations(self) -> list:
        return list(self.register.organisations(self.request.scope, Permission.CONTACT_RECORD).order_by("name"))

    def sheet(self, data=None, **more) -> DaySheet:
        offered = self.organisations()
        asked = (data or self.request.GET).get("organisation", "")
        organisation = next((row for row in offered if str(row.pk) == asked), offered[0])
        today = timezone.localdate()
        return DaySheet(data, scope=self.request.scope, organisation=organisation, today=today, **more)

    def columns(self, sheet: DaySheet) -> list:
        return [column for column in COLUMNS if column.name != "worker" or sheet.names_workers]


class Grid(SheetScreen):
    """Twenty lines: the good ones are saved, the others come back with what is wrong beside them."""

    def get(self, request):
        carried = {name: request.GET.get(name, "")[:80] for name in CARRIED}
        carried["date"] = carried["date"] or str(timezone.localdate())
        return self.page(self.sheet(carried=carried), saved=self.saved_before())

    def saved_before(self) -> list:
        """Contacts of the sheet saved last in this session, those that the person may see."""
        ids = self.request.session.get(SAVED, [])
        rows = Contact.objects.visible_to(self.request.scope).countable().with_lines().filter(pk__in=ids)
        found = {str(row.pk): row for row in rows} if ids else {}
        return [found[pk] for pk in ids if pk in found]

    def post(self, request):
        sheet = self.sheet(request.POST)
        sheet.read()
        refused = self.save(sheet)
        left = [line for line in sheet.open_lines if not line.done]
        if refused or left or not any(line.done for line in sheet.lines):
            # Whose names the page shows is written down, as a search does.
            clients.note_found(found=shown_people(left), by=request.user)
            return self.page(sheet, refused=refused, left=len(left))
        ids = [str(line.id) for line in sheet.lines if line.done]
        request.session[SAVED] = ids
        text = ngettext("%(count)s line saved.", "%(count)s lines saved.", len(ids)) % {"count": len(ids)}
        messages.success(request, text)
        return redirect(f"{reverse('day-sheet')}?{self.carried(sheet)}")

    def save(self, sheet: DaySheet) -> str:
        """Record the lines that are ready. Answers why none of them could be, if so."""
        self.mark_known(sheet)
        ready = [line for line in sheet.open_lines if line.ready]
        try:
            said = [line.said for line in ready]
            outcomes = record_lines(lines=said, by=self.request.user, organisation=sheet.organisation) if said else []
        except (InvalidEntries, Refused):
            return _("Something changed while you typed. Look through the lines, and save again.")
        for line, outcome in zip(ready, outcomes, strict=True):
            self.mark(line, outcome)
        return ""

    def mark(self, line: Line, outcome: Outcome | str) -> None:
        line.done, line.outcome = True, OUTCOMES[outcome]()
        line.url = reverse("contacts:detail", args=[line.id])

    def mark_known(self, sheet: DaySheet) -> None:
        """Lines that were saved before stay done: those marked so, and those sent again that read otherwise now."""
        ids = [line.id for line in sheet.lines if line.done or (line.reading and not line.ready)]
        mine = Contact.objects.filter(organisation=sheet.organisation, recorded_by=self.request.user, pk__in=ids)
        known = set(mine.values_list("pk", flat=True)) if ids else set()
        for line in sheet.lines:
            if line.id in known:
                self.mark(line, Outcome.CREATED)
            elif line.done:
                line.done = False

    def carried(self, sheet: DaySheet) -> str:
        """What the next sheet begins with: the last line's day, site, worker and kind."""
        values = next(line.reading.values for line in reversed(sheet.lines) if line.reading)
        query = self.request.GET.copy()
        query.clear()
        query.update({name: str(values[name]) for name in CARRIED if values[name]})
        if len(self.organisations()) > 1:
            query["organisation"] = str(sheet.organisation.pk)
        return query.urlencode()

    def page(self, sheet: DaySheet, **more):
        services = codes.table("service")
        ticks = [(code, services[code].label) for code in TICKED if code in services]
        nothing = self.request.method == "POST" and not sheet.open_lines and not any(r.done for r in sheet.lines)
        suggested = {name: choices for name, choices in sheet.suggestions.items() if name != "sex"}
        context = {
            "lead": "",
            "heading": _("Day sheet"),
            "sheet": sheet,
            "columns": self.columns(sheet),
            "ticks": ticks,
            "suggested": suggested.items(),
            "organisations": self.organisations(),
            "nothing": nothing,
            "done": sum(line.done for line in sheet.lines),
            "saved": [],
            **more,
        }
        return render(self.request, "outreach/day_sheets/grid.html", context)


OUTCOMES = {
    Outcome.CREATED: lambda: _("Saved"),
    Outcome.DUPLICATE: lambda: _("Saved"),
    Outcome.CONFLICT: lambda: _(
        "Saved before with other words. Both are kept; change the record if this one is right."
    ),
    Outcome.GONE: lambda: _("Made void meanwhile. It was not saved again."),
}


def shown_people(lines: list[Line]) -> list:
    """The people whose names the lines' messages tell, each once."""
    return list({client.pk: client for line in lines for client in line.people}.values())


class Check(SheetScreen):
    """What each line says so far, as it will be saved: asked by the page while somebody types. Writes no record."""

    http_method_names = ["post", "options"]

    def post(self, request):
        sheet = self.sheet(request.POST)
        sheet.read()
        asked = request.POST.get("line", "")
        clients.note_found(found=shown_people([r for r in sheet.open_lines if str(r.number) == asked]), by=request.user)
        said = {
            line.number: {
                "html": render_to_string("outreach/day_sheets/said.html", {"line": line}, request=request).strip(),
                "bad": list(line.errors),
            }
            for line in sheet.lines
            if not line.done
        }
        return JsonResponse({"lines": said})


class Blank(SheetScreen):
    """The same columns on paper, A4 on its side, with room for the day, the site and the worker on top."""

    def get(self, request):
        sheet = self.sheet()
        services = codes.table("service")
        context = {
            "heading": _("Day sheet"),
            "columns": list(COLUMNS),
            "ticks": [services[code].label for code in TICKED if code in services],
            "lines": range(1, LINES + 1),
            "organisation": sheet.organisation,
            "codes": sheet.choices,
        }
        return render(request, "outreach/day_sheets/blank.html", context)
