"""What the owner of the jobs needs of scanners, however they are reached."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from scanwright.buffer.slots import ScannedPage
from scanwright.protocol.scanning import (
    DeviceDescription,
    DeviceId,
    DeviceType,
    ScanSettings,
)

__all__ = ["Scanner", "Scanners"]


class Scanner(Protocol):
    """One scanner at a time: open it, set it, scan, and let go.

    All but `release` raise DeviceError, at the latest after their deadline.
    """

    async def open(
        self,
        device: DeviceId,
        *,
        timeout_s: float,
    ) -> DeviceDescription:
        """Open a scanner and say what it can do."""

    async def configure(
        self,
        settings: ScanSettings,
        *,
        timeout_s: float,
    ) -> ScanSettings:
        """Set everything; return what the driver made of it."""

    def scan(self, *, timeout_s: float) -> AsyncIterator[ScannedPage]:
        """Give the pages as they come; `timeout_s` is the longest silence allowed."""

    async def release(self) -> None:
        """End a scan, close the scanner; always succeeds, soon."""


class Scanners(Protocol):
    """All scanners that there are."""

    async def list_devices(
        self,
        types: DeviceType,
        *,
        timeout_s: float,
    ) -> list[DeviceId]:
        """Look for scanners of these types."""

    async def acquire(self) -> Scanner:
        """Return what can open one."""
