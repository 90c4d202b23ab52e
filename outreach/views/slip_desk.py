"""The slip desk: where a service confirms arrival and service by a slip's code, without signing in.

The code is in the body of a request only, never in an address. What follows carries a signed ticket that lasts some
minutes, so that a page left open on a shared screen soon confirms nothing.
"""

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views import View

from core import codes
from core.actions.records import Refused
from core.rules.problems import InvalidEntries
from core.wording import shown
from outreach import slip_tries
from outreach.actions import slips
from outreach.actions.slips import NoSuchSlip
from outreach.forms.slips import ConfirmForm, SlipCodeForm
from outreach.models import Referral

TICKET_SECONDS = 15 * 60
_signer = TimestampSigner(salt="outreach.slip_desk")


class SlipDesk(View):
    """GET asks for the code; POST takes a code, or a ticket with what is confirmed."""

    http_method_names = ["get", "head", "post", "options"]

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        # The camera may read the square of a slip.
        response["Permissions-Policy"] = "camera=(self), microphone=(), geolocation=()"
        return response

    def get(self, request):
        return self.ask(SlipCodeForm())

    def post(self, request):
        if slip_tries.must_wait(request):
            return self.show("outreach/slips/wait.html", {"heading": _("Please wait a little")}, status=429)
        try:
            return self.confirm() if "ticket" in request.POST else self.look()
        except (NoSuchSlip, BadSignature):
            slip_tries.note_wrong(request)
            form = SlipCodeForm()
            return self.ask(form, unknown=True)

    def look(self):
        form = SlipCodeForm(self.request.POST)
        if not form.is_valid():
            if "code" in form.data and form.data["code"].strip():
                raise NoSuchSlip
            return self.ask(form)
        return self.slip(slips.found(form.cleaned_data["code"]))

    def confirm(self):
        key = _signer.unsign(self.request.POST["ticket"], max_age=TICKET_SECONDS)
        step = self.request.POST.get("step", "")
        referral = slips.by_key(key)
        if step not in slips.STEPS:
            return self.slip(referral)
        form = ConfirmForm(self.request.POST, step=step, issued_on=referral.occurred_on)
        if not form.is_valid():
            return self.slip(referral, forms={step: form})
        try:
            after = slips.confirm(key=key, step=step, on=form.cleaned_data["on"])
        except Refused as refused:
            return self.slip(referral, notice=("attention", str(refused)))
        except InvalidEntries as wrong:
            for problem in wrong.problems[0]:
                form.add_error("on", problem.message)
            return self.slip(referral, forms={step: form})
        if step == "served":
            return self.show("outreach/slips/done.html", {"heading": _("Thank you"), "facts": facts(after)})
        return self.slip(after, notice=("good", _("Thank you. The arrival is confirmed.")))

    def ask(self, form, *, unknown=False):
        context = {"heading": _("Confirm a slip"), "form": form, "unknown": unknown}
        return self.show("outreach/slips/ask.html", context)

    def slip(self, referral, *, forms=None, notice=None):
        steps = []
        for step, label in (("arrived", _("The person arrived")), ("served", _("The service was received"))):
            if step == "served" or referral.arrived_on is None:
                form = (forms or {}).get(step) or ConfirmForm(step=step, issued_on=referral.occurred_on)
                steps.append((step, label, form))
        context = {
            "heading": _("The slip"),
            "facts": facts(referral),
            "steps": steps,
            "ticket": _signer.sign(referral.slip_key),
            "notice": notice,
        }
        return self.show("outreach/slips/slip.html", context)

    def show(self, template: str, context: dict, status: int = 200):
        others = [(code, _in_language(code)) for code, _name in settings.LANGUAGES if code != get_language()]
        frame = {"desk_url": reverse("slip-desk"), "others": others, "exit_url": settings.EXIT_URL}
        return render(self.request, template, {**frame, **context}, status=status)


def _in_language(code: str) -> str:
    with override(code):
        return reverse("slip-desk")


def facts(referral: Referral) -> list[tuple]:
    """What the slip says, and nothing of the person."""
    lines = [
        (_("Service sought"), codes.label("referral_type", referral.type)),
        (_("Issued on"), shown(referral.occurred_on)),
        (_("Sent to"), referral.destination.site.name if referral.destination else _("Not said")),
        (_("Urgent"), shown(referral.waits_urgently)),
        (_("State"), codes.label("referral_status", referral.status)),
    ]
    if referral.arrived_on:
        lines.append((_("Arrived on"), shown(referral.arrived_on)))
    return lines
