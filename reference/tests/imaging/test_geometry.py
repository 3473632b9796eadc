"""Turns, flips, crops and sizes: at every depth, against numpy and Pillow."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from scanwright.errors import InvalidParameter
from scanwright.imaging.geometry import (
    crop,
    erase,
    flip,
    mirror,
    resize,
    rotate,
    set_dpi,
    set_width,
)
from scanwright.imaging.raster import Raster
from scanwright.protocol.edits import Interpolation, Rectangle, Rotate

BITS = (1, 4, 8, 16)
FORMS = [(bits, is_colour) for bits in BITS for is_colour in (False, True)]
PLACE = st.integers(-4, 16)
FILTERS = {
    Interpolation.NEAREST: Image.Resampling.NEAREST,
    Interpolation.BILINEAR: Image.Resampling.BILINEAR,
    Interpolation.BICUBIC: Image.Resampling.BICUBIC,
}


def noise(
    width: int, height: int, bits: int = 8, *, is_colour: bool = False, seed: int = 0
) -> Raster:
    """A page of any samples."""
    shape = (height, width, 3) if is_colour else (height, width)
    kind = np.uint16 if bits == 16 else np.uint8
    samples = np.random.default_rng(seed).integers(0, 1 << bits, shape, kind)
    return Raster(samples, bits, (300, 200))


@st.composite
def pages(draw: st.DrawFn) -> Raster:
    """A small page of any depth, gray or in colour."""
    bits, is_colour = draw(st.sampled_from(FORMS))
    width, height = draw(st.integers(1, 12)), draw(st.integers(1, 12))
    return noise(
        width, height, bits, is_colour=is_colour, seed=draw(st.integers(0, 999))
    )


@st.composite
def areas(draw: st.DrawFn) -> Rectangle:
    """A rectangle, also one that is empty or outside of all pages."""
    return Rectangle(draw(PLACE), draw(PLACE), draw(PLACE), draw(PLACE))


def same(one: Raster, other: Raster) -> bool:
    """Whether both are the same picture."""
    return (
        np.array_equal(one.samples, other.samples)
        and one.samples.dtype == other.samples.dtype
        and (one.bits, one.resolution_dpi) == (other.bits, other.resolution_dpi)
    )


@settings(deadline=None)
@given(pages(), st.integers(-4, 4))
def test_quarter_turns_are_exact(page: Raster, quarters: int) -> None:
    """Turned there and back, a page is as before; what is right comes down."""
    turned = rotate(page, Rotate(90 * quarters))
    assert np.array_equal(turned.samples, np.rot90(page.samples, -quarters))
    swapped = page.resolution_dpi[:: -1 if quarters % 2 else 1]
    assert turned.resolution_dpi == swapped
    assert same(rotate(turned, Rotate(-90 * quarters)), page)
    assert same(rotate(turned, Rotate(360 - 90 * quarters)), page)


@settings(deadline=None)
@given(pages())
def test_four_quarters_flips_and_mirrors_are_the_identity(page: Raster) -> None:
    """Four quarter turns, two flips, two mirrors change nothing; both are a half."""
    turned = page
    for _ in range(4):
        turned = rotate(turned, Rotate(90))
    assert same(turned, page)
    assert same(flip(flip(page)), page)
    assert same(mirror(mirror(page)), page)
    assert same(flip(mirror(page)), rotate(page, Rotate(180)))


def test_a_page_larger_than_a_tile_is_turned_whole() -> None:
    """Tiles meet without a seam, also where the last ones are cut off."""
    page = noise(700, 530, is_colour=True)
    turned = rotate(page, Rotate(270)).samples
    assert np.array_equal(turned, np.rot90(page.samples))
    assert np.array_equal(mirror(page).samples, page.samples[:, ::-1])


@settings(deadline=None)
@given(pages(), areas(), areas())
def test_a_crop_of_a_crop_is_one_crop(
    page: Raster, outer: Rectangle, inner: Rectangle
) -> None:
    """What both areas share is left, or nothing is, and that is refused."""
    left, top = max(0, outer.left), max(0, outer.top)
    shared = Rectangle(
        left + max(0, inner.left),
        top + max(0, inner.top),
        min(outer.right, left + inner.right),
        min(outer.bottom, top + inner.bottom),
    )
    try:
        whole = crop(page, shared)
    except InvalidParameter:
        with pytest.raises(InvalidParameter, match="left, top, right and bottom"):
            crop(crop(page, outer), inner)
    else:
        assert same(crop(crop(page, outer), inner), whole)


@settings(deadline=None)
@given(pages(), areas())
def test_erase_fills_the_area_and_nothing_else(page: Raster, area: Rectangle) -> None:
    """Inside is the colour, outside is the page; the old page stays as it was."""
    before = page.samples.copy()
    erased = erase(page, area, "000000")
    inside = np.zeros(page.samples.shape[:2], bool)
    inside[max(0, area.top) : max(0, area.bottom)][
        :, max(0, area.left) : max(0, area.right)
    ] = True
    assert np.all(erased.samples[inside] == 0)
    assert np.array_equal(erased.samples[~inside], before[~inside])
    assert np.array_equal(page.samples, before)
    assert np.all(erase(page, area).samples[inside] == page.white)


@settings(deadline=None)
@given(pages(), st.sampled_from(Interpolation))
def test_the_same_size_is_the_same_page(page: Raster, how: Interpolation) -> None:
    """Nothing is interpolated where nothing is to be scaled."""
    assert same(resize(page, page.width_px, page.height_px, interpolation=how), page)


@settings(deadline=None)
@given(pages(), st.integers(1, 4))
def test_whole_multiples_by_the_nearest_pixel_repeat_pixels(
    page: Raster, times: int
) -> None:
    """Enlarged by the nearest pixel and back again, every pixel is its own."""
    nearest = Interpolation.NEAREST
    large = resize(
        page, page.width_px * times, page.height_px * times, interpolation=nearest
    )
    repeated = page.samples.repeat(times, axis=0).repeat(times, axis=1)
    assert np.array_equal(large.samples, repeated)
    back = resize(large, page.width_px, page.height_px, interpolation=nearest)
    assert same(back, page)


@pytest.mark.parametrize(("bits", "is_colour"), FORMS)
@pytest.mark.parametrize("how", Interpolation)
def test_every_depth_is_scaled_and_turned(
    bits: int,
    is_colour: bool,  # noqa: FBT001 - a table
    how: Interpolation,
) -> None:
    """The depth stays, white stays white, and what is new has the fill colour."""
    page = noise(40, 30, bits, is_colour=is_colour)
    white = page.with_samples(np.full_like(page.samples, page.white))
    assert np.all(resize(white, 17, 45, interpolation=how).samples == page.white)
    turned = rotate(white, Rotate(45, interpolation=how, fill="000000"))
    assert (turned.bits, turned.samples.dtype) == (bits, page.samples.dtype)
    assert np.all(turned.samples[:5, :5] == 0)
    middle = turned.samples[15:-15, 15:-15]
    assert np.all(middle == page.white)
    other = rotate(page, Rotate(7, interpolation=how))
    assert int(other.samples.max()) == page.white
    assert int(other.samples.min()) <= page.white / 16


@pytest.mark.parametrize("how", FILTERS)
@pytest.mark.parametrize("angle", [-100.0, -1.5, 0.3, 33.0])
def test_a_turn_of_the_same_size_is_that_of_pillow(
    how: Interpolation, angle: float
) -> None:
    """Pillow, which turns the other way round, comes to the same picture."""
    page = Raster(noise(61, 40, is_colour=True).samples)
    wish = Rotate(angle, keep_size=True, interpolation=how, fill="102030")
    theirs = Image.fromarray(page.samples).rotate(
        -angle, FILTERS[how], fillcolor=(16, 32, 48)
    )
    difference = np.abs(rotate(page, wish).samples.astype(int) - np.asarray(theirs))
    # A sample exactly between two may fall to either side.
    assert np.mean(difference > 1) < 0.005


@given(st.integers(1, 60), st.integers(1, 60), st.floats(-360, 360))
@settings(deadline=None)
def test_a_turned_page_is_the_smallest_that_holds_all(
    width: int, height: int, angle: float
) -> None:
    """Both sides are those of the turned corners' box, rounded up."""
    page = Raster(noise(width, height).samples)
    turned = rotate(page, Rotate(angle))
    sine, cosine = abs(np.sin(np.radians(angle))), abs(np.cos(np.radians(angle)))
    wide, high = width * cosine + height * sine, width * sine + height * cosine
    assert wide - 1e-5 <= turned.width_px < wide + 1
    assert high - 1e-5 <= turned.height_px < high + 1
    kept = rotate(page, Rotate(angle, keep_size=True))
    assert (kept.width_px, kept.height_px) == (width, height)


