"""Which side of a picture is up: what its file says, and turning it so.

Cameras and scanner programs leave the pixels as they came and note in EXIF (or a TIFF's
own tag) how to hold the picture.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL.ImageFile import ImageFile

from scanwright.imaging.raster import Raster

__all__ = ["SIDEWAYS", "UPRIGHT", "orientation", "turned"]

ORIENTATION: Final = 0x0112
UPRIGHT: Final = 1
SIDEWAYS: Final = frozenset({5, 6, 7, 8})
MIRRORED_LEFT_RIGHT: Final = frozenset({2, 3, 6, 7})
MIRRORED_TOP_BOTTOM: Final = frozenset({3, 4, 7, 8})
"""EXIF's numbers: what makes each upright, the swap of the axes first."""


def orientation(image: ImageFile) -> int:
    """Return EXIF's number, 1 to 8; what makes no sense is upright.

    A PNG may be decoded for it.
    """
    if image.format == "BMP":
        return UPRIGHT
    if image.format == "TIFF":
        value = image.tag_v2.get(ORIENTATION)  # type: ignore[attr-defined]
    else:
        value = _exif_orientation(image)
    return value if isinstance(value, int) and 1 <= value <= 8 else UPRIGHT


def turned(raster: Raster, turn: int) -> Raster:
    """Return the picture upright, its resolution turned with it."""
    if turn == UPRIGHT:
        return raster
    samples = raster.samples
    if turn in SIDEWAYS:
        samples = samples.swapaxes(0, 1)
    if turn in MIRRORED_LEFT_RIGHT:
        samples = samples[:, ::-1]
    if turn in MIRRORED_TOP_BOTTOM:
        samples = samples[::-1]
    x_dpi, y_dpi = raster.resolution_dpi
    dpi = (y_dpi, x_dpi) if turn in SIDEWAYS else (x_dpi, y_dpi)
    return Raster(np.ascontiguousarray(samples), raster.bits, dpi)


def _exif_orientation(image: ImageFile) -> object:
    try:
        return image.getexif().get(ORIENTATION)
    except (ArithmeticError, LookupError, OSError, SyntaxError, TypeError, ValueError):
        # A damaged description is no reason to refuse a sound picture.
        return None
