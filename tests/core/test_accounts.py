"""Signing in and out, throttles, links, one's own account, languages."""

import pytest
import time_machine
from django.core.cache import cache, caches
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import NoReverseMatch, reverse

from core import throttle
from core.actions import users
from core.actions.records import Refused
from core.models import AuditLine, Membership, User
from core.models.users import system_user
from core.permissions import Role
from tests.factories import staff

pytestmark = pytest.mark.django_db
SIGN_IN = "/app/sign-in/"
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    caches["shared"].clear()


def sign_in(client, person, password=staff.PASSWORD, **extra):
    return client.post(SIGN_IN, {"login": person.username, "password": password, **extra}, headers=ENGLISH)


def actions():
    return list(AuditLine.objects.order_by("pk").values_list("action", flat=True))


def test_sign_in_with_the_right_password_opens_today(client):
    person = staff.member()

    response = sign_in(client, person)

    assert (response.status_code, response["Location"]) == (302, "/app/today/")
    assert int(client.session["_auth_user_id"]) == person.pk


def test_sign_in_returns_to_the_page_that_was_asked_for(client):
    person = staff.member(Role.SUPERVISOR)

    refused = client.get("/app/data/?page=2")
    response = sign_in(client, person, next="/app/data/?page=2")

    assert refused["Location"] == f"{SIGN_IN}?next=/app/data/%3Fpage%3D2"
    assert response["Location"] == "/app/data/?page=2"


def test_sign_in_never_leads_to_another_host(client):
    response = sign_in(client, staff.member(), next="https://example.org/")

    assert response["Location"] == "/app/today/"


def test_sign_in_with_a_wrong_password_is_audited_without_values(client):
    person = staff.member()

    response = sign_in(client, person, "wrong-password-wrong")

    line = AuditLine.objects.get()
    assert response.status_code == 200
    assert (line.action, line.actor, line.record_id, line.detail) == ("sign_in.failed", None, str(person.pk), {})
    assert line.chain.organisation == person.memberships.get().organisation


def test_sign_in_of_an_unknown_name_is_audited_by_digest_only(client):
    client.post(SIGN_IN, {"login": "Nobody.Here", "password": "wrong-password-wrong"})

    line = AuditLine.objects.get()
    assert (line.record_id, line.detail, line.chain.organisation) == ("", {}, None)
    assert len(line.digest) == 64


@pytest.mark.parametrize(
    ("asked_for", "language"),
    [("en-GB,en;q=0.9", "en"), ("km,en;q=0.5", "km"), ("fr-FR,fr;q=0.9", "km"), ("", "km")],
)
def test_sign_in_page_speaks_the_browsers_language_else_khmer(client, asked_for, language):
    response = client.get(SIGN_IN, headers={"accept-language": asked_for})

    assert f'<html lang="{language}">' in response.content.decode()


def test_sign_in_waits_after_five_wrong_passwords(client):
    person = staff.member()
    for _try in range(5):
        sign_in(client, person, "wrong-password-wrong")

    response = sign_in(client, person)

    assert "_auth_user_id" not in client.session
    assert "ask your supervisor" in response.content.decode()
    assert throttle.is_waiting(person.username, person.pk) is True


def test_release_lets_a_waiting_person_in_at_once(client, django_capture_on_commit_callbacks):
    home = staff.organisation()
    person, supervisor = staff.member(home=home), staff.member(Role.SUPERVISOR, home)
    for _try in range(5):
        sign_in(client, person, "wrong-password-wrong")

    with django_capture_on_commit_callbacks(execute=True):
        users.release(user=person, by=supervisor)

    assert throttle.is_waiting(person.username, person.pk) is False
    assert sign_in(client, person).status_code == 302
    assert actions()[-1] == "user.release"


def test_throttle_counts_in_the_database_for_all_workers(client):
    person = staff.member()

    sign_in(client, person, "wrong-password-wrong")

    key = throttle._cache_keys(person.username, person.pk)[0]
    assert len(caches["shared"].get(key)) == 1


