"""BMP: 1, 4 and 8 bits with a palette of grays, 24 bits of colour."""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

import numpy as np

from scanwright.imaging.files.packing import packed_rows, with_eight_bits
from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.raster import Raster

__all__ = ["write_bmp"]

METRE_INCHES: Final = 1 / 0.0254
FILE_HEADER_BYTES: Final = 14
INFO_HEADER_BYTES: Final = 40


def write_bmp(page: PageIn, out: BinaryIO) -> None:
    """Write the page as a Windows 3 bitmap; 16 bits become 8."""
    raster = with_eight_bits(page.raster) if page.raster.bits == 16 else page.raster
    palette = b"" if raster.is_colour else _grays(raster.bits)
    rows = _padded(raster)
    offset = FILE_HEADER_BYTES + INFO_HEADER_BYTES + len(palette)
    out.write(struct.pack("<2sIHHI", b"BM", offset + rows.size, 0, 0, offset))
    x_dpi, y_dpi = page.dpi
    out.write(
        struct.pack(
            "<IiiHHIIiiII",
            INFO_HEADER_BYTES,
            raster.width_px,
            raster.height_px,
            1,  # plane
            24 if raster.is_colour else raster.bits,
            0,  # not compressed
            rows.size,
            round(x_dpi * METRE_INCHES),
            round(y_dpi * METRE_INCHES),
            len(palette) // 4,
            0,  # all colours matter
        )
    )
    out.write(palette)
    out.write(rows.data)


def _padded(raster: Raster) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Return the rows from the lowest up, blue first, in multiples of 4 bytes."""
    if raster.is_colour:
        raster = raster.with_samples(raster.samples[:, :, ::-1])
    rows = packed_rows(raster)
    room = np.zeros((rows.shape[0], -(-rows.shape[1] // 4) * 4), np.uint8)
    room[:, : rows.shape[1]] = rows[::-1]
    return room


def _grays(bits: int) -> bytes:
    highest = (1 << bits) - 1
    shades = (value * 255 // highest for value in range(highest + 1))
    return b"".join(bytes((shade, shade, shade, 0)) for shade in shades)
