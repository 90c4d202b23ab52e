"""What a scope reaches, from the role table alone; and pages that answer for what went wrong."""

import pytest
from django.test import Client

from core.actions import memberships
from core.models import Membership
from core.models.users import system_user
from core.permissions import APPOINTS, GRANTS, HELPS, SECOND_FACTOR, Permission, Role
from core.rules.memberships import appointable, may_appoint, may_help
from core.scope import NOBODY, SYSTEM, Scope
from tests.factories import staff

P = Permission


def scope(*pairs, user_id=1):
    return Scope(user_id=user_id, memberships=tuple(pairs))


def test_scope_of_an_own_grant_reaches_no_whole_organisation():
    peer = scope((7, Role.PEER_EDUCATOR))

    assert (peer.organisations(P.CLIENT_VIEW), peer.own_organisations(P.CLIENT_VIEW)) == ([], [7])


def test_scope_of_two_roles_takes_the_wider_reach_in_each_organisation():
    both = scope((7, Role.PEER_EDUCATOR), (8, Role.SUPERVISOR))

    assert (both.organisations(P.CLIENT_VIEW), both.own_organisations(P.CLIENT_VIEW)) == ([8], [7])


def test_scope_of_a_permission_holds_in_its_own_organisation_only():
    manager = scope((7, Role.PROGRAMME_MANAGER))

    assert [manager.can(P.MEMBER_MANAGE, pk) for pk in (None, 7, 8)] == [True, True, False]


def test_scope_of_an_administrator_reaches_set_up_everywhere_and_clients_nowhere():
    administrator = scope((7, Role.ADMINISTRATOR))

    assert (administrator.can(P.SITE_MANAGE, 8), administrator.can(P.CLIENT_VIEW)) == (True, False)


def test_scope_of_nobody_and_of_the_system():
    assert {NOBODY.can(permission) for permission in P} == {False}
    assert {SYSTEM.can(permission, 9) for permission in P} == {True}


def test_every_role_is_granted_something():
    assert set(GRANTS) == set(Role)


def test_every_role_that_exports_manages_or_administers_needs_a_second_factor():
    needing = {role for role in Role if SECOND_FACTOR & set(GRANTS[role])}

    assert needing == {Role.PROGRAMME_MANAGER, Role.DATA_OFFICER, Role.ADMINISTRATOR}


def test_nobody_but_an_administrator_reaches_an_administrator():
    reaching = {role for table in (APPOINTS, HELPS) for role, roles in table.items() if Role.ADMINISTRATOR in roles}

    assert reaching == {Role.ADMINISTRATOR}


def test_nobody_appoints_without_the_permission_to_manage_members():
    assert {role for role in APPOINTS if P.MEMBER_MANAGE not in GRANTS[role]} == set()
    assert {role for role in HELPS if P.MEMBER_HELP not in GRANTS[role]} == set()


def test_appointing_ends_at_the_own_organisation():
    manager = scope((7, Role.PROGRAMME_MANAGER))

    assert (Role.SUPERVISOR in appointable(manager, 7), appointable(manager, 8)) == (True, frozenset())


def test_nobody_appoints_or_helps_oneself():
    administrator = scope((7, Role.ADMINISTRATOR), user_id=5)
    own = [(7, Role.ADMINISTRATOR)]

    assert (may_appoint(administrator, 5, own), may_help(administrator, 5, own)) == (False, False)
    assert (may_appoint(administrator, 6, own), may_help(administrator, 6, own)) == (True, True)


@pytest.mark.django_db
def test_scope_leaves_out_ended_roles_and_closed_organisations():
    person = staff.member(Role.SUPERVISOR, staff.organisation(active=False))
    home = staff.organisation()
    memberships.grant(user=person, organisation=home, role=Role.OUTREACH_WORKER, by=system_user())
    memberships.grant(user=person, organisation=home, role=Role.PEER_EDUCATOR, by=system_user())

    assert memberships.scope_of(person).memberships == ((home.pk, Role.PEER_EDUCATOR),)
    assert Membership.objects.filter(user=person).count() == 3


# --- pages for what went wrong -----------------------------------------------------------------------------


@pytest.fixture
def quiet(client):
    """A client that answers a fault with its page."""
    client.raise_request_exception = False
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/app/nowhere/", "/app/data/sites/not-a-number/", "/app/data/members/99999999/"])
def test_unknown_address_answers_404_in_words_to_everybody(quiet, address):
    signed_out = quiet.get(address, headers={"accept-language": "en"})
    quiet.force_login(staff.member(Role.PROGRAMME_MANAGER))
    signed_in = quiet.get(address)

    if signed_out.status_code != 302:
        assert (signed_out.status_code, "This page is not here" in signed_out.content.decode()) == (404, True)
    assert (signed_in.status_code, "This page is not here" in signed_in.content.decode()) == (404, True)


@pytest.mark.django_db
def test_denied_page_says_what_to_do(quiet):
    quiet.force_login(staff.member(Role.PARTNER_VIEWER))

    response = quiet.get("/app/people/")

    assert (response.status_code, "Ask your supervisor" in response.content.decode()) == (403, True)


@pytest.mark.django_db
def test_unknown_filter_answers_400_in_words(quiet):
    quiet.force_login(staff.member(Role.PROGRAMME_MANAGER))

    response = quiet.get("/app/data/sites/?colour=red")

    assert (response.status_code, "could not be understood" in response.content.decode()) == (400, True)


@pytest.mark.django_db
def test_fault_of_the_program_answers_500_in_words(quiet, monkeypatch):
    def fail(user):
        raise RuntimeError("broken on purpose")

    quiet.force_login(staff.member(Role.PROGRAMME_MANAGER))
    monkeypatch.setattr("core.actions.memberships.scope_of", fail)

    response = quiet.get("/app/data/sites/")

    assert (response.status_code, "<h1>" in response.content.decode()) == (500, True)
    assert "broken on purpose" not in response.content.decode()


@pytest.mark.django_db
def test_unknown_host_answers_400(quiet):
    assert quiet.get("/app/sign-in/", headers={"host": "example.org"}).status_code == 400


@pytest.mark.django_db
def test_missing_form_token_answers_403_in_words():

    strict = Client(enforce_csrf_checks=True, headers={"accept-language": "en"})

    response = strict.post("/app/sign-in/", {"login": "a", "password": "b"})

    assert (response.status_code, "<h1>" in response.content.decode()) == (403, True)


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/app/sign-in/", "/app/today/", "/app/nowhere/"])
def test_staff_answers_are_never_stored(client, address):
    client.force_login(staff.member())

    assert "no-store" in client.get(address)["Cache-Control"]
