"""Connected marks: which set pixels of a mask hang together, corners included.

Each row is cut into runs of set pixels. Runs of neighbouring rows that touch are pairs;
from pair to pair, each run learns the first run of its mark. All runs learn at once, in
a few rounds of array arithmetic: each round joins trees of runs whose roots touch, and
shortens every path to its root to one step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Marks", "find_marks"]

Mask = NDArray[np.bool_]
Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """One entry for each mark: its box, `right` and `bottom` excluded, and its pixels.

    Marks are in the order of their first pixels, row by row.
    """

    left: Numbers
    top: Numbers
    right: Numbers
    bottom: Numbers
    area_px: Numbers

    @property
    def width_px(self) -> Numbers:
        """Columns that each mark spans."""
        return self.right - self.left

    @property
    def height_px(self) -> Numbers:
        """Rows that each mark spans."""
        return self.bottom - self.top


@dataclass(frozen=True, slots=True, eq=False)
class _Runs:
    """Set pixels in a row, from `start` to before `end`, row by row, left to right."""

    row: Numbers
    start: Numbers
    end: Numbers


def find_marks(mask: Mask, *, most_runs: int | None = None) -> Marks | None:
    """Return the marks of a mask of the shape (height, width).

    Time and memory grow with the runs of set pixels: with more than `most_runs`, the
    answer is None.
    """
    runs = _runs(mask, most_runs)
    if runs is None:
        return None
    roots = _roots(len(runs.row), *_touching(runs, mask.shape[1]))
    first, label = np.unique(roots, return_inverse=True)
    count = len(first)
    left = np.full(count, mask.shape[1], np.int64)
    right, bottom = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.minimum.at(left, label, runs.start)
    np.maximum.at(right, label, runs.end)
    np.maximum.at(bottom, label, runs.row + 1)
    area = np.bincount(label, runs.end - runs.start, minlength=count).astype(np.int64)
    # The root is the mark's first run, so its row is the mark's first.
    return Marks(left, runs.row[first], right, bottom, area)


def _runs(mask: Mask, most_runs: int | None) -> _Runs | None:
    height, width = mask.shape
    padded = np.zeros((height, width + 2), np.bool_)
    padded[:, 1:-1] = mask
    flat = padded.reshape(-1)
    changes = np.flatnonzero(flat[1:] != flat[:-1])
    if most_runs is not None and len(changes) > 2 * most_runs:
        return None
    row, start = np.divmod(changes[::2], width + 2)
    return _Runs(row, start, changes[1::2] - row * (width + 2))


def _touching(runs: _Runs, width: int) -> tuple[Numbers, Numbers]:
    """Return pairs of runs, upper and lower, that share a side or a corner."""
    stride = width + 2
    starts, ends = runs.row * stride + runs.start, runs.row * stride + runs.end
    # Those below that end no earlier than I start, and start no later than I end.
    first = np.searchsorted(ends, starts + stride, side="left")
    after = np.searchsorted(starts, ends + stride, side="right")
    counts = after - first
    upper = np.repeat(np.arange(len(starts)), counts)
    lower = np.arange(len(upper)) + np.repeat(
        first - np.cumsum(counts) + counts, counts
    )
    return upper, lower


def _roots(count: int, upper: Numbers, lower: Numbers) -> Numbers:
    """Return the lowest run that each run hangs together with."""
    root = np.arange(count)
    while len(upper):
        # Of all that a higher root touches, any lower one will do: the rest comes in
        # the next round. Going down only, there are no circles.
        root[np.maximum(upper, lower)] = np.minimum(upper, lower)
        while True:
            shorter = root[root]
            if np.array_equal(shorter, root):
                break
            root = shorter
        upper, lower = root[upper], root[lower]
        apart = upper != lower
        upper, lower = upper[apart], lower[apart]
    return root
