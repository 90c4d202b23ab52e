"""Sessions that end: by closing the account, by doing nothing, after a day's work; and what was being sent then."""

import pytest
import time_machine
from django.core.cache import cache, caches

from core.actions import users
from core.models.users import system_user
from tests.factories import staff

pytestmark = pytest.mark.django_db
SIGN_IN = "/app/sign-in/"
ENGLISH = {"accept-language": "en"}


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    caches["shared"].clear()


def sign_in(client, person, **extra):
    return client.post(SIGN_IN, {"login": person.username, "password": staff.PASSWORD, **extra}, headers=ENGLISH)


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

    response = sign_in(client, person)
    page = client.get(response["Location"], headers=ENGLISH)

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
