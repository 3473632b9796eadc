"""The picture that a device shows of itself: a flatbed in 48 x 48 pixels, as PNG."""

from __future__ import annotations

from functools import cache
from typing import Final

from scanwright_simulators.formats import png

__all__ = ["icon"]

SIDE: Final = 48
DPI: Final = 96
PAPER: Final = b"\xff\xff\xff"
CASE: Final = b"\x46\x50\x5c"
GLASS: Final = b"\xbf\xe3\xf4"


@cache
def icon() -> bytes:
    """Return the picture."""
    from PIL import Image

    rows = b"".join(_row(y) for y in range(SIDE))
    image = Image.frombytes("RGB", (SIDE, SIDE), rows)
    return png.join([png.encode_strip(image)], DPI)


def _row(y: int) -> bytes:
    if not 12 <= y < 38:
        return PAPER * SIDE
    inside = GLASS if 16 <= y < 30 else CASE
    return PAPER * 4 + CASE * 4 + inside * 32 + CASE * 4 + PAPER * 4
