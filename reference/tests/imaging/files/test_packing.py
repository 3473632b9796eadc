"""Samples to packed rows, read back by Raster and by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.imaging.files.packing import packed_rows, with_eight_bits
from scanwright.imaging.raster import Raster

DEPTHS = [(1, False), (4, False), (8, False), (16, False), (8, True), (16, True)]


def test_first_pixel_is_highest_and_black_is_zero() -> None:
    """Rows begin at a byte; what is beyond the last pixel is 0."""
    bits = Raster(np.array([[1, 0, 1]], np.uint8), 1)
    nibbles = Raster(np.array([[1, 2, 15]], np.uint8), 4)
    words = Raster(np.array([[0x1234, 1]], np.uint16), 16)
    assert packed_rows(bits).tobytes() == b"\xa0"
    assert packed_rows(nibbles).tobytes() == b"\x12\xf0"
    assert packed_rows(words).tobytes() == b"\x12\x34\x00\x01"
    assert packed_rows(words, "<").tobytes() == b"\x34\x12\x01\x00"


@given(st.sampled_from(DEPTHS), st.integers(1, 20), st.integers(1, 5))
def test_rows_have_the_length_of_a_page(
    noise: Callable[..., Raster], depth: tuple[int, bool], width: int, height: int
) -> None:
    """A packed row has as many bytes as a row of the page's format."""
    raster = noise(depth[0], colour=depth[1], size=(width, height))
    assert packed_rows(raster).shape == (height, raster.format().stride_bytes)
    assert packed_rows(raster).dtype == np.uint8


@pytest.mark.parametrize(("bits", "colour"), DEPTHS)
def test_white_and_black_stay_at_eight_bits(bits: int, *, colour: bool) -> None:
    """The lowest sample becomes 0, the highest 255, and those between in order."""
    shape = (1, 3, 3) if colour else (1, 3)
    samples = np.zeros(shape, np.uint16 if bits == 16 else np.uint8)
    samples[:, 1], samples[:, 2] = (1 << bits) // 2, (1 << bits) - 1
    result = with_eight_bits(Raster(samples, bits))
    assert result.bits == 8
    assert result.samples.dtype == np.uint8
    assert result.samples.reshape(3, -1)[0].max() == 0
    assert result.samples.reshape(3, -1)[2].min() == 255
    assert result.samples.reshape(3, -1)[1].min() > 120 or bits == 1
