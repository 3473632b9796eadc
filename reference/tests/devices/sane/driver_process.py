"""An open SANE test device in a process of its own, which a test can kill.

    python driver_process.py <descriptor of a connection>

Each request is the name of a method of `Driver` with its arguments; the answer is what
it returns, or the `DeviceError` that it raises.

The test backend ends its reader thread by an asynchronous cancellation, which may come
while that thread holds a lock of malloc; then whoever waits for its end waits for ever.
With the signal of the cancellation held back the thread sees it at its next call that
may be cancelled, or ends because nobody reads its pipe any more.
"""

from __future__ import annotations

import ctypes
import platform
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from multiprocessing.connection import Connection
from typing import Final

from scanwright.devices.sane.device import SaneDevice
from scanwright.devices.sane.library import Sane
from scanwright.devices.sane.options import OptionValue
from scanwright.errors import DeviceError
from scanwright.protocol.scanning import DeviceDescription, PageFormat, ScanSettings

DEVICE: Final = "test:0"
CANCELLATION: Final = 32
"""glibc's own signal; its own functions do not let anybody block it."""
SIG_BLOCK: Final = 0
RT_SIGPROCMASK: Final = {"x86_64": 14, "aarch64": 135}

Page = tuple[PageFormat, bytes]


class Pages(list[Page]):
    """Keeps what a device delivers; see `PageSink`."""

    def __init__(self, on_alive: Callable[[], None]) -> None:
        super().__init__()
        self.alive = on_alive
        self._room = bytearray()

    def space(self, size: int) -> memoryview:
        """Give fresh room with a byte more than was asked for."""
        self._room = bytearray(b"\xa5" * (size + 1))
        return memoryview(self._room)

    def page(self, form: PageFormat, original: bytes | None = None) -> None:
        """Keep a page."""
        assert original is None
        self.append((form, bytes(self._room[: form.size_bytes])))


class Driver:
    """What may be asked of the device."""

    def __init__(self, device: SaneDevice) -> None:
        self._device = device
        self._handle = device._handle

    def describe(self) -> DeviceDescription:
        """Say what it can do."""
        return self._device.describe()

    def configure(self, settings: ScanSettings) -> ScanSettings:
        """Set it."""
        return self._device.configure(settings)

    def get(self, name: str) -> OptionValue:
        """Read one of the backend's own options."""
        return self._handle.get(self._handle.options[name])

    def set(self, name: str, value: OptionValue) -> None:
        """Set one of the backend's own options."""
        self._handle.set(self._handle.options[name], value)

    def switch_on(self, name: str) -> None:
        """Set one of the backend's own switches."""
        self.set(name, value=True)

    def scan(self) -> list[Page]:
        """Scan to the end."""
        return self._scan(lambda: None)

    def scan_and_cancel(self) -> list[Page]:
        """Scan, and cancel at the first sign of life."""
        return self._scan(self._device.cancel)

    def _scan(self, on_alive: Callable[[], None]) -> list[Page]:
        pages = Pages(on_alive)
        self._device.scan(pages)
        return list(pages)


def hold_back_cancellation() -> None:
    """Block the signal in this thread, and in every thread that it begins."""
    number = RT_SIGPROCMASK.get(platform.machine())
    if number is not None:
        # Before the first thread of a process begins, glibc lifts the block again.
        first = threading.Thread()
        first.start()
        first.join()
        mask = ctypes.c_uint64(1 << CANCELLATION - 1)
        size = ctypes.sizeof(mask)
        ctypes.CDLL(None).syscall(number, SIG_BLOCK, ctypes.byref(mask), None, size)


def main(connection: Connection) -> None:
    """Serve the device until the other end hangs up."""
    hold_back_cancellation()
    with closing(Sane()) as sane, closing(SaneDevice(sane, DEVICE)) as device:
        driver = Driver(device)
        while True:
            try:
                name, arguments = connection.recv()
            except EOFError:
                return
            try:
                answer = getattr(driver, name)(*arguments)
            except DeviceError as error:
                answer = error
            connection.send(answer)


if __name__ == "__main__":
    with Connection(int(sys.argv[1])) as given:
        main(given)
