"""Workplaces on their screens: made with or without a site, counted, listed, and who may not see what."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actions.records import Refused
from core.models import AuditLine, Site
from core.models.users import system_user
from core.permissions import Role
from core.rules.problems import InvalidEntries
from peers.actions import workplaces
from peers.models import WorkforceCount, Workplace
from tests.factories.people import member, organisation
from tests.factories.programme import day
from tests.factories.workplaces import committee, meeting, site_of, workplace
from tests.outreach.forms import reposted

pytestmark = pytest.mark.usefixtures("lists")


def sent_in(**said):
    """A workplace's form as a browser posts it."""
    return {"id": str(uuid.uuid4()), "occurred_on": "2024-01-01", "enterprise": "Factory", "sector": "garment", **said}


@pytest.fixture
def browser(client):
    client.user = member(Role.SUPERVISOR)
    client.force_login(client.user)
    return client


def test_new_workplace_at_a_site_of_the_list(browser):
    site = site_of(organisation("NGO-A"))

    response = browser.post(reverse("workplaces:create"), sent_in(site=str(site.pk), policy_on="2024-02-01"))

    place = Workplace.objects.get()
    assert response["Location"] == place.get_absolute_url()
    assert (place.site, place.enterprise, str(place.policy_on), place.recorded_by) == (
        site,
        "Factory",
        "2024-02-01",
        browser.user,
    )


def test_form_offers_open_workplace_sites_that_are_none_yet(browser):
    free, taken = site_of(organisation("NGO-A"), "FREE"), workplace(site="TAKEN")
    site_of(organisation("NGO-A"), "CLOSED", closed_on=day("2024-01-01"))
    site_of(organisation("NGO-A"), "DROP-IN", kind="dic")
    site_of(organisation("NGO-B"), "THEIRS")

    new = browser.get(reverse("workplaces:create")).context["form"].fields["site"].queryset
    change = browser.get(reverse("workplaces:amend", args=[taken.pk])).context["form"].fields["site"].queryset

    assert (list(new), set(change)) == ([free], {free, taken.site})


def test_new_workplace_makes_its_site_in_the_same_step(browser):
    data = sent_in(new_code="F-9", new_district="1205")

    first, second = browser.post(reverse("workplaces:create"), data), browser.post(reverse("workplaces:create"), data)

    site, place = Site.objects.get(code="F-9"), Workplace.objects.get()
    assert (site.name, site.kind, site.district_id, place.site) == ("Factory", "workplace", "1205", site)
    assert first["Location"] == second["Location"] == place.get_absolute_url()
    assert AuditLine.objects.filter(action__in=["site.create", "workplace.record"]).count() == 2


def test_site_whose_code_is_taken_makes_nothing(browser):
    site_of(organisation("NGO-A"), "F-9")

    response = browser.post(reverse("workplaces:create"), sent_in(new_code="F-9"))

    assert "Another site of this organisation has this code." in response.content.decode()
    assert (Workplace.objects.count(), Site.objects.count()) == (0, 1)


def test_new_site_of_a_wrong_workplace_is_not_made(browser):
    response = browser.post(reverse("workplaces:create"), sent_in(new_code="F-9", sector="mining"))

    assert response.status_code == 200
    assert Site.objects.count() == 0


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "site"),
        ({"new_name": "Factory 9"}, "new_code"),
        ({"site": "FREE", "new_code": "F-9"}, "new_code"),
        ({"site": str(uuid.uuid4())}, "site"),
        ({"site": "no-id"}, "site"),
        ({"new_code": "F\x009"}, "new_code"),
        ({"site": "THEIRS"}, "site"),
        ({"site": "FREE", "agreement_until": "2020-01-01"}, "agreement_until"),
        ({"site": "FREE", "occurred_on": "0001-01-01"}, "occurred_on"),
        ({"site": "FREE", "occurred_on": "99999-01-01"}, "occurred_on"),
    ],
)
def test_form_says_beside_the_field_what_is_wrong(browser, said, field):
    sites = {"FREE": site_of(organisation("NGO-A"), "FREE"), "THEIRS": site_of(organisation("NGO-B"), "THEIRS")}
    said = {key: str(sites[value].pk) if value in sites else value for key, value in said.items()}

    response = browser.post(reverse("workplaces:create"), sent_in(**said))

    assert (response.status_code, field in response.context["form"].errors) == (200, True)
    assert Workplace.objects.count() == 0


def test_amend_keeps_the_counts_and_says_why(browser):
    place = workplace(workforce=[("2024-01-31", "F", "AUNK", 9)])

    reposted(browser, reverse("workplaces:amend", args=[place.pk]), enterprise="New name", change_reason="new owner")

    place.refresh_from_db()
    assert (place.enterprise, place.version, WorkforceCount.objects.count()) == ("New name", 2, 1)
    assert browser.get(reverse("workplaces:history", args=[place.pk])).context["versions"][0][4] == "new owner"


