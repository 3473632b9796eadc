"""The face without a wire: scans a device from the same process, for unit tests.

It is also the shortest example of a face. Time is whatever the caller makes of it: with
a `ManualClock` a page that takes two seconds takes none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanwright_simulators.device import (
    Capture,
    Identity,
    ScanSettings,
    VirtualScanner,
)
from scanwright_simulators.device.strips import render
from scanwright_simulators.faces.harm import harm_of

if TYPE_CHECKING:
    from PIL import Image

__all__ = ["ManualClock", "Scanned", "scan"]


@dataclass(slots=True)
class ManualClock:
    """A clock that stands still until somebody turns it on."""

    now_s: float = 0.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now_s

    def wait_until(self, then_s: float) -> None:
        """Turn the clock on to `then_s`, never back."""
        self.now_s = max(self.now_s, then_s)


@dataclass(frozen=True, slots=True)
class Scanned:
    """A page that arrived: whose it is, and its pixels at 1 or 8 bits a sample."""

    identity: Identity
    image: Image.Image


def scan(
    scanner: VirtualScanner,
    settings: ScanSettings,
    *,
    wait_until: Callable[[float], None],
    host: str = "in process",
) -> Iterator[Scanned]:
    """Yield the pages of one job as they arrive; leaving early cancels it.

    Raises a Refusal where a driver would report a status: nothing is yielded of a page
    that its fault has reached.
    """
    job = scanner.start(settings, host=host)
    try:
        while capture := scanner.next_page(job):
            yield _receive(scanner, capture, wait_until)
    finally:
        scanner.cancel(job)


def _receive(
    scanner: VirtualScanner,
    capture: Capture,
    wait_until: Callable[[float], None],
) -> Scanned:
    wait_until(capture.limit_s)
    if harm_of(capture) is not None:
        raise scanner.broken(capture)
    page = capture.page
    image = render(page.strips, page.view.mode)
    scanner.delivered(capture)
    return Scanned(page.identity, image)
