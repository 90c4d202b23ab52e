"""Restricted referrals: protection and violence for some, HIV care for some, everything else for the team."""

import pytest
from django.urls import reverse

from core import codes
from core.permissions import Role
from core.scope import SYSTEM
from outreach.models import Referral

pytestmark = pytest.mark.django_db
PROTECTION = ["CP", "GBV", "LEGAL", "SHELTER"]


def test_code_list_restricts_these(lists):
    assert sorted(codes.having("referral_type", "restricted", "protection")) == PROTECTION
    assert sorted(codes.having("referral_type", "restricted", "status")) == ["ART"]


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.SUPERVISOR, {"ART", "CP", "GBV", "LEGAL", "SHELTER", "STI"}),
        (Role.DATA_OFFICER, {"ART", "CP", "GBV", "LEGAL", "SHELTER", "STI"}),
        (Role.OUTREACH_WORKER, {"ART", "STI"}),
        (Role.PROGRAMME_MANAGER, {"STI"}),
    ],
)
def test_each_role_sees_what_it_may(programme, signed_in, scope, role, seen):
    person = programme.person()
    for kind in [*PROTECTION, "ART", "STI"]:
        programme.referred(person, "2025-03-01", kind=kind)
    browser = signed_in(role)

    rows = browser.get(reverse("referrals:list")).context["page_obj"]
    statuses = {r.type: browser.get(r.get_absolute_url()).status_code for r in Referral.objects.all()}

    assert {row.type for row in rows} == seen
    assert {kind for kind, status in statuses.items() if status == 200} == seen
    assert Referral.objects.visible_to(SYSTEM).count() == 6


def test_who_recorded_it_sees_it_again(programme, signed_in):
    browser = signed_in(Role.PEER_EDUCATOR)
    programme.by = browser.user
    mine = [programme.referred(programme.person(), "2025-03-01", kind=kind) for kind in ("GBV", "ART")]

    assert [browser.get(referral.get_absolute_url()).status_code for referral in mine] == [200, 200]


@pytest.mark.parametrize("name", ["detail", "amend", "status", "history", "slip", "tracing"])
def test_no_page_of_a_restricted_referral_is_there_for_others(programme, signed_in, name):
    referral = programme.referred(programme.person(), "2025-03-01", kind="GBV")
    browser = signed_in(Role.OUTREACH_WORKER)

    assert browser.get(reverse(f"referrals:{name}", args=[referral.pk])).status_code == 404


def test_persons_and_contacts_pages_leave_it_out(programme, signed_in):
    person = programme.person()
    contact = programme.met(person, "2025-03-01")
    programme.referred(person, "2025-03-01", kind="GBV", contact=contact)
    browser = signed_in(Role.OUTREACH_WORKER)

    texts = [browser.get(row.get_absolute_url()).content.decode() for row in (person, contact)]

    label = codes.label("referral_type", "GBV")
    assert browser.get(person.get_absolute_url()).context["referral_rows"] == []
    assert [text for text in texts if label in text] == []


def test_export_leaves_it_out(programme, signed_in):
    programme.referred(programme.person(), "2025-03-01", kind="ART", reference="R-ART")
    programme.referred(programme.person(), "2025-03-01", kind="STI", reference="R-STI")
    browser = signed_in(Role.PROGRAMME_MANAGER)

    response = browser.post(reverse("referrals:export"), {"format": "csv", "reason": "test"})
    text = b"".join(response.streaming_content if response.streaming else [response.content]).decode("utf-8-sig")

    assert ("R-STI" in text, "R-ART" in text) == (True, False)


def test_figures_list_shows_a_line_without_words(programme, signed_in):
    done = {"status": "completed", "closed": "2025-03-05"}
    programme.referred(programme.person(), "2025-03-01", kind="ART", **done)
    programme.referred(programme.person(), "2025-03-01", kind="STI", **done)
    browser = signed_in(Role.PROGRAMME_MANAGER)

    page = browser.get("/app/figures/REF_DONE/list/", {"period": "2025"})

    assert (page.status_code, page.context["result_count"]) == (200, 2)
    assert codes.label("referral_type", "ART") not in page.content.decode()
