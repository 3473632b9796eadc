"""Pages as stacked strips, so that what many pages share is made and encoded once.

A generated page differs from the next one in the band that carries its identity;
everything below is the same. Content therefore hands out strips with keys: strips with
equal keys have equal pixels. A face that encodes keeps the encoded strip by its key
and joins strips to a file, which costs a tenth of encoding each page as a whole.

All strips but the last have a height divisible by `STRIP_ROWS`, the height of a JPEG
block row with halved chroma, so that JPEG can be joined without decoding.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scanwright_simulators.device.settings import Mode, View

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

__all__ = ["STRIP_ROWS", "Strip", "raw_rows", "render"]

STRIP_ROWS: Final = 16


@dataclass(frozen=True, slots=True)
class Strip:
    """Some full rows of a page; `draw` makes them when somebody needs the pixels.

    `key` says everything that the pixels depend on. `draw` returns a new image in the
    mode of the view, levels already applied.
    """

    key: Hashable
    width_px: int
    height_px: int
    draw: Callable[[], Image.Image]


def render(strips: Sequence[Strip], mode: Mode) -> Image.Image:
    """Return the page that `strips` make, top to bottom."""
    from PIL import Image

    height = sum(strip.height_px for strip in strips)
    page = Image.new(mode.pillow, (strips[0].width_px, height), "white")
    top = 0
    for strip in strips:
        page.paste(strip.draw(), (0, top))
        top += strip.height_px
    return page


def raw_rows(strip: Strip, view: View) -> NDArray[np.uint8]:
    """Return the bytes of `strip` as a scanner sends them, `view.row_bytes` a row.

    1-bit rows have the leftmost pixel in the highest bit, 1 is black (SANE's lineart)
    and the bits after the last pixel are 0. Gray and colour are interleaved samples;
    those of 16 bits are in the order of this machine, white is 65535. The array may be
    read-only.
    """
    import numpy as np

    image = strip.draw()
    if view.mode is Mode.BW:
        return np.packbits(~np.asarray(image), axis=1)
    rows: NDArray[np.uint8] = np.asarray(image).reshape(strip.height_px, -1)
    if view.depth == 8:
        return rows
    return np.multiply(rows, 257, dtype=np.uint16).view(np.uint8)
