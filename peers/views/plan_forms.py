"""The screens that make a micro-plan and plan anew: people are added by their card without losing what is typed."""

from functools import cached_property
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core.views.register_forms import AmendScreen, CreateScreen
from outreach import wording
from outreach.actions import clients
from peers import months, plan_proposals
from peers.forms.micro_plans import PlanForm
from peers.forms.plan_choices import LAST, ChooseForm
from peers.models import MicroPlan

FRAME = ("id", "version", "weeks", "occurred_on", "note", "change_reason")


class PlanScreen:
    """What both screens share: a button that adds somebody and shows the form again, nothing saved.

    Whoever is typed but not added yet when the plan is saved is added first, so that nobody is lost.
    """

    def post(self, request, pk=None):
        if "add" in request.POST or "add_person" in request.POST or request.POST.get("who", "").strip():
            return self.adding()
        return super().post(request, **({"pk": pk} if pk else {}))

    def adding(self):
        asked = self.request.POST
        form = self.plan_form(None, initial={name: asked[name] for name in FRAME if name in asked}, typed=asked)
        text, before = asked.get("who", "")[:80].replace("\x00", "").strip(), form.people_listed
        form.add(text, asked.get("add_person", ""))
        # Whose names the page shows is written down, as a search does.
        clients.note_found(found=form.found, by=self.request.user)
        nobody = text if not form.found and form.people_listed == before else ""
        return self.page(form, nobody=nobody)

    def page(self, form, status=200, **more):
        plan = self.record
        context = {
            "lead": _("Micro-plans"),
            "heading": f"{form.peer.reference} · {months.words(form.month)}",
            "elsewhere": sum(row.about.elsewhere and row.on for row in form.rows),
            "found": [(wording.person(client), str(client.pk)) for client in form.found],
            "ticked": sum(row.on for row in form.rows),
            "kept": len(form.kept),
            **({} if plan else self.ways(form)),
        }
        return super().page(form, status=status, **context | more)

    def ways(self, form) -> dict:
        return {}


class NewPlan(PlanScreen, CreateScreen):
    """The plan of `?peer=` and `?month=`; without a peer educator, one is asked for, where there are several."""

    @cached_property
    def asked(self) -> ChooseForm:
        """Raises Http404 for a peer educator whom the person may not plan for, and for a month out of reach."""
        form = ChooseForm(self.request.GET, scope=self.request.scope)
        if not form.is_valid():
            raise Http404
        return form

    @cached_property
    def peer(self):
        chosen = self.asked.cleaned_data["peer"]
        if chosen is None:
            few = list(self.asked.peers[:2])
            chosen = few[0] if len(few) == 1 else None
        return chosen

    def get(self, request, pk=None):
        if self.peer is None:
            return self.choose()
        if plan := self.there_is():
            messages.info(request, _("There is a plan of this month already. Change it here where it needs to be."))
            return redirect(plan.get_absolute_url())
        return super().get(request)

    def post(self, request, pk=None):
        if self.peer is None:
            raise Http404
        return super().post(request)

    def choose(self):
        context = {"heading": _("New plan"), "form": self.asked, "nobody": not self.asked.peers.exists()}
        return self.show("peers/micro_plans/choose.html", context)

    def there_is(self) -> MicroPlan | None:
        return MicroPlan.objects.countable().filter(peer=self.peer, month=self.asked.chosen_month).first()

    def form(self, data=None):
        if data is not None:
            return self.plan_form(data, initial=None, typed=data)
        month, today = self.asked.chosen_month, timezone.localdate()
        if self.asked.cleaned_data["people"] == LAST:
            begin = plan_proposals.people_of_last_plan(self.peer, month)
            people = begin.keys()
        else:
            begin, people = {}, plan_proposals.people_of_peer(self.peer, month, today)
        return self.plan_form(None, initial={}, people=people, begin=begin)

    def plan_form(self, data, **more):
        frame = {"organisations": [self.peer.organisation], "peer": self.peer, "month": self.asked.chosen_month}
        return PlanForm(data, scope=self.request.scope, **frame, **more)

    def back(self, record):
        return self.register.url("detail", record) if record else self.register.url("list")

    def ways(self, form) -> dict:
        """Last month in one tap, and the plan that stands in the way of this one."""
        before, there = plan_proposals.last_plan(self.peer, self.asked.chosen_month), None
        if form.is_bound:
            there = self.there_is()
        copied = self.asked.cleaned_data["people"] == LAST
        query = {
            "peer": self.peer.pk,
            "month": f"{self.asked.chosen_month:%Y-%m}",
            **({} if copied else {"people": LAST}),
        }
        return {
            "last": before and months.words(months.before(self.asked.chosen_month)),
            "last_url": f"{reverse('micro-plans:create')}?{urlencode(query)}",
            "copied": copied,
            "there_url": there.get_absolute_url() if there else "",
        }


class Replan(PlanScreen, AmendScreen):
    """The plan planned anew: who comes in and who goes out is kept in its history."""

    def form(self, data=None):
        initial = None if data is not None else PlanForm.initial_of(self.record)
        return self.plan_form(data, initial=initial, typed=data)

    def plan_form(self, data, **more):
        plan = self.record
        frame = {"organisations": [plan.organisation], "peer": plan.peer, "month": plan.month, "record": plan}
        return PlanForm(data, scope=self.request.scope, **frame, **more)
