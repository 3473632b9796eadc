"""BMP, JPEG, PNG and TIFF into pages, by Pillow.

Depths survive: 1, 4 and 16 bits stay what they are. A palette becomes the least that
holds its colours, alpha is laid on white, CMYK and the like become RGB, and a picture
that says which side is up is turned.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image, TiffImagePlugin
from PIL.ImageFile import ImageFile

from scanwright.imaging.files.errors import refusing_damage
from scanwright.imaging.files.jpeg import read_header
from scanwright.imaging.files.limits import check_page_count, check_size, sound_dpi
from scanwright.imaging.files.orientation import (
    SIDEWAYS,
    UPRIGHT,
    orientation,
    turned,
)
from scanwright.imaging.files.pages import ReadPage
from scanwright.imaging.raster import Raster

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.uint8] | NDArray[np.uint16]

__all__ = ["read_pictures"]

PHOTOMETRIC: Final = 262
WHITE_IS_ZERO: Final = 0
WHITE: Final = (255, 255, 255, 255)

# Pillow knows gray of 16 bits with 0 for white in the order II only. In both orders it
# leaves the samples as they are: `_positive` is for that.
TiffImagePlugin.OPEN_INFO.setdefault(
    (b"MM", WHITE_IS_ZERO, (1,), 1, (16,), ()), ("I;16B", "I;16B")
)


def read_pictures(content: bytes, *, name: str, kind: str) -> Iterator[ReadPage]:
    """Yield the one page of a BMP, JPEG or PNG, or the pages of a TIFF."""
    with refusing_damage(name):
        image = _open(content, kind)
    count = 1
    if kind == "TIFF":
        count = _count(image, name)
    for index in range(count):
        with refusing_damage(name):
            if kind == "TIFF":
                image.seek(index)
            page = _page(image, content, name)
        yield page
        del page


def _open(content: bytes, kind: str) -> ImageFile:
    # Our own limits count; Pillow's is a warning at less than A4 at 1200 dpi.
    Image.MAX_IMAGE_PIXELS = None
    return Image.open(BytesIO(content), formats=(kind,))


def _count(image: ImageFile, name: str) -> int:
    """Count the pages of a TIFF, no further than the limit."""
    count = 0
    with refusing_damage(name):
        while True:
            check_page_count(name, count + 1)
            try:
                image.seek(count)
            except EOFError:
                break
            count += 1
    return count


def _page(image: ImageFile, content: bytes, name: str) -> ReadPage:
    check_size(name, *image.size)
    dpi = _resolution(image)
    raw_bits = _raw_bits(image)
    deep = _deep_mode(image)
    turn = orientation(image)  # may decode, and forget how the samples lie
    if deep:
        raster = _deep_colour(image, deep, content, dpi)
    else:
        raster = _raster(image, raw_bits, dpi)
    if image.format != "TIFF":  # Pillow turns those itself
        raster = turned(raster, turn)
    elif turn in SIDEWAYS:
        raster = Raster(raster.samples, raster.bits, (dpi[1], dpi[0]))
    passes = image.format == "JPEG" and turn == UPRIGHT and _can_stand(content)
    return ReadPage(raster, content if passes else None)


def _can_stand(jpeg: bytes) -> bool:
    header = read_header(jpeg)
    return header is not None and header.is_plain


def _raster(image: ImageFile, raw_bits: int, dpi: tuple[int, int]) -> Raster:
    """Return what Pillow decodes, at the depth that the file has."""
    mode = image.mode
    if mode.startswith("I;16"):
        return Raster(_positive(image, np.asarray(image).astype(np.uint16)), 16, dpi)
    if mode == "1":
        return Raster(np.asarray(image).astype(np.uint8), 1, dpi)
    if mode == "L" and "transparency" not in image.info:
        samples = np.asarray(image)
        return Raster(*_narrowed(samples, raw_bits), dpi)
    if mode in {"I", "F"}:
        return Raster(_positive(image, _as_words(np.asarray(image))), 16, dpi)
    if mode in {"P", "PA"}:
        return Raster(*_without_palette(_on_white(image)), dpi)
    return Raster(*_gray_or_colour(_on_white(image), mode), dpi)


def _positive(image: ImageFile, words: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """Return samples with 0 for black, which Pillow does not see to beyond 8 bits."""
    if image.format != "TIFF":
        return words
    photometric = image.tag_v2.get(PHOTOMETRIC)  # type: ignore[attr-defined]
    return np.invert(words) if photometric == WHITE_IS_ZERO else words


def _on_white(image: Image.Image) -> NDArray[np.uint8]:
    """Return RGB; what shines through is white."""
    has_alpha = image.mode in {"RGBA", "LA", "PA", "La", "RGBa"}
    if has_alpha or "transparency" in image.info:
        above = image.convert("RGBA")
        ground = Image.new("RGBA", above.size, WHITE)
        ground.alpha_composite(above)
        image = ground
    return np.asarray(image.convert("RGB"))


def _without_palette(colours: NDArray[np.uint8]) -> tuple[Samples, int]:
    """Return the least that holds the colours: 1-bit, 4-bit or 8-bit gray, or RGB."""
    red = colours[:, :, 0]
    if not (colours == red[:, :, None]).all():
        return colours, 8
    grays = red.copy()
    if not (grays % 255).any():
        return (grays // 255).astype(np.uint8), 1
    if not (grays % 17).any():
        return (grays // 17).astype(np.uint8), 4
    return grays, 8


def _gray_or_colour(colours: NDArray[np.uint8], mode: str) -> tuple[Samples, int]:
    """Return gray for a picture that had only lightness and alpha, else RGB."""
    if mode in {"L", "LA", "La"}:
        return colours[:, :, 0].copy(), 8
    return colours, 8


def _narrowed(samples: NDArray[np.uint8], raw_bits: int) -> tuple[Samples, int]:
    """Return samples of 2 or 4 bits, which Pillow stretches, as 4 bits."""
    if raw_bits in {2, 4}:
        return samples // 17, 4
    return samples, 8


def _as_words(samples: NDArray[np.int32] | NDArray[np.float32]) -> NDArray[np.uint16]:
    """Return 32-bit or real samples as 16 bits: beyond the range is black or white.

    Real samples mean 0 to 1 where none is above 1.
    """
    values = np.nan_to_num(samples.astype(np.float64))
    is_unit = samples.dtype.kind == "f" and values.size and values.max() <= 1
    scaled = values * 65535 if is_unit else values
    return np.clip(scaled, 0, 65535).round().astype(np.uint16)


def _resolution(image: ImageFile) -> tuple[int, int]:
    dpi = image.info.get("dpi")
    if not isinstance(dpi, tuple) or len(dpi) != 2:
        return sound_dpi(None, None)
    return sound_dpi(*dpi)


def _raw_bits(image: ImageFile) -> int:
    """Return the bits per sample that the file has; 8 where it does not matter."""
    raw_mode = _raw_mode(image)
    for bits in (2, 4, 16):
        if raw_mode.split(";")[-1].rstrip("BLNIRS") == str(bits):
            return bits
    return 8


def _raw_mode(image: ImageFile) -> str:
    args = image.tile[0].args if image.tile else ""
    raw_mode = args[0] if isinstance(args, tuple) else args
    return raw_mode if isinstance(raw_mode, str) else ""


def _deep_mode(image: ImageFile) -> str:
    """Return how RGB of 16 bits lies in the file, of which Pillow keeps 8; else ""."""
    raw_mode = _raw_mode(image)
    is_deep = image.mode == "RGB" and raw_mode in {"RGB;16B", "RGB;16L", "RGB;16N"}
    return raw_mode if is_deep else ""


def _deep_colour(
    image: ImageFile, stored: str, content: bytes, dpi: tuple[int, int]
) -> Raster:
    """Decode twice, for the high and for the low bytes; `stored` is how they lie."""
    little = stored == "RGB;16L" or (stored == "RGB;16N" and sys.byteorder == "little")
    high, low = ("RGB;16L", "RGB;16B") if little else ("RGB;16B", "RGB;16L")
    frame = image.tell()
    halves: list[NDArray[np.uint16]] = []
    for raw_mode in (high, low):
        again = _open(content, str(image.format))
        if frame:
            again.seek(frame)
        again.tile = [
            tile._replace(args=_with_raw_mode(tile.args, raw_mode))
            for tile in again.tile
        ]
        halves.append(np.asarray(again).astype(np.uint16))
    words = np.bitwise_or(np.left_shift(halves[0], 8), halves[1], dtype=np.uint16)
    return Raster(words, 16, dpi)


def _with_raw_mode(args: tuple[Any, ...] | str | None, raw_mode: str) -> Any:
    return (raw_mode, *args[1:]) if isinstance(args, tuple) else raw_mode
