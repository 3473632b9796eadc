"""A scan worker on loan: opens a device, sets it, scans, and is given back.

Every wait has a deadline, and at its end the worker is killed. Whatever goes wrong is
a `DeviceError`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, MutableMapping
from typing import TypeVar

from scanwright.buffer.slots import ScannedPage, SlotPool
from scanwright.errors import Code, DeviceError
from scanwright.processes.channel import (
    Cancel,
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
from scanwright.processes.child import Child
from scanwright.processes.loan import RELEASE_S, Loan
from scanwright.protocol.scanning import DeviceDescription, DeviceId, ScanSettings

__all__ = ["ScanWorker"]

Answer = TypeVar("Answer")


class ScanWorker(Loan):
    """One worker from `ScanWorkers.acquire` to `release`.

    `debts` is what devices keep for workers; what a dead one owed stays in it until the
    device is opened again.
    """

    def __init__(
        self,
        child: Child,
        *,
        slots: SlotPool,
        give_back: Callable[[Child], None],
        debts: MutableMapping[DeviceId, str],
    ) -> None:
        super().__init__(child, slots=slots, give_back=give_back)
        self._device = "no device"
        self._opened: DeviceId | None = None
        self._debts = debts
        self._is_asking = False
        self._is_scanning = False

    @property
    def _who(self) -> str:
        return f"The scan process of {self._device}"

    async def list_devices(self, request: ListDevices, *, timeout_s: float) -> Devices:
        """List devices afresh."""
        return await self._ask(request, Devices, timeout_s)

    async def open(self, device: DeviceId, *, timeout_s: float) -> DeviceDescription:
        """Open a device and say what it can do."""
        self._device = device.name
        self._opened = device
        order = Open(device, self._debts.pop(device, ""))
        return (await self._ask(order, Opened, timeout_s)).description

    async def configure(
        self, settings: ScanSettings, *, timeout_s: float
    ) -> ScanSettings:
        """Set the device; return what the driver made of the wish."""
        answer = await self._ask(Configure(settings), Configured, timeout_s)
        return answer.settings

    async def scan(self, *, timeout_s: float) -> AsyncIterator[ScannedPage]:
        """Yield pages, each owned by whoever takes it, until the source is empty.

        `timeout_s` is the longest silence of the device that is borne. Pages from
        before a fault all come before its `DeviceError`.
        """
        self._send(Scan())
        self._is_scanning = True
        while True:
            await self._grant_when_there_is_room()
            match await self._hear(timeout_s):
                case ScannedPage() as page:
                    yield page
                case Ended():
                    self._is_asking = False
                    return
                case _:
                    pass  # a sign of life, or a need that is looked after above

    def _receive(self, message: Message, attachment: bytes | None) -> None:
        if not isinstance(message, Owes):
            super()._receive(message, attachment)
        elif self._opened is not None and message.debt:
            self._debts[self._opened] = message.debt
        elif self._opened is not None:
            self._debts.pop(self._opened, None)

    async def _let_go(self) -> None:
        """Leave the device in order, also when the job has failed."""
        async with asyncio.timeout(RELEASE_S):
            if self._is_asking:
                self._child.send(Cancel())
            self._child.send(Close())
            while not isinstance(item := await self._take(), Closed):
                if isinstance(item, ScannedPage):
                    self._slots.release(item.slot)

    def _error(self, message: str, code: Code | int) -> DeviceError:
        return DeviceError(message, code=code)

    async def _ask(
        self, message: Message, kind: type[Answer], timeout_s: float
    ) -> Answer:
        self._send(message)
        while True:
            answer = await self._hear(timeout_s)
            if isinstance(answer, kind):
                self._is_asking = False
                return answer

    def _send(self, message: Message) -> None:
        if self._is_released or self._is_asking:
            raise DeviceError(
                f"{self._who} is not free for this.", code=Code.OUT_OF_SEQUENCE
            )
        self._is_asking = True
        self._child.send(message)

    async def _hear(self, timeout_s: float) -> Message | ScannedPage:
        """Return the next message; raise what it says went wrong."""
        try:
            return await self._next(timeout_s)
        except TimeoutError:
            self._has_failed = True
            if not self._is_scanning:  # a scan is cancelled first, by `release`
                self._child.kill()
            raise DeviceError(
                f"{self._device} did not answer for {timeout_s:g} s. "
                "See whether it is switched on and connected.",
                code=Code.DEVICE_OFFLINE,
            ) from None
