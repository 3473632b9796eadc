"""Pages made small."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.buffer.scaling import fit, shrink, widened
from scanwright.imaging.raster import Raster
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source

GRAY = Depth(PixelType.GRAY, 8)
SIDES = st.integers(1, 5000)


def page_of(width: int, height: int) -> PageFormat:
    """Return the format of a gray page."""
    return PageFormat(width, height, GRAY, (300, 300), Source.FLATBED)


def page_bytes(raster: Raster) -> tuple[memoryview, PageFormat]:
    """Return a raster as the bytes of a page."""
    form = raster.format()
    room = memoryview(bytearray(form.size_bytes))
    raster.write(room)
    return room, form


@given(SIDES, SIDES, SIDES, SIDES)
def test_the_largest_size_that_fits(
    width: int, height: int, most_width: int, most_height: int
) -> None:
    """It is in the box, touches it, keeps the ratio, and enlarges nothing."""
    size = fit(page_of(width, height), (most_width, most_height))
    if size is None:
        assert width <= most_width
        assert height <= most_height
        return
    assert 1 <= size[0] <= min(width, most_width)
    assert 1 <= size[1] <= min(height, most_height)
    assert size[0] == most_width or size[1] == most_height
    scale = min(most_width / width, most_height / height)
    assert abs(size[0] - max(1, width * scale)) <= 0.5 + 1e-6
    assert abs(size[1] - max(1, height * scale)) <= 0.5 + 1e-6


@pytest.mark.parametrize("box", [(0, 9), (9, 0), (-1, 5)])
def test_an_empty_box_holds_nothing(box: tuple[int, int]) -> None:
    """It is a mistake of the caller."""
    with pytest.raises(ValueError, match="no room"):
        fit(page_of(5, 5), box)


def test_black_and_white_becomes_gray_by_its_areas() -> None:
    """Every second column black is gray all over, not stripes, and not nothing."""
    samples = np.tile(np.array([0, 1], np.uint8), (64, 50))
    pixels, form = page_bytes(Raster(samples, 1, (300, 300)))
    small, small_form = shrink(pixels, form, (25, 16))
    assert small_form.depth == GRAY
    assert small_form.resolution_dpi == (75, 75)
    assert (small_form.width_px, small_form.height_px) == (25, 16)
    values = np.frombuffer(small, np.uint8)
    assert 126 <= values.min() <= values.max() <= 129


@pytest.mark.parametrize(
    ("bits", "channels"), [(1, 1), (4, 1), (8, 1), (16, 1), (8, 3), (16, 3)]
)
def test_every_depth_keeps_its_tones(bits: int, channels: int) -> None:
    """Left white, right black, at 8 bits a sample, in colour if it was."""
    white = (1 << bits) - 1
    shape = (20, 31) if channels == 1 else (20, 31, 3)
    samples = np.zeros(shape, np.uint16 if bits == 16 else np.uint8)
    samples[:, :15] = white
    pixels, form = page_bytes(Raster(samples, bits))
    for data, made in (shrink(pixels, form, (10, 6)), widened(pixels, form)):
        assert made.depth == Depth(PixelType(2 if channels == 3 else 1), 8)
        assert len(data) == made.size_bytes
        rows = np.frombuffer(data, np.uint8).reshape(made.height_px, -1)
        assert rows[:, :channels].min() == 255
        assert rows[:, -channels:].max() == 0


def test_a_crowded_page_is_still_one_pixel_wide() -> None:
    """A strip that would vanish stays, and has a resolution."""
    pixels, form = page_bytes(Raster(np.zeros((3000, 2), np.uint8), 8, (300, 300)))
    size = fit(form, (100, 100))
    assert size == (1, 100)
    _, made = shrink(pixels, form, size)
    assert made.resolution_dpi == (150, 10)
