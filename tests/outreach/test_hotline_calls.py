"""Hotline calls: rules, the quick form, the register, the week by hour, the card of the day."""

import re
from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from core import codes
from core.actions.records import Outcome
from core.models import ConflictingCopy
from core.permissions import Role
from core.rules.problems import InvalidEntries
from outreach.actions import hotline_calls as calls
from outreach.forms.hotline_calls import HotlineCallForm
from outreach.hotline_calls import ages, known_ages, young_ages
from outreach.models import HotlineCall
from outreach.rules import hotline_calls as rules
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


def wrong(**said):
    entry = CallEntry(**{"occurred_on": DAY, "nature": "information", **said})
    return sorted({problem.field for problem in rules.problems(entry, today=date(2025, 3, 10))})


def at(text):
    return timezone.make_aware(datetime.fromisoformat(text))


# --- rules ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({}, []),
        ({"nature": "visit"}, ["nature"]),
        ({"nature": ""}, ["nature"]),
        ({"occurred_on": date(2025, 3, 11)}, ["occurred_on"]),
        ({"sex": "", "age_band": "", "caller": ""}, ["age_band", "caller", "sex"]),
        ({"age_band": "A20_24", "topics": frozenset(["testing", "sti"]), "province_id": "12"}, []),
        ({"topics": frozenset(["weather"])}, ["topics"]),
        ({"topics": frozenset(["testing"] * 1)}, []),
        ({"outcome": "won"}, ["outcome"]),
        ({"referral_type": "HTS", "outcome": "referred"}, []),
        ({"ring_again_at": at("2025-03-03 18:00")}, []),
        ({"ring_again_at": at("2025-03-02 18:00")}, ["ring_again_at"]),
        ({"ring_again_at": at("2025-05-05 18:00")}, ["ring_again_at"]),
        ({"nature": "silent"}, []),
        ({"nature": "prank", "topics": frozenset(["sti"]), "outcome": "answered"}, ["outcome", "topics"]),
        ({"nature": "wrong", "ring_again_at": at("2025-03-04 18:00")}, ["ring_again_at"]),
    ],
)
def test_rules_of_a_call(lists, said, fields):
    assert wrong(**said) == fields


def test_more_than_eight_topics_are_refused(lists):
    assert wrong(topics=frozenset(list(codes.table("hotline_topic"))[:9])) == ["topics"]


def test_every_age_lies_inside_or_outside_of_the_young(lists):
    bands = {code: ages(code) for code in codes.table("caller_age_band")}

    assert {code for code, band in bands.items() if band and band[0] <= 24 and band[1] >= 10} == young_ages()
    assert set(bands) - known_ages() == {"AUNK"}


def test_call_is_bound_to_nobody():
    """Anonymous by construction: no text, no number, no client has a field."""
    said = {field.name: field.get_internal_type() for field in HotlineCall.said_fields()}

    assert {name for name, kind in said.items() if kind == "TextField"} == set()
    assert {name for name, kind in said.items() if kind == "ForeignKey"} == {"province", "follows"}
    assert {f.max_length for f in HotlineCall.said_fields() if f.get_internal_type() == "CharField"} == {1, 8, 16, 64}


# --- actions ----------------------------------------------------------------------------------------------


def test_call_sent_twice_is_one(programme):
    entry = CallEntry(occurred_on=DAY, nature="crisis")
    who = {"by": programme.by, "organisation": programme.organisation}

    outcomes = [calls.record(entry=entry, **who) for _time in range(2)]

    assert (outcomes, HotlineCall.objects.count()) == ([Outcome.CREATED, Outcome.DUPLICATE], 1)


def test_two_calls_cannot_come_back_to_one(programme):
    earlier = programme.rang("2025-03-03")
    programme.rang("2025-03-04", follows_id=earlier.pk)
    entry = CallEntry(occurred_on=DAY, nature="information", follows_id=earlier.pk)

    with pytest.raises(InvalidEntries):
        calls.record(entry=entry, by=programme.by, organisation=programme.organisation)
    with pytest.raises(IntegrityError), transaction.atomic():
        programme.rang("2025-03-04", follows_id=earlier.pk)


def test_call_comes_back_to_an_earlier_one_of_its_organisation(programme, other):
    theirs, later = other.rang("2025-03-01"), programme.rang("2025-03-05")
    entries = [CallEntry(occurred_on=DAY, nature="information", follows_id=call.pk) for call in (theirs, later)]

    found = calls.problems_of(entries=entries, organisation=programme.organisation)

    assert {place: [one.field for one in problems] for place, problems in found.items()} == {
        0: ["follows"],
        1: ["follows"],
    }


