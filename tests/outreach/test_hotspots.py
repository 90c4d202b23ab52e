"""Hotspots: who sees which, what may stand in one, and that nobody else learns a name."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from core.actions import memberships, sites
from core.actions.records import Refused
from core.models import AuditLine, Organisation, ServicePoint, Site
from core.models.users import system_user
from core.permissions import Role
from core.resources.sites import SiteResource
from core.resources.workbooks import csv_bytes
from core.rules.problems import InvalidEntries
from outreach import hotspots as readings
from outreach.actions import hotspots
from outreach.forms.contacts import ContactForm
from outreach.models import Contact, Hotspot, SizeEstimate
from outreach.resources.hotspots import HotspotResource
from outreach.rules.hotspots import EstimateEntry, HotspotEntry, StateEntry
from tests.factories.files import bring, counted, refused, text_file
from tests.factories.people import member, organisation

LIST = "/app/people/hotspots/"
SECRET = "Behind the blue pump"
DAY = date(2025, 3, 1)


def entry(**said):
    return HotspotEntry(
        **{"name": SECRET, "venue": "park", "times": "Nights", "district_id": "1201", "team": frozenset(), **said}
    )


def made(code="NGO-A", **said):
    """A hotspot, with its site."""
    said["team"] = frozenset(user.pk for user in said.get("team", ()))
    return hotspots.create(organisation=organisation(code), entry=entry(**said), by=system_user())


def estimated(hotspot, low, point, high, on=DAY):
    said = EstimateEntry(estimated_on=on, low=low, point=point, high=high, method="count")
    return hotspots.estimate(hotspot=hotspot, entry=said, by=system_user())


def stands(hotspot, status, since=DAY, to=None):
    said = StateEntry(status=status, since=since, moved_to_id=to and to.pk)
    return hotspots.set_state(hotspot=hotspot, entry=said, by=system_user())


@pytest.fixture(autouse=True)
def organisations(lists):
    return [organisation(code) for code in ("NGO-A", "NGO-B")]


def problems(wrong):
    return [problem.field for found in wrong.value.problems.values() for problem in found]


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


# --- files -------------------------------------------------------------------------------------------------

HEADER = "code,name,venue,times,district,status,since,moved_to,team,estimated_on,low,point,high,method"


def exported(code="DEMO-NGO"):
    rows = Hotspot.objects.filter(site__organisation__code=code).order_by("site__code")
    return csv_bytes(list(HotspotResource().rows(rows, personal=True)))


@pytest.fixture
def two():
    """Two hotspots from a file, one of which moved to the other."""
    member(Role.PEER_EDUCATOR, "DEMO-NGO", "sok")
    return bring(
        "hotspots",
        text_file(
            HEADER,
            "SPOT-1,One,park,Nights,1201,moved,2025-02-01,SPOT-2,sok,2025-01-01,1,2,3,count",
            "SPOT-2,Two,street,,1202,active,2025-01-05,,,,,,,",
        ),
    )


def test_file_says_everything(two):
    one, other = Hotspot.objects.order_by("site__code")

    assert (counted(two), one.site.name, one.moved_to, one.site.closed_on) == (
        (2, 0, 0),
        "Hotspot 01 · Chamkar Mon",
        other,
        date(2025, 2, 1),
    )
    assert ([str(user) for user in one.team.all()], one.newest_estimate.point) == (["sok"], 2)
    assert (other.status, other.status_since, list(other.estimates.all())) == ("active", date(2025, 1, 5), [])


def test_export_brought_in_again_leaves_every_row_alone(two):
    assert counted(bring("hotspots", exported())) == (0, 0, 2)


def test_export_comes_whole_into_the_empty(two):
    content = exported()
    memberships.grant(
        user=member(None, username="sok"),
        organisation=Organisation.objects.create(code="EMPTY", name="Empty"),
        role=Role.PEER_EDUCATOR,
        by=system_user(),
    )

    bring("hotspots", content, code="EMPTY")

    assert exported("EMPTY") == content


def test_file_without_columns_leaves_what_they_hold(two):
    report = bring("hotspots", text_file("code,name,venue,district", "SPOT-1,Uno,park,1201"))

    one = Hotspot.objects.get(site__code="SPOT-1")
    assert (counted(report), one.name, one.times, one.status, one.team.count()) == (
        (0, 1, 0),
        "Uno",
        "Nights",
        "moved",
        1,
    )


def test_file_makes_a_hotspot_of_a_site_that_is_there(lists):
    site = Site.objects.create(organisation=organisation("DEMO-NGO"), code="R1", name=SECRET)

    bring("hotspots", text_file("code,name,venue,district", f"R1,{SECRET},park,1201"))

    site.refresh_from_db()
    assert (site.name, site.hotspot.name) == ("Hotspot R1 · Chamkar Mon", SECRET)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("S,One,moon,,1201,,,,,,,,,", ("venue", "moon")),
        ("S,One,park,,9999,,,,,,,,,", ("district", "9999")),
        ("S,One,park,,1201,asleep,,,,,,,,", ("status", "asleep")),
        ("S,One,park,,1201,,,,nobody,,,,,", ("team", "nobody")),
        ("S,One,park,,1201,moved,2025-01-01,NONE,,,,,,", ("moved_to", "NONE")),
        ("S,One,park,,1201,,,,,2025-01-01,3,2,4,count", ("point", "2")),
        ("S,One,park,,1201,,,,,2025-01-01,3,,4,count", ("point", "")),
    ],
)
def test_row_that_makes_no_sense_is_refused(line, problem):
    found = refused("hotspots", text_file(HEADER, line))

    assert [(column, value) for _row, column, value in found] == [problem]


def test_two_rows_of_one_name_are_told_apart():
    found = refused("hotspots", text_file(HEADER, *(f"S{n},One,park,,1201,,,,,,,,," for n in (1, 2))))

    assert [(row, column) for row, column, _value in found] == [(3, "name")]


def test_export_is_for_those_who_see_hotspots_and_may_export(signed_in):
    assert signed_in(Role.SUPERVISOR).get(reverse("hotspots:export")).status_code == 403
    assert signed_in(Role.DATA_OFFICER).get(reverse("hotspots:export")).status_code == 403


def test_site_closed_by_somebody_else_is_not_counted(scope):
    spot = made()

    sites.close(site=spot.site, on=DAY, by=system_user())

    assert readings.by_district(scope(Role.SUPERVISOR)) == []
