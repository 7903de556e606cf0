"""Whatever colour a brand has, its text can be read."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from onque.ui import brand_colors as colors


def palettes(color):
    light, _media, dark = colors.palette_css(color).strip().split("\n")
    return [
        {name: colors.parse(value) for name, value in re.findall(r"--([a-z-]+):(#\w{6})", part)}
        for part in (light, dark)
    ]


@given(some.from_regex(r"[0-9a-f]{6}", fullmatch=True))
def test_text_reaches_its_contrast_in_both_themes(color):
    for palette, surface in zip(
        palettes(color), (colors.LIGHT_SURFACE, colors.DARK_SURFACE), strict=True
    ):
        assert colors.contrast(palette["brand-text"], palette["brand-soft"]) >= 4.5
        assert colors.contrast(palette["brand-text"], surface) >= 4.5
        assert colors.contrast(palette["brand-fill"], colors.WHITE) >= 4.5


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("000000", "ffffff", 21.0), ("777777", "ffffff", 4.48)]
)
def test_contrast_is_the_guideline_s(one, other, ratio):
    assert colors.contrast(colors.parse(one), colors.parse(other)) == pytest.approx(ratio, abs=0.01)


def test_the_chosen_colour_itself_is_kept():
    assert "--brand:#2e6b4f" in colors.palette_css("2e6b4f")
