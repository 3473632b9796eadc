"""Where a picture comes to lie on a PDF's page. Lengths in points, 1/72 inch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from scanwright.protocol.saving import PdfPageType, SaveOptions

__all__ = ["Placement", "place"]

POINTS_PER_INCH: Final = 72
MM: Final = POINTS_PER_INCH / 25.4
LARGEST_PT: Final = 14_400.0
SMALLEST_PT: Final = 3.0
"""What pages may measure (ISO 32000-1, Annex C; ISO 19005-2, 6.1.13)."""
UPRIGHT: Final = {
    PdfPageType.A4: (210 * MM, 297 * MM),
    PdfPageType.A3: (297 * MM, 420 * MM),
    PdfPageType.LETTER: (612.0, 792.0),
    PdfPageType.LEGAL: (612.0, 1008.0),
}
LYING: Final = {
    PdfPageType.A4_REVERSE: PdfPageType.A4,
    PdfPageType.A3_REVERSE: PdfPageType.A3,
    PdfPageType.LETTER_REVERSE: PdfPageType.LETTER,
    PdfPageType.LEGAL_REVERSE: PdfPageType.LEGAL,
}


@dataclass(frozen=True, slots=True)
class Placement:
    """The page's size, and the picture's lower left corner and size on it."""

    page_width: float
    page_height: float
    x: float
    y: float
    width: float
    height: float


def place(
    size_px: tuple[int, int], dpi: tuple[int, int], options: SaveOptions
) -> Placement:
    """Fit a picture on the paper of the options, in its own proportions, centred.

    Without a paper the page is as large as the picture, within what a page may measure.
    """
    width = size_px[0] * POINTS_PER_INCH / dpi[0]
    height = size_px[1] * POINTS_PER_INCH / dpi[1]
    paper = _paper(options)
    if paper is None:
        shrink = min(1.0, LARGEST_PT / max(width, height))
        width, height = width * shrink, height * shrink
        # A product may be a hair above the limit.
        width, height = min(width, LARGEST_PT), min(height, LARGEST_PT)
        paper = (max(width, SMALLEST_PT), max(height, SMALLEST_PT))
    else:
        scale = min(paper[0] / width, paper[1] / height)
        width, height = width * scale, height * scale
    x, y = (paper[0] - width) / 2, (paper[1] - height) / 2
    return Placement(*paper, x, y, width, height)


def _paper(options: SaveOptions) -> tuple[float, float] | None:
    kind = options.page_type
    if kind is PdfPageType.CUSTOM:
        return options.page_size_pt
    if kind in LYING:
        width, height = UPRIGHT[LYING[kind]]
        return height, width
    return UPRIGHT.get(kind)
