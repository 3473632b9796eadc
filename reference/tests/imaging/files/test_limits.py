"""How large files may be."""

from __future__ import annotations

from fractions import Fraction

import pytest

from scanwright.imaging.files.errors import UnreadableFile
from scanwright.imaging.files.limits import (
    MOST_PAGES,
    check_page_count,
    check_size,
    sound_dpi,
)


@pytest.mark.parametrize(
    ("width", "height"), [(0, 5), (5, 0), (100_001, 1), (1, 100_001), (20_000, 20_000)]
)
def test_too_large_and_empty_pictures_are_refused(width: int, height: int) -> None:
    """The message has the file's name."""
    with pytest.raises(UnreadableFile, match=r"x\.png"):
        check_size("x.png", width, height)


def test_the_largest_are_let_in() -> None:
    """A limit is the last that is allowed."""
    check_size("x.png", 100_000, 3000)
    check_page_count("x.tif", MOST_PAGES)
    with pytest.raises(UnreadableFile, match="2,000 pages"):
        check_page_count("x.tif", MOST_PAGES + 1)


@pytest.mark.parametrize(
    ("x_dpi", "y_dpi", "sound"),
    [
        (300, 200, (300, 200)),
        (299.9994, Fraction(600, 2), (300, 300)),
        (None, None, (96, 96)),
        (1, 1, (96, 96)),
        (0, 300, (96, 96)),
        (300, float("nan"), (96, 96)),
        (300, float("inf"), (96, 96)),
        (1e9, 1e9, (96, 96)),
        ("many", 300, (96, 96)),
    ],
)
def test_resolution_makes_sense(
    x_dpi: object, y_dpi: object, sound: tuple[int, int]
) -> None:
    """What is no resolution is that of a screen, 96 dots an inch."""
    assert sound_dpi(x_dpi, y_dpi) == sound
