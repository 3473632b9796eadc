"""The picture that a device shows of itself: a flatbed in 48 x 48 pixels, as PNG."""

from __future__ import annotations

import struct
import zlib
from functools import cache
from typing import Final

__all__ = ["icon"]

SIDE: Final = 48
PAPER: Final = b"\xff\xff\xff"
CASE: Final = b"\x46\x50\x5c"
GLASS: Final = b"\xbf\xe3\xf4"


@cache
def icon() -> bytes:
    """Return the picture."""
    rows = b"".join(b"\0" + _row(y) for y in range(SIDE))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", SIDE, SIDE, 8, 2, 0, 0, 0)),
            _chunk(b"IDAT", zlib.compress(rows)),
            _chunk(b"IEND", b""),
        ),
    )


def _row(y: int) -> bytes:
    if not 12 <= y < 38:
        return PAPER * SIDE
    inside = GLASS if 16 <= y < 30 else CASE
    return PAPER * 4 + CASE * 4 + inside * 32 + CASE * 4 + PAPER * 4


def _chunk(kind: bytes, data: bytes) -> bytes:
    checksum = zlib.crc32(data, zlib.crc32(kind))
    return b"".join(
        (struct.pack(">I", len(data)), kind, data, struct.pack(">I", checksum)),
    )
