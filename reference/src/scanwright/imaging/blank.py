"""Whether a page is blank: the two published tests.

By deviation: how evenly the page is white, or black, after a threshold. By blocks:
whether any mark on it is as high as a letter. The second test looks at what differs
from the tone of the paper, so coloured and recycled paper are blank, too.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from PIL import Image

from scanwright.imaging.marks import Marks, Mask, find_marks
from scanwright.imaging.raster import Raster
from scanwright.imaging.tones import black_and_white, gray, with_bits
from scanwright.protocol.edits import BlankByBlocks

__all__ = ["deviation", "is_blank_by_blocks"]

CONTRAST: Final = 48
"""Tones this far from the paper's are marks: more than what shows through from behind,
less than a pencil."""
GRAIN: Final = 9
"""Tones that are summed to find the paper's own: it is never quite even."""
EDGE_SHARE: Final = 1 / 256
"""What the edge of a page is, of its longer side: about a millimetre of A4."""
STREAK_SHARE: Final = 1 / 4
"""A mark above the height of letters is a streak, below this share of the lowest."""
MOST_RUNS: Final = 1_000_000
"""No page with more ink than this is blank: it need not be looked at for long."""


def deviation(page: Raster, threshold: int) -> float:
    """Return the standard deviation of the page after `threshold`, from 0 to 100.

    0 is a page of one tone; 100, the highest possible, is half black and half white.
    """
    samples = black_and_white(page, threshold).samples
    white = np.count_nonzero(samples) / samples.size
    return float(200 * np.sqrt(white * (1 - white)))


def is_blank_by_blocks(page: Raster, wish: BlankByBlocks) -> bool:
    """Tell whether no mark of the page is content, as `BlankByBlocks` describes it."""
    mask = _differs_from_paper(page)
    marks = find_marks(mask, most_runs=MOST_RUNS)
    if marks is None:
        return False
    letters = marks.height_px >= wish.min_height_px
    is_high = marks.height_px > wish.max_height_px
    is_thin = marks.width_px < wish.min_height_px * STREAK_SHARE
    content = letters & ~(is_high & is_thin) & ~_at_edge(marks, mask)
    return not content.any()


def _differs_from_paper(page: Raster) -> Mask:
    shades = np.ascontiguousarray(with_bits(gray(page), 8).samples)
    counts = Image.fromarray(shades).histogram()
    near = np.convolve(counts, np.ones(GRAIN), mode="same")
    paper = int(np.argmax(near))
    lowest, highest = max(0, paper - CONTRAST), min(255, paper + CONTRAST)
    differs: Mask = (shades < lowest) | (shades > highest)
    return differs


def _at_edge(marks: Marks, mask: Mask) -> Mask:
    height, width = mask.shape
    edge = max(1, round(max(height, width) * EDGE_SHARE))
    touches: Mask = (
        (marks.left < edge)
        | (marks.top < edge)
        | (marks.right > width - edge)
        | (marks.bottom > height - edge)
    )
    return touches
