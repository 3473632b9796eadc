"""Where the paper lies in a picture of it and of what surrounds it.

Surroundings are what looks like one whole side of the picture. What differs from them
is paper if it is of one piece, with hardly anything outside of it, and as symmetrical
as a sheet, also a crooked one, is: turned half round it covers itself. Text on a page
is not of one piece, and the dark around a sheet that lies in a corner is not
symmetrical. If nothing is paper, all is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from scanwright.imaging.marks import Mask, find_marks
from scanwright.imaging.raster import Raster
from scanwright.imaging.tones import gray, with_bits
from scanwright.protocol.edits import Rectangle

__all__ = ["find_border"]

LONGEST_PX: Final = 800
SAME_TONE: Final = 20
"""How far a tone of the surroundings may be from their middle one."""
WHOLE_SIDE: Final = 0.9
SMALLEST_PIECE: Final = 0.01
"""Of the picture: smaller pieces are dust, or print."""
SMALLEST_PAPER: Final = 0.04
"""Of the picture: half a business card on A4. A bar of print is smaller."""
LARGEST_REST: Final = 0.02
"""Of the paper: with more print outside of it, it is but a picture on a page."""
SOLID: Final = 0.6
"""How much of its outline the paper fills: print may look like the surroundings."""
SYMMETRICAL: Final = 0.85

Shades = NDArray[np.uint8]


def find_border(page: Raster) -> Rectangle:
    """Return the smallest rectangle that holds the paper, or the whole page.

    It is right to a step of the shrunken picture, about a thousandth of the longer
    side.
    """
    shades = _shrunk(page)
    found = (_paper(shades, tone) for tone in _side_tones(shades))
    papers = [paper for paper in found if paper is not None]
    if not papers:
        return Rectangle(0, 0, page.width_px, page.height_px)
    paper = max(papers, key=lambda box: (box.right - box.left) * (box.bottom - box.top))
    return _scaled(paper, page, shades)


def _shrunk(page: Raster) -> Shades:
    image = Image.fromarray(np.ascontiguousarray(with_bits(gray(page), 8).samples))
    scale = min(1.0, LONGEST_PX / max(image.size))
    size = [max(1, round(side * scale)) for side in image.size]
    small = image.resize((size[0], size[1]), Image.Resampling.BOX, reducing_gap=2.0)
    return np.asarray(small.filter(ImageFilter.MedianFilter(3)))


def _side_tones(shades: Shades) -> Iterator[int]:
    """Yield the tone of each side of the picture that has one tone."""
    for side in (shades[0], shades[-1], shades[:, 0], shades[:, -1]):
        tone = int(np.median(side))
        if np.mean(_is_tone(side, tone)) >= WHOLE_SIDE:
            yield tone


def _is_tone(shades: Shades, tone: int) -> Mask:
    return np.abs(shades.astype(np.int16) - tone) <= SAME_TONE


def _paper(shades: Shades, surroundings: int) -> Rectangle | None:
    differs = ~_is_tone(shades, surroundings)
    marks = find_marks(differs)
    if marks is None or not len(marks.left):
        return None
    pieces = marks.width_px * marks.height_px >= SMALLEST_PIECE * differs.size
    if not pieces.any():
        return None
    box = Rectangle(
        int(marks.left[pieces].min()),
        int(marks.top[pieces].min()),
        int(marks.right[pieces].max()),
        int(marks.bottom[pieces].max()),
    )
    inside = differs[box.top : box.bottom, box.left : box.right]
    rest = differs.sum() - inside.sum()
    is_large = inside.size >= SMALLEST_PAPER * differs.size
    is_all = rest <= LARGEST_REST * inside.size
    return box if is_large and is_all and _is_sheet(inside) else None


def _is_sheet(mask: Mask) -> bool:
    """Tell whether the mask, cut to its box, is solid and symmetrical."""
    outline = _spanned(mask) & _spanned(mask.T).T
    is_solid = mask.sum() >= SOLID * outline.sum()
    turned = outline[::-1, ::-1]
    shared = (outline & turned).sum() / (outline | turned).sum()
    return bool(is_solid and shared >= SYMMETRICAL)


def _spanned(mask: Mask) -> Mask:
    """Fill each row from its first to its last set pixel."""
    from_left = np.logical_or.accumulate(mask, axis=1)
    from_right = np.logical_or.accumulate(mask[:, ::-1], axis=1)[:, ::-1]
    spanned: Mask = from_left & from_right
    return spanned


def _scaled(box: Rectangle, page: Raster, shades: Shades) -> Rectangle:
    x, y = page.width_px / shades.shape[1], page.height_px / shades.shape[0]
    return Rectangle(
        math.floor(box.left * x),
        math.floor(box.top * y),
        min(page.width_px, math.ceil(box.right * x)),
        min(page.height_px, math.ceil(box.bottom * y)),
    )
