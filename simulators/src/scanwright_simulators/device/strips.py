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

from scanwright_simulators.device.settings import Mode

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["STRIP_ROWS", "Strip", "render"]

STRIP_ROWS: Final = 16


@dataclass(frozen=True, slots=True)
class Strip:
    """Some full rows of a page; `draw` makes them when somebody needs the pixels."""

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
