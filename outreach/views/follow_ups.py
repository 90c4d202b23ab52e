"""The follow-up lists: who is due, ticked off in place, and a copy on paper."""

from urllib.parse import urlencode

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import BadRequest, PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.views import View

from core import teams
from core.actions.memberships import scope_of
from core.models import User
from core.permissions import Permission
from core.wording import shown
from outreach import due_lines, follow_ups
from outreach.actions import follow_ups as ticks
from outreach.follow_ups import LISTS, List
from outreach.forms.follow_ups import AskedForm, TickForm, UntickForm
from outreach.models import Client, FollowUpTick, Overdose, Referral

PAGE = 50
AT_FIRST = 5
SUBJECTS = {List.OVERDOSE: Overdose, List.REFERRAL: Referral}


class FollowUpScreen(LoginRequiredMixin, View):
    """For those who record contacts: their own lists, or those of a worker whom they look after."""

    def dispatch(self, request, *args, **kwargs):
        if request.user.is_authenticated and not request.scope.can(Permission.CONTACT_RECORD):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def looked_after(self) -> list[int]:
        """Organisations in which the person looks after others who record contacts."""
        scope = self.request.scope
        return sorted(
            set(scope.organisations(Permission.MEMBER_VIEW)) & set(scope.organisations(Permission.CONTACT_RECORD))
        )

    @cached_property
    def asked(self) -> AskedForm:
        """What the address asks. Raises BadRequest (400) for anything that isn't a list, Http404 for a stranger."""
        hidden = teams.hidden_workers(self.request.scope) if self.looked_after else ()
        form = AskedForm(self.request.GET, organisations=self.looked_after, hidden=hidden)
        if unknown := set(self.request.GET) - set(form.fields):
            raise BadRequest(f"Unknown filters: {', '.join(sorted(unknown))}")
        if self.request.GET.get("worker") and not self.looked_after:
            raise PermissionDenied
        if "worker" in form.errors:
            raise Http404
        if form.errors:
            raise BadRequest("There is no such list.")
        return form

    @property
    def worker(self) -> User:
        return self.asked.cleaned_data["worker"] or self.request.user

    @property
    def is_own(self) -> bool:
        return self.worker.pk == self.request.user.pk

    def due(self) -> dict[str, list]:
        """The worker's lines, as far as both the reader and the worker may know."""
        worker = None if self.is_own else scope_of(self.worker)
        return follow_ups.due(self.request.scope, self.worker.pk, worker=worker)

    def address(self, name: str = "follow-up", **more) -> str:
        """This worker's lists under other parameters."""
        asked = {} if self.is_own else {"worker": self.worker.pk}
        query = urlencode({key: value for key, value in {**asked, **more}.items() if value})
        return f"{reverse(name)}{'?' * bool(query)}{query}"


class FollowUps(FollowUpScreen):
    """All lists with their first lines, or one list page by page."""

    def get(self, request):
        found = self.due()
        chosen = self.asked.cleaned_data["list"]
        page = None
        if chosen:
            page = Paginator(found[chosen], PAGE).get_page(request.GET.get("page"))
            parts = {chosen: list(page)}
        else:
            parts = {name: rows[:AT_FIRST] for name, rows in found.items() if rows}
        drawn = due_lines.drawn(request.scope, parts)
        sections = [
            (name, due_lines.title(name), len(found[name]), lines, "" if chosen else self.more(name, found[name]))
            for name, lines in drawn.items()
        ]
        context = {
            "heading": _("Follow-up"),
            "lead": "" if self.is_own else str(self.worker),
            "people": follow_ups.number_of_people(found),
            "ways": self.ways(found, chosen),
            "sections": sections,
            "asked": self.asked if self.looked_after else None,
            "may_tick": self.is_own,
            "reasons": FollowUpTick.Reason.choices,
            "chosen": chosen,
            "page_obj": page,
            "paginator": page.paginator if page else None,
            "print_url": self.address("follow-up-print", list=chosen),
            "undo": self.undo(),
        }
        return render(request, "outreach/follow_ups/lists.html", context)

    def more(self, name: str, rows: list) -> str:
        return self.address(list=name) if len(rows) > AT_FIRST else ""

    def ways(self, found, chosen: str) -> list[tuple]:
        """(label, number, address, whether it is shown now) of each list that holds anything, and of all together."""
        named = [
            (due_lines.title(name), len(rows), self.address(list=name), name == chosen)
            for name, rows in found.items()
            if rows or name == chosen
        ]
        return [(_("All"), None, self.address(), not chosen), *named]

    def undo(self) -> dict | None:
        """The line that was just ticked off, while it can be put back."""
        number = self.asked.cleaned_data["ticked"]
        tick = number and FollowUpTick.objects.filter(pk=number, worker=self.request.user).first()
        if not tick or not self.is_own:
            return None
        person = Client.objects.visible_to(self.request.scope).filter(pk=tick.subject).first()
        return {"pk": tick.pk, "text": due_lines.ticked(tick, person)}


class TickOff(FollowUpScreen):
    """Takes one line off one's own list."""

    http_method_names = ["post"]

    def post(self, request):
        form = TickForm(request.POST)
        if not form.is_valid():
            raise BadRequest("Which line is it?")
        data = form.cleaned_data
        kind = LISTS[data["name"]]
        rows = SUBJECTS.get(kind, Client).objects.visible_to(request.scope).countable()
        record = get_object_or_404(rows.select_related("organisation"), pk=data["subject"])
        tick = ticks.tick_off(
            list_name=kind, subject=record.pk, reason=data["reason"], organisation=record.organisation, by=request.user
        )
        back = {"list": data["list"], "page": data["page"], "ticked": tick.pk}
        query = urlencode({key: value for key, value in back.items() if value})
        return redirect(f"{reverse('follow-up')}?{query}#ticked")


class Untick(FollowUpScreen):
    """Puts a line back that one ticked off oneself."""

    http_method_names = ["post"]

    def post(self, request):
        form = UntickForm(request.POST)
        if not form.is_valid():
            raise BadRequest("Which line is it?")
        tick = get_object_or_404(FollowUpTick, pk=form.cleaned_data["tick"], worker=request.user)
        ticks.untick(tick=tick, by=request.user)
        chosen = form.cleaned_data["list"]
        return redirect(f"{reverse('follow-up')}?list={chosen}" if chosen else reverse("follow-up"))


class OnPaper(FollowUpScreen):
    """All lists or one, to carry along: card, nickname, picture, and signs whose meaning isn't on the paper."""

    def get(self, request):
        found = self.due()
        if chosen := self.asked.cleaned_data["list"]:
            found = {chosen: found[chosen]}
        context = {
            "heading": _("My list"),
            "lead": shown(timezone.localdate()),
            "people": due_lines.on_paper(request.scope, found),
            "signs": [(due_lines.SIGNS[name], due_lines.title(name)) for name, rows in found.items() if rows],
            "back_url": self.address(list=chosen),
        }
        return render(request, "outreach/follow_ups/paper.html", context)
