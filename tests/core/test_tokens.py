"""The colours of tokens.css can be read: WCAG AA, measured, in light and dark."""

import re
from pathlib import Path

import pytest

import core

TOKENS = (Path(core.__file__).parent / "static/core/css/tokens.css").read_text()
LIGHT, DARK = (
    dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})", part))
    for part in TOKENS.split("@media (prefers-color-scheme: dark)")
)
GROUNDS = ["ground", "surface", "sunken"]
TEXT = [
    *[(ink, ground) for ink in ("ink", "ink-2", "accent", "danger", "good", "attention") for ground in GROUNDS],
    *[("ink", f"{kind}-soft") for kind in ("accent", "attention", "danger", "good")],
    *[(kind, f"{kind}-soft") for kind in ("accent", "attention", "danger", "good")],
    ("ink-2", "accent-soft"),
    ("accent-strong", "accent-soft"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    ("danger-ink", "danger"),
]
EDGES = [
    *[("edge", ground) for ground in GROUNDS],
    *[(f"sex-{sex}", "surface") for sex in "fmxu"],
]


def luminance(colour):
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21():
    assert contrast("#000000", "#ffffff") == 21


def test_dark_answers_every_light_colour():
    assert set(LIGHT) == set(DARK)


@pytest.mark.parametrize("mode", [LIGHT, DARK], ids=["light", "dark"])
def test_text_can_be_read(mode):
    weak = [f"{ink} on {ground}" for ink, ground in TEXT if contrast(mode[ink], mode[ground]) < 4.5]

    assert weak == []


@pytest.mark.parametrize("mode", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_and_bars_can_be_seen(mode):
    weak = [f"{edge} on {ground}" for edge, ground in EDGES if contrast(mode[edge], mode[ground]) < 3]

    assert weak == []
