"""The second factor: who needs it, setting it up, proving it, losing it, and how its secret rests."""

import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from cryptography.fernet import InvalidToken
from django.core.cache import cache, caches

from core.actions import users
from core.models import AuditLine
from core.models.users import system_user
from core.permissions import Role
from core.sign_in import SecondFactorAdapter
from tests.factories import staff

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("lists")]
SIGN_IN = "/app/sign-in/"


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    caches["shared"].clear()


def sign_in(client, person, **extra):
    return client.post(SIGN_IN, {"login": person.username, "password": staff.PASSWORD, **extra})


def actions():
    return list(AuditLine.objects.exclude(record_kind="reference").order_by("pk").values_list("action", flat=True))


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
