"""TIFF: pages one after the other, each compressed by what fits it.

A new file has the order MM; one that pages are appended to keeps its own. A page's
strips stand before its directory, and the link to that is filled in when the directory
is written; so nothing but the page at hand is in memory, and `out` must be able to
seek.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from scanwright.imaging.files.jpeg import encode_jpeg, passed_on, read_header
from scanwright.imaging.files.packing import ByteOrder, packed_rows
from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.files.strips import (
    Method,
    fax_strips,
    lzw_strips,
    packbits_strips,
)
from scanwright.imaging.files.tiff_chain import ChainEnd, check_bytes
from scanwright.imaging.raster import Raster
from scanwright.protocol.saving import SaveOptions, TiffCompression, TiffTag

__all__ = ["TiffWriter", "fitting"]

STRIP_BYTES: Final = 1 << 18
HEADER: Final = b"MM\0\x2a" + bytes(4)
SOFTWARE: Final = b"Scanwright\0"

SHORT, LONG, RATIONAL, ASCII, UNDEFINED = 3, 4, 5, 2, 7
FORMATS: Final = {SHORT: "H", LONG: "I", RATIONAL: "I"}
WHITE_IS_ZERO, BLACK_IS_ZERO, RGB, YCBCR = 0, 1, 2, 6
INCH: Final = 2
ONLY_ONE_BIT: Final = {
    TiffCompression.RLE: Method.RLE,
    TiffCompression.FAX3: Method.FAX3,
    TiffCompression.FAX4: Method.FAX4,
}

Field = tuple[int, bytes | tuple[int, ...]]
"""A field's type and its values; bytes are as they will be in the file."""


@dataclass(frozen=True, slots=True)
class _Body:
    """A page's strips, and the fields that say how they are to be read."""

    strips: list[bytes]
    rows_per_strip: int
    photometric: int
    fields: Mapping[int, Field]


class TiffWriter:
    """Writes a TIFF page by page; without `add` there is no valid file.

    With `existing`, a TIFF stands in `out` up to where that is now, and goes on.
    """

    def __init__(
        self, out: BinaryIO, options: SaveOptions, existing: ChainEnd | None = None
    ) -> None:
        self._out = out
        self._options = options
        if existing is None:
            existing = ChainEnd(">", link=4, pages=0, size=len(HEADER))
            out.write(HEADER)
        self._order: ByteOrder = existing.order
        self._count = existing.pages
        self._start = out.tell() - existing.size
        self._link = self._start + existing.link
        # What is appended begins at a word, too.
        out.write(bytes(existing.size % 2))

    def add(self, page: PageIn) -> None:
        """Write one more page.

        Raises:
            InvalidParameter: The file would be larger than a TIFF can be.
        """
        compression = fitting(self._options.tiff_compression, page.raster)
        body = _compressed(page, compression, self._options.quality, self._order)
        offsets = [self._append(strip) for strip in body.strips]
        fields = {
            254: _numbers(LONG, 2),  # one page of several
            256: _numbers(LONG, page.raster.width_px),
            257: _numbers(LONG, page.raster.height_px),
            259: _numbers(SHORT, compression),
            262: _numbers(SHORT, body.photometric),
            273: _numbers(LONG, *offsets),
            278: _numbers(LONG, body.rows_per_strip),
            279: _numbers(LONG, *map(len, body.strips)),
            282: _numbers(RATIONAL, page.dpi[0], 1),
            283: _numbers(RATIONAL, page.dpi[1], 1),
            296: _numbers(SHORT, INCH),
            297: _numbers(SHORT, self._count & 0xFFFF, 0),  # how many is not known yet
            305: (ASCII, SOFTWARE),
        }
        fields |= {**_samples(page.raster, compression), **body.fields}
        fields |= {tag.number: _own_field(tag) for tag in self._options.tiff_tags}
        self._add_directory(fields)
        self._count += 1

    def finish(self) -> None:
        """Do nothing: the last page's directory has no link to another."""

    def _append(self, data: bytes) -> int:
        """Write data at an even place, and return that."""
        place = self._out.tell() - self._start
        check_bytes(place + len(data))
        self._out.write(data + bytes(len(data) % 2))
        return place

    def _add_directory(self, fields: Mapping[int, Field]) -> None:
        entries = []
        for number, (kind, values) in sorted(fields.items()):
            data = self._packed(kind, values)
            inside = data if len(data) <= 4 else self._pack("I", self._append(data))
            count = len(values) // (2 if kind == RATIONAL else 1)
            entries.append(self._pack("HHI4s", number, kind, count, inside))
        directory = self._pack("H", len(entries)) + b"".join(entries)
        place = self._append(directory + bytes(4))
        self._out.seek(self._link)
        self._out.write(self._pack("I", place))
        self._link = self._start + place + len(directory)
        self._out.seek(0, 2)

    def _packed(self, kind: int, values: bytes | tuple[int, ...]) -> bytes:
        if isinstance(values, bytes):
            return values
        return self._pack(f"{len(values)}{FORMATS[kind]}", *values)

    def _pack(self, form: str, *values: int | bytes) -> bytes:
        return struct.pack(f"{self._order}{form}", *values)


