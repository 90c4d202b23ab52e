"""Hotspots from a file, and in one."""

from datetime import date

import pytest
from django.urls import reverse

from core.actions import memberships
from core.models import Organisation, Site
from core.models.users import system_user
from core.permissions import Role
from core.resources.workbooks import csv_bytes
from outreach.models import Hotspot
from outreach.resources.hotspots import HotspotResource
from tests.factories.files import bring, counted, refused, text_file
from tests.factories.hotspots import SECRET
from tests.factories.people import member, organisation


@pytest.fixture(autouse=True)
def organisations(lists):
    return [organisation(code) for code in ("NGO-A", "NGO-B")]


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
