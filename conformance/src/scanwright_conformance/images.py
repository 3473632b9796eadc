"""What a judge may know about a picture: derived from its bytes, nothing else.

Identity is what a virtual scanner prints on its pages: a QR code with the text
`SW1:<device>:<sheet>:<side>:<serial>`.
"""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Identity", "ImageFacts", "image_facts", "read_identity"]

INCH_M: Final = 0.0254
IDENTITY: Final = re.compile(r"SW1:(.+):(\d+):(\w+):(\d+)")
PNG_MAGIC: Final = b"\x89PNG\r\n\x1a\n"
JPEG_MAGIC: Final = b"\xff\xd8\xff"


@dataclass(frozen=True, slots=True)
class Identity:
    """Which page this is: `serial` counts the pages that its device delivered."""

    device: str
    sheet: int
    side: str
    serial: int


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """A picture without its pixels. `bits` are per sample, `channels` 1, 3 or so.

    `pixels_sha256` is over the decoded samples, so it does not depend on how they
    were compressed. `mean` is the mean sample as a fraction of white.
    """

    format: str
    width_px: int
    height_px: int
    channels: int
    bits: int
    has_alpha: bool
    dpi: tuple[float, float] | None
    pixels_sha256: str
    mean: float
    identity: Identity | None = None


@lru_cache(maxsize=64)
def image_facts(data: bytes) -> ImageFacts | None:
    """Return the facts of a PNG or JPEG, None when `data` is neither or is broken."""
    if not data.startswith((PNG_MAGIC, JPEG_MAGIC)):
        return None
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(data))
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return None
    return _facts(image, data)


def _facts(image: Image, data: bytes) -> ImageFacts:
    is_png = data.startswith(PNG_MAGIC)
    bits, channels, has_alpha = (
        _png_samples(data) if is_png else (8, len(image.getbands()), False)
    )
    dpi = _png_dpi(data) if is_png else _jpeg_dpi(image)
    gray = image.convert("L") if image.mode != "I;16" else _sixteen_to_eight(image)
    return ImageFacts(
        format="image/png" if is_png else "image/jpeg",
        width_px=image.width,
        height_px=image.height,
        channels=channels,
        bits=bits,
        has_alpha=has_alpha,
        dpi=dpi,
        pixels_sha256=sha256(image.mode.encode() + image.tobytes()).hexdigest(),
        mean=round(_mean(gray), 4),
        identity=read_identity(gray),
    )


# RFC 2083 section 4.1.1: colour type -> samples a pixel, and whether one is alpha.
PNG_TYPES: Final = {
    0: (1, False),
    2: (3, False),
    3: (3, False),
    4: (2, True),
    6: (4, True),
}


def _png_samples(data: bytes) -> tuple[int, int, bool]:
    bits, colour_type = data[24], data[25]
    channels, has_alpha = PNG_TYPES.get(colour_type, (0, False))
    return bits, channels, has_alpha or b"tRNS" in _chunk_names(data)


def _chunk_names(data: bytes) -> dict[bytes, bytes]:
    """Return the chunks before the pixels: Pillow forgets what the bytes said."""
    chunks: dict[bytes, bytes] = {}
    at = len(PNG_MAGIC)
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        name = data[at + 4 : at + 8]
        if name == b"IDAT":
            break
        chunks[name] = data[at + 8 : at + 8 + length]
        at += length + 12
    return chunks


def _png_dpi(data: bytes) -> tuple[float, float] | None:
    physical = _chunk_names(data).get(b"pHYs")
    if physical is None or len(physical) != 9 or physical[8] != 1:
        return None
    across = int.from_bytes(physical[:4], "big")
    down = int.from_bytes(physical[4:8], "big")
    return round(across * INCH_M, 2), round(down * INCH_M, 2)


def _jpeg_dpi(image: Image) -> tuple[float, float] | None:
    density: Any = image.info.get("jfif_density")
    unit = image.info.get("jfif_unit")
    if density is None or unit not in {1, 2}:
        return None
    factor = 1.0 if unit == 1 else 2.54
    return round(density[0] * factor, 2), round(density[1] * factor, 2)


def _sixteen_to_eight(image: Image) -> Image:
    return image.point(lambda sample: sample / 256).convert("L")


def _mean(gray: Image) -> float:
    histogram = gray.histogram()
    total = sum(histogram) or 1
    return sum(level * count for level, count in enumerate(histogram)) / total / 255


def read_identity(gray: Image) -> Identity | None:
    """Return what the QR code of a page in gray says, None without one."""
    import zxingcpp

    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    for code in zxingcpp.read_barcodes(gray, formats=formats):
        match = IDENTITY.fullmatch(code.text)
        if match:
            device, sheet, side, serial = match.groups()
            return Identity(device, int(sheet), side, int(serial))
    return None
