"""The pages that a virtual scanner sees when nobody gave it paper.

Each carries its identity in a band on top: a QR code, and clear text beside it. The
band has 42 mm; the code has modules of whole pixels and is at least 25 mm wide, which
survives 75 dpi and 1-bit pages. What stands below the band is one of the motifs of
`motifs.py`; all pages of a kind, size, seed and side share it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Final

from scanwright_simulators.device import motifs
from scanwright_simulators.device.canvas import Canvas, px
from scanwright_simulators.device.content import A4, BlankSide, Content
from scanwright_simulators.device.identity import Identity
from scanwright_simulators.device.levels import develop, plain
from scanwright_simulators.device.settings import (
    MM_PER_INCH,
    STEPS_PER_INCH,
    Mode,
    Side,
    Size,
    View,
)
from scanwright_simulators.device.strips import STRIP_ROWS, Strip

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["GeneratedSide", "Kind", "generate"]

BAND_MM: Final = 42.0
MARGIN_MM: Final = 8.0
QR_MM: Final = 25.0
TEXT_LEFT_MM: Final = 44.0
MOST_MODULES: Final = 33
"""Of a QR code of version 4, which holds the longest identity."""

Draw = Callable[[View, int, int], "Image.Image"]


class Kind(StrEnum):
    """What a generated page shows; `identity` is the usual test page."""

    IDENTITY = "identity"
    TEXT = "text"
    PHOTO = "photo"
    BARCODES = "barcodes"
    RECEIPT = "receipt"
    CHEQUE = "cheque"
    FORM = "form"
    BLANK = "blank"


SIZES: Final = {
    Kind.RECEIPT: Size.of_mm(80, 200),
    Kind.CHEQUE: Size.of_mm(203, 95),
}
"""Kinds that have a paper of their own; all others come on A4."""

MOTIFS: Final[dict[Kind, motifs.Motif]] = {
    Kind.IDENTITY: motifs.test_page,
    Kind.TEXT: motifs.letter,
    Kind.PHOTO: motifs.landscape,
    Kind.BARCODES: motifs.barcodes,
    Kind.RECEIPT: motifs.receipt,
    Kind.CHEQUE: motifs.cheque,
    Kind.FORM: motifs.form,
}


def generate(
    kind: Kind,
    *,
    size: Size | None = None,
    seed: int = 0,
    side: Side = Side.FRONT,
) -> Content:
    """Return a side of that kind, on its usual paper unless `size` says otherwise."""
    paper = size or SIZES.get(kind, A4)
    if kind is Kind.BLANK:
        return BlankSide(paper)
    return GeneratedSide(paper, seed, side, kind)


@dataclass(frozen=True, slots=True)
class GeneratedSide:
    """One side of a generated sheet; `seed` varies what it shows."""

    size: Size
    seed: int
    side: Side
    kind: Kind = Kind.IDENTITY

    @property
    def label(self) -> str:
        """What it shows."""
        return "generated" if self.kind is Kind.IDENTITY else self.kind.value

    def is_blank(self) -> bool:
        """Say no: an identity is on each."""
        return False

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return the identity band, and the rest that all such sides share."""
        width, height = view.width_px, view.height_px
        first, last = (min(row, height) for row in _band_rows(view))
        parts: tuple[tuple[Hashable, int, int, Draw], ...] = (
            (("head", self.size, view), 0, first, self._draw_head),
            (
                ("band", identity, self.size, view),
                first,
                last,
                partial(self._draw_band, identity),
            ),
            ((self, view), last, height, self._draw_body),
        )
        return tuple(
            Strip(key, width, end - begin, partial(draw, view, begin, end - begin))
            for key, begin, end, draw in parts
            if end > begin
        )

    def _draw_head(self, view: View, first: int, rows: int) -> Image.Image:
        return develop(Canvas(view, first_row=first, rows=rows).image, view)

    def _draw_band(
        self,
        identity: Identity,
        view: View,
        first: int,
        rows: int,
    ) -> Image.Image:
        gray = replace(view, mode=Mode.GRAY)  # black and white: the fastest to draw
        canvas = Canvas(gray, first_row=first, rows=rows)
        code = motifs.symbol(str(identity))
        module_px = max(1, -(-px(QR_MM, canvas.dpi) // code.width))
        canvas.modules(MARGIN_MM, MARGIN_MM, code, module_px=module_px)
        where = f"sheet {identity.sheet}" if identity.sheet else "glass"
        width_mm = _mm(self.size.width) - TEXT_LEFT_MM - MARGIN_MM / 2
        for y_mm, size_mm, text in (
            (0, 6.5, str(identity)),
            (10, 5.0, f"{where}, side {identity.side}, page {identity.serial}"),
            (18, 4.0, f"{view.resolution_dpi} dpi"),
        ):
            fitting_mm = canvas.fitting(text, width_mm=width_mm, size_mm=size_mm)
            top_mm = MARGIN_MM + y_mm
            canvas.text(TEXT_LEFT_MM, top_mm, text, size_mm=fitting_mm, ink=(0, 0, 0))
        canvas.trim(self.size)
        return develop(canvas.image.convert(plain(view).mode.pillow), view)

    def _draw_body(self, view: View, first: int, rows: int) -> Image.Image:
        canvas = Canvas(view, first_row=first, rows=rows)
        sheet = motifs.Sheet(
            width_mm=_mm(self.size.width),
            height_mm=_mm(self.size.height),
            seed=(self.seed, int(self.side is Side.BACK)),
        )
        MOTIFS[self.kind](canvas, sheet)
        canvas.trim(self.size)
        return develop(canvas.image, view)


def _mm(length: int) -> float:
    return length * MM_PER_INCH / STEPS_PER_INCH


def _band_rows(view: View) -> tuple[int, int]:
    """Return the rows from and to which the view sees the band, by whole strip rows.

    Nothing else of a page is its own, and these are few. Modules of whole pixels make
    the code higher than it had to be, by less than a pixel for each of them.
    """
    dpi = view.resolution_dpi
    first = px(MARGIN_MM, dpi) - view.top_px
    code = px(QR_MM, dpi) + MOST_MODULES
    last = min(first + code, px(BAND_MM, dpi) - view.top_px)
    return (
        max(0, first // STRIP_ROWS * STRIP_ROWS),
        max(0, -(-last // STRIP_ROWS) * STRIP_ROWS),
    )
