"""Conflicts: both texts side by side, settled with a note."""

import pytest
from django.utils import timezone

from core import codes
from core.models import AuditLine, ConflictingCopy
from core.models.users import system_user
from core.permissions import Role
from fixtures.actions import reference
from tests.factories import staff
from tests.factories.programme import Programme

pytestmark = pytest.mark.django_db
LIST = "/app/data/conflicts/"


@pytest.fixture(autouse=True)
def lists():
    reference.load(by=system_user())
    codes.clear()


@pytest.fixture
def home():
    return staff.organisation("home")


@pytest.fixture
def supervisor(client, home):
    person = staff.member(Role.SUPERVISOR, home)
    client.force_login(person)
    return person


def conflict(organisation, record=None, **changed):
    record = record or Programme(organisation.code).talk("2025-01-16", 30)
    return ConflictingCopy.objects.create(
        organisation=organisation,
        record_kind=record.kind_name,
        record_id=record.pk,
        content={**record.content(), **changed},
        digest=f"{ConflictingCopy.objects.count():064}",
        sent_by=system_user(),
        sent_at=timezone.now(),
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_queries(client, supervisor, home, rows, django_assert_num_queries):
    session = Programme("home").talk("2025-01-16", 30)
    for number in range(rows):
        conflict(home, session, note=str(number))
    client.get(LIST)

    with django_assert_num_queries(5):
        response = client.get(LIST)

    assert len(response.context["rows"]) == rows


def test_list_leaves_out_settled_and_other_organisations(client, supervisor, home):
    row = conflict(home)
    conflict(staff.organisation())
    client.post(f"{LIST}{row.pk}/settle/", {"note": "the first one is right"})

    def number(query):
        return len(client.get(f"{LIST}{query}").context["rows"])

    assert (number(""), number("?settled=with"), number("?settled=only")) == (0, 1, 1)


def test_conflict_shows_both_texts_where_they_differ(client, supervisor, home):
    row = conflict(home, note="forty came", occurred_on="2025-01-17")

    both = client.get(f"{LIST}{row.pk}/").context["both"]

    assert both == [("Note", "", "forty came"), ("Date", "16 January 2025", "17 January 2025")]


def test_conflict_of_a_client_is_audited_as_a_view(client, supervisor, home):
    person = Programme("home").person(group="PWID")
    row = conflict(home, person, sex="M")

    client.get(f"{LIST}{row.pk}/")

    line = AuditLine.objects.filter(action="client.view").get()
    assert (line.record_id, line.actor) == (str(person.pk), supervisor)


def test_conflict_hides_what_this_person_may_not_see(client, home):
    person = Programme("home").person(group="PWID", known="2024-01-01")
    row = conflict(home, person, known_positive_since="2023-01-01")
    client.force_login(staff.member(Role.PROGRAMME_MANAGER, home))

    response = client.get(f"{LIST}{row.pk}/")

    assert response.context["both"] == []
    assert "2023" not in response.content.decode()


def test_conflict_is_settled_once_with_a_note(client, supervisor, home):
    row = conflict(home)

    client.post(f"{LIST}{row.pk}/settle/", {"note": "the first one is right"})
    again = client.post(f"{LIST}{row.pk}/settle/", {"note": "no, the second"})

    row.refresh_from_db()
    assert (row.settled_by, row.settled_note) == (supervisor, "the first one is right")
    assert again["Location"] == f"{LIST}{row.pk}/"
    assert AuditLine.objects.filter(action="conflict.settle").count() == 1


def test_conflict_needs_a_note(client, supervisor, home):
    row = conflict(home)

    response = client.post(f"{LIST}{row.pk}/settle/", {"note": " "})

    row.refresh_from_db()
    assert (response.status_code, row.settled_at) == (200, None)


@pytest.mark.parametrize("step", ["", "settle/"])
def test_conflict_of_another_organisation_is_not_there(client, supervisor, step):
    row = conflict(staff.organisation())

    assert client.get(f"{LIST}{row.pk}/{step}").status_code == 404


def test_conflicts_are_not_for_field_workers(client, home):
    client.force_login(staff.member(home=home))

    assert client.get(f"{LIST}{conflict(home).pk}/").status_code == 403
