"""Pixels made small and large again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.buffer.packing import PIECE_BYTES, pack, unpack


@given(st.binary(max_size=2000), st.integers(1, 50))
def test_round_trip(pixels: bytes, cut: int) -> None:
    """What was packed comes back, however the pieces are cut."""
    packed = b"".join(pack(memoryview(pixels)))
    pieces = [packed[at : at + cut] for at in range(0, len(packed), cut)]
    room = bytearray(len(pixels))
    unpack(pieces, memoryview(room))
    assert room == pixels


def test_large_flat_page_is_small_and_comes_back() -> None:
    """A white page takes next to nothing, and more than a piece comes back whole."""
    pixels = b"\xff" * (3 * PIECE_BYTES + 5)
    packed = pack(memoryview(pixels))
    assert sum(map(len, packed)) < len(pixels) / 100
    room = bytearray(len(pixels))
    unpack(packed, memoryview(room))
    assert room == pixels


@pytest.mark.parametrize("size", [3, 5])
def test_another_size_is_refused(size: int) -> None:
    """A page never comes back longer or shorter than it was."""
    with pytest.raises(ValueError, match=r"structure|packed"):
        unpack(pack(memoryview(b"page")), memoryview(bytearray(size)))
