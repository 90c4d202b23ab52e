"""Duplicates: the worklist, two records side by side, merging them and taking them apart."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Max
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from core import codes
from core.actions.records import Refused
from core.views.screens import Screen
from core.wording import shown
from outreach import finding, wording
from outreach.actions import look_alikes
from outreach.forms.look_alikes import OtherCardForm, SurvivorForm
from outreach.models import Client, Contact, Referral

PAGE = 25


def compared(pair: tuple[Client, Client]) -> list[tuple[str, object, object, bool]]:
    """(label, first, second, whether they differ) of what tells two people apart."""
    ids = [client.pk for client in pair]
    met = Contact.objects.countable().filter(client__in=ids).order_by().values("client")
    contacts = {row["client"]: row for row in met.annotate(number=Count("pk"), last=Max("occurred_on"))}
    sent = Referral.objects.countable().filter(client__in=ids).order_by().values_list("client")
    referrals = dict(sent.annotate(number=Count("pk")))

    def facts(client: Client) -> list:
        row = contacts.get(client.pk, {})
        groups = "; ".join(wording.belonging(g.group, g.primary, str(shown(g.since))) for g in client.groups.all())
        return [
            wording.card(client),
            client.nickname,
            codes.label("sex", client.sex),
            wording.birth(client),
            wording.age(client),
            groups,
            client.reference,
            shown(client.occurred_on),
            str(client.recorded_by),
            str(row.get("number", 0)),
            shown(row.get("last")),
            str(referrals.get(client.pk, 0)),
        ]

    labels = [_("Card"), _("Nickname"), _("Sex"), _("Birth date"), _("Age"), _("Population group")]
    labels += [
        _("Own reference"),
        _("Registered on"),
        _("Recorded by"),
        _("Contacts"),
        _("Last contact"),
        _("Referrals"),
    ]
    first, second = map(facts, pair)
    return [(label, a, b, a != b) for label, a, b in zip(labels, first, second, strict=True)]


class Duplicates(Screen):
    """Open pairs, the oldest first."""

    needs = "merge_permission"

    def get(self, request):
        pairs = look_alikes.open_pairs(request.scope).prefetch_related("first__groups", "second__groups")
        page = Paginator(pairs.order_by("pk"), PAGE).get_page(request.GET.get("page"))
        met = finding.last_met([client for pair in page for client in (pair.first, pair.second)])
        rows = [(pair, wording.why(pair.why), *(self.line(c, met) for c in (pair.first, pair.second))) for pair in page]
        context = {
            "lead": self.register.heading,
            "heading": _("Possible duplicates"),
            "rows": rows,
            "page_obj": page,
            "paginator": page.paginator,
        }
        return render(request, "outreach/look_alikes/list.html", context)

    def line(self, client: Client, met: dict) -> dict:
        text = wording.joined([wording.group(client), wording.last_met(met.get(client.pk))])
        return wording.person(client, text=text)


class DecideScreen(Screen):
    """Two records side by side: one person, or two."""

    needs = "merge_permission"

    def page(self, pair, form, **more):
        context = {
            "lead": _("Possible duplicates"),
            "heading": _("One person or two?"),
            "pair": [wording.person(client) for client in pair],
            "rows": compared(pair),
            "form": form,
            **more,
        }
        return render(self.request, "outreach/look_alikes/compare.html", context)

    def merge(self, pair, data, back: str, **more):
        """Merge as the form says, or show again why not."""
        form = SurvivorForm(data, pair=pair)
        if not form.is_valid():
            return self.page(pair, form, **more)
        ends, goes_on = form.chosen()
        try:
            look_alikes.merge(client=ends, into=goes_on, by=self.request.user)
        except Refused as refused:
            form.add_error(None, str(refused))
            return self.page(pair, form, **more)
        text = _("Merged. It can be undone on the page of the record that ended.")
        messages.success(self.request, text)
        return redirect(back or goes_on.get_absolute_url())


class Pair(DecideScreen):
    """One pair of the worklist."""

    def found_pair(self, number: int):
        pair = look_alikes.open_pairs(self.request.scope).filter(pk=number).first()
        if pair is None:
            raise Http404
        return pair, self.organisations_checked((pair.first, pair.second))

    def organisations_checked(self, pair: tuple[Client, Client]) -> tuple[Client, Client]:
        """Raises Http404 for a pair in an organisation where the person merges nobody."""
        if not self.request.scope.can(self.register.merge_permission, pair[0].organisation_id):
            raise Http404
        return pair

    def get(self, request, number):
        row, pair = self.found_pair(number)
        return self.page(pair, SurvivorForm(pair=pair), **self.more(row))

    def post(self, request, number):
        row, pair = self.found_pair(number)
        if "two" in request.POST:
            look_alikes.are_two(pair=row, by=request.user)
            messages.success(request, _("Kept as two people."))
            return redirect("duplicates")
        return self.merge(pair, request.POST, reverse("duplicates"), **self.more(row))

    def more(self, row) -> dict:
        return {"why": wording.why(row.why), "may_be_two": True, "cancel_url": reverse("duplicates")}


class Merge(DecideScreen):
    """A record merged with another that somebody names by its card."""

    def get(self, request, pk):
        return self.refuse() or self.ask(OtherCardForm(scope=request.scope, client=self.record))

    def post(self, request, pk):
        if refused := self.refuse():
            return refused
        form = OtherCardForm(request.POST, scope=request.scope, client=self.record)
        if not form.is_valid():
            return self.ask(form)
        pair = (self.record, form.cleaned_data["other"])
        more = {"other": request.POST["other"], "cancel_url": self.record.get_absolute_url()}
        if "survivor" in request.POST or "decided" in request.POST:
            return self.merge(pair, request.POST, "", **more)
        return self.page(pair, SurvivorForm(pair=pair), **more)

    def ask(self, form):
        context = {
            "lead": wording.name(self.record),
            "heading": _("Merge with another"),
            "form": form,
            "submit_label": _("Compare"),
            "cancel_url": self.record.get_absolute_url(),
        }
        return render(self.request, "outreach/look_alikes/other.html", context)

    def refuse(self):
        if not self.record.is_void and not self.record.merged_into_id:
            return None
        messages.warning(self.request, _("A void or merged record can't be merged. Look at its page first."))
        return redirect(self.record.get_absolute_url())


class Unmerge(Screen):
    """A merged record taken out again, in one tap."""

    needs = "merge_permission"

    def get(self, request, pk):
        return redirect(self.record.get_absolute_url())

    def post(self, request, pk):
        try:
            look_alikes.unmerge(client=self.record, by=request.user)
        except Refused as refused:
            messages.warning(request, str(refused))
        else:
            messages.success(request, _("Taken apart. Each record counts for itself again."))
        return redirect(self.record.get_absolute_url())