def test_count_step_takes_a_quick_total_or_a_grid(browser):
    place = workplace()
    url = reverse("workplaces:workforce", args=[place.pk])
    today = timezone.localdate()

    browser.post(url, {"version": "1", "counted_on": str(today), "w_F_AUNK": "900", "w_M_A18": "30", "w_X_AUNK": "0"})

    rows = WorkforceCount.objects.order_by("sex").values_list("counted_on", "sex", "age_band", "workers")
    assert list(rows) == [(today, "F", "AUNK", 900), (today, "M", "A18", 30)]
    table = browser.get(place.get_absolute_url()).context["workforce"]
    assert table["foot"] == ("All", [(900, ""), (30, ""), (930, "")])


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"w_F_AUNK": "-1"},
        {"w_F_AUNK": "200001"},
        {"w_F_AUNK": "9" * 30},
        {"w_F_AUNK": "200000", "w_M_AUNK": "1"},
        {"w_F_AUNK": "1", "counted_on": "2999-01-01"},
        {"w_F_AUNK": "1", "counted_on": ""},
        {"w_F_AUNK": "1", "version": "x"},
    ],
)
def test_count_step_refuses_nonsense(browser, said):
    place = workplace()
    data = {"version": "1", "counted_on": "2025-01-31", **said}

    response = browser.post(reverse("workplaces:workforce", args=[place.pk]), data)

    assert (response.status_code, bool(response.context["form"].errors)) == (200, True)
    assert WorkforceCount.objects.count() == 0


def test_count_step_of_a_workplace_changed_meanwhile_asks_again(browser):
    place = workplace()
    url = reverse("workplaces:workforce", args=[place.pk])
    data = {"version": "1", "counted_on": "2025-01-31", "w_F_AUNK": "9"}
    browser.post(url, data | {"counted_on": "2025-01-30"})

    response = browser.post(url, data)

    assert (response.status_code, response.context["form"]["version"].value()) == (409, 2)
    assert WorkforceCount.objects.count() == 1


def test_count_of_nobody_is_kept_as_nobody(browser):
    place = workplace()
    data = {"version": "1", "counted_on": "2025-01-31", "w_F_AUNK": "0"}

    browser.post(reverse("workplaces:workforce", args=[place.pk]), data)

    assert list(WorkforceCount.objects.values_list("sex", "workers")) == [("U", 0)]


def test_void_workplace_is_not_counted_any_more(browser):
    place = workplace()
    workplaces.void(record=place, by=system_user(), reason="twice")

    response = browser.get(reverse("workplaces:workforce", args=[place.pk]))

    assert response["Location"] == place.get_absolute_url()


def test_list_takes_the_same_queries_for_one_row_and_three(browser, django_assert_num_queries):
    meeting(committee(workplace(workforce=[("2024-01-31", "F", "AUNK", 9)]), formed="2024-03-01"), "2024-04-01")
    url = reverse("workplaces:list")
    browser.get(url)

    with django_assert_num_queries(8):
        browser.get(url)
    committee(workplace(site="FACT-2", workforce=[("2024-01-31", "F", "AUNK", 9)]))
    workplace(site="FACT-3")
    with django_assert_num_queries(8):
        browser.get(url)


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 3),
        ("?sector=footwear", 1),
        ("?province=12", 1),
        ("?committee=yes", 1),
        ("?committee=no", 2),
        ("?occurred_on_after=2020-01-01", 1),
    ],
)
def test_list_filters(browser, query, number):
    site_of(organisation("NGO-A"), "PP", district_id="1205")
    committee(workplace(site="PP"), formed="2024-03-01")
    committee(workplace(site="FACT-2", sector="footwear"), formed="2024-03-01", closed_on="2024-05-01")
    workplace(site="FACT-3", since="2020-01-01")

    assert browser.get(reverse("workplaces:list") + query).context["result_count"] == number


@pytest.mark.parametrize("name", ["detail", "amend", "void", "history", "workforce"])
def test_workplace_of_another_organisation_is_not_there(browser, name):
    url = reverse(f"workplaces:{name}", args=[workplace("NGO-B").pk])

    told = [browser.get(url).status_code, browser.post(url, {"version": "1"}).status_code]

    assert told == [404, 405 if name in ("detail", "history") else 404]


def test_teammates_record_and_managers_read(client):
    place = workplace(by=member(Role.SUPERVISOR))
    answers = {}
    for role in (Role.OUTREACH_WORKER, Role.PROGRAMME_MANAGER, Role.PEER_EDUCATOR):
        client.force_login(member(role))
        urls = [place.get_absolute_url(), reverse("workplaces:amend", args=[place.pk])]
        answers[role] = [client.get(url).status_code for url in urls]

    assert answers == {
        Role.OUTREACH_WORKER: [200, 200],
        Role.PROGRAMME_MANAGER: [200, 403],
        Role.PEER_EDUCATOR: [403, 403],
    }


def test_amending_a_void_workplace_is_refused():
    place = workplace()
    workplaces.void(record=place, by=system_user(), reason="twice")

    with pytest.raises((Refused, InvalidEntries)):
        workplaces.amend(
            record=place, entry=workplaces.entry_of(place, enterprise="Other"), version=1, by=system_user()
        )
