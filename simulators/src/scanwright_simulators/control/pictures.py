"""Pictures: small PNGs of what lies in a device, drawn when somebody looks."""

from __future__ import annotations

import asyncio
import io
from collections import OrderedDict
from collections.abc import Hashable
from concurrent.futures import Executor
from typing import Final

from scanwright_simulators.device.content import Content, thumbnail
from scanwright_simulators.device.identity import Identity
from scanwright_simulators.device.settings import Input, Mode, ScanSettings, View

__all__ = ["Pictures"]

KEPT_BYTES: Final = 32 * 1024 * 1024
LOOK: Final = ScanSettings(Input.PLATEN, Mode.COLOR, 50)


class Pictures:
    """A memory of the last pictures; `threads` draw, so that no loop waits for them."""

    def __init__(self, threads: Executor, *, kept_bytes: int = KEPT_BYTES) -> None:
        self._threads = threads
        self._kept_bytes = kept_bytes
        self._known: OrderedDict[Hashable, bytes] = OrderedDict()
        self._size = 0

    async def png(self, content: Content, width_px: int, identity: Identity) -> bytes:
        """Return `content` as a PNG, `width_px` wide; raises ContentError."""
        # What its pixels depend on, a file's age also, is in the keys of its strips.
        strips = content.strips(View.of(LOOK, content.size), identity)
        key = (content.size, width_px, *(strip.key for strip in strips))
        if key in self._known:
            self._known.move_to_end(key)
            return self._known[key]
        loop = asyncio.get_running_loop()
        drawn = await loop.run_in_executor(
            self._threads, _draw, content, width_px, identity
        )
        self._keep(key, drawn)
        return drawn

    def _keep(self, key: Hashable, drawn: bytes) -> None:
        if key in self._known:  # two have asked at once
            return
        self._known[key] = drawn
        self._size += len(drawn)
        while self._size > self._kept_bytes and self._known:
            self._size -= len(self._known.popitem(last=False)[1])


def _draw(content: Content, width_px: int, identity: Identity) -> bytes:
    file = io.BytesIO()
    thumbnail(content, width_px, identity=identity).save(file, "PNG")
    return file.getvalue()
