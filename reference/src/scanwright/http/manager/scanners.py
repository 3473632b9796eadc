"""The scanners that a page shows: looked for when somebody asks, then remembered.

A page that refreshes itself must not wake drivers; a person who presses a button may.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from scanwright.errors import DeviceError
from scanwright.http.manager.ports import Scanners
from scanwright.protocol.scanning import DEFAULT_TYPES, DeviceId, DeviceType

__all__ = ["Board", "Listing"]


@dataclass(frozen=True, slots=True)
class Listing:
    """What was found the last time; `at` is None before the first."""

    at: datetime | None = None
    devices: tuple[DeviceId, ...] = ()
    problem: str | None = None


class Board:
    """Remembers the last listing."""

    def __init__(
        self,
        scanners: Scanners,
        *,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._scanners = scanners
        self._clock = clock
        self._looking = asyncio.Lock()
        self.listing = Listing()

    async def look(self) -> Listing:
        """Look for all scanners; who asks meanwhile gets the same answer."""
        before = self.listing
        async with self._looking:
            if self.listing is before:
                self.listing = await self._listed()
        return self.listing

    async def _listed(self) -> Listing:
        try:
            found = await self._scanners.list_devices(DEFAULT_TYPES | DeviceType.ESCL)
        except DeviceError as error:
            return Listing(self._clock(), problem=error.message)
        return Listing(self._clock(), tuple(found))
