"""Pages made small: thumbnails, and views for a window.

By averages over areas, so that thin lines turn pale instead of vanishing; a page of
black and white becomes gray by it. Runs in the threads of the page store: Pillow does
this outside of the interpreter lock.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from scanwright.protocol.scanning import Depth, PageFormat, PixelType

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["fit", "shrink", "widened"]

REDUCING_GAP = 2.0
"""Whole steps are averaged first, down to so many times the size that is wanted."""


def fit(page: PageFormat, box: tuple[int, int]) -> tuple[int, int] | None:
    """Return the largest size in the box that keeps the ratio; None is as it is.

    Nothing is enlarged, and no side is below one pixel.

    Raises:
        ValueError: There is no place in the box.
    """
    if min(box) < 1:
        raise ValueError(f"{box[0]} x {box[1]} pixels are no room")
    width, height = page.width_px, page.height_px
    if width <= box[0] and height <= box[1]:
        return None
    if box[0] * height <= box[1] * width:  # whole numbers: no rounding decides this
        return box[0], max(1, round(box[0] * height / width))
    return max(1, round(box[1] * width / height)), box[1]


def shrink(
    pixels: memoryview, page: PageFormat, size: tuple[int, int]
) -> tuple[memoryview, PageFormat]:
    """Return a smaller page of 8 bits a sample, and its own resolution."""
    from PIL.Image import Resampling

    image = _image(pixels, page)
    small = image.resize(size, Resampling.BOX, reducing_gap=REDUCING_GAP)
    x_dpi, y_dpi = page.resolution_dpi
    dpi = (
        max(1, round(x_dpi * size[0] / page.width_px)),
        max(1, round(y_dpi * size[1] / page.height_px)),
    )
    form = replace(_widened(page), width_px=size[0], height_px=size[1])
    return memoryview(small.tobytes()), replace(form, resolution_dpi=dpi)


def widened(pixels: memoryview, page: PageFormat) -> tuple[memoryview, PageFormat]:
    """Return the page with 8 bits a sample."""
    return memoryview(_image(pixels, page).tobytes()), _widened(page)


def _widened(page: PageFormat) -> PageFormat:
    is_colour = page.depth.pixel_type is PixelType.RGB
    kind = PixelType.RGB if is_colour else PixelType.GRAY
    return replace(page, depth=Depth(kind, 8))


def _image(pixels: memoryview, page: PageFormat) -> Image.Image:
    """The page as Pillow's image of 8 bits a sample."""
    import numpy as np
    from PIL import Image

    data = np.frombuffer(pixels, np.uint8)
    size = (page.width_px, page.height_px)
    bits = page.depth.bits_per_sample
    if bits == 1:
        return Image.frombuffer("1", size, data, "raw", "1;I", 0, 1).convert("L")
    if bits == 4:
        return Image.frombytes("L", size, data.tobytes(), "raw", "L;4", 0, 1)
    if bits == 16:
        # The high byte of each sample: no 16-bit arithmetic.
        high = 1 if sys.byteorder == "little" else 0
        data = data[high::2].copy()
    mode = "RGB" if page.depth.pixel_type is PixelType.RGB else "L"
    return Image.frombuffer(mode, size, data, "raw", mode, 0, 1)
