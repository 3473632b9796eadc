"""JPEG files joined from strips without decoding.

With a restart marker after every row of blocks the entropy-coded rows are independent
of each other (ITU-T T.81, F.1.1.5 and E.1.4): rows of different files can follow one
another as long as tables are equal, markers count 0 to 7 in turn, and the frame header
states the common height. Equal quality and mode give equal tables.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["JpegStrip", "encode_strip", "join"]

QUALITY: Final = 85
RESTART: Final = re.compile(rb"\xff[\xd0-\xd7]")
"""Nothing else in entropy-coded data looks like this: 0xFF there is followed by 0."""

_START_OF_FRAME: Final = 0xC0
_START_OF_SCAN: Final = 0xDA
_END_OF_IMAGE: Final = b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class JpegStrip:
    """A strip as a file of its own, and views of its header and its rows of blocks."""

    file: bytes
    header: memoryview
    rows: tuple[memoryview, ...]
    height_px: int

    @property
    def size_bytes(self) -> int:
        """What keeping this strip costs."""
        return len(self.file)


def encode_strip(image: Image.Image, resolution_dpi: int) -> JpegStrip:
    """Encode `image`; a 1-bit image becomes gray, for JPEG knows no bits."""
    file = io.BytesIO()
    (image.convert("L") if image.mode == "1" else image).save(
        file,
        "JPEG",
        quality=QUALITY,
        subsampling="4:2:0",
        restart_marker_rows=1,
        dpi=(resolution_dpi, resolution_dpi),
    )
    data = file.getvalue()
    end = _find(data, _START_OF_SCAN)
    end += 2 + int.from_bytes(data[end + 2 : end + 4])
    view, last = memoryview(data), len(data) - len(_END_OF_IMAGE)
    markers = [found.span() for found in RESTART.finditer(data, end, last)]
    begins = [end, *(after for _, after in markers)]
    ends = [*(before for before, _ in markers), last]
    rows = tuple(view[a:b] for a, b in zip(begins, ends, strict=True))
    return JpegStrip(data, view[:end], rows, image.height)


def join(strips: Sequence[JpegStrip]) -> bytes:
    """Return one JPEG file with all rows of `strips`, top to bottom."""
    if len(strips) == 1:
        return strips[0].file
    header = bytearray(strips[0].header)
    height_at = _find(header, _START_OF_FRAME) + 5
    struct.pack_into(">H", header, height_at, sum(s.height_px for s in strips))
    numbers = count()
    pieces: list[bytes | memoryview] = [bytes(header)]
    for row in (row for strip in strips for row in strip.rows):
        number = next(numbers)
        if number:
            pieces.append(bytes((0xFF, 0xD0 + (number - 1) % 8)))
        pieces.append(row)
    return b"".join((*pieces, _END_OF_IMAGE))


def _find(data: bytes | bytearray, marker: int) -> int:
    """Return where the segment of `marker` begins, walking from segment to segment."""
    at = 2
    while data[at + 1] != marker:
        at += 2 + int.from_bytes(data[at + 2 : at + 4])
    return at
