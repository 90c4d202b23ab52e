"""The doors of the editing pages."""

import pytest

from core.actions import memberships
from core.models import Organisation, User
from core.models.users import system_user
from core.permissions import Role
from tests.cms.conftest import person

DOORS = ["/cms/", "/cms/pages/", "/cms/reports/workflow/", "/cms/choose-page/"]


@pytest.mark.parametrize("address", DOORS)
def test_stranger_is_sent_to_the_one_sign_in(client, published, settings, address):
    answer = client.get(address)

    assert (answer.status_code, answer["Location"]) == (302, f"/app/sign-in/?next={address}")


@pytest.mark.parametrize("address", DOORS)
def test_worker_without_an_editing_role_is_refused(client, published, address):
    client.force_login(person("worker", "outreach_worker"))

    answer = client.get(address)

    assert answer.status_code == 403


@pytest.mark.parametrize("role", ["editor", "reviewer"])
@pytest.mark.parametrize("address", DOORS)
def test_editing_role_comes_in(client, published, address, role):
    client.force_login(person("someone", role))

    answer = client.get(address)

    assert answer.status_code == 200


@pytest.mark.parametrize("address", ["/cms/login/", "/cms/password_reset/", "/cms/password_reset/done/"])
def test_wagtails_own_sign_in_leads_to_the_one_sign_in(client, db, address):
    answers = [client.get(address), client.post(address, {"username": "x", "password": "y"})]

    assert [(answer.status_code, answer["Location"]) for answer in answers] == [(302, "/app/sign-in/")] * 2


@pytest.mark.parametrize(
    "address",
    ["/cms/users/", "/cms/users/new/", "/cms/groups/", "/cms/groups/new/", "/cms/collections/", "/cms/images/",
     "/cms/documents/", "/cms/snippets/", "/cms/sites/", "/cms/redirects/", "/cms/failwhale/"],
)  # fmt: skip
def test_screens_that_the_project_does_not_have_are_absent(client, published, reviewer, address):
    client.force_login(reviewer)

    answer = client.get(address)

    assert answer.status_code == 404


def test_own_settings_are_in_the_workspace(client, published, editor):
    client.force_login(editor)

    answer = client.get("/cms/account/")

    assert (answer.status_code, answer["Location"]) == (302, "/app/today/")


def test_editing_pages_call_nobody_outside(client, published, editor):
    client.force_login(editor)

    answer = client.get("/cms/")

    html = answer.content.decode()
    assert [word for word in ("gravatar", "releases.wagtail", "wagtail.org/static") if word in html] == []
    assert "default-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["/api/v2/pages/", "/cms/api/v2/pages/", "/documents/1/x/"])
def test_content_is_behind_no_other_door(client, published, address):
    answer = client.get(address)

    assert answer.status_code in {302, 404}


def test_role_opens_and_closes_the_editing_pages(client, published):
    organisation = Organisation.objects.create(code="ORG", name="An organisation")
    user = User.objects.create_user("someone")
    client.force_login(user)
    codes = [client.get("/cms/").status_code]
    membership = memberships.grant(user=user, organisation=organisation, role=Role.EDITOR, by=system_user())
    codes.append(client.get("/cms/").status_code)
    memberships.end(membership=membership, by=system_user())
    codes.append(client.get("/cms/").status_code)

    assert codes == [403, 200, 403]


@pytest.mark.parametrize(("role", "words"), [(Role.REVIEWER, ">2<"), (Role.EDITOR, "/cms/"), (Role.PEER_EDUCATOR, "")])
def test_today_leads_to_the_public_pages(client, published, role, words):
    organisation = Organisation.objects.create(code="ORG", name="An organisation")
    user = User.objects.create_user("someone", language="en")
    memberships.grant(user=user, organisation=organisation, role=role, by=system_user())
    client.force_login(user)

    html = client.get("/app/today/").content.decode()

    assert (words in html, "Public pages" in html) == (True, bool(words))
