"""One box to find people; it is also the way to add one."""

from django.shortcuts import render
from django.utils.translation import gettext as _

from core.permissions import Permission
from core.views.screens import Screen
from outreach import finding
from outreach.actions import clients
from outreach.forms.finding import FindForm
from outreach.views.matches import people_lines


class Find(Screen):
    """Searched by POST, so that no code and no name stands in an address. Who is shown is written to the audit."""

    def get(self, request):
        return self.page(FindForm())

    def post(self, request):
        form = FindForm(request.POST)
        if not form.is_valid():
            return self.page(form, answers_open=True)
        if not form.asked:
            return self.page(form)
        matches = self.matches(form)
        clients.note_found(found=[match.client for match in matches], by=request.user)
        answers_open = any(form.cleaned_data.get(name) for name in form.ANSWERS)
        return self.page(form, searched=True, answers_open=answers_open, people=people_lines(request.scope, matches))

    def matches(self, form: FindForm) -> list[finding.Match]:
        """Exact finds alone where there are any, else look-alikes."""
        text = form.cleaned_data["q"]
        exact = finding.exact_matches(self.request.scope, text)
        return exact or finding.look_alikes(self.request.scope, nickname=text, answers=form.answers())

    def page(self, form, **found):
        scope = self.request.scope
        context = {
            "heading": _("Find a person"),
            "form": form,
            "may_register": scope.can(Permission.CLIENT_RECORD),
            "may_record": scope.can(Permission.CONTACT_RECORD),
            **found,
        }
        return render(self.request, "outreach/finding.html", context)
