"""Tones: at every depth, against formulas and Pillow."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.errors import InvalidParameter
from scanwright.imaging.raster import Raster
from scanwright.imaging.tones import (
    adjust,
    black_and_white,
    fill_sample,
    gray,
    invert,
    otsu_threshold,
    set_depth,
    with_bits,
)

BITS = (1, 4, 8, 16)
SCALE = st.integers(-1000, 1000)


@st.composite
def pages(draw: st.DrawFn) -> Raster:
    """A small page of any depth, gray or in colour, with any samples."""
    bits = draw(st.sampled_from(BITS))
    size = (draw(st.integers(1, 5)), draw(st.integers(1, 9)))
    shape = (*size, 3) if draw(st.booleans()) else size
    seed = np.random.default_rng(draw(st.integers(0, 1 << 32)))
    kind = np.uint16 if bits == 16 else np.uint8
    return Raster(seed.integers(0, 1 << bits, shape, kind), bits)


def levels(bits: int) -> Raster:
    """A page of one row, with every level of the depth."""
    row = np.arange(1 << bits, dtype=np.uint16)[np.newaxis]
    return Raster(row if bits == 16 else row.astype(np.uint8), bits)


@settings(deadline=None)
@given(pages())
def test_inverted_twice_is_as_before(page: Raster) -> None:
    """The negative of a negative is the picture, and the sum of both is white."""
    negative = invert(page)
    assert np.all(negative.samples.astype(int) + page.samples == page.white)
    assert np.array_equal(invert(negative).samples, page.samples)


@settings(deadline=None)
@given(pages())
def test_gray_of_gray_is_the_same(page: Raster) -> None:
    """Gray has one sample a pixel, the depth stays, and it is gray already."""
    once = gray(page)
    assert (once.is_colour, once.bits) == (False, page.bits)
    assert gray(once) is once
    as_colour = once.with_samples(np.stack([once.samples] * 3, axis=-1))
    assert np.array_equal(gray(as_colour).samples, once.samples)


@settings(deadline=None)
@given(pages())
def test_gray_is_the_luma_of_bt_601(page: Raster) -> None:
    """A gray sample is 0.299 red, 0.587 green and 0.114 blue, rounded."""
    colours = set_depth(page, 48)
    luma = colours.samples @ np.array([0.299, 0.587, 0.114])
    assert np.all(np.abs(gray(colours).samples - luma) <= 1.5)


def test_gray_at_8_bits_is_that_of_more_bits() -> None:
    """The two ways to gray agree to a level of 8 bits."""
    page = Raster(np.random.default_rng(1).integers(0, 256, (99, 9, 3), np.uint8))
    deep = with_bits(gray(with_bits(page, 16)), 8).samples
    assert np.max(np.abs(deep.astype(int) - gray(page).samples)) <= 1


@settings(deadline=None)
@given(pages(), st.sampled_from(BITS))
def test_more_bits_lose_nothing(page: Raster, bits: int) -> None:
    """Down and up again, black and white stay; up and down again, everything does."""
    other = with_bits(page, bits)
    back = with_bits(other, page.bits)
    extreme = (page.samples == 0) | (page.samples == page.white)
    same = back.samples == page.samples
    assert other.bits == bits
    assert np.all(same if bits >= page.bits else same[extreme])
    error = np.abs(other.samples / other.white - page.samples / page.white)
    assert np.max(error) <= 0.5 / other.white + 1e-9


@settings(deadline=None)
@given(pages(), st.sampled_from((1, 4, 8, 16, 24, 48)))
def test_depth_is_set_to_what_is_asked_for(page: Raster, bits_per_pixel: int) -> None:
    """24 and 48 bits are colour, all others gray; once set, it is not set again."""
    changed = set_depth(page, bits_per_pixel)
    assert changed.bits * (3 if changed.is_colour else 1) == bits_per_pixel
    assert changed.is_colour == (bits_per_pixel >= 24)
    assert np.array_equal(set_depth(changed, bits_per_pixel).samples, changed.samples)
    assert changed.samples.dtype.itemsize == (2 if changed.bits == 16 else 1)


def test_another_depth_is_refused() -> None:
    """There is no page of 3 bits."""
    with pytest.raises(InvalidParameter, match="bitsPerPixel must be one of 1, 4"):
        set_depth(levels(8), 3)


@pytest.mark.parametrize("bits", BITS)
@given(threshold=st.integers(0, 255))
def test_white_is_what_reaches_the_threshold(bits: int, threshold: int) -> None:
    """At every depth, the threshold is meant on the scale of 0 to 255."""
    page = levels(bits)
    result = black_and_white(page, threshold)
    assert result.bits == 1
    white = page.samples * (255 / page.white) >= threshold - 1e-9
    assert np.array_equal(result.samples == 1, white)


def test_otsu_separates_the_groups_best() -> None:
    """No other threshold leaves less variance inside of the two groups."""
    noise = np.random.default_rng(3)
    ink, paper = noise.normal(70, 15, 400), noise.normal(200, 20, 2600)
    tones = np.clip(np.concatenate([ink, paper]), 0, 255).astype(np.uint8)

    def within(threshold: int) -> float:
        groups = (tones[tones < threshold], tones[tones >= threshold])
        return sum(
            (float(group.var()) * group.size for group in groups if group.size), 0.0
        )

    best = min(range(1, 256), key=within)
    assert otsu_threshold(Raster(tones[np.newaxis])) == best


@pytest.mark.parametrize("tones", [[240], [0], [250, 244]])
def test_a_page_of_one_tone_has_no_groups(tones: list[int]) -> None:
    """The grain of blank paper does not become black and white specks."""
    page = Raster(np.array([tones * 50], np.uint8))
    assert otsu_threshold(page) == 128
    assert len(np.unique(black_and_white(page).samples)) == 1


@settings(deadline=None)
@given(pages())
def test_no_adjustment_changes_nothing(page: Raster) -> None:
    """0 of brightness and 0 of contrast is the identity."""
    same = adjust(page)
    assert np.array_equal(same.samples, page.samples)
    assert same.samples.dtype == page.samples.dtype


@pytest.mark.parametrize("bits", [4, 8, 16])
@settings(deadline=None, max_examples=30)
@given(brightness=SCALE, contrast=SCALE, more=st.integers(0, 500))
def test_lighter_stays_lighter(
    bits: int, brightness: int, contrast: int, more: int
) -> None:
    """The result rises with the tone, and with brightness."""
    page = levels(bits)
    result = adjust(page, brightness=brightness, contrast=contrast).samples.astype(int)
    assert np.all(np.diff(result) >= 0)
    brighter = adjust(page, brightness=min(1000, brightness + more), contrast=contrast)
    assert np.all(brighter.samples >= result)


@given(contrast=SCALE)
def test_the_ends_of_brightness_are_black_and_white(contrast: int) -> None:
    """Whatever the contrast, -1000 of brightness is black and 1000 white."""
    for brightness, level in ((-1000, 0), (1000, 255)):
        page = adjust(levels(8), brightness=brightness, contrast=contrast)
        assert np.all(page.samples == level)


def test_the_ends_of_contrast_are_gray_and_two_tones() -> None:
    """-1000 of contrast is one gray; 1000 leaves black and white."""
    page = levels(8)
    assert np.all(adjust(page, contrast=-1000).samples == 128)
    hard = adjust(page, contrast=1000).samples[0]
    assert hard.tolist() == [0] * 128 + [255] * 128


def test_half_of_the_brightness_is_half_of_the_tones() -> None:
    """The formula is the one that is written down."""
    page = Raster(np.array([[0, 100, 255]], np.uint8))
    assert adjust(page, brightness=200).samples.tolist() == [[51, 151, 255]]
    assert adjust(page, contrast=500).samples.tolist() == [[0, 45, 255]]


@pytest.mark.parametrize(
    ("bits", "colour", "gray_level"),
    [
        (1, [1, 0, 1], 0),
        (4, [15, 1, 9], 6),
        (8, [255, 16, 160], 104),
        (16, [65535, 4112, 41120], 26696),
    ],
)
def test_a_fill_has_the_depth_of_the_page(
    bits: int, colour: list[int], gray_level: int
) -> None:
    """A colour is brought to the page's depth; in gray, it is its luminance."""
    page = levels(bits)
    in_colour = page.with_samples(np.stack([page.samples] * 3, axis=-1))
    assert fill_sample(in_colour, "FF10A0").tolist() == colour
    assert fill_sample(page, "FF10A0").tolist() == gray_level


def test_a_light_colour_is_white_in_black_and_white() -> None:
    """Pink is lighter than the middle, although two of its parts are not."""
    assert fill_sample(levels(1), "FF7F7F") == 1
