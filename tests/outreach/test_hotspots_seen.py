"""Hotspots: who sees which, and that nobody else learns a name."""

from datetime import timedelta

import pytest
from django.utils import translation

from core.actions import memberships, sites
from core.models import AuditLine, Site
from core.models.users import system_user
from core.permissions import Role
from core.resources.sites import SiteResource
from outreach import hotspots as readings
from outreach.actions import hotspots
from outreach.forms.contacts import ContactForm
from outreach.models import Hotspot
from tests.factories.hotspots import DAY, SECRET, entry, estimated, made, stands
from tests.factories.people import member, organisation

LIST = "/app/people/hotspots/"


@pytest.fixture(autouse=True)
def organisations(lists):
    return [organisation(code) for code in ("NGO-A", "NGO-B")]


# --- who sees which ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "in_team", "alone"),
    [
        (Role.PEER_EDUCATOR, 200, 404),
        (Role.OUTREACH_WORKER, 200, 404),
        (Role.SUPERVISOR, 200, 200),
        (Role.PROGRAMME_MANAGER, 403, 403),
        (Role.DATA_OFFICER, 403, 403),
        (Role.HOTLINE_COUNSELLOR, 403, 403),
        (Role.ADMINISTRATOR, 403, 403),
    ],
)
def test_hotspot_is_seen_by_its_team_and_by_supervisors(signed_in, role, in_team, alone):
    browser, spot = signed_in(role), made()

    before = browser.get(spot.get_absolute_url()).status_code
    spot.team.add(browser.user)
    after = browser.get(spot.get_absolute_url()).status_code

    assert (before, after) == (alone, in_team)


def test_team_that_changes_is_in_force_at_once(signed_in):
    browser = signed_in(Role.PEER_EDUCATOR)
    spot = made(team=[browser.user])
    before = browser.get(spot.get_absolute_url()).status_code

    hotspots.amend(hotspot=spot, entry=entry(), by=system_user())

    assert (before, browser.get(spot.get_absolute_url()).status_code) == (200, 404)


def test_role_that_ended_shows_nothing_any_more(signed_in):
    browser = signed_in(Role.PEER_EDUCATOR)
    spot = made(team=[browser.user])

    memberships.end(membership=browser.user.memberships.get(), by=system_user())

    assert not Hotspot.objects.visible_to(memberships.scope_of(browser.user)).filter(pk=spot.pk).exists()


@pytest.mark.parametrize("step", ["", "amend/", "state/", "estimate/"])
def test_hotspot_of_another_organisation_is_not_there(signed_in, step):
    spot = made("NGO-B")

    assert signed_in(Role.SUPERVISOR).get(f"{spot.get_absolute_url()}{step}").status_code == 404


@pytest.mark.parametrize("role", [Role.PEER_EDUCATOR, Role.OUTREACH_WORKER])
def test_team_changes_nothing(signed_in, role):
    browser = signed_in(role)
    spot = made(team=[browser.user])

    answers = [
        browser.get(f"{spot.get_absolute_url()}{step}").status_code for step in ("amend/", "state/", "estimate/")
    ]

    assert answers == [403, 403, 403]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_asks_the_same_number_of_queries(signed_in, rows, django_assert_num_queries):
    browser = signed_in(Role.OUTREACH_WORKER)
    for number in range(rows):
        estimated(made(name=f"Spot {number}", team=[browser.user]), 1, 2, 3)
    browser.get(LIST)

    with django_assert_num_queries(9):
        response = browser.get(LIST)

    assert len(response.context["rows"]) == rows


def test_list_is_found_by_name_district_kind_and_state(signed_in):
    browser = signed_in(Role.SUPERVISOR)
    one = made(name="Alpha")
    stands(made(name="Beta", venue="street", district_id="1202"), "closed")

    for query in ("name=alp", "name=SPOT-1", "venue=park", "district=1201", "status=active"):
        rows = browser.get(f"{LIST}?{query}").context["rows"]

        assert [url for url, _cells in rows] == [one.get_absolute_url()]


# --- what others see ---------------------------------------------------------------------------------------


def test_site_carries_code_and_district_and_nothing_more():
    made(name="One")

    site = made(name="Two").site

    assert (site.code, site.name, site.kind) == ("SPOT-2", "Hotspot 02 · Chamkar Mon", "outreach_team")


def test_site_is_named_in_the_language_of_whoever_makes_it():
    with translation.override("km"):
        site = made().site

    assert "ចំការមន" in site.name


