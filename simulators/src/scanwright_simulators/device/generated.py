"""The page that a virtual scanner sees when nobody gave it paper.

Drawn at the resolution asked for, never resampled: an identity band on top, a
photo-like area, and lines of text below. The band has 42 mm; its QR code has modules
of whole pixels and is at least 25 mm wide, which survives 75 dpi and 1-bit pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scanwright_simulators.device.identity import Identity
from scanwright_simulators.device.settings import Mode, Side, Size, View
from scanwright_simulators.device.strips import STRIP_ROWS, Strip

if TYPE_CHECKING:
    from PIL import Image, ImageFont

__all__ = ["GeneratedSide"]

MM_PER_INCH: Final = 25.4
BAND_MM: Final = 42.0
MARGIN_MM: Final = 8.0
QR_MM: Final = 25.0
TEXT_LEFT_MM: Final = 44.0
PHOTO_HEIGHT_MM: Final = 80.0
TEXT_TOP_MM: Final = BAND_MM + PHOTO_HEIGHT_MM + 8.0
LINE_MM: Final = 6.4
LINE_TEXT: Final = (
    "The quick brown fox jumps over the lazy dog while 0123456789 sheets wait.",
    "Every page that leaves this feeder is numbered; count them, then count again.",
    "Jackdaws love my big sphinx of quartz: thin strokes show a poor threshold.",
    "What was scanned once must arrive once, whole, in order, and on its right side.",
)
INK: Final = (24, 24, 32)


@dataclass(frozen=True, slots=True)
class GeneratedSide:
    """One side of a generated sheet; `seed` varies its photo."""

    size: Size
    seed: int
    side: Side

    def strips(self, view: View, identity: Identity) -> tuple[Strip, ...]:
        """Return the identity band, and the rest that all such sides share."""
        band_rows = min(_band_rows(view), view.height_px)
        strips = []
        if band_rows:
            strips.append(
                Strip(
                    key=(identity, view),
                    width_px=view.width_px,
                    height_px=band_rows,
                    draw=lambda: _draw_band(view, band_rows, identity),
                ),
            )
        if band_rows < view.height_px:
            strips.append(
                Strip(
                    key=(self, view),
                    width_px=view.width_px,
                    height_px=view.height_px - band_rows,
                    draw=lambda: _draw_body(self, view, band_rows),
                ),
            )
        return tuple(strips)


def _px(millimetres: float, dpi: int) -> int:
    return round(millimetres * dpi / MM_PER_INCH)


def _band_rows(view: View) -> int:
    """Rows of the view that the band covers, rounded up to whole strip rows."""
    rows = _px(BAND_MM, view.resolution_dpi) - view.top_px
    return max(0, -(-rows // STRIP_ROWS) * STRIP_ROWS)


def _font(millimetres: float, dpi: int) -> ImageFont.ImageFont | ImageFont.FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.load_default(max(4, _px(millimetres, dpi)))


def _finish(canvas: Image.Image, mode: Mode) -> Image.Image:
    from PIL import Image

    if canvas.mode == mode.pillow:
        return canvas
    return canvas.convert(mode.pillow, dither=Image.Dither.NONE)


def _draw_band(view: View, rows: int, identity: Identity) -> Image.Image:
    from PIL import Image, ImageDraw

    dpi = view.resolution_dpi
    canvas = Image.new("L", (view.width_px, rows), 255)
    draw = ImageDraw.Draw(canvas)
    margin, left = _px(MARGIN_MM, dpi), _px(TEXT_LEFT_MM, dpi) - view.left_px
    top = margin - view.top_px
    canvas.paste(_qr(str(identity), dpi), (margin - view.left_px, top))
    where = f"sheet {identity.sheet}" if identity.sheet else "glass"
    draw.text((left, top), str(identity), fill=0, font=_font(6.5, dpi))
    draw.text(
        (left, top + _px(10, dpi)),
        f"{where}, side {identity.side}, page {identity.serial}",
        fill=0,
        font=_font(5.0, dpi),
    )
    draw.text(
        (left, top + _px(18, dpi)),
        f"{dpi} dpi, {view.mode}",
        fill=0,
        font=_font(4.0, dpi),
    )
    return _finish(canvas, view.mode)


def _qr(text: str, dpi: int) -> Image.Image:
    import numpy as np
    import zxingcpp
    from PIL import Image

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    modules = np.asarray(code.to_image(scale=1, add_quiet_zones=False))
    factor = max(1, -(-_px(QR_MM, dpi) // modules.shape[0]))
    return Image.fromarray(np.kron(modules, np.ones((factor, factor), np.uint8)))


def _draw_body(side: GeneratedSide, view: View, skipped: int) -> Image.Image:
    """Draw what lies below the band; `skipped` rows of the view are above it."""
    from PIL import Image, ImageDraw

    dpi, left, top = view.resolution_dpi, view.left_px, view.top_px + skipped
    is_color = view.mode is Mode.COLOR
    canvas = Image.new(
        "RGB" if is_color else "L",
        (view.width_px, view.height_px - skipped),
        "white",
    )
    margin = _px(MARGIN_MM, dpi)
    width = _px(side.size.width * MM_PER_INCH / 1200, dpi) - 2 * margin
    photo = _photo(side, (max(1, width), _px(PHOTO_HEIGHT_MM, dpi)), canvas.mode)
    # The band ends at a whole strip row, wherever the view begins: keep clear of it.
    photo_top = _px(BAND_MM, dpi) + STRIP_ROWS
    canvas.paste(photo, (margin - left, photo_top - top))
    draw = ImageDraw.Draw(canvas)
    font = _font(4.0, dpi)
    fill = INK if is_color else INK[0]
    height = side.size.height * MM_PER_INCH / 1200
    for line in range(int((height - TEXT_TOP_MM - MARGIN_MM) / LINE_MM)):
        text = LINE_TEXT[line % len(LINE_TEXT)]
        row = _px(TEXT_TOP_MM + line * LINE_MM, dpi) - top
        draw.text((margin - left, row), text, fill=fill, font=font)
    return _finish(canvas, view.mode)


def _photo(side: GeneratedSide, size: tuple[int, int], mode: str) -> Image.Image:
    """Return soft coloured clouds: they have no edges and no flat spots."""
    import numpy as np
    from PIL import Image

    random = np.random.default_rng([side.seed, side.side is Side.BACK])
    coarse = Image.fromarray(random.integers(30, 226, (9, 16, 3), dtype=np.uint8))
    return coarse.convert(mode).resize(size, Image.Resampling.BICUBIC)
