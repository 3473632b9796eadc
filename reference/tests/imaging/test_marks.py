"""Connected marks, beside a search pixel by pixel."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scanwright.imaging.marks import Marks, Mask, find_marks

Box = tuple[int, int, int, int, int]


def searched(mask: Mask) -> list[Box]:
    """The marks, found by walking from pixel to pixel."""
    left = {(int(x), int(y)) for y, x in zip(*np.nonzero(mask), strict=True)}
    boxes = []
    while left:
        waiting = [left.pop()]
        mark = []
        while waiting:
            x, y = waiting.pop()
            mark.append((x, y))
            near = {(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)} & left
            left -= near
            waiting += near
        xs, ys = zip(*mark, strict=True)
        boxes.append((min(xs), min(ys), max(xs) + 1, max(ys) + 1, len(mark)))
    return sorted(boxes)


def boxes_of(marks: Marks | None) -> list[Box]:
    """The marks as tuples."""
    assert marks is not None
    columns = (marks.left, marks.top, marks.right, marks.bottom, marks.area_px)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


@settings(deadline=None)
@given(
    st.integers(1, 24),
    st.integers(1, 24),
    st.floats(0, 1),
    st.integers(0, 1 << 32),
)
def test_marks_are_what_hangs_together(
    width: int, height: int, share: float, seed: int
) -> None:
    """Boxes and pixels of all marks are those that a plain search finds."""
    mask = np.random.default_rng(seed).random((height, width)) < share
    assert boxes_of(find_marks(mask)) == searched(mask)


def test_a_spiral_is_one_mark() -> None:
    """However far the way along it, a mark is one."""
    mask = np.zeros((41, 41), bool)
    for inset in range(0, 20, 2):
        far = 41 - inset
        mask[inset, max(0, inset - 2) : far] = True
        mask[inset:far, far - 1] = True
        mask[far - 1, inset:far] = True
        mask[inset + 2 : far, inset] = True
    assert boxes_of(find_marks(mask)) == searched(mask)
    assert len(searched(mask)) == 1


def test_rows_do_not_join_round_the_edge() -> None:
    """The end of a row and the start of the next are no neighbours."""
    mask = np.array([[0, 0, 0, 1], [1, 0, 0, 0]], bool)
    marks = find_marks(mask)
    assert marks is not None
    assert (marks.width_px.tolist(), marks.height_px.tolist()) == ([1, 1], [1, 1])


def test_too_many_runs_are_not_looked_at() -> None:
    """Above the limit there is no answer, at the limit there is."""
    mask = np.array([[1, 0, 1, 0, 1]], bool)
    assert find_marks(mask, most_runs=2) is None
    assert len(boxes_of(find_marks(mask, most_runs=3))) == 3


def test_nothing_has_no_marks() -> None:
    """An empty mask has none."""
    assert boxes_of(find_marks(np.zeros((3, 5), bool))) == []
