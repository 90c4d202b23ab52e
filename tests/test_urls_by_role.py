"""Every address of the workspace × every role: what a GET answers, and that another organisation's rows are not there.

A new address fails here until it has a line in `urls_by_role.txt`; the failure prints the line as the software
answers now. Compare it with `core/permissions.py` before pasting it. A new kind of row needs a maker in `rows`.
"""

import re
from datetime import date
from pathlib import Path

import pytest
from django.core.cache import caches
from django.test import Client as Browser
from django.urls import URLPattern, get_resolver
from django.utils import timezone

from core import codes
from core.actions import audit
from core.models import AuditLine, Code, ConflictingCopy, ImportJob, Membership, ServicePoint, Site
from core.models.users import system_user
from core.permissions import Role
from fixtures.actions import reference
from outreach.actions import campaigns, concerns, hotspots, needle_collections, overdoses, risk_reviews, violence
from outreach.models import Concern, LookAlike, Referral, ViolenceEvent
from outreach.rules.campaigns import CampaignEntry
from outreach.rules.concerns import ConcernEntry
from outreach.rules.hotspots import HotspotEntry
from outreach.rules.needle_collections import NeedleCollectionEntry
from outreach.rules.overdoses import OverdoseEntry
from outreach.rules.risk_reviews import RiskReviewEntry
from outreach.rules.violence import ViolenceEntry
from peers.actions import micro_plans, monthly_reports, roll_outs
from peers.rules.monthly_reports import ReportEntry
from peers.rules.roll_outs import RollOutEntry
from tests.factories import schools, staff, workplaces
from tests.factories.peers import peer
from tests.factories.programme import Programme
from tests.outreach.stock import Store
from tests.peers.courses import taught, visited
from tests.peers.plans import line, plan

pytestmark = pytest.mark.django_db
COVERED = ("app/", "api/", "healthz")

# nobody, then the roles in the order of `Role`: peer educator, outreach worker, supervisor, programme manager, data
# officer, hotline counsellor, partner viewer, editor, reviewer, administrator.
TABLE = (Path(__file__).parent / "urls_by_role.txt").read_text(encoding="utf-8")


def lines():
    """Route → statuses."""
    found = [line.split() for line in TABLE.splitlines() if line.strip()]
    return {route: [int(status) for status in statuses] for route, *statuses in found}


def routes(patterns=None, prefix=""):
    """Every route of the workspace, once."""
    found = []
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(pattern.pattern).replace("^", "").replace("$", "").replace("\\Z", "")
        if isinstance(pattern, URLPattern):
            found.append(route)
        elif (route or "app/").startswith(COVERED):
            found += routes(pattern.url_patterns, route)
    return list(dict.fromkeys(route for route in found if route.startswith(COVERED)))


def rows(organisation):
    """One row of each kind, by the beginning of its routes; the organisation's own."""
    programme = Programme(organisation.code)
    person = programme.person(group="PWID", born="1990-05-01")
    twin = programme.person(group="PWID", born="1990-05-01")
    met = programme.met(person, "2025-01-15")
    session = programme.talk("2025-01-16", 30)
    call = programme.rang("2025-01-16")
    site = Site.objects.create(organisation=organisation, code="SITE", name="Site", kind="dic")
    alike, _made = LookAlike.objects.get_or_create(
        first=min(person, twin, key=_key), second=max(person, twin, key=_key)
    )
    copy = conflicting(session)
    audit.write(organisation_id=organisation.pk, by=None, entries=[audit.Entry("client.view")])
    worker = staff.member(Role.OUTREACH_WORKER, organisation)
    return {
        "app/data/audit/": AuditLine.objects.filter(chain__organisation=organisation).last().pk,
        "app/data/centres/": site.pk,
        "app/record/centre/visit/": programme.met(None, "2025-01-15", kind="dic_visit", site=site).pk,
        "app/data/codes/": Code.objects.get(list="sex", code="F").pk,
        "app/data/conflicts/": copy.pk,
        "app/data/import/<": uploaded(organisation, worker).pk,
        "app/data/members/": Membership.objects.get(user=worker).pk,
        "app/data/organisations/": organisation.pk,
        "app/data/sites/": site.pk,
        "app/groups/sessions/": session.pk,
        **groups_of(organisation),
        "app/people/hotspots/": hotspot_of(organisation).pk,
        "app/people/calls/": call.pk,
        "app/people/clients/": person.pk,
        "app/people/concerns/": worried(organisation).pk,
        "app/people/violence/": told_of(organisation).pk,
        "app/people/contacts/": met.pk,
        **harm_reduction_of(programme, person),
        **stock_of(programme),
        "app/people/duplicates/": alike.pk,
        "app/people/referrals/incoming/": sent_to(organisation).pk,
        "app/people/referrals/": programme.referred(person, "2025-01-17").pk,
    }


