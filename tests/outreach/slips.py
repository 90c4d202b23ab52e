"""Slips as the tests of the desk use them: referrals that have one, and a browser that isn't signed in."""

from datetime import timedelta

from django.test import Client as Browser
from django.urls import reverse

from core.models import ServicePoint
from outreach import slips
from outreach.models import Referral


def service(programme, code="CLINIC", *, public=True, kind="sti"):
    """A service point of the programme's organisation."""
    return ServicePoint.objects.create(site=programme.site(code), kind=kind, public=public, opening_hours="8-17")


def sent_to(other, programme, today):
    """An open referral of two days ago, to a public clinic of another organisation."""
    found = programme.referred(programme.person(), str(today - timedelta(days=2)), kind="STI")
    Referral.objects.filter(pk=found.pk).update(destination=service(other))
    return Referral.objects.get(pk=found.pk)


def code_of(referral):
    referral.refresh_from_db()
    return slips.code_of(referral.pk, referral.slip)


class Desk:
    """Somebody at a service, without any account."""

    def __init__(self, address="203.0.113.7"):
        self.browser = Browser(REMOTE_ADDR=address)
        self.url = reverse("slip-desk")

    def look(self, code):
        return self.browser.post(self.url, {"code": code})

    def ticket(self, code):
        """What the desk hands out for a code that works."""
        return self.look(code).context["ticket"]

    def say(self, ticket, step, on):
        return self.browser.post(self.url, {"ticket": ticket, "step": step, "on": str(on)})


def unknown(response):
    """Whether the desk gave the one answer that it has for every code that doesn't work."""
    return bool(response.context.get("unknown"))
