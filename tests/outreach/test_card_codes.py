"""Card codes: whatever one mistypes is no card."""

from hypothesis import given
from hypothesis import strategies as st

from outreach import card_codes
from outreach.card_codes import ALPHABET, code_of, is_code, normalised, shown

numbers = st.integers(0, 31**5 - 1)


@given(numbers)
def test_code_of_a_number_is_a_code_of_six_characters(number):
    code = code_of(number)

    assert (len(code), is_code(code), set(code) <= set(ALPHABET)) == (6, True, True)


@given(numbers, st.integers(0, 5), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_found(number, place, character):
    code = code_of(number)
    wrong = code[:place] + character + code[place + 1 :]

    assert is_code(wrong) is (wrong == code)


@given(numbers, st.integers(0, 4))
def test_two_swapped_neighbours_are_found(number, place):
    code = code_of(number)
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]

    assert is_code(swapped) is (swapped == code)


@given(numbers)
def test_shown_code_reads_back_however_it_is_typed(number):
    code = code_of(number)

    typed = [shown(code), shown(code).lower(), f" {code[:3]} {code[3:]} ", code]

    assert {normalised(text) for text in typed} == {code}


def test_normalised_reads_khmer_digits():
    assert normalised("k៧f-២m៩") == "K7F2M9"


def test_new_codes_differ():
    assert len({card_codes.new_code() for _time in range(200)}) == 200


def test_texts_that_are_no_codes():
    assert [is_code(text) for text in ("", "K7F2M", "K7F2M99", "O0I1L!", "ABC")] == [False] * 5
