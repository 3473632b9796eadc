"""Pixels to PNG and JPEG: read back by an independent decoder."""

from __future__ import annotations

import sys
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from scanwright.imaging.codecs import delta_bands, encode, rest
from scanwright.imaging.decode import inspect
from scanwright.protocol.scanning import Depth, PageFormat, PixelType, Source

DEPTHS = (
    Depth(PixelType.BW, 1),
    Depth(PixelType.GRAY, 8),
    Depth(PixelType.GRAY, 16),
    Depth(PixelType.RGB, 8),
    Depth(PixelType.RGB, 16),
)


def form(
    width: int, height: int, depth: Depth, dpi: tuple[int, int] = (300, 300)
) -> PageFormat:
    """A page of this size."""
    return PageFormat(width, height, depth, dpi, Source.FLATBED)


@st.composite
def pages(draw: st.DrawFn) -> tuple[PageFormat, bytes]:
    """A small page of any depth with any pixels; bits beyond the edge are 0."""
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 12))
    page = form(width, height, draw(st.sampled_from(DEPTHS)))
    pixels = bytearray(
        draw(st.randoms(use_true_random=False)).randbytes(page.size_bytes)
    )
    if page.depth.bits_per_sample == 1 and width % 8:
        mask = 0xFF << (8 - width % 8) & 0xFF
        for last in range(page.stride_bytes - 1, page.size_bytes, page.stride_bytes):
            pixels[last] &= mask
    return page, bytes(pixels)


@given(pages())
def test_png_keeps_every_pixel(case: tuple[PageFormat, bytes]) -> None:
    """A PNG decodes to the same pixels at the same depth."""
    page, pixels = case
    picture = inspect(encode(memoryview(pixels), page, "image/png"))
    assert (picture.kind, picture.depth) == ("PNG", page.depth)
    back = bytearray(page.size_bytes)
    picture.decode_into(memoryview(back))
    assert back == pixels


@pytest.mark.parametrize("depth", DEPTHS)
def test_png_header_says_what_is_in_it(depth: Depth) -> None:
    """A PNG has the page's size, depth and resolution, and no alpha."""
    page = form(33, 7, depth, (300, 150))
    data = encode(memoryview(bytes(page.size_bytes)), page, "image/png")
    assert data[24] == depth.bits_per_sample
    assert data[25] == (2 if depth.pixel_type is PixelType.RGB else 0)
    with Image.open(BytesIO(data)) as image:
        assert image.size == (33, 7)
        assert image.info["dpi"] == pytest.approx((300, 150), abs=0.02)


def test_black_is_black_in_both_forms() -> None:
    """A set bit of a 1-bit page is black, as SANE has it."""
    page = form(8, 2, Depth(PixelType.BW, 1))
    pixels = memoryview(b"\xff\x00")
    with Image.open(BytesIO(encode(pixels, page, "image/png"))) as png:
        assert [png.getpixel((0, y)) for y in (0, 1)] == [0, 255]
    with Image.open(BytesIO(encode(pixels, page, "image/jpeg"))) as jpeg:
        assert [jpeg.getpixel((0, y)) for y in (0, 1)] == pytest.approx([0, 255], abs=4)


@pytest.mark.parametrize("depth", DEPTHS)
def test_jpeg_is_close_and_has_its_resolution(depth: Depth) -> None:
    """A JPEG has 8 bits, the page's size and density, and nearly its shade."""
    page = form(32, 16, depth, (200, 400))
    white = b"\0" if depth.bits_per_sample == 1 else b"\xff"
    data = encode(memoryview(white * page.size_bytes), page, "image/jpeg")
    with Image.open(BytesIO(data)) as image:
        assert image.mode == ("RGB" if depth.pixel_type is PixelType.RGB else "L")
        assert image.info["dpi"] == (200, 400)
        assert np.asarray(image).min() > 250


@pytest.mark.skipif(sys.byteorder == "big", reason="the example is little-endian")
def test_sixteen_bit_samples_are_swapped_for_png_only() -> None:
    """PNG stores big-endian samples; the page has the machine's order."""
    page = form(1, 1, Depth(PixelType.GRAY, 16))
    data = encode(memoryview(b"\x34\x12"), page, "image/png")
    with Image.open(BytesIO(data)) as image:
        assert image.getpixel((0, 0)) == 0x1234


def test_bands_do_not_show() -> None:
    """The difference of rows is the same in one band and in many."""
    rows = np.random.default_rng(1).integers(0, 256, (50, 9), np.uint8)
    whole = next(iter(delta_bands(rows, lead=1)))[:, 1:].copy()
    pieces = [b[:, 1:].copy() for b in delta_bands(rows, lead=1, band_bytes=40)]
    assert len(pieces) > 1
    assert (np.concatenate(pieces) == whole).all()


def test_memory_between_pages_is_given_back() -> None:
    """Pillow keeps a page's memory for the next one, until it is told to rest."""
    page = form(100, 100, Depth(PixelType.BW, 1))
    for _ in range(2):
        encode(memoryview(bytes(page.size_bytes)), page, "image/jpeg")
    memory = Image.core  # type: ignore[attr-defined]  # documented, but not typed
    assert memory.get_stats()["blocks_cached"] > 0
    rest()
    assert memory.get_stats()["blocks_cached"] == 0


def test_wrong_calls_are_refused() -> None:
    """Too few bytes, and a type that there is no codec for, are the caller's fault."""
    page = form(2, 2, Depth(PixelType.GRAY, 8))
    with pytest.raises(ValueError, match="3 bytes"):
        encode(memoryview(bytes(3)), page, "image/png")
    with pytest.raises(ValueError, match="image/gif"):
        encode(memoryview(bytes(4)), page, "image/gif")


def test_colour_jpeg_needs_no_fast_codec(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where simplejpeg is not installed Pillow gives the same page."""
    page = PageFormat(16, 8, Depth(PixelType.RGB, 8), (300, 300), Source.FLATBED)
    pixels = memoryview(bytes([200, 100, 50]) * 128)
    fast = encode(pixels, page, "image/jpeg")
    monkeypatch.setitem(sys.modules, "simplejpeg", None)
    slow = encode(pixels, page, "image/jpeg")
    for data in (fast, slow):
        with Image.open(BytesIO(data)) as jpeg:
            assert jpeg.info["dpi"] == (300, 300)
            assert jpeg.getpixel((8, 4)) == pytest.approx((200, 100, 50), abs=4)
