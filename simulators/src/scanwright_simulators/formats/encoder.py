"""The encoder: makes files of pages, and each strip only once.

Encoded strips stay in memory up to a limit. The body that all generated pages share is
encoded with the first page; from then on a page costs its identity band. Files have 8
bits a sample, or 1 in a PNG: pages of 16 bits are for hosts that take raw rows.
"""

from __future__ import annotations

from typing import Final

from scanwright_simulators.device import Mode, Page
from scanwright_simulators.device.strips import Strip
from scanwright_simulators.formats import jpeg, pdf, png
from scanwright_simulators.formats.kept import Kept

__all__ = ["FORMATS", "PageEncoder"]

JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
PDF: Final = "application/pdf"
FORMATS: Final = (JPEG, PNG, PDF)

DEFAULT_CACHE_BYTES: Final = 128 * 1024 * 1024


class PageEncoder:
    """Encodes pages; may be used from several threads at once."""

    def __init__(self, *, cache_bytes: int = DEFAULT_CACHE_BYTES) -> None:
        half = cache_bytes // 2
        self._jpegs = Kept[jpeg.JpegStrip](half, size_of=lambda made: made.size_bytes)
        self._pngs = Kept[png.PngStrip](half, size_of=lambda made: made.size_bytes)

    def encode(self, page: Page, mime: str) -> bytes:
        """Return `page` as a file of type `mime`, one of `FORMATS`."""
        dpi = page.view.resolution_dpi
        if mime == PNG:
            return png.join([self._png(strip) for strip in page.strips], dpi)
        data = jpeg.join([self._jpeg(strip, dpi) for strip in page.strips])
        if mime == JPEG:
            return data
        return pdf.wrap(
            pdf.JpegImage(
                data,
                width_px=page.view.width_px,
                height_px=page.view.height_px,
                resolution_dpi=dpi,
                is_color=page.view.mode is Mode.COLOR,
            ),
        )

    def has(self, page: Page, mime: str) -> bool:
        """Say whether all parts of `page` are there, so that encoding takes no time."""
        if mime == PNG:
            return all(strip.key in self._pngs for strip in page.strips)
        return all(strip.key in self._jpegs for strip in page.strips)

    def _jpeg(self, strip: Strip, dpi: int) -> jpeg.JpegStrip:
        return self._jpegs.get(
            strip.key,
            lambda: jpeg.encode_strip(strip.draw(), dpi),
        )

    def _png(self, strip: Strip) -> png.PngStrip:
        return self._pngs.get(strip.key, lambda: png.encode_strip(strip.draw()))
