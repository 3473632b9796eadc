"""Pages as the picture streams of a PDF: JPEG, JPEG 2000, LZW, FAX4, JBIG2.

The JBIG2 is a generic region whose coding is MMR (ITU-T T.88, 6.2.6): the same codes as
FAX4 in another dress, so files do not get smaller by it, but every reader of JBIG2
takes them, and no encoder that tells similar letters alike can put a wrong one.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import numpy as np
from PIL import Image

from scanwright.imaging.files.jpeg import encode_jpeg, passed_on, read_header
from scanwright.imaging.files.packing import with_eight_bits
from scanwright.imaging.files.pages import PageIn
from scanwright.imaging.files.pdf_objects import Name, Value
from scanwright.imaging.files.strips import Method, fax_strips, lzw_strips
from scanwright.imaging.raster import Raster
from scanwright.protocol.saving import PdfCompression, SaveOptions

__all__ = ["Picture", "fitting", "picture"]

PAGE_INFORMATION: Final = 48
IMMEDIATE_GENERIC_REGION: Final = 38
MMR: Final = 1
LOSSLESS: Final = 100


@dataclass(frozen=True, slots=True)
class Picture:
    """The entries and the data of an image's stream."""

    entries: dict[str, Value]
    data: bytes


def fitting(wished: PdfCompression, raster: Raster) -> PdfCompression:
    """Return how this page is compressed.

    FAX4 and JBIG2 are for 1-bit pages: every other becomes a JPEG. AUTO is JBIG2 for
    1-bit pages, else JPEG. A 1-bit page as JPEG is a gray one.
    """
    is_bw = raster.bits == 1 and not raster.is_colour
    if wished is PdfCompression.AUTO:
        return PdfCompression.JBIG2 if is_bw else PdfCompression.JPEG
    if wished in {PdfCompression.FAX4, PdfCompression.JBIG2} and not is_bw:
        return PdfCompression.JPEG
    return wished


def picture(page: PageIn, options: SaveOptions, version: tuple[int, int]) -> Picture:
    """Return the page's picture, compressed as the options wish and as it fits."""
    kind = fitting(options.pdf_compression, page.raster)
    if kind is PdfCompression.JBIG2 and version < (1, 4):
        kind = PdfCompression.FAX4
    if kind is PdfCompression.JPEG:
        return _jpeg(page, options.quality, version)
    if kind is PdfCompression.JPEG2000:
        return _jpeg2000(page.raster, options.quality)
    if kind is PdfCompression.LZW:
        return _lzw(page.raster)
    return _bilevel(page.raster, kind)


def _jpeg(page: PageIn, quality: int, version: tuple[int, int]) -> Picture:
    header = passed_on(page, quality)
    jpeg = page.original_jpeg
    if (
        jpeg is None
        or header is None
        or not (
            header.is_sequential or version >= (1, 3)  # which brought progressive JPEG
        )
    ):
        jpeg = encode_jpeg(page.raster, quality)
        header = read_header(jpeg)
        assert header is not None, "an encoder's JPEG has a header"  # noqa: S101
    entries = _entries(page.raster, "DCTDecode", 8)
    # A gray page may have a JPEG of three components, and the other way round.
    entries["ColorSpace"] = _space(is_colour=header.components == 3)
    return Picture(entries, jpeg)


def _jpeg2000(raster: Raster, quality: int) -> Picture:
    """Code by wavelets: 28 to 43 dB for quality 0 to 99, 100 without loss."""
    samples = np.ascontiguousarray(with_eight_bits(raster).samples, np.uint8)
    out = BytesIO()
    image = Image.fromarray(samples)
    if quality == LOSSLESS:
        image.save(out, "JPEG2000")
    else:
        decibels = [28 + 0.15 * quality]
        image.save(
            out,
            "JPEG2000",
            irreversible=True,
            quality_mode="dB",
            quality_layers=decibels,
        )
    return Picture(_entries(raster, "JPXDecode", 8), out.getvalue())


def _lzw(raster: Raster) -> Picture:
    """Keep 1, 4 and 8 bits; 16 become 8."""
    raster = with_eight_bits(raster) if raster.bits == 16 else raster
    (data,), predictor = lzw_strips(raster, raster.height_px)
    entries = _entries(raster, "LZWDecode", raster.bits)
    if predictor > 1:
        entries["DecodeParms"] = {
            "Predictor": predictor,
            "Colors": 3 if raster.is_colour else 1,
            "BitsPerComponent": raster.bits,
            "Columns": raster.width_px,
        }
    return Picture(entries, data)


def _bilevel(raster: Raster, kind: PdfCompression) -> Picture:
    (codes,) = fax_strips(raster, Method.FAX4)
    if kind is PdfCompression.JBIG2:
        return Picture(_entries(raster, "JBIG2Decode", 1), _jbig2(raster, codes))
    entries = _entries(raster, "CCITTFaxDecode", 1)
    entries["DecodeParms"] = {
        "K": -1,
        "Columns": raster.width_px,
        "Rows": raster.height_px,
    }
    return Picture(entries, codes)


def _jbig2(raster: Raster, codes: bytes) -> bytes:
    """Return the two segments that a PDF embeds, without a file header (T.88, D.3)."""
    size = struct.pack(">II", raster.width_px, raster.height_px)
    page = size + struct.pack(">IIBH", 0, 0, 0, 0)  # white, in one stripe
    region = size + struct.pack(">IIBB", 0, 0, 0, MMR) + codes
    return _segment(0, PAGE_INFORMATION, page) + _segment(
        1, IMMEDIATE_GENERIC_REGION, region
    )


def _segment(number: int, kind: int, data: bytes) -> bytes:
    refers_to, of_page = 0, 1
    return struct.pack(">IBBBI", number, kind, refers_to, of_page, len(data)) + data


def _entries(raster: Raster, stream_filter: str, bits: int) -> dict[str, Value]:
    return {
        "Type": Name("XObject"),
        "Subtype": Name("Image"),
        "Width": raster.width_px,
        "Height": raster.height_px,
        "ColorSpace": _space(is_colour=raster.is_colour),
        "BitsPerComponent": bits,
        "Filter": Name(stream_filter),
    }


def _space(*, is_colour: bool) -> Name:
    return Name("DeviceRGB" if is_colour else "DeviceGray")