# --- the quick form ---------------------------------------------------------------------------------------


def posted(browser, **said):
    return browser.post(reverse(RECORD), {"id": str(uuid4()), "nature": "information", "sex": "U", **said})


def test_call_is_recorded_with_its_time(counsellor):
    before = timezone.localtime().replace(second=0, microsecond=0)

    response = posted(
        counsellor, age_band="A15", topics=["testing", "sti"], sex="F", province="12", referral_type="HTS"
    )

    call = HotlineCall.objects.get()
    assert (response.status_code, call.occurred_on, call.recorded_by) == (302, before.date(), counsellor.user)
    assert before.time() <= call.started_at <= timezone.localtime().time()
    said = (call.age_band, call.topics, call.sex, call.province_id, call.outcome, call.referral_type)
    assert said == ("A15", ["sti", "testing"], "F", "12", "referred", "HTS")


def test_least_that_can_be_said_is_enough(counsellor):
    response = posted(counsellor, age_band="AUNK")

    assert (response.status_code, HotlineCall.objects.get().caller) == (302, "unknown")


def test_call_is_kept_at_its_first_key(counsellor):
    posted(counsellor, age_band="AUNK", elapsed="600")

    began = timezone.localtime() - timedelta(minutes=10)
    call = HotlineCall.objects.get()
    assert (call.occurred_on, call.started_at.hour) == (began.date(), began.hour)


def test_two_presses_are_one_call_even_a_minute_later(counsellor, monkeypatch):
    pk, now = str(uuid4()), timezone.now()
    posted(counsellor, id=pk, age_band="AUNK")
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(seconds=70))

    second = posted(counsellor, id=pk, age_band="AUNK")

    assert (second.status_code, HotlineCall.objects.count(), ConflictingCopy.objects.count()) == (302, 1, 0)


def test_same_form_with_other_content_is_not_swallowed(counsellor):
    pk = str(uuid4())
    posted(counsellor, id=pk, age_band="AUNK")

    second = posted(counsellor, id=pk, age_band="A15")

    assert (second.status_code, HotlineCall.objects.get().age_band) == (409, "AUNK")


@pytest.mark.parametrize("nature", ["silent", "prank", "wrong"])
def test_call_apart_is_saved_by_one_press(counsellor, nature):
    response = counsellor.post(reverse(RECORD), {"id": str(uuid4()), "apart": nature})

    call = HotlineCall.objects.get()
    assert (response.status_code, call.nature, call.topics, call.age_band) == (302, nature, [], "AUNK")


def test_unknown_kind_is_refused_without_a_fault(counsellor):
    response = counsellor.post(reverse(RECORD), {"id": str(uuid4()), "apart": "visit"})

    assert (response.status_code, HotlineCall.objects.count()) == (200, 0)


def test_saved_line_counts_ones_own_day_and_offers_to_undo(counsellor, programme):
    programme.rang(str(timezone.localdate()))
    posted(counsellor, age_band="AUNK")
    shown = counsellor.get(posted(counsellor, age_band="A10")["Location"]).context["saved"]
    call = shown["call"]

    counsellor.post(reverse("undo-call", args=[call.pk]))

    assert (shown["today"], shown["may_undo"]) == (2, True)
    assert HotlineCall.objects.get(pk=call.pk).void_reason == "undone"


def test_somebody_elses_saved_call_is_not_told_of(counsellor, programme):
    call = programme.rang(str(timezone.localdate()))

    shown = counsellor.get(reverse(RECORD), {"saved": str(call.pk)}).context["saved"]

    assert shown is None


def test_wish_shows_the_code_and_the_code_finds_the_call(counsellor):
    page = counsellor.get(posted(counsellor, age_band="AUNK", again_day="1", again_hour="18")["Location"])
    code, first = page.context["saved"]["code"], HotlineCall.objects.get()

    looked = counsellor.post(reverse(RECORD), {"code": code, "find": "1", "id": str(uuid4()), "topics": ["sti"]})
    form = looked.context["form"]
    posted(counsellor, age_band="AUNK", code=code, follows=str(form["follows"].value()))

    again = timezone.localtime(first.ring_again_at)
    assert (first.outcome, again.date(), again.hour) == ("callback", timezone.localdate() + timedelta(1), 18)
    assert (form["follows"].value(), form["topics"].value()) == (str(first.pk), ["sti"])
    assert HotlineCall.objects.exclude(pk=first.pk).get().follows == first


