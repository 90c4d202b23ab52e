"""Hotline calls: rules, actions, the quick form, who may do what."""

from datetime import date, datetime, timedelta
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
from outreach.hotline_calls import ages, known_ages, young_ages
from outreach.models import HotlineCall
from outreach.rules import hotline_calls as rules
from outreach.rules.hotline_calls import CallEntry

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
    assert {name for name, kind in said.items() if kind == "ForeignKey"} == {"province", "follows", "campaign"}
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
