"""Fax and LZW streams, for TIFF and PDF alike.

Pillow's libtiff is the encoder: it writes a TIFF of one page, and the compressed strips
are taken out of it. What it is told of the picture does not matter for them, so rows of
any depth pass as rows of bytes.
"""

from __future__ import annotations

from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from scanwright.imaging.files.packing import ByteOrder, packed_rows
from scanwright.imaging.raster import Raster

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Rows = NDArray[np.uint8]

__all__ = ["Method", "fax_strips", "lzw_strips", "packbits_strips"]

STRIP_OFFSETS: Final = 273
STRIP_BYTE_COUNTS: Final = 279
ROWS_PER_STRIP: Final = 278


class Method(StrEnum):
    """Pillow's names of what libtiff compresses with."""

    RLE = "tiff_ccitt"
    FAX3 = "group3"
    FAX4 = "group4"
    LZW = "tiff_lzw"
    PACKBITS = "packbits"


def fax_strips(raster: Raster, method: Method) -> list[bytes]:
    """Return a 1-bit page as one strip of fax codes, whose black is the page's."""
    # To the encoder a set bit is black.
    bits = np.invert(packed_rows(raster))
    size = (raster.width_px, raster.height_px)
    image = Image.frombuffer("1", size, bits.tobytes(), "raw", "1", 0, 1)
    strips = _strips(image, method, raster.height_px)
    if method is Method.RLE:
        # libtiff's decoder can misread a last row that ends with the last byte; the
        # other methods end with codes of their own.
        return [strip + b"\0" for strip in strips]
    return strips


def packbits_strips(raster: Raster, rows_per_strip: int) -> list[bytes]:
    """Return the rows in strips of PackBits."""
    return _byte_strips(packed_rows(raster), Method.PACKBITS, rows_per_strip)


def lzw_strips(
    raster: Raster, rows_per_strip: int, *, order: ByteOrder = ">"
) -> tuple[list[bytes], int]:
    """Return the rows in strips of LZW, and the predictor: 2 from 8 bits on, else 1.

    With predictor 2 each sample is less its neighbour on the left; what scanners see
    gets a third smaller by it. `order` is that of words.
    """
    if raster.bits < 8:
        rows, predictor = packed_rows(raster), 1
    else:
        samples = raster.samples.copy()
        samples[:, 1:] -= raster.samples[:, :-1]
        rows, predictor = packed_rows(raster.with_samples(samples), order), 2
    return _byte_strips(rows, Method.LZW, rows_per_strip), predictor


def _byte_strips(rows: Rows, method: Method, rows_per_strip: int) -> list[bytes]:
    height, stride = rows.shape
    image = Image.frombuffer("L", (stride, height), rows.tobytes(), "raw", "L", 0, 1)
    return _strips(image, method, min(rows_per_strip, height))


def _strips(image: Image.Image, method: Method, rows: int) -> list[bytes]:
    out = BytesIO()
    image.save(out, "TIFF", compression=method.value, tiffinfo={ROWS_PER_STRIP: rows})
    data = out.getbuffer()
    with Image.open(out, formats=("TIFF",)) as made:
        tags = made.tag_v2  # type: ignore[attr-defined]  # it is a TIFF
        places = zip(tags[STRIP_OFFSETS], tags[STRIP_BYTE_COUNTS], strict=True)
        return [bytes(data[start : start + size]) for start, size in places]
