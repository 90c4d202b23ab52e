"""What is said of a referral by one tap: that the client went, that the service may see it or no longer may."""

import uuid
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from core import codes
from core.actions.records import Refused
from core.permissions import Permission
from core.rules.problems import InvalidEntries
from core.views.screens import Screen
from outreach.actions import referrals
from outreach.choices import COMMON_REFERRALS
from outreach.models import Client

# Lists from which one tap leads back to the list.
LISTS = ("/app/today/", "/app/today/follow-up/", "/app/people/referrals/overdue/")


def way_back(request, referral) -> HttpResponseRedirect:
    """To the list that the button stood in, with its filters; else to the referral."""
    asked = urlsplit(request.POST.get("back", ""))
    if not asked.scheme and not asked.netloc and asked.path in LISTS:
        return redirect(f"{asked.path}?{asked.query}" if asked.query else asked.path)
    return redirect(referral.get_absolute_url())


def version_of(request) -> int | None:
    """The version that the button was shown with, None where it names none; 0, which is none, for what is no number."""
    text = request.POST.get("version")
    if text is None:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def sent_from(scope, client: Client) -> dict | None:
    """The two taps from a person's page: a service, and "Sent". None for those who may not refer."""
    if client.is_void or client.merged_into_id or not scope.can(Permission.REFERRAL_RECORD, client.organisation_id):
        return None
    url = f"{reverse('referrals:create')}?client={client.pk}"
    offered = codes.in_use("referral_type")
    services = [(key, offered[key].label) for key in COMMON_REFERRALS if key in offered]
    return {"url": url, "id": uuid.uuid4(), "day": str(timezone.localdate()), "services": services}


class Went(Screen):
    """The button "Went": arrival and service by the client's word, today. Pressed twice it is said once."""

    needs = "amend_permission"
    http_method_names = ["post", "options"]

    def post(self, request, pk):
        try:
            referrals.went(referral=self.record, version=version_of(request), by=request.user)
        except Refused as refused:
            messages.warning(request, str(refused))
        except InvalidEntries as wrong:
            messages.warning(request, " ".join(problem.message for problem in wrong.problems[0]))
        else:
            messages.success(request, _("Noted: the person went, today. Mend it under “What became of it”."))
        return way_back(request, self.record)


class Share(Screen):
    """One tap: the client agrees that the service sees this referral, or withdraws it, which takes effect at once."""

    needs = "amend_permission"
    http_method_names = ["post", "options"]

    def post(self, request, pk):
        agreed = request.POST.get("agreed") == "1"
        try:
            referrals.share(referral=self.record, agreed=agreed, by=request.user)
        except Refused as refused:
            messages.warning(request, str(refused))
            return redirect(self.record.get_absolute_url())
        if agreed:
            messages.success(request, _("Noted: the service may see this referral while it is open."))
        else:
            text = _("The service no longer sees this referral, and the code on the slip given so far no longer works.")
            messages.success(request, text)
        return redirect(self.record.get_absolute_url())
