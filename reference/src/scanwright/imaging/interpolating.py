"""What Pillow interpolates, at depths of which it knows only one.

8-bit pages are given to it as they are. 1-bit and 4-bit pages are made 8-bit, and then
brought back to the nearest level; if only the nearest pixel is taken, there is nothing
to make. 16-bit pages go plane by plane, as floating-point numbers, which hold every
16-bit level exactly.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image

from scanwright.imaging.raster import Raster
from scanwright.imaging.tones import fill_sample, with_bits
from scanwright.protocol.edits import WHITE, Interpolation

__all__ = ["Change", "Fill", "interpolated"]

Fill = float | tuple[int, ...]
Change = Callable[[Image.Image, Fill], Image.Image]


def interpolated(
    page: Raster, interpolation: Interpolation, change: Change, fill: str = WHITE
) -> Raster:
    """Let Pillow change the page, which has `fill` wherever nothing else is.

    `change` gets an image, or one for each plane, and the level that `fill` has in it.
    """
    if page.bits == 16:
        return _by_planes(page, change, fill)
    is_exact = interpolation is Interpolation.NEAREST
    work = page if is_exact else with_bits(page, 8)
    image = Image.fromarray(np.ascontiguousarray(work.samples))
    pixel = fill_sample(work, fill)
    colour = tuple(pixel.tolist()) if page.is_colour else int(pixel)
    changed = np.asarray(change(image, colour))
    return with_bits(work.with_samples(changed), page.bits)


def _by_planes(page: Raster, change: Change, fill: str) -> Raster:
    planes = np.atleast_3d(page.samples)
    pixel = np.atleast_1d(fill_sample(page, fill))
    changed = []
    for plane, level in zip(np.moveaxis(planes, -1, 0), pixel, strict=True):
        image = change(Image.fromarray(plane.astype(np.float32)), float(level))
        levels = np.clip(np.rint(np.asarray(image)), 0, page.white)
        changed.append(levels.astype(np.uint16))
    samples = np.stack(changed, axis=-1) if page.is_colour else changed[0]
    return page.with_samples(samples)
