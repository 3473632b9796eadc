"""An open device: its options, what its sensors say, and the page under way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from scanwright_simulators.device import FaultKind, VirtualScanner
from scanwright_simulators.faces.sane.descriptors import COVER_OPEN, PAGE_LOADED
from scanwright_simulators.faces.sane.options import Options
from scanwright_simulators.faces.sane.scan import Scan

__all__ = ["OpenDevice", "address_of"]

SHORTEST_STEP_S: Final = 0.005
LONGEST_STEP_S: Final = 0.25
QUIET_STEP_S: Final = 2.0
STEPS: Final = 64
"""A page that takes its time is handed out in about so many pieces."""


def address_of(scanner: VirtualScanner) -> str:
    """Return the name of a device in this backend; libsane puts its own before it."""
    return scanner.model.slug


class OpenDevice:
    """A device in the hands of one client; `changed` is called when it changes."""

    def __init__(
        self,
        scanner: VirtualScanner,
        host: str,
        changed: Callable[[], None],
    ) -> None:
        self.scanner = scanner
        self.options = Options(scanner.model)
        self.scan = Scan(scanner, host)
        self._unsubscribe = scanner.subscribe(changed)

    def sense(self, name: str) -> bool:
        """Return what a sensor says, or whether a button was pressed."""
        if name == PAGE_LOADED:
            return self.scanner.is_loaded
        if name == COVER_OPEN:
            kinds = {fault.kind for fault in self.scanner.conditions}
            return FaultKind.COVER_OPEN in kinds
        return self.scanner.take_button(name)

    def pause_s(self) -> float:
        """Return how long it makes sense to wait for more of the page."""
        capture = self.scan.capture
        if capture is None:
            return QUIET_STEP_S
        now_s = self.scanner.clock()
        if now_s >= capture.limit_s:
            return QUIET_STEP_S
        step_s = (capture.ready_s - capture.begins_s) / STEPS
        wait_s = max(step_s, capture.begins_s - now_s, SHORTEST_STEP_S)
        return min(
            wait_s, max(capture.limit_s - now_s, SHORTEST_STEP_S), LONGEST_STEP_S
        )

    def leave(self, *, is_orderly: bool) -> None:
        """Let go of the device, whatever was under way."""
        self._unsubscribe()
        if is_orderly:
            self.scan.cancel()
        else:
            self.scan.abandon()
