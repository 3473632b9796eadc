"""The port `Device`: what a scan worker asks of any driver.

Everything here is synchronous and happens in the worker's main thread, `cancel` alone
comes from another one. Failures are `DeviceError`; whatever a driver library throws or
returns is translated by its adapter.
"""

from __future__ import annotations

from typing import Protocol

from scanwright.protocol.scanning import DeviceDescription, PageFormat, ScanSettings

__all__ = ["Cancelled", "Device", "PageSink"]


class Cancelled(Exception):
    """The scan was cancelled; whatever was read of the present page is void."""


class PageSink(Protocol):
    """Where a device puts its pages: shared memory, asked for page by page."""

    def space(self, size: int) -> memoryview:
        """Return room for one page: writable, at least `size` bytes.

        It blocks while the reader of the pages is behind, and raises `Cancelled`
        when the scan is cancelled meanwhile.
        """
        ...

    def alive(self) -> None:
        """Say that the device has sent something; cheap enough for every read."""
        ...

    def owes(self, debt: str) -> None:
        """Say what the device keeps for this process, and "" when that is settled.

        Should the process die, the next one to open the device is told.
        """
        ...

    def page(self, form: PageFormat, original: bytes | None = None) -> None:
        """Hand over what was last written into `space`, and the device's own JPEG."""
        ...


class Device(Protocol):
    """An open scanner."""

    def describe(self) -> DeviceDescription:
        """Say what the scanner can do."""
        ...

    def configure(self, settings: ScanSettings) -> ScanSettings:
        """Set everything; return what the driver made of it."""
        ...

    def scan(self, sink: PageSink) -> None:
        """Deliver pages until the source is empty, the limit reached, or cancelled.

        Pages before a fault are in the sink when the `DeviceError` is raised.
        """
        ...

    def cancel(self) -> None:
        """End the scan, from another thread; from then on only `close` makes sense."""
        ...

    def close(self) -> None:
        """Let the scanner go; never fails."""
        ...