def groups_of(organisation):
    """Peer educators, campaigns, workplaces and schools."""
    return {
        **peer_of(organisation),
        "app/groups/campaigns/": campaign_of(organisation),
        **workplace_of(organisation),
        **schools_of(organisation),
    }


def coached(organisation):
    """A training, and a visit to a peer educator in nobody's team."""
    somebody = peer("PE-2", organisation=organisation)
    return {
        "app/groups/trainings/": taught(code=organisation.code).pk,
        "app/groups/supervision/": visited(somebody, code=organisation.code).pk,
    }


def planned(made, organisation):
    """A micro-plan of the peer educator, planned anew once."""
    made = plan(made, [line(Programme(organisation.code).person(reference="PLANNED"))])
    micro_plans.amend_many(entries=[micro_plans.entry_of(made, weeks=3)], by=system_user(), organisation=organisation)
    return made


def campaign_of(organisation):
    """The key of a campaign."""
    entry = CampaignEntry(occurred_on=date(2025, 1, 1), name="K-1")
    campaigns.record(entry=entry, by=system_user(), organisation=organisation)
    return entry.id


def workplace_of(organisation):
    """A workplace, its committee that has gone quiet, and a meeting."""
    at = workplaces.workplace(organisation=organisation)
    formed = workplaces.committee(at, formed="2025-01-10")
    return {
        "app/groups/workplaces/": at.pk,
        "app/groups/committees/": formed.pk,
        "app/groups/committee-meetings/": workplaces.meeting(formed, "2025-02-01").pk,
    }


def peer_of(organisation):
    """A peer educator in nobody's team, and their report of a month."""
    made = peer(organisation=organisation)
    report = ReportEntry(occurred_on=date(2025, 2, 1), peer_id=made.pk, month=date(2025, 1, 1))
    monthly_reports.record(entry=report, by=system_user(), organisation=organisation)
    found = {"app/groups/peer-educators/": made.pk, "app/groups/monthly-reports/": report.id}
    found["app/groups/plans/"] = planned(made, organisation).pk
    return found | coached(organisation)


def hotspot_of(organisation):
    """A hotspot in whose team nobody is."""
    said = HotspotEntry(name="ផ្សារ", venue="park", district_id="1201")
    return hotspots.create(organisation=organisation, entry=said, by=system_user())


def sent_to(organisation):
    """An open referral of a third organisation to a service of this one, with consent."""
    third = Programme(f"third-{organisation.code}")
    point = ServicePoint.objects.create(site=Programme(organisation.code).site("POINT"), kind="sti", public=True)
    referral = third.referred(third.person(), "2025-01-18", kind="STI")
    Referral.objects.filter(pk=referral.pk).update(destination=point, share_consent=True)
    return referral


def harm_reduction_of(programme, person):
    """A risk review, an overdose and a collection round."""
    who = {"by": programme.by, "organisation": programme.organisation}
    day = date(2025, 1, 18)
    review = RiskReviewEntry(occurred_on=day, client_id=person.pk, answers={"RQ07": "no"})
    overdose = OverdoseEntry(occurred_on=day, client_id=person.pk)
    collected = NeedleCollectionEntry(occurred_on=day, method="counted", pieces=9, district_id="1201")
    risk_reviews.record(entry=review, **who)
    overdoses.record(entry=overdose, **who)
    needle_collections.record(entry=collected, **who)
    return {
        "app/people/risk-reviews/": review.id,
        "app/people/overdoses/": overdose.id,
        "app/people/needle-collections/": collected.id,
    }


def schools_of(organisation):
    """A school, a lesson in it, and how its province stands."""
    school = schools.school_of(home=organisation.code)
    state = RollOutEntry(occurred_on=date(2025, 1, 1), province_id="14", status="running")
    roll_outs.record(entry=state, by=system_user(), organisation=organisation)
    return {
        "app/groups/schools/": school.pk,
        "app/groups/lessons/": schools.lesson_of(school).pk,
        "app/groups/roll-out/states/": state.id,
    }


