"""A canvas in millimetres: generated pages are drawn on it, never resampled.

All places are measured from the upper left corner of the sheet and rounded to pixels
there, so a part of a page has exactly the pixels that the whole page has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from scanwright_simulators.device.levels import plain
from scanwright_simulators.device.settings import MM_PER_INCH, Mode, Size, View, pixels

if TYPE_CHECKING:
    from PIL import Image, ImageFont

__all__ = ["INK", "Canvas", "Color", "luma", "px"]

Color = tuple[int, int, int]

INK: Final[Color] = (24, 24, 32)
SMALLEST_FONT_PX: Final = 4
LARGE_FONT_PX: Final = 100
ANCHORS: Final = {"la": 0.0, "ma": 0.5, "ra": 1.0}
"""Share of a text's width that is left of its place, by Pillow's names."""


def px(length_mm: float, resolution_dpi: int) -> int:
    """Return how many pixels a length in millimetres is."""
    return round(length_mm * resolution_dpi / MM_PER_INCH)


def luma(color: tuple[float, float, float]) -> float:
    """Return how light `color` is, by the weights of ITU-R BT.601."""
    red, green, blue = color
    return 0.299 * red + 0.587 * green + 0.114 * blue


class Canvas:
    """Some rows of a view, white at first; `first_row` is the first of them."""

    def __init__(self, view: View, *, first_row: int, rows: int) -> None:
        from PIL import Image, ImageDraw

        self.dpi = view.resolution_dpi
        self.is_color = view.mode is Mode.COLOR
        self._left, self._top = view.left_px, view.top_px + first_row
        self.image = Image.new(plain(view).mode.pillow, (view.width_px, rows), "white")
        self._draw = ImageDraw.Draw(self.image)

    def text(
        self,
        x_mm: float,
        y_mm: float,
        text: str,
        *,
        size_mm: float = 4.0,
        ink: Color = INK,
        anchor: str = "la",
    ) -> None:
        """Write `text`; letters A to y are about as high as `size_mm`."""
        x, y = self._at(x_mm, y_mm)
        height = 2 * px(size_mm, self.dpi)
        if -height < y < self.image.height + height:
            letters = [_letter(px(size_mm, self.dpi), letter) for letter in text]
            x -= round(ANCHORS[anchor] * sum(letter.advance for letter in letters))
            self._set((x, y), letters, self._fill(ink))

    def pitched(
        self,
        x_mm: float,
        y_mm: float,
        text: str,
        *,
        pitch_mm: float,
        size_mm: float = 4.0,
        ink: Color = INK,
    ) -> None:
        """Write `text` as a typewriter does: each letter takes `pitch_mm`."""
        for place, letter in enumerate(text):
            if letter != " ":
                middle_mm = x_mm + (place + 0.5) * pitch_mm
                self.text(
                    middle_mm, y_mm, letter, size_mm=size_mm, ink=ink, anchor="ma"
                )

    def box(
        self,
        x_mm: float,
        y_mm: float,
        width_mm: float,
        height_mm: float,
        *,
        fill: Color | None = None,
        line_mm: float = 0.3,
        ink: Color = INK,
    ) -> None:
        """Draw a rectangle: filled, or its outline."""
        if min(width_mm, height_mm) < 0:
            return  # the paper is too small for it
        corners = (self._at(x_mm, y_mm), self._at(x_mm + width_mm, y_mm + height_mm))
        if fill is not None:
            self._draw.rectangle(corners, fill=self._fill(fill))
            return
        width = max(1, px(line_mm, self.dpi))
        self._draw.rectangle(corners, outline=self._fill(ink), width=width)

    def rule(
        self,
        x_mm: float,
        y_mm: float,
        width_mm: float,
        *,
        line_mm: float = 0.3,
        ink: Color = INK,
    ) -> None:
        """Draw a line from left to right."""
        if width_mm < 0:
            return
        (left, top), (right, _) = self._at(x_mm, y_mm), self._at(x_mm + width_mm, 0)
        bottom = top + max(1, px(line_mm, self.dpi)) - 1
        self._draw.rectangle((left, top, right, bottom), fill=self._fill(ink))

    def picture(
        self,
        x_mm: float,
        y_mm: float,
        width_mm: float,
        height_mm: float,
        coarse: Image.Image,
    ) -> None:
        """Spread `coarse`, a few soft pixels in RGB, over that area."""
        from PIL import Image

        size = (px(width_mm, self.dpi), px(height_mm, self.dpi))
        x, y = self._at(x_mm, y_mm)
        if min(size) < 1 or y >= self.image.height or y + size[1] <= 0:
            return
        soft = coarse.convert(self.image.mode).resize(size, Image.Resampling.BICUBIC)
        self.image.paste(soft, (x, y))

    def modules(
        self,
        x_mm: float,
        y_mm: float,
        code: Image.Image,
        *,
        module_px: int,
    ) -> None:
        """Draw the modules of a barcode as squares of that many pixels."""
        from PIL import Image

        size = (code.width * module_px, code.height * module_px)
        large = code.resize(size, Image.Resampling.NEAREST)
        self.image.paste(large, self._at(x_mm, y_mm))

    def trim(self, size: Size) -> None:
        """Make everything white that was drawn beyond a sheet of that size."""
        right = pixels(size.width, self.dpi) - self._left
        bottom = pixels(size.height, self.dpi) - self._top
        width, height = self.image.size
        for corner in ((right, 0), (0, bottom)):
            if corner[0] < width and corner[1] < height:
                corner_in = (max(0, corner[0]), max(0, corner[1]))
                self._draw.rectangle((corner_in, self.image.size), fill="white")

    def fitting(self, text: str, *, width_mm: float, size_mm: float) -> float:
        """Return `size_mm`, or what is small enough for `text` to fit the width."""
        needed = _font(LARGE_FONT_PX).getlength(text) / LARGE_FONT_PX
        if needed * size_mm <= width_mm:
            return size_mm
        # Letters are whole pixels high: rounded up, they would not fit.
        return int(width_mm / needed * self.dpi / MM_PER_INCH) * MM_PER_INCH / self.dpi

    def _set(
        self,
        start: tuple[int, int],
        letters: Sequence[Letter],
        fill: Color | int,
    ) -> None:
        """Set letter by letter: each was drawn once and is found again."""
        x, y = start
        pen = 0.0  # from x: so that rounding is the same in every part of a page
        for letter in letters:
            if letter.mask is not None:
                at = (x + round(pen) + letter.left, y + letter.top)
                self.image.paste(fill, at, letter.mask)
            pen += letter.advance

    def _at(self, x_mm: float, y_mm: float) -> tuple[int, int]:
        return px(x_mm, self.dpi) - self._left, px(y_mm, self.dpi) - self._top

    def _fill(self, color: Color) -> Color | int:
        return color if self.is_color else round(luma(color))


@lru_cache(maxsize=64)
def _font(size_px: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.load_default(max(SMALLEST_FONT_PX, size_px))


@dataclass(frozen=True, slots=True)
class Letter:
    """How a letter looks, where that is from the pen, and how far the pen moves."""

    mask: Image.Image | None
    left: int
    top: int
    advance: float


@lru_cache(maxsize=2048)
def _letter(size_px: int, letter: str) -> Letter:
    from PIL import Image, ImageDraw

    font = _font(size_px)
    left, top, right, bottom = map(int, font.getbbox(letter))
    advance = font.getlength(letter)
    if right <= left or bottom <= top:
        return Letter(None, 0, 0, advance)
    mask = Image.new("L", (right - left, bottom - top))
    ImageDraw.Draw(mask).text((-left, -top), letter, 255, font)
    return Letter(mask, left, top, advance)
