"""Rasters: pages as bytes and back, at every depth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.imaging.raster import Raster
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source

DEPTHS = (
    Depth(PixelType.BW, 1),
    Depth(PixelType.GRAY, 4),
    Depth(PixelType.GRAY, 8),
    Depth(PixelType.GRAY, 16),
    Depth(PixelType.RGB, 1),
    Depth(PixelType.RGB, 4),
    Depth(PixelType.RGB, 8),
    Depth(PixelType.RGB, 16),
)


@st.composite
def pages(draw: st.DrawFn) -> tuple[PageFormat, bytes]:
    """A small page of any depth with any pixels; bits beyond the edge are 0."""
    page = PageFormat(
        draw(st.integers(1, 19)),
        draw(st.integers(1, 7)),
        draw(st.sampled_from(DEPTHS)),
        (draw(st.integers(1, 1200)), draw(st.integers(1, 1200))),
        draw(st.sampled_from(Source)),
        draw(st.integers(0, 1)),
    )
    pixels = bytearray(
        draw(st.binary(min_size=page.size_bytes, max_size=page.size_bytes))
    )
    used = page.width_px * page.samples * page.depth.bits_per_sample
    for last in range(page.stride_bytes - 1, page.size_bytes, page.stride_bytes):
        pixels[last] &= 0xFF << (-used % 8) & 0xFF
    return page, bytes(pixels)


@given(pages())
def test_a_page_comes_back_as_it_was(case: tuple[PageFormat, bytes]) -> None:
    """Read and written, a page has the same format and bytes, and none beyond."""
    page, pixels = case
    raster = Raster.read(memoryview(pixels), page)
    assert raster.samples.shape[:2] == (page.height_px, page.width_px)
    assert int(raster.samples.max()) <= raster.white
    assert raster.format(source=page.source, side=page.side) == page
    room = bytearray(b"\xaa" * (page.size_bytes + 5))
    raster.write(memoryview(room))
    assert room == pixels + b"\xaa" * 5


@pytest.mark.parametrize(
    ("depth", "pixels", "samples"),
    [
        (DEPTHS[0], b"\xa0", [0, 1, 0]),
        (DEPTHS[1], b"\x1f\x70", [1, 15, 7]),
        (DEPTHS[2], b"\x00\x80\xff", [0, 128, 255]),
        (DEPTHS[3], np.array([0, 258, 65535], np.uint16).tobytes(), [0, 258, 65535]),
    ],
)
def test_zero_is_black_at_every_depth(
    depth: Depth, pixels: bytes, samples: list[int]
) -> None:
    """A set bit of a 1-bit page is black; elsewhere the highest sample is white."""
    page = PageFormat(3, 1, depth, (300, 300), Source.FLATBED)
    assert Raster.read(memoryview(pixels), page).samples.tolist() == [samples]


def test_colours_are_the_last_axis() -> None:
    """Three samples of a colour page are one pixel."""
    page = PageFormat(2, 1, DEPTHS[6], (300, 300), Source.FLATBED)
    raster = Raster.read(memoryview(bytes([1, 2, 3, 4, 5, 6])), page)
    assert raster.is_colour
    assert raster.samples.tolist() == [[[1, 2, 3], [4, 5, 6]]]


def test_bytes_that_are_no_page_are_refused() -> None:
    """More or fewer bytes than the format says are an error."""
    page = PageFormat(9, 2, DEPTHS[0], (300, 300), Source.FLATBED)
    for size in (3, 5):
        with pytest.raises(ValueError, match="not a page of 4"):
            Raster.read(memoryview(bytes(size)), page)


def test_a_turned_view_is_written_in_order() -> None:
    """What lies crosswise in memory is written row by row."""
    samples = np.arange(6, dtype=np.uint8).reshape(2, 3).T
    room = bytearray(6)
    Raster(samples).write(memoryview(room))
    assert list(room) == [0, 3, 1, 4, 2, 5]


def test_other_samples_keep_the_resolution() -> None:
    """A picture made of another one has its resolution, and its depth unless told."""
    raster = Raster(np.zeros((2, 2), np.uint8), 4, (150, 75))
    other = raster.with_samples(np.ones((1, 3), np.uint8))
    assert (other.bits, other.resolution_dpi, other.width_px) == (4, (150, 75), 3)
    assert raster.with_samples(other.samples, bits=1).depth == DEPTHS[0]