@pytest.mark.parametrize(
    "name",
    ["account_signup", "account_reset_password", "account_email", "account_change_password", "mfa_add_webauthn"],
)
def test_other_allauth_views_have_no_address(name):
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_sign_out_by_post_ends_the_session(client):
    client.force_login(staff.member())

    response = client.post("/app/sign-out/")

    assert response["Location"] == SIGN_IN
    assert "_auth_user_id" not in client.session


def test_sign_out_by_get_only_asks(client):
    client.force_login(staff.member())

    response = client.get("/app/sign-out/")

    assert response.status_code == 200
    assert "_auth_user_id" in client.session


# --- links ---------------------------------------------------------------------------------------------

NEW = {"new_password1": "a quite new pass phrase", "new_password2": "a quite new pass phrase"}


def invited(**values):
    home = staff.organisation()
    manager = staff.member(Role.PROGRAMME_MANAGER, home)
    person = users.create(username="sokha", organisation=home, role=Role.OUTREACH_WORKER, by=manager, **values)
    return person, users.invite(user=person, by=manager)


def test_link_sets_a_password_once(client):
    person, link = invited(language="en")

    form = client.get(link, follow=True)
    done = client.post(form.request["PATH_INFO"], NEW)
    again = Client(headers=ENGLISH).get(link)

    assert link.split("/")[-2] not in form.request["PATH_INFO"]
    assert done["Location"] == SIGN_IN
    assert sign_in(client, person, NEW["new_password1"]).status_code == 302
    assert "no longer good" in again.content.decode()


def test_link_of_yesterday_is_refused(client):
    with time_machine.travel("2026-01-10 08:00", tick=False):
        _person, link = invited()

    with time_machine.travel("2026-01-11 08:01", tick=False):
        response = client.get(link)

    assert (response.status_code, b"new_password1" in response.content) == (200, False)


def test_link_is_void_after_a_newer_one(client):
    person, link = invited()
    newer = users.invite(user=person, by=system_user())

    assert client.get(link).status_code == 200
    assert client.get(newer).status_code == 302


def test_link_asks_for_a_good_password(client):
    _person, link = invited()
    address = client.get(link)["Location"]

    response = client.post(address, {"new_password1": "short", "new_password2": "short"})

    assert response.status_code == 200
    assert User.objects.get(username="sokha").has_usable_password() is False


def test_link_for_a_closed_account_is_refused():
    person, _link = invited()
    users.deactivate(user=person, by=system_user())

    with pytest.raises(Refused):
        users.invite(user=User.objects.get(pk=person.pk), by=system_user())


@pytest.mark.parametrize("link", ["/app/account/link/x/y/", "/app/account/link/OTk5/set-password/"])
def test_link_that_was_never_made_says_so(client, link):
    response = client.get(link)

    assert response.status_code == 200
    assert b"new_password1" not in response.content


# --- who may help whom -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("helper", "person", "allowed"),
    [
        (Role.SUPERVISOR, Role.OUTREACH_WORKER, True),
        (Role.SUPERVISOR, Role.PEER_EDUCATOR, True),
        (Role.SUPERVISOR, Role.SUPERVISOR, False),
        (Role.SUPERVISOR, Role.DATA_OFFICER, False),
        (Role.PROGRAMME_MANAGER, Role.SUPERVISOR, True),
        (Role.PROGRAMME_MANAGER, Role.ADMINISTRATOR, False),
        (Role.ADMINISTRATOR, Role.ADMINISTRATOR, True),
        (Role.OUTREACH_WORKER, Role.OUTREACH_WORKER, False),
    ],
)
def test_link_is_made_only_for_roles_in_ones_care(helper, person, allowed):
    home = staff.organisation()
    by, user = staff.member(helper, home), staff.member(person, home)

    if allowed:
        assert users.invite(user=user, by=by).startswith("/app/account/link/")
    else:
        with pytest.raises(Refused):
            users.invite(user=user, by=by)


