"""Edits and measurements by name: one table from each wish to what fulfils it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from scanwright.imaging import geometry, tones
from scanwright.imaging.blank import deviation, is_blank_by_blocks
from scanwright.imaging.border import find_border
from scanwright.imaging.raster import Raster
from scanwright.imaging.skew import find_skew
from scanwright.protocol.edits import (
    AdjustTones,
    Analysis,
    BlankByBlocks,
    BlankByDeviation,
    Border,
    Crop,
    Deskew,
    Edit,
    Erase,
    FindBorder,
    FindSkew,
    Flip,
    Invert,
    Measured,
    Mirror,
    Resize,
    Rotate,
    SetDepth,
    SetDpi,
    SetWidth,
    ToBlackAndWhite,
    ToGray,
)

__all__ = ["apply", "measure"]

STRAIGHT_DEG: Final = 0.1
"""A page this straight is left alone: turning it would only blur it."""


def apply(raster: Raster, edit: Edit) -> Raster:
    """Return the page as it is after the edit; the given one stays as it is.

    Raises:
        InvalidParameter: The edit cannot be done to this page; the member is named.
    """
    return EDITS[type(edit)](raster, edit)


def measure(raster: Raster, analysis: Analysis) -> Measured:
    """Return what was found on the page.

    Raises:
        InvalidParameter: The area lies outside of this page.
    """
    return ANALYSES[type(analysis)](raster, analysis)


def _resize(page: Raster, wish: Resize) -> Raster:
    return geometry.resize(
        page, wish.width_px, wish.height_px, interpolation=wish.interpolation
    )


def _set_dpi(page: Raster, wish: SetDpi) -> Raster:
    interpolation = wish.interpolation if wish.resample else None
    return geometry.set_dpi(page, wish.x_dpi, wish.y_dpi, interpolation=interpolation)


def _adjust(page: Raster, wish: AdjustTones) -> Raster:
    return tones.adjust(page, brightness=wish.brightness, contrast=wish.contrast)


def _deskew(page: Raster, wish: Deskew) -> Raster:
    angle = find_skew(page)
    if abs(angle) < STRAIGHT_DEG:
        return page
    turn = Rotate(angle, wish.keep_size, wish.interpolation, wish.fill)
    return geometry.rotate(page, turn)


def _by_deviation(page: Raster, wish: BlankByDeviation) -> Measured:
    found = deviation(page, wish.threshold)
    return Measured(is_blank=found <= wish.max_std_dev, deviation=found)


EDITS: Final[Mapping[type, Callable[[Raster, Any], Raster]]] = {
    Rotate: geometry.rotate,
    Flip: lambda page, _: geometry.flip(page),
    Mirror: lambda page, _: geometry.mirror(page),
    Crop: lambda page, wish: geometry.crop(page, wish.area),
    Erase: lambda page, wish: geometry.erase(page, wish.area, wish.fill),
    Resize: _resize,
    SetWidth: lambda page, wish: geometry.set_width(page, wish.width_px, wish.fill),
    SetDpi: _set_dpi,
    SetDepth: lambda page, wish: tones.set_depth(page, wish.bits_per_pixel),
    ToGray: lambda page, _: tones.gray(page),
    ToBlackAndWhite: lambda page, wish: tones.black_and_white(page, wish.threshold),
    Invert: lambda page, _: tones.invert(page),
    AdjustTones: _adjust,
    Deskew: _deskew,
    Border: lambda page, _: geometry.crop(page, find_border(page)),
}
ANALYSES: Final[Mapping[type, Callable[[Raster, Any], Measured]]] = {
    FindSkew: lambda page, wish: Measured(angle=find_skew(page, wish.area)),
    FindBorder: lambda page, _: Measured(area=find_border(page)),
    BlankByDeviation: _by_deviation,
    BlankByBlocks: lambda page, wish: Measured(is_blank=is_blank_by_blocks(page, wish)),
}
