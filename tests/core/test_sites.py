"""The sites' screens, service points among them."""

import pytest
import time_machine

from core import codes
from core.actions import sites
from core.models import AuditLine, Code, District, Province, ServicePoint, Site
from core.permissions import Role
from tests.factories import staff

pytestmark = pytest.mark.django_db
LIST = "/app/data/sites/"
NEW = {"code": "DIC-1", "name": "River house", "kind": "dic", "district": "1201"}


@pytest.fixture
def home():
    return staff.organisation("home")


@pytest.fixture(autouse=True)
def places():
    codes.clear()
    Code.objects.create(list="setting", code="dic", number=1, label_en="Drop-in centre")
    Code.objects.create(list="setting", code="school", number=2, label_en="School")
    capital = Province.objects.create(code="12", name_en="Phnom Penh", name_km="ភ្នំពេញ")
    District.objects.create(code="1201", name_en="Chamkar Mon", name_km="ចំការមន", province=capital)
    yield
    codes.clear()


@pytest.fixture
def manager(client, home):
    person = staff.member(Role.PROGRAMME_MANAGER, home)
    client.force_login(person)
    return person


def site(organisation, code="S-1", **values):
    return Site.objects.create(organisation=organisation, code=code, name=f"Site {code}", **values)


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_queries(client, manager, home, rows, django_assert_num_queries):
    for number in range(rows):
        site(home, f"S-{number}")
    client.get(LIST)

    with django_assert_num_queries(7):
        response = client.get(LIST)

    assert len(response.context["rows"]) == rows


def test_list_leaves_out_closed_sites_and_other_organisations(client, manager, home):
    site(home, "OPEN")
    site(home, "CLOSED", closed_on="2025-01-01")
    site(staff.organisation(), "ELSEWHERE")

    def shown(query):
        return [cells[0][1] for _url, cells in client.get(f"{LIST}{query}").context["rows"]]

    assert (shown(""), shown("?closed=with"), shown("?closed=only")) == (["OPEN"], ["CLOSED", "OPEN"], ["CLOSED"])


def test_list_filters_by_province_setting_and_service(client, manager, home):
    one = site(home, "ONE", kind="dic", district_id="1201")
    site(home, "TWO", kind="school")
    ServicePoint.objects.create(site=one, kind="vcct")

    for query in ("province=12", "kind=dic", "service=vcct", "name=one"):
        rows = client.get(f"{LIST}?{query}").context["rows"]

        assert [cells[0][1] for _url, cells in rows] == ["ONE"]


def test_new_site_with_a_service_point_is_made_and_audited(client, manager, home):
    offered = {"service": "vcct", "public": "on", "opening_hours": "8–17"}

    response = client.post(f"{LIST}new/", NEW | offered)

    made = Site.objects.get()
    assert response["Location"] == f"{LIST}{made.pk}/"
    assert (made.organisation, made.district_id, made.service_point.kind) == (home, "1201", "vcct")
    assert (made.service_point.public, made.service_point.opening_hours) == (True, "8–17")
    assert list(AuditLine.objects.values_list("action", "chain__organisation")) == [("site.create", home.pk)]


def test_new_site_without_a_service_is_a_plain_site(client, manager):
    client.post(f"{LIST}new/", NEW)

    assert (Site.objects.count(), ServicePoint.objects.count()) == (1, 0)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"code": "TAKEN"}, "code"),
        ({"name": ""}, "name"),
        ({"kind": "moon"}, "kind"),
        ({"district": "9999"}, "district"),
        ({"public": "on"}, "service"),
        ({"organisation": "999"}, None),
    ],
)
def test_new_site_with_a_wrong_value_says_which(client, manager, home, values, field):
    site(home, "TAKEN")

    response = client.post(f"{LIST}new/", NEW | values)

    if field:
        assert list(response.context["form"].errors) == [field]
    else:  # with one organisation the field isn't read at all
        assert Site.objects.get(code="DIC-1").organisation == home


def test_site_is_changed_and_the_audit_names_the_fields(client, manager, home):
    row = site(home, "DIC-1", kind="dic")

    client.post(f"{LIST}{row.pk}/amend/", NEW | {"code": "OTHER", "service": "tb"})

    row.refresh_from_db()
    assert (row.code, row.name, row.service_point.kind) == ("DIC-1", "River house", "tb")
    detail = AuditLine.objects.get().detail
    assert detail == {"fields": ["district_id", "name", "service_kind", "service_public"]}


def test_site_unchanged_leaves_no_audit_line(client, manager, home):
    row = site(home, "DIC-1", kind="dic")

    client.post(f"{LIST}{row.pk}/amend/", {"code": "DIC-1", "name": row.name, "kind": "dic", "district": ""})

    assert AuditLine.objects.count() == 0


def test_site_loses_a_service_that_nobody_names(manager, home):
    row = site(home, "DIC-1", kind="dic")
    ServicePoint.objects.create(site=row, kind="tb")
    values = {"code": "DIC-1", "name": "River house", "kind": "dic", "district": None, "service": ""}

    sites.amend(site=row, values=values, by=manager)

    assert ServicePoint.objects.count() == 0


def test_site_is_closed_from_a_day_and_opened_again(client, manager, home):
    row = site(home)

    client.post(f"{LIST}{row.pk}/close/", {"on": "2025-03-01"})
    row.refresh_from_db()
    closed = row.closed_on
    client.post(f"{LIST}{row.pk}/reopen/")
    row.refresh_from_db()

    assert (str(closed), row.closed_on) == ("2025-03-01", None)


@time_machine.travel("2025-03-01 12:00+07:00", tick=False)
def test_site_is_not_closed_from_a_day_to_come(client, manager, home):
    response = client.post(f"{LIST}{site(home).pk}/close/", {"on": "2025-03-02"})

    assert (response.status_code, Site.objects.get().closed_on) == (200, None)


@pytest.mark.parametrize("step", ["", "amend/", "close/", "reopen/"])
def test_site_of_another_organisation_is_not_there(client, manager, step):
    other = site(staff.organisation())

    assert client.get(f"{LIST}{other.pk}/{step}").status_code == 404


def test_site_may_be_seen_but_not_changed_by_field_workers(client, home):
    client.force_login(staff.member(home=home))
    row = site(home)

    assert (client.get(f"{LIST}{row.pk}/").status_code, client.post(f"{LIST}{row.pk}/amend/").status_code) == (200, 403)