def test_link_is_refused_for_somebody_with_a_higher_role_elsewhere():
    home = staff.organisation()
    by, user = staff.member(Role.SUPERVISOR, home), staff.member(home=home)
    Membership.objects.create(user=user, organisation=staff.organisation(), role=Role.ADMINISTRATOR)

    with pytest.raises(Refused):
        users.invite(user=user, by=by)


def test_link_for_the_system_user_is_refused():
    with pytest.raises(Refused):
        users.invite(user=system_user(), by=staff.member(Role.ADMINISTRATOR))


# --- own account, language, denied requests ------------------------------------------------------------------


def test_own_password_is_changed_and_this_session_goes_on(client):
    person = staff.member()
    other = Client()
    sign_in(client, person)
    sign_in(other, person)

    response = client.post("/app/account/password/", {"old_password": staff.PASSWORD, **NEW})

    assert response["Location"] == "/app/account/"
    assert client.get("/app/today/").status_code == 200
    assert other.get("/app/today/").status_code == 302


def test_own_password_needs_the_present_one(client):
    person = staff.member()
    client.force_login(person)

    response = client.post("/app/account/password/", {"old_password": "not it at all", **NEW})

    assert response.status_code == 200
    assert User.objects.get(pk=person.pk).check_password(staff.PASSWORD) is True


def test_language_chosen_is_kept_in_the_person(client):
    person = staff.member(language="en")
    client.force_login(person)

    client.post("/app/language/", {"language": "km", "next": "/app/today/"})
    fresh = Client()
    fresh.force_login(User.objects.get(pk=person.pk))

    assert User.objects.get(pk=person.pk).language == "km"
    assert '<html lang="km">' in fresh.get("/app/account/").content.decode()


def test_language_by_get_is_refused(client):
    assert client.get("/app/language/").status_code == 405


@pytest.mark.parametrize(
    ("accepted", "expected"), [("", "km"), ("fr-FR,fr;q=0.9", "km"), ("en-GB,en;q=0.9", "en"), ("km,en;q=0.5", "km")]
)
def test_language_of_a_signed_out_page_follows_the_browser(client, accepted, expected):
    response = client.get(SIGN_IN, headers={"accept-language": accepted} if accepted else {})

    assert f'<html lang="{expected}">' in response.content.decode()


def test_denied_request_is_audited_without_address(client):
    person = staff.member(Role.PARTNER_VIEWER)
    client.force_login(person)

    response = client.get("/app/people/")

    line = AuditLine.objects.get()
    assert response.status_code == 403
    assert (line.action, line.record_kind, line.detail) == ("request.denied", "people", {"method": "GET"})
    assert (line.actor, line.chain.organisation) == (person, person.memberships.get().organisation)


# --- the first administrator ----------------------------------------------------------------------------------


def test_create_administrator_prints_a_link_that_works(client, capsys):
    call_command("create_administrator", "first", organisation="khana", create_organisation=True)

    link = capsys.readouterr().out.splitlines()[-1]
    membership = Membership.objects.get(user__username="first")
    assert (membership.role, membership.organisation.code) == (Role.ADMINISTRATOR, "khana")
    assert client.get(link).status_code == 302


@pytest.mark.parametrize("username", ["taken", "two words"])
def test_create_administrator_refuses_a_bad_name(username):
    staff.user("taken")
    staff.organisation("khana")

    with pytest.raises(CommandError) as refused:
        call_command("create_administrator", username, organisation="khana")

    assert refused.value.returncode == 1


def test_create_administrator_refuses_an_unknown_organisation():
    with pytest.raises(CommandError) as refused:
        call_command("create_administrator", "first", organisation="nowhere")

    assert (refused.value.returncode, User.objects.filter(username="first").count()) == (1, 0)
