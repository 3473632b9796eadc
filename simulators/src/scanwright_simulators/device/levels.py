"""Levels: from the light that a sensor saw to the numbers that a host gets.

Two steps, in the order of real devices:

1. a table of 256 entries for brightness and contrast, each from -100 to 100:

       value' = (value - 127.5) * tan((contrast + 100) * pi / 400)
                + 127.5 + brightness * 1.275

   rounded and cut at 0 and 255. Contrast turns the line about middle gray, from flat at
   -100 to a step at 100; brightness 100 shifts it by half of the range. Zeros are the
   identity, exactly.
2. in 1-bit pages the comparator: white from `threshold` on.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from scanwright_simulators.device.settings import Mode, View

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["develop", "plain", "table"]

MIDDLE: Final = 127.5
SHIFT: Final = 1.275


@lru_cache(maxsize=64)
def table(brightness: int, contrast: int) -> tuple[int, ...]:
    """Return what each of the values 0 to 255 becomes."""
    slope = math.tan((contrast + 100) * math.pi / 400) if contrast else 1.0
    middle = MIDDLE + brightness * SHIFT
    line = ((value - MIDDLE) * slope + middle for value in range(256))
    return tuple(round(min(max(value, 0), 255)) for value in line)


def develop(image: Image.Image, view: View) -> Image.Image:
    """Return what `view` makes of `image`: gray or RGB, as the sensor saw it."""
    levels = view.levels
    entries = table(levels.brightness, levels.contrast)
    if view.mode is Mode.BW:
        cut = [255 * (entry >= levels.threshold) for entry in entries]
        return image.point(cut, "1")
    if levels.brightness == levels.contrast == 0:
        return image
    return image.point(entries * len(image.getbands()))


def plain(view: View) -> View:
    """Return `view` before its levels: gray or colour, 8 bits, neutral."""
    mode = Mode.GRAY if view.mode is Mode.BW else view.mode
    return View(
        mode=mode,
        resolution_dpi=view.resolution_dpi,
        left_px=view.left_px,
        top_px=view.top_px,
        width_px=view.width_px,
        height_px=view.height_px,
    )
