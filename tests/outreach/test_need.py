"""Need: times a week × weeks − given, never below 0."""

import pytest

from outreach import need


@pytest.mark.parametrize(
    ("per_week", "weeks", "given", "wanted", "gap"),
    [(6, 4, 10, 24, 14), (6, 4, 24, 24, 0), (6, 4, 30, 24, 0), (0, 4, 0, 0, 0), (200, 13, 0, 2600, 2600)],
)
def test_need_is_what_is_still_to_bring(per_week, weeks, given, wanted, gap):
    found = need.need_of(per_week, weeks, given)

    assert (found.wanted, found.given, found.gap) == (wanted, given, gap)


def test_need_is_not_known_without_an_answer():
    assert need.need_of(None, 4, 10) is None


def test_need_says_how_it_is_reckoned():
    found = need.need_of(6, 4, 10)

    assert need.in_words(found) == "24 needed in 4 weeks, 10 given, 14 to bring"
    assert need.formula(found) == "6 a week × 4 weeks − 10 given"
