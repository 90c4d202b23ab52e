"""Violence and concerns in files: what goes out comes in again exactly, restricted to those who may."""

from datetime import date, datetime, time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core import imports
from core.actions.memberships import scope_of
from core.models import AuditLine, Site
from core.models.users import system_user
from core.permissions import Role
from core.resources.workbooks import csv_bytes
from outreach.actions import concerns, violence
from outreach.models import Concern, Referral
from outreach.resources.clients import ClientResource
from outreach.resources.concerns import ConcernResource
from outreach.resources.violence import ViolenceResource
from outreach.rules.concerns import ConcernEntry, action
from outreach.rules.violence import ViolenceEntry
from tests.factories.files import bring, counted, organisation, refused, text_file
from tests.factories.people import member
from tests.outreach.leads import browser_of, lead_of

RAISED = timezone.make_aware(datetime(2025, 3, 10, 9, 0))
NOTES = (
    action(RAISED + timedelta(hours=1), "safe_now", 'With her "aunt"; no cost'),
    action(RAISED + timedelta(hours=2), "police"),
    action(RAISED + timedelta(days=2), "spoke", "=calm now"),
)


@pytest.fixture
def world(programme):
    """One event and one concern with everything, and one of each with next to nothing."""
    child = programme.person(born="2012-01-01", reference="C01")
    full = ViolenceEntry(
        occurred_on=date(2025, 3, 10),
        client_id=child.pk,
        site_id=programme.site("DIC-1").pk,
        types=frozenset({"sexual", "arrest"}),
        happened_on=date(2025, 3, 9),
        happened_at=time(21, 30),
        help_wanted=frozenset({"GBV", "CP"}),
        pep="accepted",
        note="=quiet",
        reference="V1",
    )
    bare = ViolenceEntry(occurred_on=date(2025, 3, 11), types=frozenset({"verbal"}), sex="M", age=30)
    write = {"by": system_user(), "organisation": programme.organisation}
    violence.record_many(entries=[full, bare], source="import", **write)
    told = ConcernEntry(
        occurred_on=date(2025, 3, 10),
        raised_at=RAISED,
        client_id=child.pk,
        violence_id=full.id,
        concerns=frozenset({"sexual", "detention"}),
        note="short",
        actions=NOTES,
        closed_on=date(2025, 3, 13),
        outcome="referred",
        reference="K1",
    )
    open_one = ConcernEntry(
        occurred_on=date(2025, 3, 11), raised_at=RAISED + timedelta(days=1), concerns=frozenset({"staff"}), sex="U"
    )
    concerns.record_many(entries=[told, open_one], **write)
    concerns.void(record=Concern.objects.get(pk=open_one.id), by=system_user(), reason="mistake")
    return programme


def exported(resource, code="NGO-A", *, personal=True):
    queryset = resource._meta.model.objects.filter(organisation__code=code).order_by("occurred_on", "reference")
    return csv_bytes(list(resource().rows(queryset, personal=personal)))


@pytest.mark.parametrize("personal", [True, False])
@pytest.mark.parametrize(("kind", "resource"), [("violence", ViolenceResource), ("concerns", ConcernResource)])
def test_export_brought_in_again_leaves_every_row_alone(world, kind, resource, personal):
    report = bring(kind, exported(resource, personal=personal), code="NGO-A")

    assert (counted(report), report.ignored, report.warnings) == ((0, 0, 2), [], [])


def test_export_brought_into_an_empty_organisation_says_the_same(world):
    kinds = {"clients": ClientResource, "violence": ViolenceResource, "concerns": ConcernResource}
    files = {kind: exported(resource) for kind, resource in kinds.items()}
    Site.objects.create(organisation=organisation("OTHER"), code="DIC-1", name="DIC-1", kind="dic")
    for kind, content in files.items():
        bring(kind, content, code="OTHER")

    assert {kind: exported(resource, "OTHER") for kind, resource in kinds.items()} == files
    copy, first = (Concern.objects.get(reference="K1", organisation__code=code) for code in ("OTHER", "NGO-A"))
    assert (copy.actions, copy.first_action_at, copy.respond_by) == (
        first.actions,
        first.first_action_at,
        first.respond_by,
    )
    assert copy.violence.organisation.code == "OTHER"


