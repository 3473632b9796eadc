"""JPEG: what a stream's header says, and pages as JPEG streams.

A scanner's or a file's own JPEG is passed on where it still shows the page: encoding
twice costs time and quality. Which streams other containers may take as they are, the
header tells (ITU-T T.81, clause B.2).
"""

from __future__ import annotations

import contextlib
import os
import struct
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, Final

import numpy as np
from PIL import Image

from scanwright.errors import DeviceError, InvalidParameter
from scanwright.imaging.codecs import JPEG_QUALITY
from scanwright.imaging.files.packing import with_eight_bits
from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.jfif import with_density
from scanwright.imaging.raster import Raster

__all__ = ["JpegHeader", "encode_jpeg", "passed_on", "read_header", "write_jpeg"]

SEQUENTIAL: Final = frozenset({0xC0, 0xC1})
PROGRESSIVE: Final = 0xC2
FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
JFIF: Final = 0xE0
ADOBE: Final = 0xEE
START_OF_SCAN: Final = 0xDA
RGB_IDS: Final = b"RGB"
LONGEST_SIDE_PX: Final = 65_500
"""libjpeg's own limit."""
MOST_DPI: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class JpegHeader:
    """The frame: its process, size, and how its colours are coded.

    `sampling` are the first component's factors, across and down. `is_plain` means 8
    bits, Huffman coding, and gray or YCbCr as every reader understands it.
    """

    frame: int
    bits: int
    width_px: int
    height_px: int
    components: int
    sampling: tuple[int, int]
    is_plain: bool

    @property
    def is_sequential(self) -> bool:
        """Whether it is not progressive: TIFF and the first PDFs know no other."""
        return self.frame in SEQUENTIAL


def read_header(jpeg: bytes) -> JpegHeader | None:
    """Read up to the first scan; None when it is not a JPEG as T.81 has them."""
    segments = _segments(jpeg)
    frames = [(marker, data) for marker, data in segments if marker in FRAMES]
    if len(frames) != 1 or len(frames[0][1]) < 9:
        return None
    marker, data = frames[0]
    bits, height, width, components = struct.unpack(">BHHB", data[:6])
    parts = data[6:]
    if len(parts) != 3 * components:
        return None
    factors = [(part >> 4, part & 15) for part in parts[1::3]]
    plain_frame = marker in SEQUENTIAL or marker == PROGRESSIVE
    # Factors below another component's are legal, but not what containers expect.
    usual = components == 1 or factors[1:] == [(1, 1), (1, 1)]
    return JpegHeader(
        frame=marker,
        bits=bits,
        width_px=width,
        height_px=height,
        components=components,
        sampling=factors[0] if components > 1 else (1, 1),
        is_plain=plain_frame
        and bits == 8
        and usual
        and (components == 1 or _is_ycbcr(segments, parts[::3])),
    )


def passed_on(page: PageIn, quality: int) -> JpegHeader | None:
    """Return the header of the page's own JPEG, if that may be written as it is.

    It may be, when no other quality than the usual is asked for and it is as large as
    the page.
    """
    if page.original_jpeg is None or quality != JPEG_QUALITY:
        return None
    header = read_header(page.original_jpeg)
    if header is None or not header.is_plain:
        return None
    size = (page.raster.width_px, page.raster.height_px)
    return header if (header.width_px, header.height_px) == size else None


def encode_jpeg(raster: Raster, quality: int) -> bytes:
    """Return a JPEG of `quality` 0 to 100; 1, 4 and 16 bits become 8.

    Raises:
        InvalidParameter: A side is longer than JPEG can have it.
    """
    if max(raster.width_px, raster.height_px) > LONGEST_SIDE_PX:
        raise InvalidParameter(
            f"A JPEG cannot be longer than {LONGEST_SIDE_PX:,} pixels. Choose another"
            " type or compression."
        )
    samples = np.ascontiguousarray(with_eight_bits(raster).samples, np.uint8)
    # 0 means "usual" to some encoders; libjpeg's own scale begins at 1.
    quality = max(1, quality)
    if raster.is_colour:
        with contextlib.suppress(ImportError):
            return _fast_jpeg(samples, quality)
    # Into a file of memory: only for a real file does Pillow encode outside the
    # interpreter lock.
    with os.fdopen(os.memfd_create("jpeg"), "w+b") as out:
        Image.fromarray(samples).save(out, "JPEG", quality=quality)
        out.seek(0)
        return out.read()


def write_jpeg(page: PageIn, quality: int, out: BinaryIO) -> None:
    """Write the page as a JFIF file, its own JPEG if that may be passed on."""
    dpi = (min(page.dpi[0], MOST_DPI), min(page.dpi[1], MOST_DPI))
    if page.original_jpeg is not None and passed_on(page, quality):
        with contextlib.suppress(DeviceError):
            out.write(with_density(page.original_jpeg, dpi))
            return
    out.write(with_density(encode_jpeg(page.raster, quality), dpi))


def _fast_jpeg(
    samples: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], q: int
) -> bytes:
    """Encode colour by simplejpeg, where it is installed."""
    import simplejpeg

    jpeg: bytes = simplejpeg.encode_jpeg(
        samples, quality=q, colorspace="RGB", colorsubsampling="420"
    )
    return jpeg


def _segments(jpeg: bytes) -> list[tuple[int, bytes]]:
    """Return markers and payloads before the first scan; none of what is no JPEG."""
    stream = BytesIO(jpeg)
    found: list[tuple[int, bytes]] = []
    if stream.read(2) != b"\xff\xd8":
        return []
    while True:
        head = stream.read(4)
        while head[:2] == b"\xff\xff":  # fill bytes, clause B.1.1.2
            head = head[1:] + stream.read(1)
        if len(head) < 4 or head[0] != 0xFF:
            return []
        if head[1] == START_OF_SCAN:
            return found
        size = int.from_bytes(head[2:]) - 2
        if size < 0:
            return []
        found.append((head[1], stream.read(size)))


def _is_ycbcr(segments: list[tuple[int, bytes]], ids: bytes) -> bool:
    """Tell whether three components are YCbCr to every reader.

    Adobe's segment counts where it is, then JFIF's; without both, libjpeg goes by the
    components' names, and containers always think of YCbCr.
    """
    for marker, data in segments:
        if marker == ADOBE and data[:5] == b"Adobe":
            return len(ids) == 3 and data[11:12] == b"\x01"
    has_jfif = any(m == JFIF and data[:5] == b"JFIF\0" for m, data in segments)
    return len(ids) == 3 and (has_jfif or ids != RGB_IDS)
