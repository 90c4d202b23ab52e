"""The members' screens: appointing, ending, helping to sign in, closing accounts."""

import pytest
from django.core.cache import caches

from core.actions import memberships, users
from core.actions.records import Refused
from core.models import AuditLine, Membership, User
from core.models.users import system_user
from core.permissions import Role
from tests.factories import staff

pytestmark = pytest.mark.django_db
LIST = "/app/data/members/"


@pytest.fixture(autouse=True)
def empty_cache():
    caches["shared"].clear()


@pytest.fixture
def home():
    return staff.organisation("home")


@pytest.fixture
def manager(client, home):
    person = staff.member(Role.PROGRAMME_MANAGER, home, username="manager")
    client.force_login(person)
    return person


def row_of(person):
    return Membership.objects.get(user=person, ended_at=None)


def names(response):
    return [cells[0][1] for _url, cells in response.context["rows"]]


def test_list_shows_own_organisation_only(client, manager, home):
    staff.member(home=home, username="worker")
    staff.member(username="stranger")

    response = client.get(LIST)

    assert names(response) == ["manager", "worker"]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_queries(client, manager, home, rows, django_assert_num_queries):
    for _number in range(rows):
        staff.member(home=home)
    client.get(LIST)

    with django_assert_num_queries(8):
        response = client.get(LIST)

    assert len(response.context["rows"]) == rows + 1


def test_list_filters_by_role_and_name(client, manager, home):
    staff.member(home=home, username="worker")
    staff.member(Role.SUPERVISOR, home, username="guide")

    assert names(client.get(f"{LIST}?role=supervisor")) == ["guide"]
    assert names(client.get(f"{LIST}?name=wor")) == ["worker"]


@pytest.mark.parametrize("query", ["?colour=red", "?sort=user__password", "?role=king"])
def test_list_refuses_an_unknown_filter_or_order(client, manager, query):
    assert client.get(LIST + query).status_code == 400


def test_new_member_gets_account_role_and_audit(client, manager, home):
    entry = {"username": "sokha", "name": "Sokha", "role": "outreach_worker", "language": "km"}

    response = client.post(f"{LIST}new/", entry)

    person = User.objects.get(username="sokha")
    assert response["Location"] == f"{LIST}{row_of(person).pk}/"
    assert (row_of(person).role, row_of(person).organisation) == ("outreach_worker", home)
    assert person.has_usable_password() is False
    assert list(AuditLine.objects.order_by("pk").values_list("action", flat=True)) == [
        "membership.grant",
        "user.create",
    ]


def test_new_member_as_administrator_is_refused_to_a_manager(client, manager):
    entry = {"username": "sokha", "role": "administrator", "language": "km"}

    response = client.post(f"{LIST}new/", entry)

    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["role"]
    assert User.objects.filter(username="sokha").count() == 0


def test_new_member_as_administrator_by_an_administrator(client, home):
    client.force_login(staff.member(Role.ADMINISTRATOR))
    entry = {"username": "sokha", "role": "administrator", "language": "km", "organisation": home.pk}

    client.post(f"{LIST}new/", entry)

    assert row_of(User.objects.get(username="sokha")).role == "administrator"


def test_new_member_in_another_organisation_is_refused(client, home):
    other, third = staff.organisation(), staff.organisation()
    person = staff.member(Role.PROGRAMME_MANAGER, home)
    Membership.objects.create(user=person, organisation=third, role=Role.PROGRAMME_MANAGER)
    client.force_login(person)
    entry = {"username": "sokha", "role": "outreach_worker", "language": "km", "organisation": other.pk}

    response = client.post(f"{LIST}new/", entry)

    assert list(response.context["form"].errors) == ["organisation"]


@pytest.mark.parametrize("username", ["MANAGER", "two words", "a@b.org", ""])
def test_new_member_needs_a_free_plain_user_name(client, manager, username):
    response = client.post(f"{LIST}new/", {"username": username, "role": "outreach_worker", "language": "km"})

    assert list(response.context["form"].errors) == ["username"]


def test_role_is_changed_by_a_new_membership(client, manager, home):
    person = staff.member(home=home)
    before = row_of(person)

    response = client.post(f"{LIST}{before.pk}/role/", {"organisation": home.pk, "role": "supervisor"})

    before.refresh_from_db()
    assert (before.ended_at is None, row_of(person).role) == (False, "supervisor")
    assert response["Location"] == f"{LIST}{row_of(person).pk}/"


def test_role_of_oneself_is_not_changed(client, manager, home):
    response = client.post(f"{LIST}{row_of(manager).pk}/role/", {"organisation": home.pk, "role": "data_officer"})

    assert (response.status_code, row_of(manager).role) == (403, "programme_manager")