def test_import_makes_no_referral_and_no_second_concern(world):
    assert (Referral.objects.count(), Concern.objects.count()) == (0, 2)


def test_columns_of_notes_are_personal(world):
    headers = {
        personal: [exported(resource, personal=personal).decode("utf-8-sig").splitlines()[0].split(",")]
        for resource in (ConcernResource,)
        for personal in (True, False)
    }

    assert set(headers[True][0]) - set(headers[False][0]) == {"note", "action_notes"}


def test_import_without_notes_leaves_those_that_are_there(world):
    content = text_file(
        "id,date,raised_at,concerns,actions",
        "K1,2025-03-10,2025-03-10 09:00,sexual;detention,2025-03-10 10:00=safe_now;2025-03-11 08:00=family",
    )

    bring("concerns", content, code="NGO-A")

    rows = Concern.objects.get(reference="K1").actions
    assert [(what, note) for _at, what, note in rows] == [("safe_now", 'With her "aunt"; no cost'), ("family", "")]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("X1,2025-03-10,2025-03-10 09:00,nope,", "concerns"),
        ("X1,2025-03-10,2025-03-11 09:00,neglect,", "raised_at"),
        ("X1,2025-03-10,yesterday,neglect,", "raised_at"),
        ("X1,2025-03-10,,neglect,", "raised_at"),
        ("X1,2025-03-10,2025-03-10 09:00,neglect,2025-03-10 08:59=spoke", "actions"),
        ("X1,2025-03-10,2025-03-10 09:00,neglect,spoke", "actions"),
        ("X1,2025-03-10,2025-03-10 09:00,neglect,2025-03-10 10:00=sang", "actions"),
        ("X1,2025-03-10,2025-03-10 09:00,neglect,=spoke", "actions"),
        ("X1,2025-03-10,2025-03-10 09:00,neglect,0001-01-01 00:00=spoke", "actions"),
        ("X1,2025-03-10,9999-12-31T23:59+00:00,neglect,", "raised_at"),
    ],
)
def test_import_of_a_concern_refuses_beside_its_column(lists, cells, column):
    content = text_file("id,date,raised_at,concerns,actions", cells)

    assert [found for _row, found, _value in refused("concerns", content)] == [column]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ("X1,2025-03-10,nope,,", "types"),
        ("X1,2025-03-10,,,", "types"),
        ("X1,2025-03-10,physical,HTS,", "help_wanted"),
        ("X1,2025-03-10,physical,,accepted", "pep"),
        ("X1,2025-03-10,sexual,,perhaps", "pep"),
    ],
)
def test_import_of_violence_refuses_beside_its_column(lists, cells, column):
    content = text_file("id,date,types,help_wanted,pep", cells)

    assert [found for _row, found, _value in refused("violence", content)] == [column]


def test_kinds_are_offered_to_those_who_may_record_them(lists):
    offered = {
        role: {name for name, _label in imports.choices(scope_of(user))} & {"violence", "concerns"}
        for role, user in (
            ("data officer", member(Role.DATA_OFFICER)),
            ("manager", member(Role.PROGRAMME_MANAGER)),
            ("lead", lead_of(role=Role.PROGRAMME_MANAGER)),
        )
    }

    assert offered == {"data officer": {"violence"}, "manager": set(), "lead": {"concerns"}}


def test_export_by_a_lead_who_may_export_asks_a_reason_and_is_logged(world):
    lead = lead_of(role=Role.PROGRAMME_MANAGER)
    browser, url = browser_of(lead), reverse("concerns:export")

    without = browser.post(url, {"format": "csv", "reason": ""})
    file = browser.post(url, {"format": "csv", "reason": "hand-over"})

    assert (without.status_code, without["Content-Type"].split(";")[0]) == (200, "text/html")
    assert file["Content-Type"] == "text/csv; charset=utf-8"
    assert "action_notes" not in file.content.decode("utf-8-sig").splitlines()[0]
    assert AuditLine.objects.filter(action="concerns.export", actor=lead).count() == 1


def test_export_by_a_lead_who_may_not_export_is_refused(world):
    assert browser_of(lead_of()).get(reverse("concerns:export")).status_code == 403
