"""Signing in and out, throttles, links, second factors, sessions that end, languages."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import InvalidToken
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
from core.sign_in import SecondFactorAdapter
from tests.factories import staff

pytestmark = pytest.mark.django_db
SIGN_IN = "/app/sign-in/"


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    caches["shared"].clear()


def sign_in(client, person, password=staff.PASSWORD, **extra):
    return client.post(SIGN_IN, {"login": person.username, "password": password, **extra})


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
    again = Client().get(link)

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


# --- sessions that end ------------------------------------------------------------------------------------


def test_deactivation_ends_every_session_at_once(client):
    person = staff.member()
    sign_in(client, person)

    users.deactivate(user=person, by=system_user())

    assert client.get("/app/today/").status_code == 302


def test_deactivation_ends_sessions_for_good(client):
    person = staff.member()
    sign_in(client, person)

    users.deactivate(user=person, by=system_user())
    users.reactivate(user=person, by=system_user())

    assert client.get("/app/today/").status_code == 302


def test_sign_in_to_a_closed_account_is_refused_in_words(client):
    person = staff.member(is_active=False)

    response = sign_in(client, person, follow=True)
    page = client.get(response["Location"])

    assert "This account is closed" in page.content.decode()


def test_session_idle_for_a_quarter_of_an_hour_ends(client):
    with time_machine.travel("2026-01-10 08:00", tick=False):
        sign_in(client, staff.member())
    with time_machine.travel("2026-01-10 08:14", tick=False):
        assert client.get("/app/today/").status_code == 200
    with time_machine.travel("2026-01-10 08:28", tick=False):
        assert client.get("/app/today/").status_code == 200
    with time_machine.travel("2026-01-10 08:44", tick=False):
        response = client.get("/app/today/?a=1")

    assert response["Location"] == f"{SIGN_IN}?next=/app/today/%3Fa%3D1"


def test_session_ends_after_twelve_hours_of_work(client):
    with time_machine.travel("2026-01-10 06:00", tick=False):
        sign_in(client, staff.member())
    for minutes in range(10, 12 * 60 + 1, 10):
        with time_machine.travel(f"2026-01-10 {6 + minutes // 60:02}:{minutes % 60:02}", tick=False):
            assert client.get("/app/today/").status_code == 200
    with time_machine.travel("2026-01-10 18:01", tick=False):
        assert client.get("/app/today/").status_code == 302


def test_session_is_written_at_most_once_a_minute(client, django_assert_num_queries):
    client.force_login(staff.member())
    client.get("/app/account/")

    with django_assert_num_queries(5):  # session, user, memberships twice (menu, roles), second factor
        client.get("/app/account/")


def test_form_sent_after_the_session_ended_is_kept_for_the_same_person(client):
    person = staff.member()
    with time_machine.travel("2026-01-10 08:00", tick=False):
        sign_in(client, person)
    with time_machine.travel("2026-01-10 08:30", tick=False):
        late = client.post("/app/somewhere/?x=1", {"note": "two <kits>", "password": "secret"})
        sign_in(client, person)
        page = client.get("/app/account/resume/").content.decode()
        again = client.get("/app/account/resume/")

    assert late["Location"] == f"{SIGN_IN}?next=/app/account/resume/"
    assert '<input type="hidden" name="note" value="two &lt;kits&gt;">' in page
    assert 'action="/app/somewhere/?x=1"' in page
    assert "secret" not in page
    assert again["Location"] == "/app/today/"


def test_form_sent_after_the_session_ended_is_not_shown_to_somebody_else(client):
    with time_machine.travel("2026-01-10 08:00", tick=False):
        sign_in(client, staff.member())
    with time_machine.travel("2026-01-10 08:30", tick=False):
        client.post("/app/somewhere/", {"note": "two kits"})
        sign_in(client, staff.member())
        response = client.get("/app/account/resume/")

    assert response["Location"] == "/app/today/"


# --- the second factor --------------------------------------------------------------------------------------


@pytest.fixture
def real(settings):
    """Not a demonstration, over plain http all the same."""
    settings.DEMO = False


def code_of(secret):
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


def with_second_factor(role=Role.PROGRAMME_MANAGER):
    person = staff.member(role)
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    return person, secret


def test_second_factor_is_asked_of_whoever_manages(client, real):
    sign_in(client, staff.member(Role.PROGRAMME_MANAGER))

    response = client.get("/app/today/")

    assert response["Location"] == "/app/account/app/?next=%2Fapp%2Ftoday%2F"


@pytest.mark.parametrize("role", [Role.OUTREACH_WORKER, Role.PEER_EDUCATOR, Role.SUPERVISOR])
def test_second_factor_is_not_asked_of_field_staff(client, real, role):
    sign_in(client, staff.member(role))

    assert client.get("/app/today/").status_code == 200


def test_second_factor_is_not_asked_in_a_demonstration(client):
    sign_in(client, staff.member(Role.ADMINISTRATOR))

    assert client.get("/app/today/").status_code == 200


def test_second_factor_is_set_up_with_the_first_code(client, real):
    person = staff.member(Role.PROGRAMME_MANAGER)
    sign_in(client, person)
    client.post("/app/account/confirm/?next=/app/account/app/", {"password": staff.PASSWORD})
    client.get("/app/account/app/")

    done = client.post("/app/account/app/", {"code": code_of(client.session[totp.SECRET_SESSION_KEY])})

    assert done["Location"] == "/app/account/recovery-codes/"
    assert client.get("/app/today/").status_code == 200
    assert actions() == ["user.second_factor_on"]


def test_second_factor_is_asked_at_the_next_sign_in(client, real):
    person, secret = with_second_factor()

    first = sign_in(client, person)
    closed = client.get("/app/today/")
    second = client.post("/app/account/code/", {"code": code_of(secret)})

    assert (first["Location"], closed.status_code) == ("/app/account/code/", 302)
    assert second["Location"] == "/app/today/"
    assert client.get("/app/today/").status_code == 200


def test_second_factor_refuses_a_wrong_code(client, real):
    person, secret = with_second_factor()
    sign_in(client, person)

    response = client.post("/app/account/code/", {"code": f"{(int(code_of(secret)) + 7) % 10**6:06}"})

    assert response.status_code == 200
    assert "_auth_user_id" not in client.session


def test_second_factor_set_up_on_another_device_is_asked_here_too(client, real):
    person, secret = staff.member(Role.PROGRAMME_MANAGER), totp.generate_totp_secret()
    sign_in(client, person)
    totp.TOTP.activate(person, secret)

    response = client.get("/app/today/")

    assert response["Location"] == "/app/account/code/confirm/?next=%2Fapp%2Ftoday%2F"


def test_second_factor_stays_on_for_those_who_need_it(client, real):
    person, secret = with_second_factor()
    sign_in(client, person)
    client.post("/app/account/code/", {"code": code_of(secret)})
    client.post("/app/account/confirm/?next=/app/account/", {"password": staff.PASSWORD})

    response = client.post("/app/account/app/off/")

    assert response.status_code == 200
    assert Authenticator.objects.filter(user=person, type="totp").count() == 1


def test_second_factor_secrets_rest_encrypted():
    _person, secret = with_second_factor()

    stored = Authenticator.objects.get().data["secret"]

    assert secret not in stored
    assert SecondFactorAdapter().decrypt(stored) == secret


def test_second_factor_of_an_altered_secret_is_never_answered():
    stored = SecondFactorAdapter().encrypt("SECRET")

    with pytest.raises(InvalidToken):
        SecondFactorAdapter().decrypt(stored[:-4] + "AAA=")


def test_second_factor_reset_ends_sessions_and_factor(client):
    person, _secret = with_second_factor()
    client.force_login(person)

    users.reset_second_factor(user=person, by=system_user())

    assert Authenticator.objects.count() == 0
    assert client.get("/app/today/").status_code == 302


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
