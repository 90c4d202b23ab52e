"""The doors of the editing pages."""

import pytest

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