@pytest.mark.parametrize("role", [Role.PEER_EDUCATOR, Role.PROGRAMME_MANAGER, Role.DATA_OFFICER, Role.ADMINISTRATOR])
def test_name_is_nowhere_for_those_outside_the_team(signed_in, programme, role):
    browser = signed_in(role)
    spot = made(times="Nights behind it")
    estimated(spot, 1, 2, 3)
    programme.by = browser.user
    met = programme.met(programme.person(), "2025-01-01", site=spot.site)
    pages = [
        "/app/data/sites/",
        spot.site.get_absolute_url(),
        "/app/people/contacts/",
        met.get_absolute_url(),
        f"{met.get_absolute_url()}history/",
        "/app/record/contact/",
        "/app/data/audit/",
        "/app/groups/sessions/new/",
        f"{LIST}districts/",
        "/app/today/",
        "/app/figures/",
    ]

    answers = [(url, browser.get(url)) for url in pages]

    assert [url for url, answer in answers if SECRET.encode() in answer.content or b"Nights" in answer.content] == []
    assert {answer.status_code for _url, answer in answers} <= {200, 302, 403}


def test_audit_and_files_of_sites_hold_no_name():
    spot = made()
    stands(spot, "closed")
    hotspots.amend(hotspot=spot, entry=entry(name=f"{SECRET} 2", district_id="1202"), by=system_user())

    lines = "".join(f"{line.action}{line.detail}{line.record_id}" for line in AuditLine.objects.all())
    file = str(list(SiteResource().rows(Site.objects.all(), personal=True)))

    assert (SECRET in lines, SECRET in file) == (False, False)


def test_contact_form_says_the_real_name_to_the_team_alone(scope):
    peer = member(Role.PEER_EDUCATOR)
    mine, other = made(name="Mine", team=[peer]), made(name="Other")
    form = ContactForm(scope=scope(Role.PEER_EDUCATOR), organisations=[organisation()])

    names = dict(form.fields["site"].choices)

    assert (names[str(mine.pk)], names[str(other.pk)]) == ("Mine", "Hotspot 02 · Chamkar Mon")


@pytest.mark.parametrize("url", ["/app/groups/sessions/new/", "/app/people/needle-collections/new/"])
def test_other_forms_offer_the_place_by_the_name_that_its_team_uses(signed_in, url):
    browser = signed_in(Role.OUTREACH_WORKER)
    mine, other = made(name="Mine", team=[browser.user]), made(name="Other")

    names = {str(pk): name for pk, name in browser.get(url).context["form"].fields["site"].choices}

    assert (names[str(mine.pk)], names[str(other.pk)]) == ("Mine", other.site.name)


def test_names_are_for_those_who_see_the_hotspots(scope):
    spot = made()
    made("NGO-B")

    roles = (Role.SUPERVISOR, Role.PEER_EDUCATOR, Role.DATA_OFFICER)

    assert [readings.names_for(scope(role)) for role in roles] == [{spot.pk: SECRET}, {}, {}]


def test_district_sums_are_those_of_the_newest_estimates(scope):
    first, second = made(name="One"), made(name="Two")
    for spot, low, point, high in ((first, 10, 20, 40), (second, 5, 6, 7)):
        estimated(spot, 900, 900, 900, DAY - timedelta(days=30))
        estimated(spot, low, point, high)
    made(name="Three")
    estimated(made(name="Elsewhere", district_id="1202"), 1, 2, 3)
    stands(made(name="Gone"), "closed")
    estimated(made("NGO-B"), 500, 500, 500)

    found = readings.by_district(scope(Role.DATA_OFFICER))

    told = [(row.district.pk, row.hotspots, row.low, row.point, row.high, row.unknown) for row in found]
    assert told == [("1201", 3, 15, 26, 47, 1), ("1202", 1, 1, 2, 3, 0)]


@pytest.mark.parametrize("rows", [1, 3])
def test_districts_ask_the_same_number_of_queries(signed_in, rows, django_assert_num_queries):
    browser = signed_in(Role.PROGRAMME_MANAGER)
    for number in range(rows):
        estimated(made(name=f"Spot {number}", district_id=f"120{number + 1}"), 1, 2, 3)
    browser.get(f"{LIST}districts/")

    with django_assert_num_queries(5):
        response = browser.get(f"{LIST}districts/")

    assert len(response.context["rows"]) == rows
    assert b"SPOT-" not in response.content


def test_site_closed_by_somebody_else_is_not_counted(scope):
    spot = made()

    sites.close(site=spot.site, on=DAY, by=system_user())

    assert readings.by_district(scope(Role.SUPERVISOR)) == []
