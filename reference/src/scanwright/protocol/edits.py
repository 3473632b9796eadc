"""Edits and measurements of a page, as values: what is wished, not how it is done.

Angles are degrees clockwise. Lengths and places are pixels from the upper left corner.
Colours are `RRGGBB`, brightness and contrast from -1000 to 1000, as published. On a
page that is not in colour, a colour stands for its luminance.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from scanwright.errors import InvalidParameter

__all__ = [
    "WHITE",
    "AdjustTones",
    "Analysis",
    "BlankByBlocks",
    "BlankByDeviation",
    "Border",
    "Crop",
    "Deskew",
    "Edit",
    "Erase",
    "FindBorder",
    "FindSkew",
    "Flip",
    "Interpolation",
    "Invert",
    "Measured",
    "Mirror",
    "Rectangle",
    "Resize",
    "Rotate",
    "SetDepth",
    "SetDpi",
    "SetWidth",
    "ToBlackAndWhite",
    "ToGray",
    "red_green_blue",
]

WHITE: Final = "FFFFFF"
_COLOUR: Final = re.compile("[0-9A-Fa-f]{6}")


class Interpolation(IntEnum):
    """The published numbers."""

    NEAREST = 1
    BILINEAR = 2
    BICUBIC = 3
    BEST = 5


@dataclass(frozen=True, slots=True)
class Rectangle:
    """`right` and `bottom` are the first column and row that no longer belong to it."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Rotate:
    """Turn by `angle`; multiples of 90 lose nothing.

    With `keep_size` the picture keeps its width and height: corners are cut off.
    """

    angle: float
    keep_size: bool = False
    interpolation: Interpolation = Interpolation.BILINEAR
    fill: str = WHITE


@dataclass(frozen=True, slots=True)
class Flip:
    """Exchange top and bottom."""


@dataclass(frozen=True, slots=True)
class Mirror:
    """Exchange left and right."""


@dataclass(frozen=True, slots=True)
class Crop:
    """Keep a part; what of it lies outside of the page is left out."""

    area: Rectangle


@dataclass(frozen=True, slots=True)
class Erase:
    """Fill a part."""

    area: Rectangle
    fill: str = WHITE


@dataclass(frozen=True, slots=True)
class Resize:
    """Scale to this size; the resolution stays."""

    width_px: int
    height_px: int
    interpolation: Interpolation = Interpolation.BILINEAR


@dataclass(frozen=True, slots=True)
class SetWidth:
    """Cut off on the right, or add there."""

    width_px: int
    fill: str = WHITE


@dataclass(frozen=True, slots=True)
class SetDpi:
    """Set the resolution; with `resample` the picture keeps its size on paper."""

    x_dpi: int
    y_dpi: int
    resample: bool = False
    interpolation: Interpolation = Interpolation.BILINEAR


@dataclass(frozen=True, slots=True)
class SetDepth:
    """Change to 1, 4, 8, 24 bits per pixel, or 16 and 48 for the deep ones."""

    bits_per_pixel: int


@dataclass(frozen=True, slots=True)
class ToGray:
    """Give the colours up (BT.601 luma), and keep the depth of a sample."""


@dataclass(frozen=True, slots=True)
class ToBlackAndWhite:
    """Make 1-bit of it: white is what is at least `threshold`, from 0 to 255.

    None finds the threshold that separates the page's own tones best (Otsu).
    """

    threshold: int | None = None


@dataclass(frozen=True, slots=True)
class Invert:
    """Exchange black and white, and every colour with its complement."""


@dataclass(frozen=True, slots=True)
class AdjustTones:
    """Make brighter or darker, and richer or poorer in contrast."""

    brightness: int = 0
    contrast: int = 0


@dataclass(frozen=True, slots=True)
class Deskew:
    """Measure how crooked the page is, and turn it straight, unless it is so."""

    keep_size: bool = False
    interpolation: Interpolation = Interpolation.BILINEAR
    fill: str = WHITE


@dataclass(frozen=True, slots=True)
class Border:
    """Find the paper in the picture, and cut off what is around it."""


Edit = (
    Rotate
    | Flip
    | Mirror
    | Crop
    | Erase
    | Resize
    | SetWidth
    | SetDpi
    | SetDepth
    | ToGray
    | ToBlackAndWhite
    | Invert
    | AdjustTones
    | Deskew
    | Border
)


@dataclass(frozen=True, slots=True)
class FindSkew:
    """How many degrees the page must be turned clockwise to stand straight."""

    area: Rectangle | None = None


@dataclass(frozen=True, slots=True)
class FindBorder:
    """Where the paper is in the picture."""


@dataclass(frozen=True, slots=True)
class BlankByDeviation:
    """Published test A: the standard deviation is at most `max_std_dev`, 0 to 100.

    It is that of the page after `threshold`, 0 to 255, has made it black and white.
    """

    threshold: int = 128
    max_std_dev: float = 1.0


@dataclass(frozen=True, slots=True)
class BlankByBlocks:
    """Published test B: no mark on the page is as high as content.

    Marks lower than `min_height_px` are specks. From there to `max_height_px` a mark
    is a letter, however thin. A higher one is content, too, unless it is as thin as
    the streak of a dirty sensor. What lies at the page's edge is shadow, not content.
    """

    min_height_px: int = 20
    max_height_px: int = 30


Analysis = FindSkew | FindBorder | BlankByDeviation | BlankByBlocks


@dataclass(frozen=True, slots=True)
class Measured:
    """What was found; None where it was not asked for.

    `deviation` is on the scale of 0 to 100 that `max_std_dev` has.
    """

    angle: float | None = None
    area: Rectangle | None = None
    is_blank: bool | None = None
    deviation: float | None = None


def red_green_blue(colour: str) -> tuple[int, int, int]:
    """Return the parts of `RRGGBB`, each from 0 to 255.

    Raises:
        InvalidParameter: It is not six hexadecimal digits.
    """
    if not _COLOUR.fullmatch(colour):
        raise InvalidParameter("fill must be a colour of six hexadecimal digits.")
    red, green, blue = bytes.fromhex(colour)
    return red, green, blue