def test_role_above_ones_own_is_not_given(client, manager, home):
    person = staff.member(home=home)

    response = client.post(f"{LIST}{row_of(person).pk}/role/", {"organisation": home.pk, "role": "administrator"})

    assert (response.status_code, row_of(person).role) == (200, "outreach_worker")


def test_role_of_an_administrator_is_not_changed_by_a_manager(client, manager, home):
    person = staff.member(Role.ADMINISTRATOR, home)

    response = client.post(f"{LIST}{row_of(person).pk}/role/", {"organisation": home.pk, "role": "supervisor"})

    assert (response.status_code, row_of(person).role) == (403, "administrator")


def test_role_in_another_organisation_is_not_given(client, manager, home):
    person, other = staff.member(home=home), staff.organisation()

    response = client.post(f"{LIST}{row_of(person).pk}/role/", {"organisation": other.pk, "role": "supervisor"})

    assert (response.status_code, Membership.objects.filter(organisation=other).count()) == (200, 0)


@pytest.mark.parametrize("by", [Role.OUTREACH_WORKER, Role.SUPERVISOR, Role.DATA_OFFICER, Role.PROGRAMME_MANAGER])
def test_grant_of_administrator_is_refused_by_the_action_too(home, by):
    with pytest.raises(Refused):
        memberships.grant(user=staff.user(), organisation=home, role=Role.ADMINISTRATOR, by=staff.member(by, home))


def test_grant_in_another_organisation_is_refused_by_the_action_too(home):
    with pytest.raises(Refused):
        memberships.grant(
            user=staff.user(), organisation=home, role=Role.SUPERVISOR, by=staff.member(Role.PROGRAMME_MANAGER)
        )


def test_role_ends(client, manager, home):
    person = staff.member(home=home)
    membership = row_of(person)

    client.post(f"{LIST}{membership.pk}/end/")
    again = client.post(f"{LIST}{membership.pk}/end/")

    membership.refresh_from_db()
    assert (membership.ended_at is None, again["Location"]) == (False, f"{LIST}{membership.pk}/")


def test_link_is_shown_once(client, manager, home):
    person = staff.member(home=home)
    at = f"{LIST}{row_of(person).pk}/"

    made = client.post(f"{at}invite/")
    first, second = client.get(f"{at}link/"), client.get(f"{at}link/")

    assert made["Location"] == f"{at}link/"
    assert ("/app/account/link/" in first.content.decode(), "/app/account/link/" in second.content.decode()) == (
        True,
        False,
    )


def test_supervisor_helps_but_does_not_appoint(client, home):
    client.force_login(staff.member(Role.SUPERVISOR, home))
    at = f"{LIST}{row_of(staff.member(home=home)).pk}/"

    statuses = {step: client.get(f"{at}{step}/").status_code for step in ("invite", "role", "end", "deactivate")}

    assert statuses == {"invite": 200, "role": 403, "end": 403, "deactivate": 403}
    assert [label for label, _url, _style in client.get(at).context["actions"]] == ["Make a sign-in link"]


def test_release_is_offered_while_a_person_waits(client, manager, home):
    person = staff.member(home=home)
    at = f"{LIST}{row_of(person).pk}/"
    before = client.get(f"{at}release/").status_code
    for _try in range(5):
        client.__class__().post("/app/sign-in/", {"login": person.username, "password": "wrong-password-wrong"})

    offered = client.get(f"{at}release/").status_code

    assert (before, offered) == (302, 200)


def test_account_is_closed_and_opened(client, manager, home):
    person = staff.member(home=home)
    at = f"{LIST}{row_of(person).pk}/"

    client.post(f"{at}deactivate/")
    closed = User.objects.get(pk=person.pk).is_active
    client.post(f"{at}reactivate/")

    assert (closed, User.objects.get(pk=person.pk).is_active) == (False, True)


def test_account_of_somebody_with_a_role_elsewhere_is_not_closed_by_a_manager(client, manager, home):
    person = staff.member(home=home)
    Membership.objects.create(user=person, organisation=staff.organisation(), role=Role.OUTREACH_WORKER)

    response = client.post(f"{LIST}{Membership.objects.get(user=person, organisation=home).pk}/deactivate/")

    assert (response.status_code, User.objects.get(pk=person.pk).is_active) == (403, True)


@pytest.mark.parametrize("step", ["", "role/", "end/", "invite/", "link/", "release/", "deactivate/", "second-factor/"])
def test_member_of_another_organisation_is_not_there(client, manager, step):
    stranger = row_of(staff.member())

    assert client.get(f"{LIST}{stranger.pk}/{step}").status_code == 404


def test_members_are_not_shown_to_field_workers(client, home):
    client.force_login(staff.member(home=home))

    assert client.get(LIST).status_code == 403


def test_system_user_is_never_opened(home):
    with pytest.raises(Refused):
        users.reactivate(user=system_user(), by=staff.member(Role.ADMINISTRATOR, home))
