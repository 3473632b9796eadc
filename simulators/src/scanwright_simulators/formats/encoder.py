"""The encoder: makes files of pages, and each strip only once.

Encoded strips stay in memory up to a limit, least recently used first out. The body
that all generated pages share is encoded with the first page; from then on a page
costs its identity band.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

from scanwright_simulators.device import Mode, Page
from scanwright_simulators.device.strips import Strip
from scanwright_simulators.formats import jpeg, pdf, png

__all__ = ["FORMATS", "PageEncoder"]

JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
PDF: Final = "application/pdf"
FORMATS: Final = (JPEG, PNG, PDF)

DEFAULT_CACHE_BYTES: Final = 128 * 1024 * 1024


class PageEncoder:
    """Encodes pages; may be used from several threads at once."""

    def __init__(self, *, cache_bytes: int = DEFAULT_CACHE_BYTES) -> None:
        self._limit = cache_bytes
        self._size = 0
        self._lock = threading.Lock()
        self._cache: OrderedDict[Hashable, jpeg.JpegStrip | png.PngStrip] = (
            OrderedDict()
        )

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

    def _jpeg(self, strip: Strip, dpi: int) -> jpeg.JpegStrip:
        found = self._recall((JPEG, strip.key))
        if isinstance(found, jpeg.JpegStrip):
            return found
        made = jpeg.encode_strip(strip.draw(), dpi)
        self._remember((JPEG, strip.key), made)
        return made

    def _png(self, strip: Strip) -> png.PngStrip:
        found = self._recall((PNG, strip.key))
        if isinstance(found, png.PngStrip):
            return found
        made = png.encode_strip(strip.draw())
        self._remember((PNG, strip.key), made)
        return made

    def _recall(self, key: Hashable) -> jpeg.JpegStrip | png.PngStrip | None:
        with self._lock:
            found = self._cache.get(key)
            if found is not None:
                self._cache.move_to_end(key)
            return found

    def _remember(self, key: Hashable, made: jpeg.JpegStrip | png.PngStrip) -> None:
        with self._lock:
            if key in self._cache:
                return  # another thread was faster
            self._cache[key] = made
            self._size += made.size_bytes
            while self._size > self._limit:
                _, oldest = self._cache.popitem(last=False)
                self._size -= oldest.size_bytes
