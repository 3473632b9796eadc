"""Pixels to files: PNG by an own writer, JPEG by simplejpeg or Pillow.

The PNG writer exists for speed: rows minus the row above (the UP filter), squeezed by
ISA-L's deflate at level 1, take a tenth of the time of an ordinary encoder at the same
size. Both codecs work outside the interpreter lock. Their libraries are imported when
the first page comes: a service that waits for one stays small.
"""

from __future__ import annotations

import contextlib
import os
import struct
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from scanwright.imaging.jfif import with_density
from scanwright.protocol.scanning import Depth, PageFormat, PixelType

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    Rows = NDArray[np.uint8]

__all__ = ["JPEG_QUALITY", "MIME_TYPES", "delta_bands", "encode", "rest"]

JPEG_QUALITY: Final = 80
MIME_TYPES: Final = ("image/png", "image/jpeg")
BAND_BYTES: Final = 1 << 20
"""Rows are filtered and compressed this much at a time: it stays in the cache."""
BLOCK_BYTES: Final = 1 << 27
KEPT_BLOCKS: Final = 2
"""Pillow keeps so many images' memory from page to page, one for each encoder thread.

Measured: with fresh memory for each page, page faults cost as much as the encoding. A
block is to hold an entire image: equal pages then fit into each other's blocks.
"""
COLOUR: Final = Depth(PixelType.RGB, 8)
UP: Final = 2
GRAY: Final = 0
TRUECOLOUR: Final = 2
SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"


def encode(pixels: memoryview, page: PageFormat, mime: str) -> bytes:
    """Return the page as a file of type `mime`, its resolution included."""
    if len(pixels) != page.size_bytes:
        raise ValueError(f"{len(pixels)} bytes are not a page of {page.size_bytes}")
    if mime == "image/png":
        return _png(pixels, page)
    if mime == "image/jpeg":
        return _jpeg(pixels, page)
    raise ValueError(f"{mime} is none of {', '.join(MIME_TYPES)}")


def rest() -> None:
    """Give back the memory that was kept from page to page; call it when idle."""
    pillow = sys.modules.get("PIL.Image")
    if pillow is not None:
        pillow.core.clear_cache()


def delta_bands(
    rows: Rows, *, lead: int, band_bytes: int = BAND_BYTES
) -> Iterator[Rows]:
    """Yield the rows minus the row above each, in bands.

    Each row has `lead` free bytes in front. All bands share one buffer.
    """
    import numpy as np

    height, stride = rows.shape
    band = max(1, band_bytes // (stride + lead))
    buffer = np.empty((min(band, height), stride + lead), np.uint8)
    above = np.zeros(stride, np.uint8)
    for top in range(0, height, band):
        part = rows[top : top + band]
        out = buffer[: len(part)]
        np.subtract(part[0], above, out=out[0, lead:])
        np.subtract(part[1:], part[:-1], out=out[1:, lead:])
        above = part[-1]
        yield out


def _png(pixels: memoryview, page: PageFormat) -> bytes:
    from isal import isal_zlib

    bits = page.depth.bits_per_sample
    colour = TRUECOLOUR if page.depth.pixel_type is PixelType.RGB else GRAY
    header = struct.pack(
        ">IIBBBBB", page.width_px, page.height_px, bits, colour, 0, 0, 0
    )
    squeeze = isal_zlib.compressobj(1)
    data = []
    for band in delta_bands(_file_rows(pixels, page), lead=1):
        band[:, 0] = UP
        data.append(squeeze.compress(band.data))
    data.append(squeeze.flush())
    x_dpi, y_dpi = page.resolution_dpi
    density = struct.pack(
        ">IIB",
        round(x_dpi / 0.0254),
        round(y_dpi / 0.0254),
        1,  # per metre
    )
    return b"".join(
        [
            SIGNATURE,
            *_chunk(b"IHDR", header),
            *_chunk(b"pHYs", density),
            *_chunk(b"IDAT", *data),
            *_chunk(b"IEND"),
        ]
    )


def _file_rows(pixels: memoryview, page: PageFormat) -> Rows:
    """Rows as a PNG wants them: 1-bit white is 1, 16-bit samples are big-endian."""
    import numpy as np

    rows = np.frombuffer(pixels, np.uint8).reshape(page.height_px, page.stride_bytes)
    if page.depth.bits_per_sample == 1:
        return np.invert(rows)
    if page.depth.bits_per_sample == 16 and sys.byteorder == "little":
        return rows.view(np.uint16).byteswap().view(np.uint8)
    return rows


def _chunk(name: bytes, *parts: bytes) -> list[bytes]:
    from isal import isal_zlib

    check = isal_zlib.crc32(name)
    for part in parts:
        check = isal_zlib.crc32(part, check)
    size = sum(map(len, parts))
    return [struct.pack(">I", size), name, *parts, struct.pack(">I", check)]


def _jpeg(pixels: memoryview, page: PageFormat) -> bytes:
    if page.depth == COLOUR:
        with contextlib.suppress(ImportError):
            return _fast_jpeg(pixels, page)
    # Into a file of memory: only for a real file does Pillow encode outside the
    # interpreter lock, and with it the event loop and a second encoder would stand.
    with os.fdopen(os.memfd_create("jpeg"), "w+b") as out:
        _image(pixels, page).save(
            out, "JPEG", quality=JPEG_QUALITY, dpi=page.resolution_dpi
        )
        out.seek(0)
        return out.read()


def _fast_jpeg(pixels: memoryview, page: PageFormat) -> bytes:
    """Encode a colour page by simplejpeg, where it is installed."""
    import numpy as np
    import simplejpeg

    rows = np.frombuffer(pixels, np.uint8).reshape(page.height_px, page.width_px, 3)
    jpeg: bytes = simplejpeg.encode_jpeg(
        rows, quality=JPEG_QUALITY, colorspace="RGB", colorsubsampling="420"
    )
    return with_density(jpeg, page.resolution_dpi)


def _image(pixels: memoryview, page: PageFormat) -> Image.Image:
    """The page as Pillow's 8-bit image; JPEG knows no other depth."""
    import numpy as np
    from PIL import Image

    memory = Image.core  # type: ignore[attr-defined]  # documented, but not typed
    memory.set_block_size(BLOCK_BYTES)
    memory.set_blocks_max(KEPT_BLOCKS)
    data = np.frombuffer(pixels, np.uint8)
    size = (page.width_px, page.height_px)
    bits = page.depth.bits_per_sample
    if bits == 1:
        return Image.frombuffer("1", size, data, "raw", "1;I", 0, 1).convert("L")
    if bits == 16:
        # The high byte of each sample: no 16-bit arithmetic.
        high = 1 if sys.byteorder == "little" else 0
        data = data[high::2].copy()
    mode = "RGB" if page.depth.pixel_type is PixelType.RGB else "L"
    return Image.frombuffer(mode, size, data, "raw", mode, 0, 1)
