"""A bell: wakes everybody who waits for something to change, as often as it rings."""

from __future__ import annotations

import asyncio
from contextlib import suppress

__all__ = ["Bell"]


class Bell:
    """Rung after every change; who has heard it looks again."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait now."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def wait(self, at_most_s: float | None = None) -> None:
        """Return when the bell rings, or after that time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(at_most_s):
                await self._rung.wait()
