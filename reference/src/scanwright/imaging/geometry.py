"""Where the pixels of a page go: turns, flips, crops, sizes.

The best interpolation is Lanczos for sizes, where it neither blurs nor aliases much,
and bicubic for angles: Pillow turns by no finer.

Nothing becomes larger than `LARGEST_PIXELS`: the wish is refused by its member.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Final

import numpy as np
from PIL import Image

from scanwright.errors import InvalidParameter
from scanwright.imaging.decode import LARGEST_PIXELS, LONGEST_SIDE_PX
from scanwright.imaging.interpolating import Fill, interpolated
from scanwright.imaging.raster import Raster, Samples
from scanwright.imaging.tones import fill_sample
from scanwright.protocol.edits import WHITE, Interpolation, Rectangle, Rotate

__all__ = [
    "crop",
    "erase",
    "flip",
    "mirror",
    "resize",
    "rotate",
    "set_dpi",
    "set_width",
]

TURNING: Final = {
    Interpolation.NEAREST: Image.Resampling.NEAREST,
    Interpolation.BILINEAR: Image.Resampling.BILINEAR,
    Interpolation.BICUBIC: Image.Resampling.BICUBIC,
    Interpolation.BEST: Image.Resampling.BICUBIC,
}
SCALING: Final = {**TURNING, Interpolation.BEST: Image.Resampling.LANCZOS}
TILE: Final = (256, 64)
"""Rows and columns that are turned at a time: both ends stay in the cache."""
HAIR_PX: Final = 1e-6
"""What a side may exceed a whole number by, from rounding alone."""


def rotate(page: Raster, wish: Rotate) -> Raster:
    """Turn the page clockwise; multiples of 90 degrees lose nothing.

    The result is the smallest page that holds everything, or with `keep_size` one of
    the same size and the same middle. Where x and y differ in resolution, it is the
    paper that turns, not the grid of pixels.

    Raises:
        InvalidParameter: `angle` is not finite, or the result is too large.
    """
    if not math.isfinite(wish.angle):
        raise InvalidParameter("angle must be finite.")
    angle = math.fmod(wish.angle, 360)
    x_dpi, y_dpi = page.resolution_dpi
    if angle % 90 or (wish.keep_size and x_dpi != y_dpi and angle % 180):
        return _turned(page, replace(wish, angle=angle))
    turned = _quarter_turned(page, int(angle // 90) % 4)
    if not wish.keep_size:
        return turned
    return _centred(turned, page.width_px, page.height_px, wish.fill)


def flip(page: Raster) -> Raster:
    """Exchange top and bottom."""
    return page.with_samples(np.ascontiguousarray(page.samples[::-1]))


def mirror(page: Raster) -> Raster:
    """Exchange left and right."""
    return page.with_samples(_copied(page.samples[:, ::-1]))


def crop(page: Raster, area: Rectangle) -> Raster:
    """Keep what lies both in `area` and on the page.

    Raises:
        InvalidParameter: That is nothing.
    """
    inside = _clipped(page, area)
    rows, columns = inside
    if rows.start >= rows.stop or columns.start >= columns.stop:
        raise InvalidParameter(
            "left, top, right and bottom must leave a part of the page, which has "
            f"{page.width_px} x {page.height_px} pixels."
        )
    return page.with_samples(page.samples[inside].copy())


def erase(page: Raster, area: Rectangle, fill: str = WHITE) -> Raster:
    """Fill what lies both in `area` and on the page."""
    samples = page.samples.copy()
    samples[_clipped(page, area)] = fill_sample(page, fill)
    return page.with_samples(samples)


def resize(
    page: Raster,
    width_px: int,
    height_px: int,
    *,
    interpolation: Interpolation = Interpolation.BILINEAR,
) -> Raster:
    """Scale to this size at the same resolution.

    Raises:
        InvalidParameter: `width` or `height` is too small or too large.
    """
    _check_size(width_px, height_px, "width", "height")
    if (width_px, height_px) == (page.width_px, page.height_px):
        return page
    size = (width_px, height_px)
    how = SCALING[interpolation]
    return interpolated(page, interpolation, lambda image, _: image.resize(size, how))


def set_width(page: Raster, width_px: int, fill: str = WHITE) -> Raster:
    """Cut off on the right, or add there.

    Raises:
        InvalidParameter: `width` is too small or too large.
    """
    _check_size(width_px, page.height_px, "width", "width")
    return _placed(page, (width_px, page.height_px), (0, 0), fill)


def set_dpi(
    page: Raster,
    x_dpi: int,
    y_dpi: int,
    *,
    interpolation: Interpolation | None = None,
) -> Raster:
    """Set the resolution; with an interpolation, the size on paper is kept.

    Raises:
        InvalidParameter: `x` or `y` is below 1, or makes the page too large.
    """
    for name, dpi in (("x", x_dpi), ("y", y_dpi)):
        if dpi < 1:
            raise InvalidParameter(f"{name} must be at least 1.")
    if interpolation is not None:
        old_x, old_y = page.resolution_dpi
        width = max(1, round(page.width_px * x_dpi / max(1, old_x)))
        height = max(1, round(page.height_px * y_dpi / max(1, old_y)))
        _check_size(width, height, "x", "y")
        page = resize(page, width, height, interpolation=interpolation)
    return replace(page, resolution_dpi=(x_dpi, y_dpi))


def _check_size(width: int, height: int, x_name: str, y_name: str) -> None:
    for name, side in ((x_name, width), (y_name, height)):
        if not 1 <= side <= LONGEST_SIDE_PX:
            raise InvalidParameter(
                f"{name} makes a side of {side} pixels; it can have 1 to "
                f"{LONGEST_SIDE_PX}."
            )
    if width * height > LARGEST_PIXELS:
        names = x_name if x_name == y_name else f"{x_name} and {y_name}"
        raise InvalidParameter(
            f"{names}: a page of {width} x {height} pixels is larger than the "
            f"{LARGEST_PIXELS} pixels that it can have."
        )


def _clipped(page: Raster, area: Rectangle) -> tuple[slice, slice]:
    rows = slice(max(0, area.top), max(0, min(page.height_px, area.bottom)))
    columns = slice(max(0, area.left), max(0, min(page.width_px, area.right)))
    return rows, columns


def _quarter_turned(page: Raster, turns: int) -> Raster:
    turned = page.with_samples(_copied(np.rot90(page.samples, -turns)))
    if turns % 2:
        turned = replace(turned, resolution_dpi=page.resolution_dpi[::-1])
    return turned


def _copied(view: Samples) -> Samples:
    """Bring a turned view into its own memory, tile by tile and plane by plane.

    As one copy it takes five times as long: it leaps through the memory, and for
    colours it moves three bytes at a time.
    """
    out = np.empty(view.shape, view.dtype)
    target, source = np.atleast_3d(out), np.atleast_3d(view)
    rows, columns = TILE
    for top in range(0, view.shape[0], rows):
        for left in range(0, view.shape[1], columns):
            tile = (slice(top, top + rows), slice(left, left + columns))
            for plane in range(source.shape[2]):
                target[*tile, plane] = source[*tile, plane]
    return out


def _centred(page: Raster, width: int, height: int, fill: str) -> Raster:
    left, top = (width - page.width_px) // 2, (height - page.height_px) // 2
    return _placed(page, (width, height), (left, top), fill)


def _placed(
    page: Raster, size: tuple[int, int], corner: tuple[int, int], fill: str
) -> Raster:
    """Lay the page on an empty one of this `size`, its upper left at `corner`."""
    (width, height), (left, top) = size, corner
    samples = np.empty((height, width, *page.samples.shape[2:]), page.samples.dtype)
    samples[:] = fill_sample(page, fill)
    seen = page.samples[max(0, -top) : height - top, max(0, -left) : width - left]
    rows, columns = seen.shape[:2]
    top, left = max(0, top), max(0, left)
    samples[top : top + rows, left : left + columns] = seen
    return page.with_samples(samples)


def _turned(page: Raster, wish: Rotate) -> Raster:
    x_dpi, y_dpi = page.resolution_dpi
    ratio = x_dpi / y_dpi if x_dpi > 0 and y_dpi > 0 else 1.0
    sine, cosine = (
        math.sin(math.radians(wish.angle)),
        math.cos(math.radians(wish.angle)),
    )
    across, down = sine * ratio, -sine / ratio
    width, height = page.width_px, page.height_px
    if not wish.keep_size:
        width, height = (
            math.ceil(
                page.width_px * abs(cosine) + page.height_px * abs(across) - HAIR_PX
            ),
            math.ceil(
                page.width_px * abs(down) + page.height_px * abs(cosine) - HAIR_PX
            ),
        )
    _check_size(width, height, "angle", "angle")
    # Where on the old page a pixel of the new one comes from; the middle is fixed.
    from_x = page.width_px / 2 - (cosine * width + across * height) / 2
    from_y = page.height_px / 2 - (down * width + cosine * height) / 2
    matrix = (cosine, across, from_x, down, cosine, from_y)

    def turn(image: Image.Image, fill: Fill) -> Image.Image:
        return image.transform(
            (width, height),
            Image.Transform.AFFINE,
            matrix,
            resample=TURNING[wish.interpolation],
            fillcolor=fill,
        )

    return interpolated(page, wish.interpolation, turn, wish.fill)
