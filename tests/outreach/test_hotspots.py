"""Hotspots: what may stand in one, how it moves, closes and is estimated."""

from datetime import timedelta

import pytest
from django.utils import timezone

from core.actions.records import Refused
from core.models import AuditLine, ServicePoint, Site
from core.models.users import system_user
from core.permissions import Role
from core.rules.problems import InvalidEntries
from outreach.actions import hotspots
from outreach.models import Contact, Hotspot, SizeEstimate
from tests.factories.hotspots import DAY, SECRET, entry, estimated, made, stands
from tests.factories.people import member, organisation

LIST = "/app/people/hotspots/"


@pytest.fixture(autouse=True)
def organisations(lists):
    return [organisation(code) for code in ("NGO-A", "NGO-B")]


def problems(wrong):
    return [problem.field for found in wrong.value.problems.values() for problem in found]


# --- what may stand in one ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "012 345 678"}, "name"),
        ({"times": "ask 012345678"}, "times"),
        ({"venue": "moon"}, "venue"),
        ({"district_id": ""}, "district"),
        ({"district_id": "9999"}, "district"),
    ],
)
def test_hotspot_with_a_wrong_value_says_which(said, field):
    with pytest.raises(InvalidEntries) as wrong:
        made(**said)

    assert problems(wrong) == [field]


@pytest.mark.parametrize(("role", "code"), [(Role.PEER_EDUCATOR, "NGO-B"), (Role.PROGRAMME_MANAGER, "NGO-A")])
def test_team_works_in_the_field_of_the_organisation(role, code):
    with pytest.raises(InvalidEntries) as wrong:
        made(team=[member(role, code)])

    assert problems(wrong) == ["team"]


def test_second_tap_makes_no_second_hotspot(signed_in):
    browser = signed_in(Role.SUPERVISOR)
    data = {"name": SECRET, "venue": "park", "district": "1201", "times": ""}

    answers = [browser.post(f"{LIST}new/", data).status_code for _time in range(2)]

    assert (answers, Hotspot.objects.count(), Site.objects.count()) == ([302, 200], 1, 1)


def test_new_hotspot_has_site_team_and_audit(signed_in):
    browser, peer = signed_in(Role.SUPERVISOR), member(Role.PEER_EDUCATOR)
    data = {"name": SECRET, "venue": "using_site", "district": "1201", "times": "Nights", "team": [peer.pk]}

    response = browser.post(f"{LIST}new/", data)

    spot = Hotspot.objects.get()
    assert response["Location"] == spot.get_absolute_url()
    assert (spot.name, spot.venue, spot.times, list(spot.team.all())) == (SECRET, "using_site", "Nights", [peer])
    lines = AuditLine.objects.filter(actor=browser.user).order_by("sequence")
    assert list(lines.values_list("action", flat=True)) == ["site.create", "hotspot.create"]


def test_site_that_is_there_becomes_a_hotspot_with_a_neutral_name(signed_in, programme):
    site = programme.site("R1")
    Site.objects.filter(pk=site.pk).update(name=SECRET, kind="outreach_team")
    met = programme.met(None, "2025-01-01", site=site)

    data = {"name": SECRET, "venue": "park", "district": "1201", "site": site.pk}
    signed_in(Role.SUPERVISOR).post(f"{LIST}new/", data)

    site.refresh_from_db()
    assert (site.name, site.hotspot.name, Contact.objects.get().pk) == ("Hotspot R1 · Chamkar Mon", SECRET, met.pk)


def test_service_point_becomes_no_hotspot(programme):
    site = programme.site("DIC")
    ServicePoint.objects.create(site=site, kind="drop_in")

    with pytest.raises(Refused):
        hotspots.adopt(site=site, entry=entry(), by=system_user())


def test_changed_district_renames_the_site():
    spot = hotspots.amend(hotspot=made(), entry=entry(district_id="1202"), by=system_user())

    assert (spot.site.district_id, spot.site.name) == ("1202", "Hotspot 01 · Doun Penh")
    line = AuditLine.objects.get(action="hotspot.amend")
    assert line.detail == {"fields": ["district"]}


def test_hotspot_is_changed_on_its_page(signed_in):
    spot = made()
    url = f"{spot.get_absolute_url()}amend/"
    data = {"name": "Other", "venue": "street", "district": "1201", "times": ""}

    signed_in(Role.SUPERVISOR).post(url, data)

    spot.refresh_from_db()
    assert (spot.name, spot.venue, spot.times) == ("Other", "street", "")


