"""The UIC: two spellings give one code, one mistake still matches, and nothing of the answers is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach import uic

HOW = uic.formula(uic.DEFAULT_FORMULA, 1)
ANSWERS = {
    "mother": "Sok",
    "father": "Dara",
    "birth_month": "3",
    "birth_year": "2001",
    "sex": "F",
    "province": "12",
}


def test_code_of_whole_answers():
    assert uic.code(HOW, ANSWERS) == "SO|DA|03|01|F|12"


def test_code_of_unknown_parts_has_placeholders():
    assert uic.code(HOW, {"mother": "S", "birth_year": "x"}) == "S-|--|--|--|-|-"


@pytest.mark.parametrize(
    ("khmer", "latin"), [("សុខ", "SOKH"), ("តារា", "TARA"), ("ចាន់", "CHAN"), ("វណ្ណា", "VANNA"), ("រតន", "RATAN")]
)
def test_romanised_reads_khmer(khmer, latin):
    assert uic.romanised(khmer) == latin


@pytest.mark.parametrize("name", ["sok", " SOK ", "Sók", "S.o.k"])
def test_romanised_reads_latin_spellings_alike(name):
    assert uic.romanised(name) == "SOK"


def test_code_reads_khmer_digits_as_latin_ones():
    assert uic.code(HOW, {**ANSWERS, "birth_month": "៣", "birth_year": "២០០១"}) == uic.code(HOW, ANSWERS)


def test_formula_with_an_unknown_part_is_refused():
    with pytest.raises(ValueError, match="shoe_size"):
        uic.formula("mother:2 shoe_size", 1)


@given(st.sampled_from(sorted(ANSWERS)), st.text("BCFGHJKLMNPQRTVWXZ", min_size=2, max_size=6))
def test_keys_with_one_wrong_part_share_the_key_without_it(part, wrong):
    changed = {**ANSWERS, part: {"birth_month": "9", "birth_year": "1977"}.get(part, wrong)}

    right, mistaken = uic.keys(HOW, ANSWERS, "secret"), uic.keys(HOW, changed, "secret")

    assert [name for name in right if right[name] == mistaken[name]] == [part]


def test_keys_hold_nothing_of_the_answers_and_depend_on_the_secret():
    keys = uic.keys(HOW, ANSWERS, "secret")

    assert {len(key) for key in keys.values()} == {64}
    assert set(keys.values()) & set(uic.keys(HOW, ANSWERS, "another").values()) == set()
    assert set(keys) == {"", *ANSWERS}


@pytest.mark.parametrize(
    ("left_out", "enough"),
    [((), True), (("mother",), True), (("mother", "father"), False), (("mother", "sex", "province"), False)],
)
def test_tells_apart_needs_four_parts_and_a_name(left_out, enough):
    assert uic.tells_apart(HOW, {k: v for k, v in ANSWERS.items() if k not in left_out}) is enough
