"""The declarative registers: who may open which screen, and what a declaration routes."""

import uuid

import pytest
from django.core.exceptions import BadRequest
from django.urls import reverse

from core.permissions import GRANTS, Permission, Reach, Role
from core.scope import NOBODY
from peers.models import Session
from peers.views.sessions import Sessions
from tests.factories.people import member
from tests.factories.registers import at, session

pytestmark = pytest.mark.usefixtures("lists")

SCREENS = ["detail", "amend", "void", "history"]


@pytest.mark.parametrize("name", ["list", "create", "export", *SCREENS])
def test_screen_without_sign_in_leads_to_it(client, name):
    url = at(name, session() if name in SCREENS else None)

    response = client.get(url)

    assert (response.status_code, response["Location"]) == (302, f"{reverse('account_login')}?next={url}")


@pytest.mark.parametrize("name", ["list", "create", "export", *SCREENS])
def test_screen_works_for_a_data_officer(signed_in, name):
    response = signed_in().get(at(name, session() if name in SCREENS else None))

    assert response.status_code == 200


@pytest.mark.parametrize("name", ["list", "create", "export", *SCREENS])
def test_screen_without_the_view_permission_is_forbidden(signed_in, name):
    response = signed_in(Role.EDITOR).get(at(name, session() if name in SCREENS else None))

    assert response.status_code == 403


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_screen_of_another_organisation_does_not_exist(signed_in, name, method):
    theirs = session("NGO-B")

    response = getattr(signed_in(), method)(at(name, theirs))

    assert response.status_code in ({405} if method == "post" and name in ("detail", "history") else {404})


@pytest.mark.parametrize("name", SCREENS)
def test_screen_of_an_unknown_record_does_not_exist(signed_in, name):
    response = signed_in().get(reverse(f"sessions:{name}", args=[uuid.uuid4()]))

    assert response.status_code == 404


def test_screen_of_a_bad_id_does_not_exist(signed_in):
    response = signed_in().get("/app/groups/sessions/1234/")

    assert response.status_code == 404


@pytest.mark.parametrize("name", ["create", "export", "amend", "void"])
def test_screen_without_its_own_permission_is_forbidden(signed_in, name):
    role = Role.SUPERVISOR if name == "export" else Role.PROGRAMME_MANAGER

    response = signed_in(role).get(at(name, session() if name in SCREENS else None))

    assert response.status_code == 403


@pytest.mark.parametrize(
    ("name", "method"),
    [("list", "post"), ("detail", "post"), ("history", "post"), ("create", "put"), ("list", "delete")],
)
def test_screen_answers_405_to_a_method_that_it_lacks(signed_in, name, method):
    response = getattr(signed_in(), method)(at(name, session() if name in SCREENS else None))

    assert response.status_code == 405


def test_permission_counts_in_the_records_own_organisation(client):
    user = member(Role.SUPERVISOR, "NGO-A", "two-roles")
    member(Role.PROGRAMME_MANAGER, "NGO-B", "two-roles")
    mine, theirs = session("NGO-A"), session("NGO-B")
    client.force_login(user)

    statuses = [client.get(at("amend", record)).status_code for record in (mine, theirs)]

    assert (statuses, client.get(at("detail", theirs)).status_code) == ([200, 403], 200)


def test_register_without_actions_routes_no_form():
    class Plain(Sessions):
        namespace = "plain"
        record = amend = void = resource = None

    (included,) = Plain.urls("plain/")

    assert [route.name for route in included.url_patterns] == ["list", "detail", "history"]


def test_register_declares_every_permission_that_it_uses():
    assert (Sessions().view_permission, Sessions().amend_permission) == (
        Permission.SESSION_VIEW,
        Permission.SESSION_RECORD,
    )
    assert GRANTS[Role.PEER_EDUCATOR][Permission.SESSION_VIEW] == Reach.OWN


def test_filters_refuse_unknown_parameters_by_name():
    filters = Sessions.filterset({"colour": "red"}, queryset=Session.objects.all(), scope=NOBODY)

    with pytest.raises(BadRequest, match="colour"):
        filters.check_parameters()
