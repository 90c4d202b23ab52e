"""Campaigns: what they say, who names them, and the files that carry them."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.actions.records import Changed, Outcome, Refused
from core.models import AuditLine, ConflictingCopy
from core.permissions import Role
from core.resources.workbooks import csv_bytes
from core.rules.problems import InvalidEntries
from outreach.actions import campaigns, hotline_calls, stock_documents
from outreach.models import Campaign, HotlineCall, StockDocument
from outreach.resources.campaigns import CampaignResource
from outreach.resources.hotline_calls import HotlineCallResource
from outreach.resources.stock_documents import StockDocumentResource
from outreach.rules import campaigns as rules
from outreach.rules.campaigns import CampaignEntry
from outreach.rules.hotline_calls import CallEntry
from tests.factories.files import bring, counted, refused, text_file
from tests.factories.programme import day
from tests.outreach.forms import reposted
from tests.outreach.stock import Store

LIST = "campaigns:list"


def entry(on="2025-03-01", **said):
    return CampaignEntry(occurred_on=day(on), **({"name": "Know your status"} | said))


def spread(programme, on="2025-03-01", **said):
    found = entry(on, **said)
    campaigns.record(entry=found, by=programme.by, organisation=programme.organisation)
    return Campaign.objects.get(pk=found.id)


def at(name, campaign):
    return reverse(f"campaigns:{name}", args=[campaign.pk])


def create(browser, **said):
    data = {"id": str(uuid.uuid4()), "occurred_on": "2025-03-01", "name": "Know your status", **said}
    return browser.post(reverse("campaigns:create"), data)


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({}, []),
        ({"on": "1990-01-01"}, []),
        ({"on": "1989-12-31"}, ["occurred_on"]),
        ({"on": "9999-12-31"}, []),
        ({"name": "x" * 120}, []),
        ({"name": "x" * 121}, ["name"]),
        ({"name": "  "}, ["name"]),
        ({"ends_on": day("2025-03-01")}, []),
        ({"ends_on": day("2025-02-28")}, ["ends_on"]),
        ({"channels": frozenset({"radio", "event"})}, []),
        ({"channels": frozenset({"pigeon"})}, ["channels"]),
        ({"message": "x" * 281}, ["message"]),
        ({"message": "Ring 012 345 678"}, ["message"]),
    ],
)
def test_rules_at_their_edges(lists, said, fields):
    assert [problem.field for problem in rules.problems(entry(**said))] == fields


def test_form_and_bulk_path_agree(signed_in, programme):
    browser = signed_in()
    wrong = ({"name": ""}, {"ends_on": "2025-02-28"}, {"message": "Ring 012 345 678"}, {"occurred_on": "1989-12-31"})
    for said in wrong:
        assert create(browser, **said).status_code == 200

    bulk = [
        entry(name=""),
        entry(ends_on=day("2025-02-28")),
        entry(message="Ring 012 345 678"),
        entry("1989-12-31"),
    ]
    found = campaigns.problems_of(entries=bulk, organisation=programme.organisation)
    assert [[problem.field for problem in found[place]] for place in range(4)] == [
        ["name"],
        ["ends_on"],
        ["message"],
        ["occurred_on"],
    ]
    assert Campaign.objects.count() == 0


def test_create_keeps_what_was_typed(signed_in):
    browser = signed_in(Role.PROGRAMME_MANAGER)

    response = create(browser, message="Come and ask.", channels=["event", "radio"], ends_on="2025-04-01")

    found = Campaign.objects.get()
    assert response["Location"] == found.get_absolute_url()
    assert found.content() == {
        "name": "Know your status",
        "message": "Come and ask.",
        "channels": ["event", "radio"],
        "ends_on": "2025-04-01",
        "occurred_on": "2025-03-01",
        "reference": "",
    }


@pytest.mark.parametrize("odd", ["0001-01-01", "99999-01-01", "x\0", "2025-02-30", ""])
def test_create_with_an_odd_day_is_refused(signed_in, odd):
    assert create(signed_in(), occurred_on=odd).status_code == 200
    assert Campaign.objects.count() == 0


def test_sent_twice_is_one_and_other_content_is_kept_as_a_conflict(programme):
    first = entry()
    who = {"by": programme.by, "organisation": programme.organisation}

    outcomes = [
        campaigns.record(entry=first, **who),
        campaigns.record(entry=first, **who),
        campaigns.record(entry=entry(id=first.id, name="Another"), **who),
    ]

    assert outcomes == [Outcome.CREATED, Outcome.DUPLICATE, Outcome.CONFLICT]
    assert Campaign.objects.get().name == "Know your status"
    assert ConflictingCopy.objects.get().content["name"] == "Another"


def test_amend_is_a_version_and_an_older_one_is_told(programme):
    campaign = spread(programme)
    ended = campaigns.entry_of(campaign, ends_on=day("2025-05-01"))
    campaigns.amend(record=campaign, entry=ended, version=1, by=programme.by)

    with pytest.raises(Changed):
        campaigns.amend(record=campaign, entry=ended, version=1, by=programme.by)

    campaign.refresh_from_db()
    assert (campaign.version, campaign.ends_on) == (2, day("2025-05-01"))
    assert AuditLine.objects.filter(action="campaign.amend").count() == 1


def test_amend_on_the_screen_shows_in_the_history(signed_in, programme):
    browser, campaign = signed_in(), spread(programme, channels=frozenset({"radio"}))

    reposted(browser, at("amend", campaign), channels=["tv"], ends_on="2025-03-31")

    text = browser.get(at("history", campaign)).content.decode()
    assert ("Radio" in text, "Television" in text, "31 March 2025" in text) == (True, True, True)


def test_void_campaign_is_kept_and_listed_on_request(signed_in, programme):
    browser, campaign = signed_in(), spread(programme)

    browser.post(at("void", campaign), {"reason": "Entered twice"})

    counts = [browser.get(reverse(LIST), query).context["result_count"] for query in ({}, {"void": "with"})]
    assert counts == [0, 1]


def test_void_is_refused_while_records_name_it(signed_in, programme):
    browser, campaign = signed_in(), spread(programme)
    call = programme.rang("2025-03-02", campaign_id=campaign.pk)
    Store(programme).receipt("2025-03-01", [("COND_M", 10)], campaign_id=campaign.pk)

    response = browser.post(at("void", campaign), {"reason": "Entered twice"})
    hotline_calls.void(record=call, by=programme.by, reason="test")
    with pytest.raises(Refused) as refusal:
        campaigns.void(record=campaign, by=programme.by, reason="test")

    assert "2 records name this campaign" in response.content.decode()
    assert str(refusal.value).startswith("1 record names this campaign.")
    campaign.refresh_from_db()
    assert (campaign.voided_at, AuditLine.objects.filter(action="campaign.void").count()) == (None, 0)


def test_void_by_a_file_is_refused_while_records_name_it(programme):
    campaign = spread(programme, reference="K1")
    call = programme.rang("2025-03-02", campaign_id=campaign.pk)
    file = text_file("id,date,name,void", "K1,2025-03-01,Know your status,1")

    assert refused("campaigns", file, code="NGO-A") == [(2, "void", "1")]
    hotline_calls.void(record=call, by=programme.by, reason="test")
    assert counted(bring("campaigns", file, code="NGO-A")) == (0, 1, 0)
    assert Campaign.objects.get().is_void


def test_void_or_foreign_campaign_cannot_be_named(programme, other):
    gone, theirs = spread(programme), spread(other)
    campaigns.void(record=gone, by=programme.by, reason="test")

    for campaign in (gone, theirs):
        call = CallEntry(occurred_on=day("2025-03-02"), nature="information", campaign_id=campaign.pk)
        document = Store(programme).entry("receipt", "2025-03-02", [("COND_M", 1)], to="store", campaign_id=campaign.pk)
        for writer, said in ((hotline_calls.writer, call), (stock_documents.writer, document)):
            with pytest.raises(InvalidEntries):
                writer.record(entry=said, by=programme.by, organisation=programme.organisation)

    assert (HotlineCall.objects.count(), StockDocument.objects.count()) == (0, 0)


def test_list_takes_the_same_queries_for_one_row_and_three(signed_in, programme, django_assert_num_queries):
    browser = signed_in()
    spread(programme)
    browser.get(reverse(LIST))

    with django_assert_num_queries(5):
        browser.get(reverse(LIST))
    spread(programme, channels=frozenset({"radio"}))
    spread(programme, ends_on=day("2025-04-01"))
    with django_assert_num_queries(5):
        browser.get(reverse(LIST))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"open", "last", "over", "later"}),
        ({"running": "now"}, {"open", "last"}),
        ({"running": "over"}, {"over"}),
        ({"running": "later"}, {"later"}),
        ({"channel": "radio"}, {"open"}),
        ({"occurred_on_before": "2024-12-31"}, {"over"}),
    ],
)
def test_list_filters(signed_in, programme, query, names):
    today = timezone.localdate()
    spread(programme, name="open", channels=frozenset({"radio", "tv"}))
    spread(programme, name="last", ends_on=today)
    spread(programme, "2024-01-01", name="over", ends_on=today - timedelta(days=1))
    spread(programme, str(today + timedelta(days=1)), name="later", channels=frozenset({"tv"}))

    rows = signed_in().get(reverse(LIST), query).context["rows"]

    assert {cells[0][1] for _url, cells in rows} == names


@pytest.mark.parametrize("name", ["detail", "amend", "void", "history"])
def test_campaign_of_another_organisation_does_not_exist(signed_in, other, name):
    browser, campaign = signed_in(), spread(other)

    assert (browser.get(at(name, campaign)).status_code, browser.post(at(name, campaign)).status_code) in (
        (404, 404),
        (404, 405),
    )


def test_peer_educator_reads_and_does_not_write(signed_in, programme):
    browser, campaign = signed_in(Role.PEER_EDUCATOR), spread(programme)

    answers = [browser.get(at(name, campaign)).status_code for name in ("detail", "history", "amend", "void")]

    assert (answers, create(browser).status_code) == ([200, 200, 403, 403], 403)


def exported(resource, queryset):
    return csv_bytes(list(resource().rows(queryset, personal=True)))


def test_file_comes_in_again_as_it_went_out(programme):
    gone = spread(programme, reference="K0")
    spread(programme, reference="K1", message="=Come", channels=frozenset({"radio", "tv"}), ends_on=day("2025-04-01"))
    spread(programme)
    campaigns.void(record=gone, by=programme.by, reason="test")
    out = exported(CampaignResource, Campaign.objects.all())

    assert counted(bring("campaigns", out, code="NGO-A")) == (0, 0, 3)
    assert counted(bring("campaigns", out, code="NGO-B")) == (3, 0, 0)


def test_calls_and_documents_come_in_again_with_their_campaign(programme):
    named, unnamed = spread(programme, reference="K1"), spread(programme)
    programme.rang("2025-03-02", campaign_id=named.pk)
    programme.rang("2025-03-03", campaign_id=unnamed.pk)
    store = Store(programme)
    store.receipt("2025-03-01", [("COND_M", 10)], campaign_id=named.pk)
    store.receipt("2025-03-01", [("COND_M", 10)], campaign_id=unnamed.pk)
    calls = exported(HotlineCallResource, HotlineCall.objects.all())
    documents = exported(StockDocumentResource, StockDocument.objects.all())

    assert [key.encode() in calls for key in ("K1", str(unnamed.pk))] == [True, True]
    assert counted(bring("hotline_calls", calls, code="NGO-A")) == (0, 0, 2)
    assert counted(bring("stock_documents", documents, code="NGO-A")) == (0, 0, 2)


def test_void_call_with_a_void_campaign_is_left_alone_by_its_file(programme):
    campaign = spread(programme, reference="K1")
    call = programme.rang("2025-03-02", campaign_id=campaign.pk)
    hotline_calls.void(record=call, by=programme.by, reason="test")
    campaigns.void(record=campaign, by=programme.by, reason="test")

    out = exported(HotlineCallResource, HotlineCall.objects.all())

    assert counted(bring("hotline_calls", out, code="NGO-A")) == (0, 0, 1)


def test_file_names_campaigns_by_reference_and_clears_them(programme):
    campaign = spread(programme, reference="K1")
    lines = ["id,date,nature,campaign", "H1,2025-03-02,information,K1", "H2,2025-03-02,information,"]

    bring("hotline_calls", text_file(*lines), code="NGO-A")
    named = list(HotlineCall.objects.order_by("reference").values_list("campaign", flat=True))
    bring("hotline_calls", text_file(lines[0], "H1,2025-03-02,information,"), code="NGO-A")

    assert named == [campaign.pk, None]
    assert HotlineCall.objects.exclude(campaign=None).count() == 0
    assert refused("hotline_calls", text_file(lines[0], "H3,2025-03-02,information,K2"), code="NGO-A") == [
        (2, "campaign", "K2")
    ]
