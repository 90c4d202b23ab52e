"""What the tests of people share: code lists, a programme, and somebody signed in."""

import pytest
from django.core.cache import caches
from django.utils import timezone

from core import codes
from core.actions.memberships import scope_of
from core.models.users import system_user
from core.permissions import Role
from fixtures.actions import reference
from tests.factories.people import member
from tests.factories.programme import Programme
from tests.outreach.slips import Desk


@pytest.fixture
def lists(db):
    """The code lists, as every installation has them."""
    reference.load(by=system_user())
    codes.clear()


@pytest.fixture
def programme(lists):
    """An organisation with nothing recorded."""
    return Programme("NGO-A")


@pytest.fixture
def other(lists):
    """Another organisation."""
    return Programme("NGO-B")


@pytest.fixture
def signed_in(lists, client):
    """Signs somebody in: `signed_in(Role.SUPERVISOR)`; answers the browser, whose `user` is the person."""

    def sign_in(role=Role.SUPERVISOR, code="NGO-A", username=None):
        client.user = member(role, code, username)
        client.force_login(client.user)
        return client

    return sign_in


@pytest.fixture
def scope(lists):
    """The scope of somebody with a role: `scope(Role.PEER_EDUCATOR)`."""

    def of(role, code="NGO-A", username=None):
        return scope_of(member(role, code, username))

    return of


@pytest.fixture
def today():
    return timezone.localdate()


@pytest.fixture
def desk(db):
    """Somebody at a service, without any account. Wrong codes lie in the shared cache, which no test undoes."""
    caches["shared"].clear()
    yield Desk()
    caches["shared"].clear()
