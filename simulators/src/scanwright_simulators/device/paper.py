"""Paper as a sensor meets it: worn, crooked, and smaller than the bed.

`Paper` wraps any content. Light takes this way, each step only where it is asked for:

    content -> colour of the paper -> skew, and the device's background beyond the
    edges -> cast of the lamp -> streaks of dust -> noise -> levels

A straight sheet keeps the strips of its content, so that pages of equal wear share
what their contents share. A crooked one is a single strip.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from scanwright_simulators.device.canvas import Color, luma
from scanwright_simulators.device.content import Content
from scanwright_simulators.device.identity import Identity
from scanwright_simulators.device.levels import develop, plain
from scanwright_simulators.device.settings import STEPS_PER_INCH, Size, View, pixels
from scanwright_simulators.device.strips import Strip, render
from scanwright_simulators.device.wear import NEW, WHITE, Wear, sensed, tinted

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["Paper", "Wear"]

EDGE_PX: Final = 3
"""Pixels around a turned area that its interpolation looks at."""

Affine = tuple[float, float, float, float, float, float]


@dataclass(frozen=True, slots=True)
class Paper:
    """Content with its wear, on a device that is `beyond` where the paper ends."""

    content: Content
    wear: Wear = NEW
    beyond: Color = WHITE

    @property
    def size(self) -> Size:
        """How large the sheet is, lying straight."""
        return self.content.size

    @property
    def label(self) -> str:
        """What the content says."""
        return self.content.label

    def is_blank(self) -> bool:
        """Say whether the content is blank; wear is no content."""
        return self.content.is_blank()

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return what `view` sees of this sheet as the page called `identity`."""
        if self._is_plain(view):
            return self.content.strips(view, identity)
        if self.wear.skew_deg % 360:
            return (self._skewed(view, identity),)
        worn, top = [], 0
        for strip in self.content.strips(plain(view), identity):
            worn.append(self._straight(strip, view, top))
            top += strip.height_px
        return tuple(worn)

    def _is_plain(self, view: View) -> bool:
        """Say whether the content can speak for itself: it is white beyond."""
        if replace(self.wear, seed=0) != NEW:
            return False
        dpi = view.resolution_dpi
        return self.beyond == WHITE or (
            view.left_px + view.width_px <= pixels(self.size.width, dpi)
            and view.top_px + view.height_px <= pixels(self.size.height, dpi)
        )

    def _straight(self, strip: Strip, view: View, top: int) -> Strip:
        """Return `strip` with its wear; it begins `top` rows below the view's first."""

        def draw() -> Image.Image:
            image = tinted(strip.draw(), self.wear.background)
            self._paint_beyond(image, view, top)
            return self._develop(image, view, top)

        key = ("straight", strip.key, self.wear, self.beyond, self.size, view, top)
        return replace(strip, key=key, draw=draw)

    def _skewed(self, view: View, identity: Identity) -> Strip:
        matrix = _rotation(self.wear.skew_deg, self.size, view)
        seen = _seen(matrix, self.size, view)
        strips = self.content.strips(seen, identity) if seen else ()

        def draw() -> Image.Image:
            image = self._turn(strips, seen, matrix, view) if seen else self._bare(view)
            return self._develop(image, view, 0)

        keys = tuple(strip.key for strip in strips)
        key = ("skewed", keys, self.wear, self.beyond, self.size, view)
        return Strip(key, view.width_px, view.height_px, draw)

    def _turn(
        self,
        strips: tuple[Strip, ...],
        seen: View,
        matrix: Affine,
        view: View,
    ) -> Image.Image:
        from PIL import Image

        a, b, c, d, e, f = matrix
        page = tinted(render(strips, seen.mode), self.wear.background)
        return page.transform(
            (view.width_px, view.height_px),
            Image.Transform.AFFINE,
            (a, b, c - seen.left_px, d, e, f - seen.top_px),
            Image.Resampling.BILINEAR,
            fillcolor=self._beyond(page.mode),
        )

    def _bare(self, view: View) -> Image.Image:
        from PIL import Image

        mode, size = plain(view).mode.pillow, (view.width_px, view.height_px)
        return Image.new(mode, size, self._beyond(mode))

    def _paint_beyond(self, image: Image.Image, view: View, top: int) -> None:
        """Paint over `image`, the view from row `top` on, where no sheet is."""
        dpi, (width, height) = view.resolution_dpi, image.size
        right = max(0, pixels(self.size.width, dpi) - view.left_px)
        bottom = max(0, pixels(self.size.height, dpi) - view.top_px - top)
        if right < width:
            image.paste(self._beyond(image.mode), (right, 0, width, height))
        if bottom < height:
            image.paste(self._beyond(image.mode), (0, bottom, width, height))

    def _beyond(self, mode: str) -> Color | int:
        return self.beyond if mode == "RGB" else round(luma(self.beyond))

    def _develop(self, image: Image.Image, view: View, top: int) -> Image.Image:
        width = self.size.width
        light = sensed(image, self.wear, width=width, view=view, top_px=top)
        return develop(light, view)


def _rotation(skew_deg: float, size: Size, view: View) -> Affine:
    """Return what leads from pixels of the view to pixels of the straight sheet."""
    scale = view.resolution_dpi / STEPS_PER_INCH / 2
    middle_x, middle_y = size.width * scale, size.height * scale
    cos, sin = math.cos(math.radians(skew_deg)), math.sin(math.radians(skew_deg))
    left, top = view.left_px - middle_x, view.top_px - middle_y
    return (
        *(cos, sin, middle_x + cos * left + sin * top),
        *(-sin, cos, middle_y - sin * left + cos * top),
    )


def _seen(matrix: Affine, size: Size, view: View) -> View | None:
    """Return the part of the straight sheet that the view needs; None: no part."""
    a, b, c, d, e, f = matrix
    corners = [(x, y) for x in (0, view.width_px) for y in (0, view.height_px)]
    left, right = _span(
        [a * x + b * y + c for x, y in corners],
        pixels(size.width, view.resolution_dpi),
    )
    top, bottom = _span(
        [d * x + e * y + f for x, y in corners],
        pixels(size.height, view.resolution_dpi),
    )
    if left >= right or top >= bottom:
        return None
    return replace(
        plain(view),
        left_px=left,
        top_px=top,
        width_px=right - left,
        height_px=bottom - top,
    )


def _span(places: list[float], end: int) -> tuple[int, int]:
    """Return the least range with all places and their edges, within 0 to `end`."""
    first = math.floor(min(places)) - EDGE_PX
    last = math.ceil(max(places)) + EDGE_PX
    return max(0, first), min(end, last)