# --- moved, closed -----------------------------------------------------------------------------------------


def test_closed_hotspot_closes_its_site_and_an_active_one_opens_it():
    spot = made()

    stands(spot, "closed")
    closed = Site.objects.get().closed_on
    stands(spot, "active")

    assert (closed, Site.objects.get().closed_on) == (DAY, None)
    lines = AuditLine.objects.filter(action__startswith="site.").order_by("sequence")
    assert [line.action for line in lines] == ["site.create", "site.close", "site.reopen"]


def test_moved_hotspot_says_where_to(signed_in):
    one, other = made(name="One"), made(name="Two")
    data = {"status": "moved", "since": "2025-03-01", "moved_to": other.pk}

    signed_in(Role.SUPERVISOR).post(f"{one.get_absolute_url()}state/", data)

    one = Hotspot.objects.get(pk=one.pk)
    assert (one.status, one.status_since, one.moved_to, one.site.closed_on) == ("moved", DAY, other, DAY)


def test_page_says_where_it_moved_by_the_neutral_name(signed_in):
    browser = signed_in(Role.PEER_EDUCATOR)
    one, other = made(name="One", team=[browser.user]), made(name=SECRET)
    stands(one, "moved", to=other)

    page = browser.get(one.get_absolute_url()).content.decode()

    assert (other.site.name in page, SECRET in page) == (True, False)


@pytest.mark.parametrize(
    ("status", "since", "to", "field"),
    [
        ("moved", DAY, "itself", "moved_to"),
        ("moved", DAY, "foreign", "moved_to"),
        ("closed", DAY, "other", "moved_to"),
        ("closed", "tomorrow", None, "since"),
        ("asleep", DAY, None, "status"),
    ],
)
def test_state_that_makes_no_sense_is_refused(status, since, to, field):
    spot = made()
    targets = {"itself": spot, "other": made(name="Other"), "foreign": made("NGO-B"), None: None}
    since = timezone.localdate() + timedelta(days=1) if since == "tomorrow" else since

    with pytest.raises(InvalidEntries) as wrong:
        stands(spot, status, since, targets[to])

    assert problems(wrong) == [field]


def test_state_said_twice_leaves_one_line():
    spot = made()

    for _time in range(2):
        stands(spot, "closed")

    assert AuditLine.objects.filter(action="hotspot.state").count() == 1


# --- size estimates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "fields"),
    [
        ((0, 0, 0), []),
        ((5, 5, 5), []),
        ((6, 5, 5), ["point"]),
        ((5, 5, 4), ["high"]),
        ((9, 5, 1), ["point", "high"]),
        ((1, 2, 100_001), ["high"]),
        ((-1, 2, 3), ["low"]),
    ],
)
def test_estimate_is_in_order(numbers, fields):
    try:
        estimated(made(), *numbers)
        found = []
    except InvalidEntries as wrong:
        found = [problem.field for problem in wrong.problems[0]]

    assert found == fields


def test_estimate_of_a_day_to_come_is_refused():
    with pytest.raises(InvalidEntries) as wrong:
        estimated(made(), 1, 2, 3, timezone.localdate() + timedelta(days=1))

    assert problems(wrong) == ["estimated_on"]


def test_second_estimate_of_a_day_replaces_the_first_and_the_history_stays():
    spot = made()
    estimated(spot, 1, 2, 3, DAY - timedelta(days=1))
    estimated(spot, 4, 5, 6)
    estimated(spot, 4, 5, 6)

    estimated(spot, 7, 8, 9)

    assert [(row.low, row.point, row.high) for row in spot.estimates.all()] == [(7, 8, 9), (1, 2, 3)]
    assert AuditLine.objects.filter(action="hotspot.estimate").count() == 3


def test_estimate_form_shows_what_is_wrong_beside_its_field(signed_in):
    spot = made()
    data = {"low": 5, "point": 3, "high": 9, "method": "count", "estimated_on": "2025-03-01"}

    response = signed_in(Role.SUPERVISOR).post(f"{spot.get_absolute_url()}estimate/", data)

    assert (list(response.context["form"].errors), SizeEstimate.objects.count()) == (["point"], 0)
