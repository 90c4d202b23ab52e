"""Hotline calls as records: the register, the card of the day, the week by hour, files."""

import re
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from core.permissions import Role
from outreach.actions import hotline_calls as calls
from outreach.forms.hotline_calls import HotlineCallForm
from outreach.models import HotlineCall
from outreach.rules.hotline_calls import CallEntry
from tests.factories.files import bring, counted, refused, text_file
from tests.factories.people import member
from tests.outreach.forms import reposted

DAY = date(2025, 3, 3)
RECORD, TODAY, LIST, WEEK = "record-call", "today", "hotline-calls:list", "hotline-week"


@pytest.fixture(autouse=True)
def fresh_tries(db):
    caches["default"].clear()
    caches["shared"].clear()


@pytest.fixture
def counsellor(signed_in):
    """A browser in which a counsellor is signed in."""
    return signed_in(Role.HOTLINE_COUNSELLOR)


def at(text):
    return timezone.make_aware(datetime.fromisoformat(text))


# --- the register -----------------------------------------------------------------------------------------


def test_amend_of_nothing_changes_nothing(counsellor, programme):
    said = {"province_id": "12", "outcome": "callback", "ring_again_at": at("2025-03-04 18:30"), "started_at": time(9)}
    call = programme.rang("2025-03-03", "sti", age="A10_24", **said)

    response = reposted(counsellor, reverse("hotline-calls:amend", args=[call.pk]))

    assert (response.status_code, HotlineCall.objects.get().version) == (302, 1)


def test_form_and_bulk_path_give_equal_verdicts(programme, counsellor):
    data = {"id": str(uuid4()), "occurred_on": "2025-03-03", "nature": "silent", "topics": ["sti"], "sex": "U"}
    scope = counsellor.get(reverse(RECORD)).wsgi_request.scope
    form = HotlineCallForm({**data, "age_band": "AUNK"}, scope=scope, organisations=[programme.organisation])
    entry = CallEntry(occurred_on=DAY, nature="silent", topics=frozenset(["sti"]))

    found = calls.problems_of(entries=[entry], organisation=programme.organisation)

    assert (form.is_valid(), list(form.errors)) == (False, [problem.field for problem in found[0]])


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 5),
        ("answered=answered", 3),
        ("answered=apart", 2),
        ("nature=prank", 1),
        ("topic=sti", 2),
        ("topic=drugs", 0),
        ("age_band=A15", 1),
        ("province=12", 1),
        ("sex=F", 1),
        ("hour=9", 1),
        ("hour=none", 4),
        ("again=later", 1),
        ("again=today", 0),
        ("occurred_on_after=2025-03-04", 3),
    ],
)
def test_list_is_filtered(counsellor, programme, query, number):
    programme.rang("2025-03-03", "sti;testing", age="A15", sex="F", province_id="12", started_at=time(9, 30))
    programme.rang("2025-03-03", "sti")
    later = programme.rang("2025-03-04", ring_again_at=timezone.now() + timedelta(days=2))
    programme.rang("2025-03-04", nature="prank")
    programme.rang("2025-03-05", nature="wrong")

    response = counsellor.get(f"{reverse(LIST)}?{query}")

    assert (response.status_code, response.context["result_count"]) == (200, number), later


def test_unknown_filter_is_refused(counsellor):
    assert counsellor.get(f"{reverse(LIST)}?telephone=1").status_code == 400


@pytest.mark.parametrize(("name", "queries"), [(LIST, 7), (WEEK, 4), (TODAY, 5), (RECORD, 8)])
def test_screens_take_the_same_queries_for_one_call_and_three(
    counsellor, programme, name, queries, django_assert_num_queries
):
    again = timezone.now() + timedelta(hours=1)
    programme.rang(str(timezone.localdate()), "sti", province_id="12", ring_again_at=again)
    counsellor.get(reverse(name))

    with django_assert_num_queries(queries):
        counsellor.get(reverse(name))

    for _time in range(2):
        programme.rang(str(timezone.localdate()), "testing;drugs", province_id="14", ring_again_at=again)
    with django_assert_num_queries(queries):
        counsellor.get(reverse(name))


# --- today, the week --------------------------------------------------------------------------------------


