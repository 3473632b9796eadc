"""An open SANE test device in a process of its own, which a test can kill.

    python driver_process.py <descriptor of a connection>

Each request is the name of a method of `Driver` with its arguments; the answer is what
it returns, or the `DeviceError` that it raises.

The test backend ends its reader thread by an asynchronous cancellation, which may come
while that thread holds a lock of malloc; then whoever waits for its end waits for ever.
Here the signal of the cancellation is ignored: the thread ends nevertheless, because
nobody reads its pipe any more.
"""

from __future__ import annotations

import ctypes
import platform
import sys
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
"""glibc's own signal; its own functions do not let anybody ignore it."""
RT_SIGACTION: Final = {"x86_64": 13, "aarch64": 134}
SIG_IGN: Final = 1

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

    def owes(self, debt: str) -> None:
        """Nothing is owed to a driver of SANE's."""
        raise AssertionError(debt)

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


def ignore_cancellation() -> None:
    """Let threads of this process go on when they are cancelled."""
    libc = ctypes.CDLL(None)
    # glibc sets the handler at the first cancellation: this one.
    thread = ctypes.c_ulong()
    libc.pthread_create(ctypes.byref(thread), None, libc.pause, None)
    libc.pthread_cancel(thread)
    libc.pthread_join(thread, None)
    number = RT_SIGACTION.get(platform.machine())
    if number is not None:
        action = (ctypes.c_uint64 * 4)(SIG_IGN)  # no flags, no restorer, no mask
        libc.syscall(number, CANCELLATION, action, None, ctypes.sizeof(ctypes.c_uint64))


def main(connection: Connection) -> None:
    """Serve the device until the other end hangs up."""
    ignore_cancellation()
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
