"""Campaigns in the forms and lists of calls and documents, and what came of each, side by side."""

import uuid
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from core.permissions import Role
from outreach.actions import hotline_calls, stock_documents
from outreach.models import HotlineCall, StockDocument
from outreach.models.hotline_calls import ANSWERED
from outreach.rules import hotline_calls as rules
from outreach.rules.hotline_calls import CallEntry
from tests.factories.programme import day
from tests.outreach.forms import reposted
from tests.outreach.stock import Store
from tests.outreach.test_campaigns import at, spread


def call(browser, **said):
    data = {"id": str(uuid.uuid4()), "nature": "information", "age_band": "AUNK", "sex": "U", **said}
    return browser.post(reverse("record-call"), data)


def choices(browser):
    form = browser.get(reverse("record-call")).context["form"]
    return [name for _key, name in form.fields["campaign"].choices] if "campaign" in form.fields else None


def test_quick_call_offers_what_runs_today(signed_in, programme, today):
    browser = signed_in(Role.HOTLINE_COUNSELLOR)
    yesterday, tomorrow = today - timedelta(days=1), today + timedelta(days=1)
    spread(programme, str(yesterday), ends_on=yesterday, name="over")
    spread(programme, str(tomorrow), name="later")
    nothing = choices(browser)
    spread(programme, str(yesterday), ends_on=today, name="last day")
    spread(programme, str(today), name="first day")

    assert (nothing, choices(browser)) == (None, ["Not asked", "first day", "last day"])


def test_quick_call_keeps_the_campaign_and_needs_none(signed_in, programme, today):
    browser, campaign = signed_in(Role.HOTLINE_COUNSELLOR), spread(programme, str(today))

    call(browser, campaign=str(campaign.pk))
    call(browser)
    call(browser, apart="silent")

    kept = sorted(HotlineCall.objects.values_list("nature", "campaign__name"), key=str)
    assert kept == [("information", "Know your status"), ("information", None), ("silent", None)]


@pytest.mark.parametrize("odd", ["x", "\0", str(uuid.uuid4())])
def test_quick_call_with_an_odd_campaign_is_refused(signed_in, programme, today, odd):
    spread(programme, str(today))

    assert call(signed_in(Role.HOTLINE_COUNSELLOR), campaign=odd).status_code == 200
    assert HotlineCall.objects.count() == 0


def test_quick_call_of_another_organisations_campaign_is_refused(signed_in, programme, other, today):
    spread(programme, str(today))

    response = call(signed_in(Role.HOTLINE_COUNSELLOR), campaign=str(spread(other, str(today)).pk))

    assert (response.status_code, HotlineCall.objects.count()) == (200, 0)


def test_quick_call_asks_no_key_and_one_query_for_campaigns(signed_in, programme, today, django_assert_num_queries):
    browser = signed_in(Role.HOTLINE_COUNSELLOR)
    browser.get(reverse("record-call"))
    with django_assert_num_queries(8):
        browser.get(reverse("record-call"))
    for name in ("one", "two", "three"):
        spread(programme, str(today), name=name)

    with django_assert_num_queries(8):
        page = browser.get(reverse("record-call"))

    assert [chip.data.get("key", "") for chip in page.context["form"]["campaign"]] == ["", "", "", ""]


def test_silent_call_heard_of_nothing(lists):
    entry = CallEntry(occurred_on=day("2025-03-01"), nature="silent", campaign_id=uuid.uuid4())

    assert [problem.field for problem in rules.problems(entry, today=day("2025-03-01"))] == ["campaign"]


def test_amending_a_call_keeps_or_takes_out_a_campaign_that_is_over(signed_in, programme):
    browser = signed_in()
    campaign = spread(programme, "2025-03-01", ends_on=day("2025-03-05"))
    rang = programme.rang("2025-03-08", campaign_id=campaign.pk)
    url = reverse("hotline-calls:amend", args=[rang.pk])

    reposted(browser, url, sex="F")
    kept = HotlineCall.objects.get()
    reposted(browser, url, campaign="")

    assert (kept.version, kept.campaign, kept.sex) == (2, campaign, "F")
    assert (HotlineCall.objects.get().version, HotlineCall.objects.get().campaign) == (3, None)


def test_document_form_keeps_the_campaign(signed_in, programme, today):
    browser, campaign = signed_in(), spread(programme)
    url = reverse("stock-documents:create")
    data = {
        "id": str(uuid.uuid4()),
        "kind": "receipt",
        "occurred_on": str(today),
        "destination_place": f"{programme.organisation.pk}:store",
        "commodity_0": "COND_M",
        "pieces_0": "30",
    }

    browser.post(url, {**data, "campaign": str(campaign.pk)})

    document = StockDocument.objects.get()
    page = browser.get(document.get_absolute_url()).content.decode()
    assert (document.campaign, "Know your status" in page) == (campaign, True)
    reposted(browser, reverse("stock-documents:amend", args=[document.pk]), campaign="")
    document.refresh_from_db()
    assert (document.campaign, document.version) == (None, 2)


@pytest.mark.parametrize("name", ["hotline-calls:list", "stock-documents:list"])
def test_lists_filter_by_campaign(signed_in, programme, other, name):
    browser, campaign = signed_in(), spread(programme)
    programme.rang("2025-03-02", campaign_id=campaign.pk)
    programme.rang("2025-03-02")
    store = Store(programme)
    store.receipt("2025-03-02", [("COND_M", 5)], campaign_id=campaign.pk)
    store.receipt("2025-03-02", [("COND_M", 5)])
    url = reverse(name)

    found = browser.get(url, {"campaign": campaign.pk})

    assert (found.status_code, found.context["result_count"]) == (200, 1)
    for odd in (spread(other).pk, uuid.uuid4(), "x"):
        assert browser.get(url, {"campaign": odd}).status_code == 400