def test_card_of_today_tallies_and_says_who_is_to_ring(counsellor, programme):
    today, now = timezone.localdate(), timezone.now()
    programme.rang(str(today), age="A15")
    programme.rang(str(today), age="A25_49", nature="counselling")
    programme.rang(str(today))
    programme.rang(str(today), nature="silent")
    programme.rang(str(today - timedelta(days=3)), "sti", ring_again_at=now - timedelta(days=2))

    page = re.sub(r"[ \n]+", " ", counsellor.get(reverse(TODAY)).content.decode())

    assert "3 calls answered, 1 silent, prank or wrong." in page
    assert "50\u00a0% of the calls whose age is known (1 of 2). Of all answered calls: 33\u00a0% (1 of 3)." in page
    assert page.count("Didn&#x27;t ring") + page.count("Didn't ring") == 1


def test_week_by_hour_links_to_as_many_calls(counsellor, programme):
    for hour, nature in ((9, "information"), (9, "crisis"), (9, "silent"), (23, "information"), (None, "counselling")):
        programme.rang("2025-03-04", nature=nature, started_at=hour and time(hour, 15))
    programme.rang("2025-03-10", started_at=time(9))

    context = counsellor.get(reverse(WEEK), {"day": "2025-03-06"}).context

    cells = [(label, cell) for label, row in context["hours"] for cell in row if cell[0] or cell[2]]
    assert [(label, cell[0], cell[2]) for label, cell in cells] == [("09:00", 2, 1), ("23:00", 1, 0), ("No time", 1, 0)]
    assert [counsellor.get(cell[1]).context["result_count"] for _label, cell in cells] == [2, 1, 1]
    assert counsellor.get(cells[0][1][3]).context["result_count"] == 1
    assert (len(context["hours"]), context["sums"]) == (25, [0, 4, 0, 0, 0, 0, 0])
    assert [(number, counsellor.get(url).context["result_count"]) for _l, number, url in context["facts"] if url] == [
        (4, 4),
        (1, 1),
        (2, 2),
        (1, 1),
        (1, 1),
    ]


@pytest.mark.parametrize("day", ["yesterday", "2025-13-01", "0001-01-01x", "0001-01-01", "9999-12-31"])
def test_week_of_no_day_is_refused(counsellor, day):
    assert counsellor.get(reverse(WEEK), {"day": day}).status_code == 400


# --- files ------------------------------------------------------------------------------------------------

HEADER = "id,date,time,nature,topics,age_band,sex,province,caller,outcome,follows"


def test_file_of_calls_comes_in(lists):
    rows = ["2,2025-03-04,,information,,,,,,,1", "1,2025-03-03,9:05,counselling,sti;testing,20-24,F,12,adult,answered,"]

    report = bring("hotline_calls", text_file(HEADER, *rows))

    first, second = HotlineCall.objects.order_by("occurred_on")
    assert counted(report) == (2, 0, 0)
    assert (first.started_at, first.topics, first.age_band) == (time(9, 5), ["sti", "testing"], "A20_24")
    assert (second.follows, second.sex, second.age_band, second.caller) == (first, "U", "AUNK", "unknown")
    assert counted(bring("hotline_calls", text_file(HEADER, *rows))) == (0, 0, 2)


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("1,2025-03-03,,visit,,,,,,,", "nature"),
        ("1,2025-03-03,,,,,,,,,", "nature"),
        ("1,2025-03-03,,information,weather,,,,,,", "topics"),
        ("1,2025-03-03,,information,,A99,,,,,", "age_band"),
        ("1,2025-03-03,,information,,,,99,,,", "province"),
        ("1,2025-03-03,25:00,information,,,,,,,", "time"),
        ("1,2025-03-03,,information,,,,,,,77", "follows"),
        ("1,2025-03-03,,information,,,,,,,1", "follows"),
        ("1,2025-03-03,,silent,sti,,,,,,", "topics"),
    ],
)
def test_bad_cell_is_named(lists, row, column):
    assert [(number, name) for number, name, _value in refused("hotline_calls", text_file(HEADER, row))] == [
        (2, column)
    ]


def test_file_needs_the_right_to_record_calls(lists):
    from core import imports  # noqa: PLC0415 - registration, not a name of this module

    known = [name for name, _label in imports.choices(member_scope(Role.PROGRAMME_MANAGER))]

    assert "hotline_calls" not in known


def member_scope(role):
    from core.actions.memberships import scope_of  # noqa: PLC0415 - beside its only use

    return scope_of(member(role, "NGO-A"))
