"""The terms of peer work: set by the manager, audited, the defaults where nobody has set them."""

from decimal import Decimal

import pytest
from django.urls import reverse

from core.actions.records import Refused
from core.models import AuditLine
from core.models.users import system_user
from core.permissions import Role
from peers.actions import terms as actions
from peers.models import PeerTerms
from peers.terms import terms_of
from tests.factories.people import member, organisation

pytestmark = pytest.mark.usefixtures("lists")
ASKED = {
    "stipend_per_day": "12000",
    "transport_per_day": "4000.50",
    "currency": "KHR",
    "people_per_peer": "40",
    "people_per_worker": "200",
}
VALUES = {
    "stipend_per_day": Decimal(5),
    "transport_per_day": Decimal("1.25"),
    "currency": "USD",
    "people_per_peer": 60,
    "people_per_worker": 250,
}


@pytest.fixture
def manager(client):
    found = member(Role.PROGRAMME_MANAGER)
    client.force_login(found)
    return found


def address(home=None):
    return reverse("peer-terms") + (f"?organisation={home.pk}" if home else "")


def test_defaults_stand_where_nobody_has_set_any(client, manager):
    response = client.get(address())

    initial = response.context["form"].initial
    assert (initial["people_per_peer"], initial["people_per_worker"], initial["currency"]) == (60, 250, "KHR")
    assert PeerTerms.objects.count() == 0


def test_manager_sets_the_terms(client, manager):
    response = client.post(address(), ASKED)

    kept = PeerTerms.objects.get()
    line = AuditLine.objects.filter(action="peer_terms.set").get()
    assert response.status_code == 302
    assert (kept.organisation, kept.stipend_per_day, kept.transport_per_day) == (
        organisation(),
        Decimal("12000.00"),
        Decimal("4000.50"),
    )
    assert (kept.people_per_peer, kept.people_per_worker) == (40, 200)
    assert (line.actor_id, line.detail["fields"]) == (
        manager.pk,
        ["people_per_peer", "people_per_worker", "stipend_per_day", "transport_per_day"],
    )


def test_same_terms_set_twice_are_one_line(lists):
    for _time in range(2):
        actions.set_terms(organisation=organisation(), values=VALUES, by=system_user())

    assert AuditLine.objects.filter(action="peer_terms.set").count() == 1
    assert PeerTerms.objects.get().currency == "USD"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("stipend_per_day", "-1"),
        ("stipend_per_day", "12345678901.00"),
        ("stipend_per_day", "1.005"),
        ("transport_per_day", "NaN"),
        ("transport_per_day", ""),
        ("currency", "EUR"),
        ("people_per_peer", "0"),
        ("people_per_worker", "1e9"),
        ("people_per_worker", "\x00"),
    ],
)
def test_amount_that_is_none_is_shown_again(client, manager, name, value):
    response = client.post(address(), ASKED | {name: value})

    assert response.status_code == 200
    assert list(response.context["form"].errors) == [name]
    assert PeerTerms.objects.count() == 0


def test_action_refuses_what_the_form_would(lists):
    with pytest.raises(Refused):
        actions.set_terms(organisation=organisation(), values=VALUES | {"currency": "EUR"}, by=system_user())
    with pytest.raises(Refused):
        actions.set_terms(organisation=organisation(), values=VALUES | {"people_per_peer": 0}, by=system_user())

    assert PeerTerms.objects.count() == 0


def test_manager_of_two_organisations_sets_each_by_itself(client, manager):
    second = organisation("NGO-B")
    member(Role.PROGRAMME_MANAGER, "NGO-B", username=manager.username)
    organisation("NGO-C")

    client.post(address(second), ASKED)

    assert [row.organisation for row in PeerTerms.objects.all()] == [second]
    assert [row.code for row in client.get(address(second)).context["others"]] == ["NGO-A"]


@pytest.mark.parametrize("asked", ["0", "x", "999999999999999999999", "\x00"])
def test_terms_of_no_organisation_are_not_there(client, manager, asked):
    assert client.get(reverse("peer-terms"), {"organisation": asked}).status_code == 404


def test_terms_of_another_organisation_are_not_there(client, manager):
    assert client.post(address(organisation("NGO-B")), ASKED).status_code == 404
    assert PeerTerms.objects.count() == 0


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.DATA_OFFICER, Role.PEER_EDUCATOR])
def test_terms_are_the_managers(client, role):
    client.force_login(member(role))

    assert [client.get(address()).status_code, client.post(address(), ASKED).status_code] == [403, 403]


def test_terms_of_several_organisations_are_one_query(lists, django_assert_num_queries):
    homes = [organisation(code).pk for code in ("NGO-A", "NGO-B")]
    actions.set_terms(organisation=organisation("NGO-B"), values=VALUES, by=system_user())

    with django_assert_num_queries(1):
        found = terms_of(homes)

    assert {pk: row.stipend_per_day for pk, row in found.items()} == {homes[0]: 0, homes[1]: 5}
