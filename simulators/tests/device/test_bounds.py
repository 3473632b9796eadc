"""Bounds: paper that there is, and views of it that memory has room for."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright_simulators.device import Mode, Size
from scanwright_simulators.device.bounds import (
    LONGEST,
    MOST_PIXELS,
    SLENDEREST,
    from_afar,
    sheet_size,
    too_many,
)
from scanwright_simulators.errors import ContentError

FILE = Path("page.pdf")


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (1200.4, 599.6, Size(1200, 600)),
        (0, 0.2, Size(1, 1)),
        (LONGEST, LONGEST, Size(LONGEST, LONGEST)),
        (100 * SLENDEREST, 100, Size(100 * SLENDEREST, 100)),
    ],
)
def test_sheets_have_whole_steps(width: float, height: float, expected: Size) -> None:
    """Sizes up to the bounds are taken, one step at least."""
    assert sheet_size(FILE, width, height) == expected


@pytest.mark.parametrize(
    ("width", "height"),
    [
        (LONGEST + 1, LONGEST),
        (LONGEST, LONGEST + 1),
        (100 * SLENDEREST + 1, 100),
        (100, 100 * SLENDEREST + 1),
        (math.inf, math.inf),
        (math.nan, 100),
        (100, math.nan),
    ],
)
def test_paper_that_nobody_has_is_refused(width: float, height: float) -> None:
    """The error names the file and tells the bounds."""
    words = r"page\.pdf .* longer than 5080\.0 mm, or than 200 times"
    with pytest.raises(ContentError, match=words):
        sheet_size(FILE, width, height)


def test_too_many_says_how_many_there_may_be() -> None:
    """The error has both numbers."""
    assert (
        str(too_many("x has 7 pages")) == "x has 7 pages; a tray holds 100,000 at most"
    )


def test_usual_paper_is_seen_as_asked() -> None:
    """Up to a square metre there is room for 50 dpi."""
    view = from_afar(Size.of_mm(1000, 1000), Mode.GRAY, 50)
    assert (view.resolution_dpi, view.width_px, view.mode) == (50, 1969, Mode.GRAY)


@given(
    width=st.integers(1, LONGEST),
    height=st.integers(1, LONGEST),
    dpi=st.integers(1, 20_000),
)
def test_a_look_from_afar_has_its_bound(width: int, height: int, dpi: int) -> None:
    """Whatever the paper and the wish, but for the rounding of its edges."""
    view = from_afar(Size(width, height), Mode.COLOR, dpi)
    assert 1 <= view.resolution_dpi <= dpi
    edges = view.width_px + view.height_px
    assert view.width_px * view.height_px <= MOST_PIXELS + edges
