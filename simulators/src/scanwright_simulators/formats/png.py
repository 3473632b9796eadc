"""PNG files joined from strips.

Each strip is filtered and deflated by itself: its first row refers to no row above,
and its data end with a full flush, so strips follow one another in one zlib stream
(RFC 1950). The stream's checksum is put together from those of the strips.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

__all__ = ["PngStrip", "encode_strip", "join"]

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
INCHES_PER_METRE: Final = 1 / 0.0254

_ADLER_BASE: Final = 65521
_ZLIB_HEADER: Final = b"\x78\x01"
_LAST_BLOCK: Final = b"\x03\x00"
_FILTER_NONE: Final = 0
_FILTER_UP: Final = 2
_COLOR_TYPE: Final = {"1": (1, 0), "L": (8, 0), "RGB": (8, 2)}


@dataclass(frozen=True, slots=True)
class PngStrip:
    """Deflated rows with what is needed to join them to others."""

    mode: str
    width_px: int
    height_px: int
    deflated: bytes
    adler32: int
    raw_bytes: int

    @property
    def size_bytes(self) -> int:
        """What keeping this strip costs."""
        return len(self.deflated)


def encode_strip(image: Image.Image) -> PngStrip:
    """Filter and deflate `image`, fast rather than small."""
    from isal import isal_zlib

    filtered = _filter(_packed_rows(image))
    compressor = isal_zlib.compressobj(1, isal_zlib.DEFLATED, -15)
    deflated = compressor.compress(filtered.data)
    deflated += compressor.flush(isal_zlib.Z_FULL_FLUSH)
    return PngStrip(
        mode=image.mode,
        width_px=image.width,
        height_px=image.height,
        deflated=deflated,
        adler32=isal_zlib.adler32(filtered.data),
        raw_bytes=filtered.size,
    )


def join(strips: Sequence[PngStrip], resolution_dpi: int) -> bytes:
    """Return one PNG file with all rows of `strips`, top to bottom."""
    first = strips[0]
    depth, color_type = _COLOR_TYPE[first.mode]
    height = sum(strip.height_px for strip in strips)
    dots = round(resolution_dpi * INCHES_PER_METRE)
    checksum = 1
    for strip in strips:
        checksum = _combine(checksum, strip.adler32, strip.raw_bytes)
    stream = (
        _ZLIB_HEADER,
        *(strip.deflated for strip in strips),
        _LAST_BLOCK,
        struct.pack(">I", checksum),
    )
    size = (first.width_px, height)
    return b"".join(
        (
            SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", *size, depth, color_type, 0, 0, 0)),
            _chunk(b"pHYs", struct.pack(">IIB", dots, dots, 1)),
            _chunk(b"IDAT", b"".join(stream)),
            _chunk(b"IEND", b""),
        ),
    )


def _packed_rows(image: Image.Image) -> NDArray[np.uint8]:
    import numpy as np

    if image.mode == "1":
        return np.packbits(np.asarray(image), axis=1)
    return np.asarray(image).reshape(image.height, -1)


def _filter(rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import numpy as np

    height, width = rows.shape
    filtered = np.empty((height, width + 1), np.uint8)
    filtered[0, 0], filtered[1:, 0] = _FILTER_NONE, _FILTER_UP
    filtered[0, 1:] = rows[0]
    np.subtract(rows[1:], rows[:-1], out=filtered[1:, 1:])
    return filtered


def _combine(first: int, second: int, second_length: int) -> int:
    """Return the Adler-32 of two pieces from those of each (RFC 1950, section 8.2)."""
    low = (first & 0xFFFF) + (second & 0xFFFF) - 1
    high = (
        (first >> 16) + (second >> 16) + second_length * ((first & 0xFFFF) - 1)
    ) % _ADLER_BASE
    return high << 16 | low % _ADLER_BASE


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(data, zlib.crc32(kind))
    return b"".join(
        (struct.pack(">I", len(data)), kind, data, struct.pack(">I", checksum)),
    )
