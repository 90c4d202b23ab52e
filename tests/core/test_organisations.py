"""The organisations' screens, for administrators."""

import pytest

from core import codes
from core.actions import organisations
from core.actions.records import Refused
from core.models import AuditLine, Code, Organisation
from core.permissions import Role
from tests.factories import staff

pytestmark = pytest.mark.django_db
LIST = "/app/data/organisations/"


@pytest.fixture(autouse=True)
def provider_types():
    codes.clear()
    Code.objects.create(list="provider_type", code="ngo", number=1, label_en="NGO")
    yield
    codes.clear()


@pytest.fixture
def administrator(client):
    person = staff.member(Role.ADMINISTRATOR, staff.organisation("home"))
    client.force_login(person)
    return person


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_queries(client, administrator, rows, django_assert_num_queries):
    for _number in range(rows):
        staff.organisation()
    client.get(LIST)

    with django_assert_num_queries(5):
        response = client.get(LIST)

    assert len(response.context["rows"]) == rows + 1


def test_new_organisation_is_made_and_audited(client, administrator):
    response = client.post(f"{LIST}new/", {"code": "north", "name": "North", "provider_type": "ngo", "active": "on"})

    made = Organisation.objects.get(code="north")
    assert response["Location"] == f"{LIST}{made.pk}/"
    assert AuditLine.objects.get().chain.organisation == made


@pytest.mark.parametrize("code", ["HOME", "two words", "ខេត្ត", ""])
def test_new_organisation_needs_a_free_plain_code(client, administrator, code):
    response = client.post(f"{LIST}new/", {"code": code, "name": "North", "provider_type": "ngo"})

    assert list(response.context["form"].errors) == ["code"]


def test_organisation_is_renamed_but_keeps_its_code(client, administrator):
    home = Organisation.objects.get(code="home")

    client.post(f"{LIST}{home.pk}/amend/", {"code": "other", "name": "New", "provider_type": "ngo", "active": "on"})

    home.refresh_from_db()
    assert (home.code, home.name) == ("home", "New")
    assert AuditLine.objects.get().detail == {"fields": ["name"]}


def test_organisation_code_is_never_changed_by_the_action(administrator):
    with pytest.raises(Refused):
        organisations.amend(organisation=Organisation.objects.get(code="home"), code="other", by=administrator)


def test_organisation_closed_shuts_its_members_out(client, administrator):
    other = staff.organisation("other")
    person = staff.member(Role.SUPERVISOR, other)

    client.post(f"{LIST}{other.pk}/amend/", {"name": "Other", "provider_type": "ngo"})
    client.force_login(person)

    assert client.get("/app/data/sites/").status_code == 403


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.SUPERVISOR, Role.DATA_OFFICER])
def test_organisations_are_for_administrators(client, role):
    client.force_login(staff.member(role))

    assert client.get(LIST).status_code == 403
