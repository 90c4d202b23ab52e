"""The desk of a drop-in centre: who comes, who is in, what they use, who leaves."""

from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import codes, histories
from core.actions.records import Changed, Outcome, Refused
from core.permissions import Permission
from core.rules.problems import InvalidEntries
from core.views.register_forms import AmendScreen
from core.views.screens import Screen
from outreach import centres, finding, wording
from outreach.actions import clients, contacts, visits
from outreach.actions.visits import AlreadyIn
from outreach.centres import SHOWN_IN, Desk
from outreach.choices import PICTURES
from outreach.forms.visits import CheckInForm, VisitForm, WhoForm
from outreach.models import Contact
from outreach.views.people import client_asked_for, findable


def board_url(centre, client=None) -> str:
    """The board of a centre, with somebody found if named."""
    who = f"&client={client.pk}" if client else ""
    return f"{reverse('centre')}?centre={centre.pk}{who}"


def in_words(visit: Contact) -> dict:
    """One visit as a line of the board: who, since when, what was ticked so far."""
    client = visit.client
    return {
        "id": visit.pk,
        "picture": wording.picture(client) if client else "people",
        "name": wording.name(client) if client else _("Anonymous"),
        "since": f"{visit.arrived_at:%H:%M}" if visit.arrived_at else "",
        "used": ", ".join(codes.label("dic_service", code) for code in visit.centre_services),
        "url": reverse("visit", args=[visit.pk]),
        "leave_url": reverse("visit-leave", args=[visit.pk]),
    }


