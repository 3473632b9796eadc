"""Where pages are drawn: in threads, into files that stay for the pages after them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import Executor
from functools import partial
from typing import Final

from scanwright_simulators.device import Capture, ScanSettings, VirtualScanner
from scanwright_simulators.faces.looks import look_before_feeding
from scanwright_simulators.faces.sane.pixels import (
    Part,
    PixelCache,
    RawFile,
    first,
    noise,
)

__all__ = ["Studio"]


AHEAD: Final = 2
"""As many as there are threads to draw them."""


class Studio:
    """Looks at paper and draws pages; the event loop goes on meanwhile."""

    def __init__(self, threads: Executor, pixels: PixelCache | None = None) -> None:
        self._threads = threads
        self._pixels = pixels or PixelCache()

    async def look(self, scanner: VirtualScanner, settings: ScanSettings) -> None:
        """Look at the paper that is to be fed, so that the engine need not."""
        await look_before_feeding(scanner, settings, self._threads)

    async def parts(self, capture: Capture, noise_from: int | None) -> list[Part]:
        """Return the pieces of a page, which is noise from that byte on."""
        files = await self._files(capture)
        if noise_from is None:
            return first(files, capture.size_bytes)
        size = capture.size_bytes - noise_from
        make = partial(noise, size, seed=capture.page.identity.serial)
        loop = asyncio.get_running_loop()
        rest = await loop.run_in_executor(self._threads, make)
        return [*first(files, noise_from), Part(rest, size)]

    def draw_ahead(self, captures: Sequence[Capture]) -> None:
        """Draw pages that nobody has asked for yet; who asks sees what went wrong."""
        for capture in captures[:AHEAD]:
            page = capture.page
            if self._pixels.ready(page.strips, page.view) is None:
                self._threads.submit(self._pixels.files, page.strips, page.view)

    async def _files(self, capture: Capture) -> list[RawFile]:
        page = capture.page
        if files := self._pixels.ready(page.strips, page.view):
            return files
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads, self._pixels.files, page.strips, page.view
        )
