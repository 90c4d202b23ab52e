"""Referrals that other organisations sent to services of this one: the slip's facts, while the client agrees."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import codes
from core.actions.records import Refused
from core.permissions import Permission
from core.rules.problems import InvalidEntries
from core.views.register_forms import FormScreen
from core.views.registers import Register
from core.views.screens import Column
from core.wording import shown
from outreach import slips, wording
from outreach.actions import incoming
from outreach.filters.referrals import IncomingFilters
from outreach.forms.incoming import FacilityForm
from outreach.models import Referral


def slip_ending(referral: Referral) -> str:
    """The last letters of the slip's code, to tell people apart at the door; they open nothing."""
    return f"…{slips.code_of(referral.pk, referral.slip)[-3:]}"


def incoming_waiting(scope) -> int | None:
    """How many people whom others sent to us are expected."""
    if not scope.organisations(Permission.REFERRAL_VIEW):
        return None
    return Referral.objects.incoming(scope).filter(arrived_on=None).count()


class Incoming(Register):
    """One open referral of another organisation a row; nothing of the client."""

    model = Referral
    namespace = "incoming"
    heading = gettext_lazy("Referrals sent to us")
    empty_text = gettext_lazy(
        "Nobody is expected. Other organisations' referrals stand here once the person agreed to it."
    )
    columns = [
        Column("type", gettext_lazy("Service sought"), lambda r: codes.label("referral_type", r.type), sort="type"),
        Column("slip", gettext_lazy("Slip ends in"), slip_ending),
        Column("urgent", gettext_lazy("Urgent"), lambda r: _("urgent") if r.waits_urgently else ""),
        Column("occurred_on", gettext_lazy("Issued"), sort="occurred_on"),
        Column("destination", gettext_lazy("Sent to"), sort="destination__site__name"),
        Column("status", gettext_lazy("State"), lambda r: codes.label("referral_status", r.status), sort="status"),
        Column("arrived_on", gettext_lazy("Arrived on"), sort="arrived_on"),
    ]
    filterset = IncomingFilters
    amend_permission = Permission.REFERRAL_RECORD
    organisation_path = "destination__site__organisation_id"  # theirs to act on is what was sent to them
    detail_template = "outreach/referrals/incoming.html"

    def __init__(self):
        super().__init__()
        # A record's history and provenance are the issuing organisation's.
        self.is_record = False

    def visible(self, scope):
        return self.model.objects.incoming(scope).select_related("destination__site", "organisation")

    def title(self, record):
        return wording.joined([codes.label("referral_type", record.type), str(shown(record.occurred_on))])

    def sections(self, record):
        facts = [(column.label, column.text(record)) for column in self.list_columns()]
        return [("", [(label, value) for label, value in facts if value != ""])]

    def actions(self, record, scope):
        return []

    def extra_context(self, request, record=None):
        if record is None or request.resolver_match.url_name != "detail":
            return {}
        may = request.scope.can(self.amend_permission, self.organisation_of(record))
        form = FacilityForm(initial={"on": timezone.localdate()}) if may else None
        return {"form": form, "say_url": self.url("say", record)}


class FacilitySays(FormScreen):
    """What the service says of a referral sent to it: accepted, arrived, received, can't help."""

    needs = "amend_permission"
    http_method_names = ["post", "options"]
    template = "outreach/referrals/incoming.html"

    def post(self, request, pk):
        form = FacilityForm(request.POST)
        if not form.is_valid():
            return self.again(form)
        data = form.cleaned_data
        try:
            incoming.say(
                pk=pk,
                step=data["step"],
                on=data["on"],
                because=data["because"],
                by=request.user,
                scope=request.scope,
            )
        except Referral.DoesNotExist:
            raise Http404 from None
        except Refused as refused:
            messages.warning(request, str(refused))
            return redirect(self.register.url("detail", self.record))
        except InvalidEntries as wrong:
            form.add_error("on", " ".join(problem.message for problem in wrong.problems[0]))
            return self.again(form)
        messages.success(request, _("Saved. Whoever sent the person sees it now."))
        still_open = self.register.visible(request.scope).filter(pk=pk).exists()
        return redirect(self.register.url("detail", self.record) if still_open else self.register.url("list"))

    def again(self, form):
        register = self.register
        context = {
            "heading": register.title(self.record),
            "sections": register.sections(self.record),
            "form": form,
            "say_url": register.url("say", self.record),
        }
        return self.show(self.template, context)