def test_a_quarter_of_the_same_size_keeps_the_middle() -> None:
    """A quarter turn of the same size cuts off above and below, and fills aside."""
    page = Raster(np.array([[1, 2, 3, 4]] * 2, np.uint8))
    turned = rotate(page, Rotate(90, keep_size=True, fill="000000"))
    assert turned.samples.tolist() == [[0, 2, 2, 0], [0, 3, 3, 0]]


@pytest.mark.parametrize("keep_size", [True, False])
def test_paper_turns_not_the_grid(keep_size: bool) -> None:  # noqa: FBT001 - a table
    """With half the resolution down the page, a square is still a square turned."""
    page = Raster(np.full((50, 100), 255, np.uint8), 8, (200, 100))
    turned = rotate(page, Rotate(45, keep_size=keep_size, fill="000000"))
    assert turned.resolution_dpi == (200, 100)
    rows, columns = np.nonzero(turned.samples)
    across = (columns.max() + 1 - columns.min()) / 200
    down = (rows.max() + 1 - rows.min()) / 100
    side = 0.5 if keep_size else 0.5 * 2**0.5
    assert (across, down) == pytest.approx((side, side), abs=0.03)
    quarter = rotate(page, Rotate(90, keep_size=keep_size))
    assert quarter.resolution_dpi == ((200, 100) if keep_size else (100, 200))
    assert np.all(quarter.samples == 255)


