"""How crooked a page is: the angle at which its lines become rows.

The page is shrunk and its ink found by local contrast, so shadows and dark surroundings
do no harm. What counts is where ink ends and paper begins below it: the feet of
letters, ruled lines, the edge of the paper. Projected along the right angle, these feet
fall into few rows; along any other, into many. The profile's sum of squares says how
few. A foot is placed between two rows of pixels, where the tone of the paper begins:
with whole rows, a line that climbs by three pixels would be no line but three. Angles
are tried from coarse to fine. A page on which no angle stands out, as
blank ones, photos and noise, counts as straight.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from scanwright.imaging.geometry import crop
from scanwright.imaging.raster import Raster
from scanwright.imaging.tones import gray, with_bits
from scanwright.protocol.edits import Rectangle

__all__ = ["find_skew"]

LARGEST_DEG: Final = 15.5
COARSE_DEG: Final = 0.25
FINE_DEG: Final = (0.05, 0.01)
LONGEST_PX: Final = 1200
"""The longer side of what is looked at: A4 at 100 dpi. More is slower, not better."""
NEIGHBOURHOOD: Final = 1 / 60
"""Ink is darker than the mean of what is around it, this share of the longer side."""
CONTRAST: Final = 24
FEWEST_FEET: Final = 40
MOST_FEET: Final = 30_000
ROW_PX: Final = 0.5
STANDS_OUT: Final = 2.2
"""How many times the middle score the best one must reach."""

Feet = tuple[NDArray[np.float64], NDArray[np.float64]]


def find_skew(page: Raster, area: Rectangle | None = None) -> float:
    """Return the degrees, clockwise, by which the page must be turned; 0 if unknown.

    Raises:
        InvalidParameter: `area` lies outside of the page.
    """
    if area is not None:
        page = crop(page, area)
    feet = _feet(_shrunk(page))
    if len(feet[0]) < FEWEST_FEET:
        return 0.0
    angles = np.arange(-LARGEST_DEG, LARGEST_DEG + COARSE_DEG / 2, COARSE_DEG)
    scores = _scores(feet, angles)
    if scores.max() < STANDS_OUT * np.median(scores):
        return 0.0
    best, reach = float(angles[np.argmax(scores)]), COARSE_DEG
    for step in FINE_DEG:
        angles = np.arange(best - reach, best + reach + step / 2, step)
        best, reach = float(angles[np.argmax(_scores(feet, angles))]), step
    return round(-best, 2) + 0.0


def _shrunk(page: Raster) -> Image.Image:
    """Return the page in gray, small, and with square pixels."""
    shades = np.ascontiguousarray(with_bits(gray(page), 8).samples)
    x_dpi, y_dpi = (max(1, dpi) for dpi in page.resolution_dpi)
    finest = max(x_dpi, y_dpi)
    width, height = page.width_px * finest / x_dpi, page.height_px * finest / y_dpi
    scale = min(1.0, LONGEST_PX / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    image = Image.fromarray(shades)
    return image.resize(size, Image.Resampling.BOX, reducing_gap=2.0)


def _feet(image: Image.Image) -> Feet:
    """Return x and y, from the middle, of the pixels of ink that stand on paper."""
    radius = max(3.0, max(image.size) * NEIGHBOURHOOD)
    around = np.asarray(image.filter(ImageFilter.BoxBlur(radius)), np.int16)
    above_ink = np.asarray(image, np.int16) - (around - CONTRAST)
    ink = above_ink < 0
    y, x = np.nonzero(ink[:-1] & ~ink[1:])
    if len(x) > MOST_FEET:
        chosen = np.random.default_rng(0).choice(len(x), MOST_FEET, replace=False)
        x, y = x[chosen], y[chosen]
    upper, lower = above_ink[y, x], above_ink[y + 1, x]
    foot = y - upper / (lower - upper)
    return x - np.float64(image.width / 2), foot - image.height / 2


def _scores(feet: Feet, angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return for each angle, clockwise, how well the feet fall into rows."""
    x, y = feet
    reach = int(np.hypot(np.abs(x).max(), np.abs(y).max())) + 1
    scores = np.empty(len(angles))
    for index, angle in enumerate(np.radians(angles)):
        place = (y * np.cos(angle) - x * np.sin(angle) + reach) / ROW_PX
        row = place.astype(np.intp)
        below = place - row
        # Each foot is shared out between two rows: no angle gains by rounding.
        size = int(2 * reach / ROW_PX) + 2
        profile = np.bincount(row, 1 - below, size) + np.bincount(row + 1, below, size)
        scores[index] = profile @ profile
    return scores
