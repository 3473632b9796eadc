"""The scan worker: all driver code lives here, one open device at a time.

    python -m scanwright.processes.scan_worker -scan <descriptor of the channel>

Two threads. The main one obeys commands and is where drivers are called. The listener
reads the channel, so that a cancel gets through while a driver blocks. When the channel
ends, so does the worker, whatever its driver is doing.
"""

from __future__ import annotations

import contextlib
import logging
import mmap
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from queue import Empty, SimpleQueue
from typing import Final

from scanwright.devices.catalog import Catalog
from scanwright.devices.port import Cancelled, Device
from scanwright.errors import Code, DeviceError
from scanwright.processes.channel import (
    Alive,
    Cancel,
    Channel,
    Close,
    Closed,
    Configure,
    Configured,
    Devices,
    Ended,
    Failed,
    Forget,
    Grant,
    ListDevices,
    Message,
    Need,
    Open,
    Opened,
    Page,
    Scan,
)
from scanwright.protocol.scanning import PageFormat

__all__ = ["ScanWorkerProgram", "main"]

ALIVE_S: Final = 0.1
"""Least time between two signs of life; main counts silence in seconds."""
FAREWELL_S: Final = 1.0
"""Time for a device to be let go when main has gone."""

log = logging.getLogger(__name__)


class ScanWorkerProgram:
    """The worker: obeys until the channel ends."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._catalog = Catalog()
        self._device: Device | None = None
        self._commands: SimpleQueue[Message | None] = SimpleQueue()
        self._grants: SimpleQueue[Grant | None] = SimpleQueue()
        self._rooms: dict[int, memoryview] = {}
        self._room = 0
        self._last_alive = 0.0
        self._cancelled = threading.Event()
        self._gone = threading.Event()

    def run(self) -> None:
        """Obey commands until main hangs up."""
        listener = threading.Thread(target=self._listen, daemon=True)
        listener.start()
        self._catalog.prepare()
        while (message := self._commands.get()) is not None:
            self._answer(message)
        if self._device:
            self._device.close()
        self._gone.set()
        listener.join()

    def space(self, size: int) -> memoryview:
        """Ask main for room and wait for it; see `PageSink`."""
        self._channel.send(Need(size))
        grant = self._grants.get()
        if grant is None or self._cancelled.is_set():
            raise Cancelled
        self._room = grant.slot
        return self._rooms[grant.slot]

    def alive(self) -> None:
        """Pass a sign of life on, now and then; see `PageSink`."""
        now = time.monotonic()
        if now - self._last_alive >= ALIVE_S:
            self._last_alive = now
            self._channel.send(Alive())

    def page(self, form: PageFormat, original: bytes | None = None) -> None:
        """Tell main that the room is full; see `PageSink`."""
        if original is None:
            self._channel.send(Page(self._room, form))
            return
        descriptor = os.memfd_create("scanwright-original", os.MFD_CLOEXEC)
        with os.fdopen(descriptor, "wb") as file:
            file.write(original)
            file.flush()
            self._channel.send(Page(self._room, form), descriptor)

    def _answer(self, message: Message) -> None:
        try:
            answer = self._obey(message)
        except DeviceError as error:
            answer = Failed(int(error.code), error.message)
        except Exception as error:  # the edge of the process: a defect is an answer too
            log.exception("%s failed", type(message).__name__)
            answer = Failed(
                int(Code.GENERAL_FAILURE), f"The scan process has a defect: {error!r}."
            )
        with contextlib.suppress(BrokenPipeError):
            self._channel.send(answer)

    def _obey(self, message: Message) -> Message:
        match message:
            case ListDevices(types, escl, mdns):
                listing = self._catalog.list(types, escl, mdns=mdns)
                return Devices(listing.devices, listing.notes)
            case Open(device):
                self._device = self._catalog.open(device)
                return Opened(self._device.describe())
            case Configure(settings) if self._device:
                return Configured(self._device.configure(settings))
            case Scan() if self._device:
                if not self._cancelled.is_set():
                    with contextlib.suppress(Cancelled):
                        self._device.scan(self)
                return Ended()
            case Close():
                if self._device:
                    self._device.close()
                    self._device = None
                self._forget_cancel()
                return Closed()
        raise DeviceError(
            f"{type(message).__name__} came out of sequence.", code=Code.OUT_OF_SEQUENCE
        )

    def _listen(self) -> None:
        """Sort what comes in; at the end of the channel, see that the worker ends."""
        try:
            while (received := self._channel.receive()) is not None:
                self._sort(*received)
        except Exception:  # the edge of the process: a deaf worker must not live on
            log.exception("the channel broke")
        self._cancel()
        self._commands.put(None)
        if not self._gone.wait(FAREWELL_S):
            # A driver does not come back. It may have children, like saned's.
            with contextlib.suppress(ProcessLookupError):
                os.killpg(os.getpid(), signal.SIGKILL)
            os._exit(1)

    def _sort(self, message: Message, descriptors: list[int]) -> None:
        match message:
            case Grant(slot, size):
                self._map(slot, size, *descriptors)
                self._grants.put(message)
            case Cancel():
                self._cancel()
            case Forget(slot):
                self._rooms.pop(slot, None)
            case _:
                self._commands.put(message)

    def _cancel(self) -> None:
        self._cancelled.set()
        self._grants.put(None)
        if self._device:
            self._device.cancel()

    def _forget_cancel(self) -> None:
        # Nothing more of the old scan can come: main sends in order.
        self._cancelled.clear()
        with contextlib.suppress(Empty):
            while True:
                self._grants.get_nowait()

    def _map(self, slot: int, size: int, descriptor: int) -> None:
        try:
            if slot not in self._rooms:
                # Populated at once: that is the kernel's fastest way to make memory.
                flags = mmap.MAP_SHARED | mmap.MAP_POPULATE
                self._rooms[slot] = memoryview(mmap.mmap(descriptor, size, flags))
        finally:
            os.close(descriptor)


def main(argv: Sequence[str]) -> int:
    """Run a scan worker on the channel that the arguments name."""
    if len(argv) != 2 or argv[0] != "-scan" or not argv[1].isdigit():
        print(__doc__, file=sys.stderr)
        return 2
    # Ctrl-C in the terminal is for main, which then hangs up.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.closing(Channel(socket.socket(fileno=int(argv[1])))) as channel:
        ScanWorkerProgram(channel).run()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
