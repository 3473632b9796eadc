"""The scan worker: all driver code lives here, one open device at a time.

    python -m scanwright.processes.scan_worker -scan <descriptor of the channel>

How it obeys, and how it ends, is said in `worker_program`.
"""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import time
from collections.abc import Sequence
from typing import Final

from scanwright.devices.catalog import Catalog
from scanwright.devices.port import Cancelled, Device
from scanwright.errors import Code, DeviceError
from scanwright.processes.channel import (
    Alive,
    Channel,
    Close,
    Closed,
    Configure,
    Configured,
    Devices,
    Ended,
    ListDevices,
    Message,
    Open,
    Opened,
    Owes,
    Scan,
)
from scanwright.processes.rooms import Rooms
from scanwright.processes.worker_program import WorkerProgram

__all__ = ["ScanWorkerProgram", "main"]

ALIVE_S: Final = 0.1
"""Least time between two signs of life; main counts silence in seconds."""


class ScanWorkerProgram(WorkerProgram):
    """The worker: obeys until the channel ends."""

    name = "scan process"

    def __init__(self, channel: Channel) -> None:
        super().__init__(channel, Rooms())
        self._catalog = Catalog()
        self._device: Device | None = None
        self._last_alive = 0.0

    def prepare(self) -> None:
        """Load drivers."""
        self._catalog.prepare()

    def leave(self) -> None:
        """Let go of the device."""
        if self._device:
            self._device.close()

    def interrupt(self) -> None:
        """Ask the driver to come to an end."""
        if self._device:
            self._device.cancel()

    def alive(self) -> None:
        """Pass a sign of life on, now and then; see `PageSink`."""
        now = time.monotonic()
        if now - self._last_alive >= ALIVE_S:
            self._last_alive = now
            self._channel.send(Alive())

    def owes(self, debt: str) -> None:
        """Have main remember what the device keeps for us; see `PageSink`."""
        self._channel.send(Owes(debt))

    def obey(self, message: Message, descriptors: list[int]) -> Message:
        """Do what main says; a `DeviceError` says why it cannot be done."""
        del descriptors  # with a command there is none
        match message:
            case ListDevices(types, escl, mdns):
                listing = self._catalog.list(types, escl, mdns=mdns)
                return Devices(listing.devices, listing.notes)
            case Open(device, debt):
                self._device = self._catalog.open(device, debt)
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
