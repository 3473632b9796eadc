"""Bounds: what a file may ask of this machine, however few bytes it has itself.

Half a kilobyte can stand for a sheet as large as a field, or for a million pages. No
scanner takes such paper, and neither do these.
"""

from __future__ import annotations

from math import sqrt
from pathlib import Path
from typing import Final

from scanwright_simulators.device.settings import (
    MM_PER_INCH,
    STEPS_PER_INCH,
    Input,
    Mode,
    ScanSettings,
    Size,
    View,
)
from scanwright_simulators.errors import ContentError

__all__ = ["LONGEST", "MOST_SHEETS", "from_afar", "sheet_size", "too_many"]

LONGEST: Final = 200 * STEPS_PER_INCH
"""A side of a sheet in steps: 5 m, the largest page of PDF (ISO 32000-1, annex C)."""
SLENDEREST: Final = 200
"""How many times as long as wide a sheet may be."""
MOST_SHEETS: Final = 100_000
MOST_PIXELS: Final = 4_000_000
"""Of a whole sheet that is looked at from afar."""


def sheet_size(file: Path, width: float, height: float) -> Size:
    """Return the size of a sheet in `file` of so many steps, one each at least.

    Raises:
        ContentError: There is no such paper.
    """
    long, short = max(width, height), max(1.0, min(width, height))
    # Said in this way, no number that is none gets through either.
    if not (width <= LONGEST and height <= LONGEST and long <= SLENDEREST * short):
        raise ContentError(
            f"{file} has a sheet of {_mm(width)} x {_mm(height)} mm; "
            f"there are none longer than {_mm(LONGEST)} mm, "
            f"or than {SLENDEREST} times their width",
        )
    return Size(max(1, round(width)), max(1, round(height)))


def too_many(what: str) -> ContentError:
    """Return the error for more pages than a tray holds; `what` says where and what."""
    return ContentError(f"{what}; a tray holds {MOST_SHEETS:,} at most")


def from_afar(size: Size, mode: Mode, resolution_dpi: int) -> View:
    """Return all of a side, at that resolution or at what large paper leaves of it."""
    most = int(STEPS_PER_INCH * sqrt(MOST_PIXELS / (size.width * size.height)))
    dpi = max(1, min(resolution_dpi, most))
    return View.of(ScanSettings(Input.PLATEN, mode, dpi), size)


def _mm(length: float) -> str:
    return f"{length * MM_PER_INCH / STEPS_PER_INCH:.1f}"