def stock_of(programme):
    """A delivery to the store, and a count of it."""
    store = Store(programme)
    return {
        "app/data/stock/documents/": store.receipt("2025-01-18", [("COND_M", 9)]).pk,
        "app/data/stock/counts/": store.count("2025-01-18", {"COND_M": 9}).pk,
        "app/data/stock/<": store.place(),
    }


def told_of(organisation):
    """Violence that somebody anonymous told of."""
    entry = ViolenceEntry(occurred_on=timezone.localdate(), types=frozenset({"physical"}), age=30)
    violence.record(entry=entry, by=system_user(), organisation=organisation)
    return ViolenceEvent.objects.get(pk=entry.id)


def worried(organisation):
    """A concern on which nothing was done yet."""
    entry = ConcernEntry(occurred_on=timezone.localdate(), concerns=frozenset({"neglect"}))
    concerns.record(entry=entry, by=system_user(), organisation=organisation)
    return Concern.objects.get(pk=entry.id)


def conflicting(session):
    """A second text of a session."""
    return ConflictingCopy.objects.create(
        organisation=session.organisation,
        record_kind="session",
        record_id=session.pk,
        content={**session.content(), "note": "another"},
        digest="0" * 64,
        sent_by=system_user(),
        sent_at=timezone.now(),
    )


def uploaded(organisation, worker):
    """A file on its way in."""
    return ImportJob.objects.create(
        organisation=organisation,
        kind="contacts",
        file_name="contacts.csv",
        digest="0" * 64,
        content=b"",
        state="ready",
        uploaded_by=worker,
        uploaded_at=timezone.now(),
    )


def _key(person):
    return str(person.pk)


def path_of(route, found):
    """The route with the row's key in place; a route of the account takes any text."""
    key = next((key for prefix, key in found.items() if route.startswith(prefix)), "x")
    texts = {"<slug:kind>": "contacts", "<str:code>": "REACH", "<str:commodity>": "COND_M", "<int:version>": "1"}
    for part, text in texts.items():
        route = route.replace(part, text)
    return "/" + re.sub(r"<[^>]+>", str(key), route)


@pytest.fixture
def world():
    """Code lists, two organisations with a row of each kind, and one browser for each role of the first."""
    caches["shared"].clear()
    reference.load(by=system_user())
    codes.clear()
    home, other = staff.organisation("home"), staff.organisation("other")
    browsers = [Browser()]
    for role in Role:
        browser = Browser()
        browser.force_login(staff.member(role, home))
        browsers.append(browser)
    return browsers, rows(home), rows(other)


def test_every_address_has_a_line_and_every_line_an_address():
    told, there = set(lines()), set(routes())

    assert (there - told, told - there) == (set(), set())


def test_every_line_names_every_role():
    assert {route: len(statuses) for route, statuses in lines().items() if len(statuses) != 1 + len(Role)} == {}


def test_every_address_answers_each_role_as_told(world):
    browsers, found, _other = world
    told = lines()

    differs = []
    for route in routes():
        answers = [browser.get(path_of(route, found)).status_code for browser in browsers]
        if answers != told.get(route):
            differs.append(f"{route} {' '.join(map(str, answers))}")

    assert differs == []


def test_every_row_of_another_organisation_is_not_there(world):
    browsers, _found, other = world
    told = lines()
    own = [route for route in routes() if "<" in route and path_of(route, other) != path_of(route, {})]
    own = [route for route in own if not route.startswith("app/data/codes/")]  # the whole installation's

    differs = []
    for route in own:
        detail = told.get(re.sub(r">/.*", ">/", route), told[route])
        posted = 405 in told[route]
        expected = [404 if status == 200 else status for status in detail]
        # An administrator's permissions reach every organisation.
        expected[-1] = detail[-1] if posted else told[route][-1]
        asked = [browser.post if posted else browser.get for browser in browsers]
        answers = [ask(path_of(route, other)).status_code for ask in asked]
        if answers != expected:
            differs.append(f"{route} {' '.join(map(str, answers))} instead of {' '.join(map(str, expected))}")

    assert own != []
    assert differs == []
