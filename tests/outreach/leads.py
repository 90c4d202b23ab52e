"""Safeguarding leads, what was raised with them, and browsers for several people at once."""

from datetime import timedelta

from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from core.actions import memberships
from core.models.users import system_user
from core.permissions import Role
from outreach.actions import concerns
from outreach.models import Concern
from outreach.rules.concerns import ConcernEntry
from tests.factories.people import member, organisation


def lead_of(code="NGO-A", role=Role.SUPERVISOR):
    """A safeguarding lead of the organisation."""
    user = member(None, code, f"lead-{code}-{role}".lower())
    memberships.grant(user=user, organisation=organisation(code), role=role, by=system_user(), safeguarding_lead=True)
    return user


def browser_of(user):
    """A browser in which the person is signed in."""
    browser = Browser()
    browser.force_login(user)
    return browser


def raised(code="NGO-A", by=None, **changed):
    entry = ConcernEntry(**{"occurred_on": timezone.localdate(), "concerns": frozenset({"neglect"}), **changed})
    concerns.record(entry=entry, by=by or system_user(), organisation=organisation(code))
    return Concern.objects.get(pk=entry.id)


def earlier(hours, **changed):
    """A concern raised some hours ago."""
    moment = timezone.now() - timedelta(hours=hours)
    return raised(occurred_on=timezone.localdate(moment), raised_at=moment, **changed)


def at(name, concern):
    return reverse(f"concerns:{name}", args=[concern.pk])


def acted(concern, moment=None, what="spoke"):
    return concerns.act(concern=concern, done_at=moment or timezone.now(), what=what, by=system_user())
