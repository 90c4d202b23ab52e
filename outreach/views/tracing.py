"""Referrals of which nothing was heard, and the tries to find the people."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import codes
from core.actions.records import Changed, Refused
from core.permissions import Permission
from core.views.register_forms import FormScreen
from core.views.screens import PAGE, Screen
from core.wording import shown
from outreach import wording
from outreach.actions import tracing
from outreach.filters.referrals import OverdueFilters
from outreach.forms.tracing import TracingForm
from outreach.models import Referral, TracingAttempt
from outreach.views.referral_steps import way_back

Outcome = TracingAttempt.Outcome


def overdue_line(referral: Referral, today, scope) -> dict:
    """One open referral to ask about. Wants `tracing` prefetched, client and destination at hand."""
    days = _("open for %(days)s days") % {"days": (today - referral.occurred_on).days}
    sought = codes.label("referral_type", referral.type)
    where = str(referral.destination) if referral.destination else ""
    tries = list(referral.tracing.all())
    tag = _("urgent") if referral.waits_urgently else ""
    return {
        "referral": referral,
        "person": wording.person(referral.client, text=wording.joined([sought, where, days]), tag=tag),
        "tries": tries_in_words(tries),
        "may_try": len(tries) < TracingAttempt.MOST,
        "lost_url": f"{reverse('referrals:status', args=[referral.pk])}?status=lost",
        "url": referral.get_absolute_url(),
        "trace_url": reverse("referrals:tracing", args=[referral.pk]),
        "went_url": reverse("referrals:went", args=[referral.pk]),
        "may_record": scope.can(Permission.REFERRAL_RECORD, referral.organisation_id),
    }


def tries_in_words(tries: list[TracingAttempt]) -> str:
    """How often somebody was looked for, and what came of it last."""
    if not tries:
        return _("nobody has looked yet")
    said = {"number": len(tries), "most": TracingAttempt.MOST, "outcome": tries[-1].get_outcome_display()}
    return _("%(number)s of %(most)s tries: %(outcome)s") % said


def overdue_waiting(scope) -> int | None:
    """How many referrals wait to be asked about, for who may see referrals."""
    if not scope.can(Permission.REFERRAL_VIEW):
        return None
    return Referral.objects.visible_to(scope).countable().overdue(timezone.localdate()).count()


class Overdue(Screen):
    """Open referrals of which something should have been heard, the longest first."""

    def get(self, request):
        register, today = self.register, timezone.localdate()
        late = register.model.objects.visible_to(request.scope).countable().overdue(today)
        filterset = OverdueFilters(request.GET, queryset=late, scope=request.scope)
        filterset.check_parameters()
        rows = filterset.qs if filterset.is_valid() else late.none()
        rows = rows.select_related("client", "destination__site").prefetch_related("tracing")
        page = Paginator(rows.order_by("occurred_on", "pk"), PAGE).get_page(request.GET.get("page"))
        context = {
            "lead": register.heading,
            "heading": _("Overdue referrals"),
            "filter": filterset,
            "lines": [overdue_line(referral, today, request.scope) for referral in page],
            "back": request.get_full_path(),
            "page_obj": page,
            "paginator": page.paginator,
            "result_count": page.paginator.count,
        }
        status = 200 if filterset.is_valid() else 400
        return self.show("outreach/referrals/overdue.html", context, status=status)


def tried(referral: Referral) -> list[tuple[str, str]]:
    """The tries so far, for a list of facts."""
    return [
        (
            _("Try %(number)s") % {"number": row.number},
            wording.joined(
                [str(shown(row.tried_on)), row.get_how_display(), row.get_outcome_display(), str(row.recorded_by)]
            ),
        )
        for row in referral.tracing.select_related("recorded_by")
    ]


class Tracing(FormScreen):
    """One more try to find somebody; after three in vain, the way to close the referral as lost."""

    needs = "amend_permission"
    template = "outreach/referrals/tracing.html"

    def form(self, data=None):
        number = self.record.tracing.count() + 1
        return TracingForm(
            data, scope=self.request.scope, organisations=[], record=self.record, initial={"number": number}
        )

    def words(self) -> dict:
        tries = tried(self.record)
        last = self.record.tracing.last()
        person = wording.person(self.record.client, text=self.register.title(self.record))
        lost = len(tries) >= TracingAttempt.MOST
        return {
            "heading": _("Look for the person"),
            "person": person,
            "tries": tries,
            "open": self.record.is_open and not self.record.is_void,
            "may_try": self.record.is_open and not self.record.is_void and not lost,
            "offers_lost": lost and self.record.is_open and last.outcome != Outcome.WENT,
            "lost_url": f"{self.register.url('status', self.record)}?status=lost",
            "status_url": self.register.url("status", self.record),
            "back": self.request.POST.get("back") or self.request.GET.get("back", ""),
        }

    def act(self, form):
        data = form.cleaned_data
        try:
            tracing.attempt(
                referral=self.record,
                number=data["number"],
                how=data["how"],
                outcome=data["outcome"],
                tried_on=data["tried_on"],
                went_on=data["went_on"],
                by=self.request.user,
            )
        except Changed:
            form.data = {**form.data.dict(), "number": self.record.tracing.count() + 1}
            form.add_error(
                None, _("Somebody else recorded a try meanwhile. Look at it, then save yours if it still holds.")
            )
            return self.page(form, status=409)
        except Refused as refused:
            messages.warning(self.request, str(refused))
            return redirect(self.register.url("tracing", self.record))
        if data["outcome"] == Outcome.WENT:
            messages.success(self.request, _("Saved: the person went, by their own word."))
        else:
            messages.success(self.request, _("Saved."))
        if data["outcome"] == Outcome.NOT_FOUND and data["number"] >= TracingAttempt.MOST:
            return redirect(self.register.url("tracing", self.record))
        return way_back(self.request, self.record)
