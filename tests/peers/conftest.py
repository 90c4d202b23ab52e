"""What the tests of groups share: code lists, people of two organisations, and a session form filled in."""

import uuid

import pytest
from django.utils import timezone

from core import codes
from core.models import Site
from core.models.users import system_user
from core.permissions import Role
from fixtures.actions import reference
from peers.actions import sessions
from peers.models import Session
from peers.rules.sessions import SessionEntry
from tests.factories.people import member, organisation


@pytest.fixture
def lists(db):
    """The code lists, as every installation has them."""
    reference.load(by=system_user())
    codes.clear()


@pytest.fixture
def supervisor(lists):
    return member(Role.SUPERVISOR)


@pytest.fixture
def site(lists):
    return Site.objects.create(organisation=organisation(), code="FACT-1", name="Factory 1", kind="workplace")


@pytest.fixture
def form_data():
    """A session form as a browser posts it; keyword arguments change or add fields."""

    def data(**changed):
        return {
            "id": str(uuid.uuid4()),
            "occurred_on": "2025-03-01",
            "kind": "workplace_session",
            "site": "",
            "heads_only": "40",
            "minutes": "",
            "note": "",
            **changed,
        }

    return data


@pytest.fixture
def recorded(lists):
    """Records a session through the action and answers it."""

    def record(code="NGO-A", by=None, **changed):
        values = {"occurred_on": timezone.localdate(), "kind": "large_group", "heads": {("U", "AUNK"): 30}, **changed}
        entry = SessionEntry(**values)
        sessions.record(entry=entry, by=by or system_user(), organisation=organisation(code))
        return Session.objects.get(pk=entry.id)

    return record