def figures(browser, campaign):
    """(part, figure, number) of the campaign's page."""
    parts = browser.get(at("detail", campaign)).context["parts"]
    return [(str(title), figure.label, figure.number) for title, mine in parts for figure in mine]


@pytest.fixture
def played(programme, other, today):
    """Two campaigns with calls and documents, some void, some without; and another organisation's."""
    first, second = spread(programme, name="first"), spread(programme, "2025-04-01", name="second")
    store = Store(programme)
    for campaign, calls in ((first, 3), (second, 1), (None, 2)):
        for _number in range(calls):
            programme.rang("2025-03-02", campaign_id=campaign and campaign.pk)
    programme.rang("2025-03-03", nature="crisis", campaign_id=first.pk)
    gone = programme.rang("2025-03-03", campaign_id=first.pk)
    hotline_calls.void(record=gone, by=programme.by, reason="test")
    store.receipt("2025-03-01", [("COND_M", 500), ("LUBE_S", 40)], campaign_id=first.pk)
    store.transfer("2025-03-02", [("COND_M", 100)], to=programme.site("S1"), campaign_id=first.pk)
    lost = store.receipt("2025-03-01", [("COND_M", 7)], campaign_id=second.pk)
    stock_documents.void(record=lost, by=programme.by, reason="test")
    theirs = spread(other)
    other.rang("2025-03-02", campaign_id=theirs.pk)
    return first, second


def recount(campaign):
    """Answered calls, and pieces by commodity, from source rows in plain Python."""
    calls = [row for row in HotlineCall.objects.all() if row.campaign_id == campaign.pk and row.voided_at is None]
    pieces: Counter = Counter()
    for document in StockDocument.objects.all():
        if document.campaign_id == campaign.pk and document.voided_at is None:
            for commodity, number, _batch, _day in document.lines:
                pieces[commodity, document.kind] += number
    return sum(row.nature in ANSWERED for row in calls), dict(pieces)


def test_page_of_a_campaign_shows_each_part_as_recounted(signed_in, played):
    first, second = played
    browser = signed_in()
    hotline, moved = "Hotline", "Moved by deliveries and transfers"
    label = "Calls that heard through it"

    assert [recount(first), recount(second)] == [
        (4, {("COND_M", "receipt"): 500, ("LUBE_S", "receipt"): 40, ("COND_M", "transfer"): 100}),
        (1, {}),
    ]
    shown = [row for row in figures(browser, first) if row[0] in (hotline, moved)]
    assert shown == [
        (moved, "Male (external) condom: Received from a supplier", 500),
        (moved, "Male (external) condom: Moved to another place", 100),
        (moved, "Lubricant sachet: Received from a supplier", 40),
        (hotline, label, 4),
    ]
    assert [row for row in figures(browser, second) if row[0] in (hotline, moved)] == [(hotline, label, 1)]


def test_each_number_leads_to_its_list(signed_in, played):
    browser = signed_in()
    parts = browser.get(at("detail", played[0])).context["parts"]

    found = {str(title): browser.get(mine[-1].url) for title, mine in parts if mine}

    assert {title: page.status_code for title, page in found.items()} == dict.fromkeys(found, 200)
    assert found["Hotline"].context["result_count"] == 4
    assert found["Moved by deliveries and transfers"].context["result_count"] == 1


def test_parts_are_those_that_the_person_may_see(signed_in, played):
    titles = [
        str(title) for title, _ in signed_in(Role.HOTLINE_COUNSELLOR).get(at("detail", played[0])).context["parts"]
    ]

    assert titles == ["Hotline"]


def test_comparison_has_one_row_a_campaign_and_adds_nothing(signed_in, played):
    page = signed_in(Role.HOTLINE_COUNSELLOR).get(reverse("campaigns:compare"))

    assert [str(label) for label in page.context["columns"]] == ["Calls that heard through it"]
    rows = page.context["rows"]
    assert [(row.name, [f.number for _label, fs, _named in cells for f in fs]) for row, _days, cells in rows] == [
        ("second", [1]),
        ("first", [4]),
    ]
    assert "<tfoot" not in page.content.decode()


def test_comparison_takes_the_same_queries_for_one_row_and_three(signed_in, programme, django_assert_num_queries):
    browser, url = signed_in(), reverse("campaigns:compare")
    spread(programme)
    browser.get(url)
    with django_assert_num_queries(11):
        browser.get(url)
    for name in ("two", "three"):
        programme.rang("2025-03-02", campaign_id=spread(programme, name=name).pk)

    with django_assert_num_queries(11):
        page = browser.get(url)

    assert len(page.context["rows"]) == 3


def test_comparison_filters_and_refuses_unknown_ones(signed_in, played):
    browser, url = signed_in(), reverse("campaigns:compare")

    assert len(browser.get(url, {"occurred_on_after": "2025-04-01"}).context["rows"]) == 1
    assert [browser.get(url, odd).status_code for odd in ({"x": "1"}, {"running": "soon"})] == [400, 400]


def test_today_is_in_the_comparison_of_running_ones(signed_in, programme):
    spread(programme, str(timezone.localdate()), ends_on=timezone.localdate())

    assert len(signed_in().get(reverse("campaigns:compare"), {"running": "now"}).context["rows"]) == 1
