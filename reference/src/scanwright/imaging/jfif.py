"""Writes a resolution into a JPEG without touching its picture.

A scanner's own JPEG is passed on as it is, for speed and because encoding twice costs
quality; but many devices leave the resolution out or wrong. The JFIF header is the
place for it: the APP0 segment after the start of the image (ITU-T T.871, clause 10.1).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from scanwright.errors import Code, DeviceError

__all__ = ["with_density"]

SOI: Final = b"\xff\xd8"
APP0: Final = 0xE0
APP14: Final = 0xEE
START_OF_SCAN: Final = 0xDA
NOT_FRAMES: Final = frozenset({0xC4, 0xC8, 0xCC})
"""DHT, JPG and DAC share the numbers of the frame headers C0 to CF."""
DOTS_PER_INCH: Final = 1
YCBCR_IDS: Final = (b"\x01\x02\x03", b"\x00\x01\x02")


@dataclass(frozen=True, slots=True)
class _Segment:
    marker: int
    start: int  # of the payload
    payload: bytes


def with_density(jpeg: bytes, dpi: tuple[int, int]) -> bytes:
    """Return the same JPEG with `dpi` in its JFIF header; every other byte stays.

    A `DeviceError` says that it is no JPEG, or one that a JFIF header would recolour.
    """
    if not all(0 < value <= 0xFFFF for value in dpi):
        raise ValueError(f"a JFIF header cannot hold {dpi} dots per inch")
    segments = list(_segments(jpeg))
    density = struct.pack(">BHH", DOTS_PER_INCH, *dpi)
    for segment in segments:
        if segment.marker == APP0 and segment.payload[:5] == b"JFIF\0":
            if len(segment.payload) < 14:
                raise _malformed("its JFIF header is cut short")
            at = segment.start + 7  # after the name and the version
            return b"".join([jpeg[:at], density, jpeg[at + 5 :]])
    if not _takes_jfif(segments):
        raise _malformed("its colours leave no room for a JFIF header")
    header = b"JFIF\0\x01\x02" + density + b"\0\0"
    size = struct.pack(">H", len(header) + 2)
    return b"".join([SOI, b"\xff\xe0", size, header, jpeg[2:]])


def _segments(jpeg: bytes) -> Iterator[_Segment]:
    """Yield what stands before the compressed data, the scan's header included."""
    if jpeg[:2] != SOI:
        raise _malformed("it does not begin like one")
    at = 2
    while True:
        while jpeg[at : at + 2] == b"\xff\xff":  # fill bytes, T.81 clause B.1.1.2
            at += 1
        head = jpeg[at : at + 4]
        if len(head) < 4 or head[0] != 0xFF:
            raise _malformed(f"there is no segment at byte {at}")
        size = int.from_bytes(head[2:])
        payload = jpeg[at + 4 : at + 2 + size]
        if size < 2 or len(payload) != size - 2:
            raise _malformed(f"the segment at byte {at} is cut short")
        yield _Segment(head[1], at + 4, payload)
        if head[1] == START_OF_SCAN:
            return
        at += 2 + size


def _takes_jfif(segments: list[_Segment]) -> bool:
    """Tell whether a JFIF header keeps the colours: it means gray or YCbCr.

    Without one, decoders go by Adobe's segment and then by the components' names.
    """
    frame = next((s.payload for s in segments if _is_frame(s)), b"")
    if len(frame) < 6:
        raise _malformed("it has no frame header")
    ids = frame[6::3]
    if len(ids) != 3:
        return len(ids) == 1
    for segment in segments:
        if segment.marker == APP14 and segment.payload[:5] == b"Adobe":
            return segment.payload[11:12] == b"\x01"
    return ids in YCBCR_IDS


def _is_frame(segment: _Segment) -> bool:
    return 0xC0 <= segment.marker <= 0xCF and segment.marker not in NOT_FRAMES


def _malformed(why: str) -> DeviceError:
    return DeviceError(
        f"The scanner's JPEG cannot be used: {why}.", code=Code.READ_ERROR
    )
