"""Safeguarding leads, and browsers for several people at once."""

from django.test import Client as Browser

from core.actions import memberships
from core.models.users import system_user
from core.permissions import Role
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
