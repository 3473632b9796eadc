"""Fax, LZW and PackBits strips, decoded by other hands."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf.filters import LZWDecode

from scanwright.imaging.files.packing import packed_rows
from scanwright.imaging.files.strips import (
    Method,
    fax_strips,
    lzw_strips,
    packbits_strips,
)
from scanwright.imaging.raster import Raster


def unpacked_bits(data: bytes) -> bytes:
    """Undo PackBits (TIFF 6.0, section 9)."""
    out, at = bytearray(), 0
    while at < len(data):
        count = int.from_bytes(data[at : at + 1], signed=True)
        if count >= 0:
            out += data[at + 1 : at + 2 + count]
            at += 2 + count
        else:
            out += data[at + 1 : at + 2] * (1 - count)
            at += 2
    return bytes(out)


@given(st.integers(1, 40), st.integers(1, 9), st.integers(1, 9))
def test_packbits_gives_the_rows_back(
    noise: Callable[..., Raster], width: int, height: int, rows: int
) -> None:
    """Each strip has its rows, and all strips together all of them."""
    raster = noise(1, size=(width, height))
    strips = packbits_strips(raster, rows)
    assert len(strips) == -(-height // rows)
    assert b"".join(map(unpacked_bits, strips)) == packed_rows(raster).tobytes()


@pytest.mark.parametrize(("bits", "predictor"), [(1, 1), (4, 1), (8, 2), (16, 2)])
def test_lzw_gives_the_rows_back(
    noise: Callable[..., Raster], bits: int, predictor: int
) -> None:
    """By pypdf they are decoded; from 8 bits on, samples are differences."""
    raster = noise(bits)
    (strip,), told = lzw_strips(raster, raster.height_px)
    assert told == predictor
    data = LZWDecode.decode(strip)
    if predictor == 1:
        assert data == packed_rows(raster).tobytes()
        return
    kind = np.dtype(">u2" if bits == 16 else "u1")
    rows = np.frombuffer(data, kind).reshape(raster.height_px, -1)
    summed = np.cumsum(rows, axis=1, dtype=np.uint64) % (1 << bits)
    assert (summed == raster.samples).all()


def test_lzw_of_words_has_the_wished_order(noise: Callable[..., Raster]) -> None:
    """The differences are those of the samples, whatever the order of their bytes."""
    raster = noise(16)
    (little,), _ = lzw_strips(raster, raster.height_px, order="<")
    (big,), _ = lzw_strips(raster, raster.height_px)
    words = np.frombuffer(LZWDecode.decode(little), "<u2")
    assert (words == np.frombuffer(LZWDecode.decode(big), ">u2")).all()


def test_colour_is_less_the_same_colour_on_the_left(
    noise: Callable[..., Raster],
) -> None:
    """In RGB the neighbour is three samples away."""
    raster = noise(8, colour=True)
    (strip,), _ = lzw_strips(raster, raster.height_px)
    shape = (raster.height_px, raster.width_px, 3)
    rows = np.frombuffer(LZWDecode.decode(strip), np.uint8).reshape(shape)
    assert (np.cumsum(rows, axis=1, dtype=np.uint64) % 256 == raster.samples).all()


def test_a_page_of_fax_is_one_strip(noise: Callable[..., Raster]) -> None:
    """A PDF's stream cannot be cut, however large the page."""
    raster = noise(1, size=(2000, 3000))
    assert len(fax_strips(raster, Method.FAX4)) == 1


def test_an_empty_page_of_fax_is_tiny() -> None:
    """White runs are long: white has to be what fax means by white."""
    white = Raster(np.ones((1000, 1000), np.uint8), 1)
    (codes,) = fax_strips(white, Method.FAX4)
    assert len(codes) < 200
