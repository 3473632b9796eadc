"""How large what comes from outside may be; the limits of scanners' pictures."""

from __future__ import annotations

from typing import Final

from scanwright.imaging.decode import LARGEST_PIXELS, LONGEST_SIDE_PX
from scanwright.imaging.files.errors import UnreadableFile

__all__ = ["MOST_PAGES", "check_page_count", "check_size", "sound_dpi"]

MOST_PAGES: Final = 2000
SCREEN_DPI: Final = 96
"""Of pictures that name none: what Windows takes, and so most that make them."""
LOWEST_DPI: Final = 10
"""Files that name none have 1 for some readers; nobody scans with less than this."""
HIGHEST_DPI: Final = 30_000


def check_size(name: str, width_px: int, height_px: int) -> None:
    """Refuse a picture that is too large, or has no pixels."""
    if width_px < 1 or height_px < 1:
        raise UnreadableFile(f"{name} has a picture without pixels.")
    if (
        width_px * height_px > LARGEST_PIXELS
        or max(width_px, height_px) > LONGEST_SIDE_PX
    ):
        raise UnreadableFile(
            f"{name} has a picture of {width_px} x {height_px} pixels, more than the"
            f" {LARGEST_PIXELS:,} pixels and {LONGEST_SIDE_PX:,} a side that are read."
        )


def check_page_count(name: str, count: int) -> None:
    """Refuse a file of too many pages."""
    if count > MOST_PAGES:
        raise UnreadableFile(
            f"{name} has more than {MOST_PAGES:,} pages. Split the file."
        )


def sound_dpi(x_dpi: object, y_dpi: object) -> tuple[int, int]:
    """Return a file's resolution in whole dots, or 96 where it makes no sense."""
    pair = []
    for value in (x_dpi, y_dpi):
        try:
            # A TIFF's numbers are fractions of their own kind; NaN compares false.
            number = float(value)  # type: ignore[arg-type]  # that is what is tried
        except (ArithmeticError, TypeError, ValueError):
            return SCREEN_DPI, SCREEN_DPI
        if not LOWEST_DPI <= number <= HIGHEST_DPI:
            return SCREEN_DPI, SCREEN_DPI
        pair.append(round(number))
    return pair[0], pair[1]
