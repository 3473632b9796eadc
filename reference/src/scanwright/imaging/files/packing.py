"""Samples to the packed rows that file formats hold, and to fewer bits.

Rows begin at a byte, the first pixel is in the highest bits, and black is 0. Words are
big-endian, as in PNG, PDF and a TIFF of the order MM, unless the other order is wished.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from scanwright.imaging.raster import Raster

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.uint8]

__all__ = ["ByteOrder", "packed_rows", "with_eight_bits"]

ByteOrder = Literal["<", ">"]
"""Of words, as `struct` and NumPy spell it: little-endian and big-endian."""

STRETCH: Final = {1: 255, 4: 17, 8: 1}
"""Factors that make the highest sample 255."""


def packed_rows(raster: Raster, order: ByteOrder = ">") -> Rows:
    """Return an array of the shape (height, bytes in a row)."""
    rows = raster.samples.reshape(raster.height_px, -1)
    if raster.bits == 1:
        return np.packbits(rows, axis=1)
    if raster.bits == 4:
        even = np.pad(rows, ((0, 0), (0, rows.shape[1] % 2))).astype(np.uint8)
        return np.asarray((even[:, ::2] << 4) | even[:, 1::2], np.uint8)
    if raster.bits == 16:
        return np.ascontiguousarray(rows.astype(f"{order}u2")).view(np.uint8)
    return np.ascontiguousarray(rows, np.uint8)


def with_eight_bits(raster: Raster) -> Raster:
    """Return the picture at 8 bits a sample; of 16 bits the higher ones."""
    if raster.bits == 8:
        return raster
    if raster.bits == 16:
        return raster.with_samples((raster.samples >> 8).astype(np.uint8), bits=8)
    stretched = raster.samples.astype(np.uint8) * np.uint8(STRETCH[raster.bits])
    return raster.with_samples(stretched, bits=8)