def fitting(wished: TiffCompression, raster: Raster) -> TiffCompression:
    """Return how this page is compressed.

    Fax codes, RLE and PackBits are for 1-bit pages, JPEG for 8 bits: where the wish
    does not fit, a 1-bit page becomes FAX4 and every other LZW.
    """
    if wished is TiffCompression.NONE or wished is TiffCompression.LZW:
        return wished
    if raster.bits == 1 and not raster.is_colour:
        fits = wished not in {TiffCompression.AUTO, TiffCompression.JPEG}
        return wished if fits else TiffCompression.FAX4
    fits = wished is TiffCompression.JPEG and raster.bits == 8
    return wished if fits else TiffCompression.LZW


def _compressed(
    page: PageIn, compression: TiffCompression, quality: int, order: ByteOrder
) -> _Body:
    raster = page.raster
    photometric = RGB if raster.is_colour else BLACK_IS_ZERO
    rows = max(1, STRIP_BYTES * 8 // max(1, _row_bits(raster)))
    rows = min(rows, raster.height_px)
    if compression is TiffCompression.JPEG:
        return _jpeg(page, quality)
    if compression in ONLY_ONE_BIT:
        strips = fax_strips(raster, ONLY_ONE_BIT[compression])
        return _Body(strips, raster.height_px, WHITE_IS_ZERO, {})
    if compression is TiffCompression.PACKBITS:
        return _Body(packbits_strips(raster, rows), rows, photometric, {})
    if compression is TiffCompression.LZW:
        strips, predictor = lzw_strips(raster, rows, order=order)
        return _Body(strips, rows, photometric, {317: _numbers(SHORT, predictor)})
    packed = packed_rows(raster, order)
    strips = [packed[y : y + rows].tobytes() for y in range(0, len(packed), rows)]
    return _Body(strips, rows, photometric, {})


def _jpeg(page: PageIn, quality: int) -> _Body:
    """Return the page as one strip that is an entire JPEG (TIFF Technical Note 2)."""
    header = passed_on(page, quality)
    jpeg = page.original_jpeg
    if jpeg is None or header is None or not header.is_sequential:
        jpeg = encode_jpeg(page.raster, quality)
        header = read_header(jpeg)
        assert header is not None, "an encoder's JPEG has a header"  # noqa: S101
    # A gray page may have a JPEG of three components, and the other way round.
    is_colour = header.components == 3
    fields = {
        258: _numbers(SHORT, *[8] * header.components),
        277: _numbers(SHORT, header.components),
    }
    if is_colour:
        fields[530] = _numbers(SHORT, *header.sampling)
    height = page.raster.height_px
    return _Body([jpeg], height, YCBCR if is_colour else BLACK_IS_ZERO, fields)


def _samples(raster: Raster, compression: TiffCompression) -> dict[int, Field]:
    """Return the fields of depth; 1-bit fax needs them as well."""
    count = 3 if raster.is_colour else 1
    fields = {
        258: _numbers(SHORT, *[raster.bits] * count),
        277: _numbers(SHORT, count),
        284: _numbers(SHORT, 1),  # interleaved
    }
    if compression is TiffCompression.FAX3:
        fields[292] = _numbers(LONG, 0)  # one-dimensional
    return fields


def _row_bits(raster: Raster) -> int:
    return raster.width_px * raster.bits * (3 if raster.is_colour else 1)


def _numbers(kind: int, *values: int) -> Field:
    return kind, values


def _own_field(tag: TiffTag) -> Field:
    if tag.is_base64:
        return UNDEFINED, base64.b64decode(tag.value, validate=True)
    return ASCII, tag.value.encode() + b"\0"
