"""What the tests of registers share: the code lists, and somebody signed in."""

import pytest

from core import codes
from core.models.users import system_user
from core.permissions import Role
from fixtures.actions import reference
from tests.factories.people import member


@pytest.fixture
def lists(db):
    """The code lists, as every installation has them."""
    reference.load(by=system_user())
    codes.clear()


@pytest.fixture
def signed_in(client):
    """Signs somebody in with a role: `signed_in(Role.SUPERVISOR, "NGO-B")`; answers the client."""

    def sign_in(role=Role.DATA_OFFICER, code="NGO-A"):
        client.force_login(member(role, code))
        return client

    return sign_in
