"""Contrast: the fixed points of WCAG's formula, and shades that really have what they promise."""

import pytest

from etd_site.colour import contrast, luminance, readable


def test_black_on_white_is_twenty_one_to_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#ffffff", "#000000") == pytest.approx(21)


def test_the_grey_that_is_just_enough_and_the_one_that_is_not():
    # 4.54 and 4.48: the well-known pair around the limit of 4.5
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("colour", ["", "red", "#abc", "#12345g", "#1b5470;}", "#1b54701"])
def test_anything_but_six_digits_is_refused(colour):
    with pytest.raises(ValueError, match="rrggbb"):
        luminance(colour)


@pytest.mark.parametrize("ground", ["#ffffff", "#f5f6f8", "#1d2125", "#000000"])
@pytest.mark.parametrize(
    "colour", ["#1b5470", "#ffd400", "#a6ce39", "#ffffff", "#000000", "#ff0000", "#808080"]
)
def test_a_readable_shade_is_readable(colour, ground):
    assert contrast(readable(colour, ground), ground) >= 4.5


def test_a_colour_that_is_readable_stays_as_it_is():
    assert readable("#1b5470", "#ffffff") == "#1b5470"
