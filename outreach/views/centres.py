"""Setting up a drop-in centre: what it offers, and when it is open."""

from collections import defaultdict

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core.permissions import Permission
from core.rules.problems import InvalidEntries
from core.views.screens import Screen
from outreach import centres
from outreach.actions import centres as actions
from outreach.actions.visits import CENTRE
from outreach.forms.centres import HoursForm, ServicesForm
from outreach.models import CentreService
from outreach.models.centres import WEEKDAYS
from outreach.rules.centres import Offer


class CentreList(Screen):
    """Every open centre that the person may set up."""

    needs = "create_permission"

    def get(self, request):
        sites = centres.centres_of(request.scope, Permission.SITE_MANAGE)
        prefetch_related_objects(sites, "centre_services", "opening_hours")
        lines = [
            {
                "name": site.name,
                "organisation": site.organisation.name,
                "offers": len(site.centre_services.all()),
                "hours": hours_in_words(site),
                "url": reverse("centre-set-up", args=[site.pk]),
            }
            for site in sites
        ]
        return render(request, "outreach/centres/list.html", {"heading": _("Drop-in centres"), "centres": lines})


def hours_in_words(site) -> str:
    """The opening hours of a week in one line, each day once."""
    names, days = dict(WEEKDAYS), defaultdict(list)
    for row in site.opening_hours.all():
        days[row.weekday].append(f"{row.opens:%H:%M}–{row.closes:%H:%M}")
    return "; ".join(f"{names[day]} {', '.join(stretches)}" for day, stretches in days.items())


class SetUp(Screen):
    """One centre's list of services and its opening hours: two forms on one page, each saved by itself."""

    needs = "create_permission"

    def found(self, pk):
        if not self.request.scope.can(self.permission):
            raise PermissionDenied
        site = super().found(pk)
        if site.kind != CENTRE:
            raise Http404
        return site

    def get(self, request, pk):
        return self.page(self.services(), self.hours())

    def post(self, request, pk):
        if request.POST.get("part") == "hours":
            form = self.hours(request.POST)
            return self.saved(form, self.write_hours) or self.page(self.services(), form)
        form = self.services(request.POST)
        return self.saved(form, self.write_services) or self.page(form, self.hours())

    def saved(self, form, write):
        """The answer to a form that was in order, None for one to mend."""
        if not form.is_valid():
            return None
        try:
            changed = write(form)
        except InvalidEntries as wrong:
            form.add_problems(wrong)
            return None
        messages.success(self.request, _("Saved.") if changed else _("Nothing was different, so nothing was changed."))
        return redirect("centre-set-up", pk=self.record.pk)

    def write_services(self, form) -> bool:
        return actions.set_services(site=self.record, offers=form.offers(), by=self.request.user)

    def write_hours(self, form) -> bool:
        return actions.set_hours(site=self.record, stretches=form.stretches(), by=self.request.user)

    def services(self, data=None) -> ServicesForm:
        rows = CentreService.objects.filter(site=self.record)
        held = [Offer(row.code, frozenset(row.services), row.commodity, row.quantity) for row in rows]
        return ServicesForm(data, held=held)

    def hours(self, data=None) -> HoursForm:
        return HoursForm(data, held=centres.stretches_of(self.record))

    def page(self, services, hours):
        context = {
            "lead": _("Drop-in centre"),
            "heading": self.record.name,
            "services": services,
            "hours": hours,
            "is_new": not services.held,
            "site_url": self.record.get_absolute_url(),
        }
        return render(self.request, "outreach/centres/set_up.html", context)