class Board(Screen):
    """Who came? Searched by POST, so that no code and no name stands in an address; then one press checks in."""

    needs = "create_permission"

    def get(self, request):
        desk = self.desk(request.GET.get("centre", ""))
        client = client_asked_for(request)
        matches = [finding.Match(client, "", exact=True)] if client and desk else []
        return self.page(desk, WhoForm(), matches=matches, searched=bool(matches), scan=request.GET.get("scan") == "1")

    def post(self, request):
        form = WhoForm(request.POST)
        valid = form.is_valid()
        desk = self.desk(str(form.cleaned_data.get("centre") or ""))
        if not valid or desk is None:
            return self.page(desk, form)
        text, picture = form.cleaned_data["q"].strip(), form.cleaned_data["picture"]
        if not text and not picture:
            return self.page(desk, form)
        matches = finding.with_picture(request.scope, desk.centre, picture) if picture else self.matches(text)
        matches = [match for match in matches if match.client.organisation_id == desk.centre.organisation_id]
        clients.note_found(found=[match.client for match in matches], by=request.user)
        return self.page(desk, form, matches=matches, searched=True, picture=picture)

    def matches(self, text: str) -> list[finding.Match]:
        scope = self.request.scope
        return finding.exact_matches(scope, text) or finding.look_alikes(scope, nickname=text)

    def desk(self, asked: str) -> Desk | None:
        return centres.desk_of(self.request.scope, asked)

    def page(self, desk: Desk | None, form, *, matches=(), searched=False, picture="", scan=False):
        context = {"heading": _("Drop-in centre"), "desk": desk, "form": form, "searched": searched}
        if desk is not None:
            context |= desk_context(self.request, desk) | self.found(desk, list(matches), form)
            context |= {"picture": picture, "picture_label": PICTURES.get(picture, ""), "scan": scan}
        response = render(self.request, "outreach/centres/board.html", context)
        # The camera reads cards, on this page only.
        response["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
        return response

    def found(self, desk: Desk, matches: list, form) -> dict:
        scope, people = self.request.scope, [match.client for match in matches]
        met = finding.last_met(people) if people else {}
        inside = finding.visits_now(people, desk.now.date()) if people else {}
        mine = Contact.objects.visible_to(scope).filter(pk__in=[visit.pk for visit in inside.values()])
        open_to = set(mine.values_list("pk", flat=True)) if inside else set()
        lines = [
            _line(match, met.get(match.client.pk), inside.get(match.client.pk), desk, open_to) for match in matches
        ]
        ready = [line for line in lines if not line["visit"]]
        new = reverse("clients:create") if scope.can(Permission.CLIENT_RECORD, desk.centre.organisation_id) else ""
        return {
            "people": lines,
            "single": ready[0] if len(ready) == 1 and matches[0].exact else None,
            "exact": bool(matches) and matches[0].exact,
            "new_url": f"{new}?centre={desk.centre.pk}" if new else "",
        }


def _line(match, met, visit: Contact | None, desk: Desk, open_to: set) -> dict:
    here = visit if visit and visit.site_id == desk.centre.pk else None
    why = wording.why(match.why) if match.why else ""
    elsewhere = _("in now at %(site)s") % {"site": visit.site.name} if visit and not here else ""
    return {
        "person": wording.person(match.client, text=wording.joined([why, wording.last_met(met)]), tag=elsewhere),
        "client": match.client,
        "replaced": match.why == finding.OLD_CARD,
        "id": uuid4(),
        "visit": in_words(here) if here else None,
        "visible": bool(here) and here.pk in open_to,
    }


def desk_context(request, desk: Desk) -> dict:
    """How the centre stands: open or not, who is in now, and what the forms need."""
    inside = centres.visitors(request.scope, desk)
    everybody = request.GET.get("all") == "1"
    lines = [in_words(visit) for visit in (inside if everybody else inside[:SHOWN_IN])]
    number = len(lines) if everybody or len(lines) < SHOWN_IN else inside.count()
    words, kind = centres.opening_words(desk.opening)
    return {
        "centre": desk.centre,
        "chips": [(site, board_url(site), site.pk == desk.centre.pk) for site in desk.centres],
        "opening": words,
        "opening_kind": kind,
        "visitors": lines,
        "number": number,
        "own_only": centres.sees_own_only(request.scope, desk),
        "all_url": f"{board_url(desk.centre)}&all=1#in-now" if number > len(lines) else "",
        "pictures": list(PICTURES.items()),
        "anonymous_id": uuid4(),
        "sheet_url": f"{reverse('centre-day-sheet')}?centre={desk.centre.pk}",
        "hours_url": f"{reverse('centre-hours')}?centre={desk.centre.pk}",
    }


class CheckIn(Screen):
    """One press: somebody is in. The second press of the same button finds the first one's visit."""

    needs = "create_permission"

    def post(self, request):
        form = CheckInForm(request.POST)
        if not form.is_valid():
            messages.error(request, _("Nobody was checked in: the form was broken. Press “Check in” again."))
            return redirect("centre")
        data = form.cleaned_data
        offered = centres.centres_of(request.scope, Permission.CONTACT_RECORD)
        centre = centres.chosen(request.scope, offered, str(data["centre"]))
        client = findable(request.scope, data["client"]) if data["client"] else None
        name = wording.name(client) if client else _("Anonymous")
        try:
            outcome = visits.check_in(visit_id=data["id"], site=centre, client=client, by=request.user)
        except AlreadyIn as already:
            messages.warning(request, f"{name}: {already}")
            return redirect(board_url(centre, client))
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(board_url(centre))
        except InvalidEntries as wrong:
            for problems in wrong.problems.values():
                for problem in problems:
                    messages.error(request, f"{name}: {problem.message}")
            return redirect(board_url(centre))
        level, text = {
            Outcome.CREATED: (messages.SUCCESS, _("Checked in: %(name)s.")),
            Outcome.DUPLICATE: (messages.INFO, _("%(name)s was checked in already. Nothing was added twice.")),
            Outcome.GONE: (messages.WARNING, _("This visit was made void meanwhile. It was not saved again.")),
            Outcome.CONFLICT: (messages.ERROR, _("Nobody was checked in. Press “Check in” again.")),
        }[outcome]
        messages.add_message(request, level, text % {"name": name})
        return redirect(board_url(centre))


class OfVisit:
    """A screen about one visit; another kind of contact has none."""

    def found(self, pk):
        if not self.request.scope.can(self.permission):
            raise PermissionDenied
        visit = super().found(pk)
        if visit.kind != Contact.VISIT:
            raise Http404
        return visit

    def board(self) -> str:
        visit = self.record
        here = visit.site and visit.site.kind == visits.CENTRE and not visit.site.closed_on
        return board_url(visit.site) if here else reverse("centre")


class Visit(OfVisit, AmendScreen):
    """One visit: what was used is ticked, and saved as one change of the contact."""

    template = "outreach/centres/visit.html"

    def form(self, data=None):
        organisations = [self.record.organisation]
        initial = VisitForm.initial_of(self.record) if data is None else None
        return VisitForm(
            data, scope=self.request.scope, organisations=organisations, record=self.record, initial=initial
        )

    def act(self, form):
        visit, by = self.record, self.request.user
        try:
            entry = form.entry()
            if "leave" in self.request.POST:
                entry = visits.leaving(entry)
            contacts.amend(contact=visit, entry=entry, version=form.cleaned_data["version"], by=by)
        except Changed as changed:
            return self.changed_meanwhile(form, str(changed))
        messages.success(self.request, _("Saved: %(name)s.") % {"name": in_words(visit)["name"]})
        return redirect(self.board())

    def changed_meanwhile(self, form, text: str):
        """What the other desk saved, shown; and a form that holds both desks' ticks, to be saved once more."""
        register, now, opened_on = self.register, self.found(self.record.pk), form.cleaned_data["version"]
        opened = [kept.content for kept in histories.kept_versions(now) if kept.version == opened_on]
        unseen = register.unseen(now, self.request.scope)
        theirs = histories.changes(register, [*opened, now.content()], unseen=unseen, scope=self.request.scope)
        self.record = now
        if opened:
            form = self.form(self.form(self.request.POST).merged_data(opened[0]))
            form.is_valid()
        form.add_error(None, text)
        return self.page(form, status=409, theirs=[change for found in theirs for change in found])

    def words(self) -> dict:
        visit, now = self.record, timezone.localtime()
        line = in_words(visit)
        today = visit.occurred_on == now.date()
        text = _("in since %(time)s") if today and not visit.left_at else _("came at %(time)s")
        said = [text % {"time": line["since"]}] if line["since"] else []
        if visit.left_at:
            said.append(_("left at %(time)s") % {"time": f"{visit.left_at:%H:%M}"})
        client = visit.client
        return {
            "lead": visit.site.name if visit.site else _("Drop-in centre"),
            "heading": line["name"],
            "person": wording.person(client, text=wording.joined(said)) if client else None,
            "times": wording.joined(said),
            "may_leave": today and visit.arrived_at is not None and not visit.left_at,
            "stay_url": reverse("visit-stay", args=[visit.pk]) if today and visit.left_at else "",
            "cancel_url": self.board(),
            "contact_url": visit.get_absolute_url(),
        }


class Leave(OfVisit, Screen):
    """One press: somebody left."""

    needs = "amend_permission"

    def post(self, request, pk):
        name = in_words(self.record)["name"]
        try:
            left = self.do()
        except Refused as refused:
            messages.error(request, f"{name}: {refused}")
            return redirect(reverse("visit", args=[pk]))
        messages.add_message(request, messages.SUCCESS if left else messages.INFO, self.said(left) % {"name": name})
        return redirect(self.back())

    def do(self) -> bool:
        return visits.check_out(visit=self.record, by=self.request.user)

    def said(self, done: bool) -> str:
        return _("Checked out: %(name)s.") if done else _("%(name)s had left already.")

    def back(self) -> str:
        return self.board()


class Stay(Leave):
    """One press: somebody is here after all."""

    def do(self) -> bool:
        return visits.stay(visit=self.record, by=self.request.user)

    def said(self, done: bool) -> str:
        return _("Still here: %(name)s.") if done else _("%(name)s is in already.")

    def back(self) -> str:
        return reverse("visit", args=[self.record.pk])
