"""Spoken codes: what they withstand, whose they are, and that guessing ends soon."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.cache import caches
from django.utils import timezone

from core.actions.memberships import scope_of
from core.actions.records import Refused
from core.models import Record
from core.permissions import Role
from outreach import spoken_codes
from outreach.actions import hotline_calls as calls
from outreach.models import HotlineCall
from outreach.rules.hotline_calls import CallEntry
from tests.factories.people import member

SECRET = "a secret of the tests"
CODE = spoken_codes.candidate(UUID(int=7), 0, secret=SECRET)


@pytest.fixture(autouse=True)
def fresh_tries(db):
    caches["default"].clear()
    caches["shared"].clear()


@pytest.fixture
def counsellor(lists, programme):
    return member(Role.HOTLINE_COUNSELLOR, "NGO-A")


def wish(programme, by, **said):
    """A call whose caller wants to ring again tomorrow."""
    again = timezone.now() + timedelta(days=1)
    said = {"occurred_on": timezone.localdate(), "nature": "counselling", "ring_again_at": again, **said}
    entry = CallEntry(**said)
    calls.record(entry=entry, by=by, organisation=programme.organisation)
    return HotlineCall.objects.get(pk=entry.id)


def found(text, by):
    return calls.find(text=text, scope=scope_of(by), by=by)


# --- the digits -------------------------------------------------------------------------------------------


def test_code_is_six_digits_that_are_read_back():
    assert (len(CODE), CODE.isdecimal()) == (6, True)
    assert spoken_codes.read(spoken_codes.spoken(CODE)) == CODE


def test_code_in_khmer_digits_is_the_same():
    khmer = CODE.translate(str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩"))

    assert spoken_codes.read(f" {khmer[:2]}-{khmer[2:]} ") == CODE


def test_one_digit_misheard_never_makes_a_code():
    wrong = [CODE[:at] + digit + CODE[at + 1 :] for at in range(6) for digit in "0123456789" if digit != CODE[at]]

    assert [text for text in wrong if spoken_codes.read(text)] == []


def test_neighbours_exchanged_never_make_a_code():
    swapped = [CODE[:at] + CODE[at + 1] + CODE[at] + CODE[at + 2 :] for at in range(5) if CODE[at] != CODE[at + 1]]

    assert [text for text in swapped if spoken_codes.read(text)] == []


@pytest.mark.parametrize("text", ["", "12", "1234567", "abcdef", "１２３４５６", "12345²", "null\x00"])
def test_what_is_no_code_is_not_read(text):
    assert spoken_codes.read(text) is None


def test_digest_differs_between_organisations_and_secrets():
    kept = {spoken_codes.digest(CODE, pk, secret=secret) for pk in (1, 2) for secret in (SECRET, "another")}

    assert len(kept) == 4


# --- a call and its code ----------------------------------------------------------------------------------


def test_wish_gives_a_code_that_is_nowhere_kept(programme, counsellor):
    call = wish(programme, counsellor)

    code = calls.code_of(call, by=counsellor)

    assert spoken_codes.read(code) == code
    assert code not in str(HotlineCall.objects.values().get())
    assert found(code, counsellor) == call


def test_code_is_shown_to_its_recorder_only_and_not_for_long(programme, counsellor):
    call = wish(programme, counsellor)
    shown = [calls.code_of(call, by=member(Role.HOTLINE_COUNSELLOR, "NGO-A", "colleague"))]

    HotlineCall.objects.filter(pk=call.pk).update(recorded_at=timezone.now() - timedelta(minutes=16))
    shown.append(calls.code_of(HotlineCall.objects.get(), by=counsellor))

    assert shown == ["", ""]


def test_calls_of_one_moment_get_different_codes(programme, counsellor, monkeypatch):
    monkeypatch.setattr(spoken_codes, "candidate", lambda call, attempt, *, secret: f"{attempt:06}")

    first, second = wish(programme, counsellor), wish(programme, counsellor)

    assert first.code_key != second.code_key
    assert [calls.code_of(call, by=counsellor) for call in (first, second)] == ["000000", "000001"]


def test_call_of_a_file_gets_no_code(programme, counsellor):
    entry = CallEntry(
        occurred_on=timezone.localdate(), nature="information", ring_again_at=timezone.now() + timedelta(1)
    )
    calls.record(entry=entry, by=counsellor, organisation=programme.organisation, source=Record.Source.IMPORT)

    assert HotlineCall.objects.get().code_key == ""


def test_wish_taken_back_takes_the_code(programme, counsellor):
    call = wish(programme, counsellor)

    entry = calls.entry_of(call, ring_again_at=None)
    calls.amend(record=call, entry=entry, version=1, by=counsellor)

    assert HotlineCall.objects.get().code_key == ""


# --- ringing again ----------------------------------------------------------------------------------------


def test_code_works_once(programme, counsellor):
    call = wish(programme, counsellor)
    code = calls.code_of(call, by=counsellor)
    again = wish(programme, counsellor, follows_id=call.pk, ring_again_at=None)

    with pytest.raises(Refused):
        found(code, counsellor)

    calls.undo(call=again, by=counsellor)
    assert found(code, counsellor) == call


def test_code_of_another_organisation_is_not_found(programme, other, counsellor):
    code = calls.code_of(wish(programme, counsellor), by=counsellor)

    with pytest.raises(Refused):
        found(code, member(Role.HOTLINE_COUNSELLOR, "NGO-B"))


@pytest.mark.parametrize("days", [31, 400])
def test_code_ends_a_month_after_its_time(programme, counsellor, days):
    call = wish(programme, counsellor)
    code = calls.code_of(call, by=counsellor)
    HotlineCall.objects.update(ring_again_at=timezone.now() - timedelta(days=days))

    with pytest.raises(Refused):
        found(code, counsellor)


def test_guessing_ends_after_ten_wrong_codes(programme, counsellor):
    good = calls.code_of(wish(programme, counsellor), by=counsellor)
    guesses = (spoken_codes.candidate(uuid4(), 0, secret=SECRET) for _number in range(10))
    for guess in guesses:
        with pytest.raises(Refused, match="No caller"):
            found(guess, counsellor)

    with pytest.raises(Refused, match="Too many"):
        found(good, counsellor)
    assert found(good, member(Role.HOTLINE_COUNSELLOR, "NGO-A", "colleague"))


def test_slip_of_the_tongue_is_no_guess(programme, counsellor):
    good = calls.code_of(wish(programme, counsellor), by=counsellor)
    for _time in range(20):
        with pytest.raises(Refused, match="six digits"):
            found("12", counsellor)

    assert found(good, counsellor)


# --- undoing ----------------------------------------------------------------------------------------------


def test_undo_voids_ones_own_call(programme, counsellor):
    call = wish(programme, counsellor)

    calls.undo(call=call, by=counsellor)

    assert HotlineCall.objects.get().void_reason == "undone"


def test_undo_of_another_persons_call_is_refused(programme, counsellor):
    call = wish(programme, counsellor)

    with pytest.raises(Refused):
        calls.undo(call=call, by=member(Role.HOTLINE_COUNSELLOR, "NGO-A", "colleague"))


def test_undo_after_two_minutes_is_refused(programme, counsellor):
    call = wish(programme, counsellor)
    call.recorded_at -= timedelta(minutes=3)

    with pytest.raises(Refused):
        calls.undo(call=call, by=counsellor)