@settings(deadline=None)
@given(pages(), st.integers(1, 30))
def test_width_is_set_on_the_right(page: Raster, width: int) -> None:
    """The left stays where it is; what is added has the colour."""
    wide = set_width(page, width, "000000")
    kept = min(width, page.width_px)
    assert (wide.width_px, wide.height_px) == (width, page.height_px)
    assert np.array_equal(wide.samples[:, :kept], page.samples[:, :kept])
    assert np.all(wide.samples[:, kept:] == 0)


def test_a_resolution_is_said_or_made() -> None:
    """Alone it changes no pixel; resampled, the size on paper stays."""
    page = noise(60, 40)
    said = set_dpi(page, 100, 100)
    assert (said.resolution_dpi, said.samples is page.samples) == ((100, 100), True)
    made = set_dpi(page, 150, 400, interpolation=Interpolation.BILINEAR)
    assert (made.width_px, made.height_px) == (30, 80)
    assert made.resolution_dpi == (150, 400)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (lambda page: rotate(page, Rotate(float("nan"))), "angle must be finite"),
        (lambda page: resize(page, 0, 5), "width makes a side of 0"),
        (lambda page: resize(page, 5, 100_001), "height makes a side of 100001"),
        (lambda page: resize(page, 20_000, 20_000), "width and height: a page of"),
        (lambda page: set_width(page, 100_001), "width makes"),
        (lambda page: set_dpi(page, 0, 100), "x must be at least 1"),
        (
            lambda page: set_dpi(page, 1, 60_000, interpolation=Interpolation.BEST),
            "y makes a side of 300000",
        ),
    ],
)
def test_what_is_too_large_is_refused_by_name(
    change: Callable[[Raster], Raster], name: str
) -> None:
    """Nothing is made that is larger than a page can be."""
    page = noise(3000, 1000)
    with pytest.raises(InvalidParameter, match=name):
        change(page)


def test_a_turn_that_grows_too_large_is_refused() -> None:
    """A thin strip of a legal length can make too large a square."""
    page = Raster(np.zeros((1, 90_000), np.uint8))
    with pytest.raises(InvalidParameter, match="angle: a page of"):
        rotate(page, Rotate(45))
    assert rotate(page, Rotate(45, keep_size=True)).width_px == 90_000
