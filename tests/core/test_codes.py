"""The code lists' screens."""

import pytest

from core import codes
from core.models import AuditLine, Code
from core.permissions import Role
from tests.factories import staff

pytestmark = pytest.mark.django_db
LIST = "/app/data/codes/"


@pytest.fixture(autouse=True)
def no_kept_codes():
    codes.clear()
    yield
    codes.clear()


def code(number=1, **values):
    row = {"list": "service", "code": f"C{number}", "number": number, "label_en": f"Code {number}", **values}
    return Code.objects.create(**row)


@pytest.fixture
def administrator(client):
    person = staff.member(Role.ADMINISTRATOR)
    client.force_login(person)
    return person


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_queries(client, administrator, rows, django_assert_num_queries):
    for number in range(rows):
        code(number)
    client.get(LIST)

    with django_assert_num_queries(5):
        response = client.get(LIST)

    assert len(response.context["rows"]) == rows


def test_list_shows_both_labels_and_the_mark(client, administrator):
    code(label_km="សេវា", km_status="review")

    _url, cells = client.get(LIST).context["rows"][0]

    assert [value for _label, value in cells[:4]] == ["C1", "Code 1", "សេវា", "Awaits a native reader"]


def test_list_filters_by_list_and_words(client, administrator):
    code(1)
    code(1, list="sex", code="F", label_en="Female")

    for query in ("list=sex", "words=fem"):
        rows = client.get(f"{LIST}?{query}").context["rows"]

        assert [cells[0][1] for _url, cells in rows] == ["F"]


def test_code_is_retired_and_taken_up_again(client, administrator, django_capture_on_commit_callbacks):
    row = code()
    assert list(codes.in_use("service")) == ["C1"]

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{LIST}{row.pk}/retire/", {"on": "2025-01-31"})
    retired = list(codes.in_use("service"))
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"{LIST}{row.pk}/take-up/")

    assert (retired, list(codes.in_use("service"))) == ([], ["C1"])
    assert list(AuditLine.objects.order_by("pk").values_list("action", flat=True)) == ["code.retire", "code.take_up"]


@pytest.mark.parametrize("role", [Role.PROGRAMME_MANAGER, Role.DATA_OFFICER, Role.SUPERVISOR])
def test_code_is_retired_by_administrators_only(client, role):
    client.force_login(staff.member(role))
    row = code()

    response = client.post(f"{LIST}{row.pk}/retire/", {"on": "2025-01-31"})

    assert (client.get(f"{LIST}{row.pk}/").status_code, response.status_code) == (200, 403)
    assert Code.objects.get().retired_on is None