def test_code_with_save_looks_first_and_saves_nothing(counsellor):
    page = counsellor.get(posted(counsellor, age_band="AUNK", again_day="1", again_hour="18")["Location"])

    response = posted(counsellor, age_band="A15", code=page.context["saved"]["code"])

    assert (response.status_code, HotlineCall.objects.count()) == (200, 1)
    assert response.context["form"]["age_band"].value() == "A15"


def test_wrong_code_loses_nothing(counsellor):
    response = counsellor.post(reverse(RECORD), {"code": "12", "find": "1", "topics": ["sti"], "age_band": "A15"})

    form = response.context["form"]
    assert (response.status_code, form["topics"].value(), form["age_band"].value()) == (400, ["sti"], "A15")
    assert "six digits" in response.context["fault"]


@pytest.mark.parametrize(("day", "hour", "field"), [("1", "", "again_hour"), ("", "9", "again_day")])
def test_half_a_wish_is_refused(counsellor, day, hour, field):
    response = posted(counsellor, age_band="AUNK", again_day=day, again_hour=hour)

    assert (list(response.context["form"].errors), HotlineCall.objects.count()) == ([field], 0)


def test_frequent_topics_and_last_provinces_stand_first(counsellor, programme):
    before = str(timezone.localdate() - timedelta(days=8))
    for _time in range(3):
        programme.rang(before, "drugs;sti")
    programme.rang(before, "sti")
    posted(counsellor, age_band="AUNK", province="17")
    posted(counsellor, age_band="AUNK", province="14")

    groups = counsellor.get(reverse(RECORD)).context["form"].groups

    assert [(chip.data["value"], chip.data["key"]) for chip in groups["topics"][1][:2]] == [
        ("sti", "1"),
        ("drugs", "2"),
    ]
    assert [str(chip.data["value"]) for chip in groups["province"][1]] == ["", "14", "17"]


def test_keys_are_each_used_once(counsellor):
    groups = counsellor.get(reverse(RECORD)).context["form"].groups
    keys = [chip.data["key"] for group in groups.values() for chip in group[1] if chip.data.get("key")]

    assert sorted({*keys, *"vbmghjkl"}) == sorted([*keys, *"vbmghjkl"])
    assert "n" not in keys


def test_protocol_is_told_after_a_call_that_asks_for_it(counsellor):
    page = counsellor.get(posted(counsellor, age_band="A15", topics=["violence", "pep_prep"])["Location"])

    assert page.context["saved"]["protocols"] == ["pep", "safeguarding"]


# --- who may ---------------------------------------------------------------------------------------------


def test_roles_and_the_quick_form(signed_in):
    answers = {role: signed_in(role).get(reverse(RECORD)).status_code for role in Role}

    may = {Role.HOTLINE_COUNSELLOR, Role.SUPERVISOR, Role.DATA_OFFICER}
    assert {role for role, status in answers.items() if status == 200} == may
    assert set(answers.values()) == {200, 403}


def test_another_organisations_call_is_not_there(counsellor, other):
    call = other.rang("2025-03-03")
    addresses = [reverse(f"hotline-calls:{name}", args=[call.pk]) for name in ("detail", "amend", "history")]

    assert [counsellor.get(url).status_code for url in addresses] == [404, 404, 404]
    assert counsellor.post(reverse("undo-call", args=[call.pk])).status_code == 404


def test_counsellor_may_amend_but_not_void(counsellor, programme):
    call = programme.rang("2025-03-03")

    answers = [counsellor.get(reverse(f"hotline-calls:{n}", args=[call.pk])).status_code for n in ("amend", "void")]

    assert answers == [200, 403]


def test_counsellors_menu_leads_to_calls(counsellor):
    menu = counsellor.get(reverse(TODAY)).context["menu"]

    assert [item.label for item in menu][:3] == ["Today", "Record", "Calls"]


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


@pytest.mark.parametrize(("name", "queries"), [(LIST, 6), (WEEK, 4), (TODAY, 5), (RECORD, 7)])
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

    assert "3 calls answered, 1 apart." in page
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


@pytest.mark.parametrize("day", ["yesterday", "2025-13-01", "0001-01-01x"])
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
