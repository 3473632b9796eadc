"""A scan worker on loan: opens a device, sets it, scans, and is given back.

Every wait has a deadline, and at its end the worker is killed. Whatever goes wrong is
a `DeviceError`; what is left of a failed worker is a dead process and free memory.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable
from typing import Final, TypeVar

from scanwright.buffer.slots import ScannedPage, Slot, SlotPool
from scanwright.errors import Code, DeviceError
from scanwright.processes.channel import (
    Alive,
    Cancel,
    Close,
    Closed,
    Configure,
    Configured,
    Devices,
    Ended,
    Failed,
    Grant,
    ListDevices,
    Message,
    Need,
    Open,
    Opened,
    Page,
    Scan,
)
from scanwright.processes.child import Child
from scanwright.protocol.scanning import DeviceDescription, DeviceId, ScanSettings

__all__ = ["ScanWorker"]

UNDELIVERED_PAGES: Final = 4
"""How far a scanner may run ahead of whoever takes its pages."""
RELEASE_S: Final = 2.0
ROOM_S: Final = 60.0
"""How long a scan waits for the page store to make room."""

Answer = TypeVar("Answer")


class ScanWorker:
    """One worker from `ScanWorkers.acquire` to `release`."""

    def __init__(
        self,
        child: Child,
        *,
        slots: SlotPool,
        give_back: Callable[[Child], None],
    ) -> None:
        self._child = child
        self._slots = slots
        self._give_back = give_back
        self._device = "no device"
        self._inbox: deque[Message | ScannedPage] = deque()
        self._arrived = asyncio.Event()
        self._granted: Slot | None = None
        self._need: int | None = None
        self._is_asking = False
        self._is_scanning = False
        self._has_failed = False
        self._is_released = False
        child.on_message = self._receive
        child.on_death = self._died

    @property
    def pid(self) -> int:
        """The id of the worker's process."""
        return self._child.pid

    async def list_devices(self, request: ListDevices, *, timeout_s: float) -> Devices:
        """List devices afresh."""
        return await self._ask(request, Devices, timeout_s)

    async def open(self, device: DeviceId, *, timeout_s: float) -> DeviceDescription:
        """Open a device and say what it can do."""
        self._device = device.name
        return (await self._ask(Open(device), Opened, timeout_s)).description

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
            match await self._next(timeout_s):
                case ScannedPage() as page:
                    yield page
                case Ended():
                    self._is_asking = False
                    return
                case _:
                    pass  # a sign of life, or a need that is looked after above

    async def release(self) -> None:
        """Give the worker back: cancel, close the device; kill it if that takes long.

        Always succeeds. Pages that nobody has taken are void.
        """
        if self._is_released:
            return
        self._is_released = True
        try:
            await self._let_go()
        finally:
            if self._has_failed:
                self._child.kill()
            if self._has_failed and self._child.is_alive:
                # The driver may be writing into its room until it is dead.
                self._child.on_death = self._clear
            else:
                self._clear()
            if not self._has_failed:
                self._give_back(self._child)
        if self._has_failed:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RELEASE_S):
                    await self._child.died()

    async def _let_go(self) -> None:
        """Leave the device in order, also when the job has failed."""
        try:
            async with asyncio.timeout(RELEASE_S):
                if self._is_asking:
                    self._child.send(Cancel())
                self._child.send(Close())
                while not isinstance(item := await self._take(), Closed):
                    if isinstance(item, ScannedPage):
                        self._slots.release(item.slot)
        except (TimeoutError, DeviceError):
            self._has_failed = True
        except asyncio.CancelledError:
            self._has_failed = True
            raise

    async def _ask(
        self, message: Message, kind: type[Answer], timeout_s: float
    ) -> Answer:
        self._send(message)
        while True:
            answer = await self._next(timeout_s)
            if isinstance(answer, kind):
                self._is_asking = False
                return answer

    def _send(self, message: Message) -> None:
        if self._is_released or self._is_asking:
            raise DeviceError(
                f"The scan process of {self._device} is not free for this.",
                code=Code.OUT_OF_SEQUENCE,
            )
        self._is_asking = True
        self._child.send(message)

    async def _next(self, timeout_s: float) -> Message | ScannedPage:
        """Return the next message; raise what it says went wrong."""
        try:
            async with asyncio.timeout(timeout_s):
                message = await self._take()
        except TimeoutError:
            self._has_failed = True
            if not self._is_scanning:  # a scan is cancelled first, by `release`
                self._child.kill()
            raise DeviceError(
                f"{self._device} did not answer for {timeout_s:g} s. "
                "See whether it is switched on and connected.",
                code=Code.DEVICE_OFFLINE,
            ) from None
        if isinstance(message, Failed):
            self._has_failed = True
            raise DeviceError(message.message, code=_code(message.code))
        return message

    async def _take(self) -> Message | ScannedPage:
        while not self._inbox:
            if not self._child.is_alive:
                self._has_failed = True
                raise DeviceError(
                    f"The scan process of {self._device} died ({self._child.death}).",
                    code=Code.GENERAL_FAILURE,
                )
            self._arrived.clear()
            await self._arrived.wait()
        return self._inbox.popleft()

    def _receive(self, message: Message, attachment: bytes | None) -> None:
        """Sort a message in; called by the event loop when it comes."""
        match message:
            case Need(size):
                self._need = size
                # Granted at once if possible, not when somebody looks.
                if self._may_grant():
                    self._grant()
                else:
                    self._inbox.append(message)
            case Page(slot_id, form):
                slot = self._granted
                if slot and slot.id == slot_id and form.size_bytes <= slot.size:
                    self._granted = None
                    self._inbox.append(ScannedPage(slot, form, attachment))
                else:
                    self._child.kill()
                    defect = f"The scan process of {self._device} mixed up its pages."
                    self._inbox.append(Failed(int(Code.GENERAL_FAILURE), defect))
            case Alive() if self._inbox:
                pass  # something newer says the same
            case _:
                self._inbox.append(message)
        self._arrived.set()

    def _may_grant(self) -> bool:
        if self._is_released:
            return False  # a grant behind `Close` would be taken for the next job's
        waiting = sum(isinstance(item, ScannedPage) for item in self._inbox)
        return waiting < UNDELIVERED_PAGES and self._slots.flowing.is_set()

    async def _grant_when_there_is_room(self) -> None:
        if self._need is None:
            return
        if not self._inbox:
            try:
                async with asyncio.timeout(ROOM_S):
                    await self._slots.flowing.wait()
            except TimeoutError:
                raise DeviceError(
                    "There is no room for more pages. Delete some jobs.",
                    code=Code.OUT_OF_MEMORY,
                ) from None
        if self._need is not None and self._may_grant():
            self._grant()

    def _grant(self) -> None:
        size, self._need = self._need or 0, None
        try:
            self._granted = self._slots.acquire(size)
        except DeviceError as error:
            self._inbox.append(Failed(int(error.code), error.message))
            return
        slot = self._granted
        self._child.send(Grant(slot.id, slot.size), slot.fd)

    def _died(self) -> None:
        self._arrived.set()

    def _clear(self) -> None:
        """Return the memory of pages that nobody has taken."""
        pages = [item for item in self._inbox if isinstance(item, ScannedPage)]
        self._inbox.clear()
        for page in pages:
            self._slots.release(page.slot)
        if self._granted:
            self._slots.release(self._granted)
            self._granted = None


def _code(number: int) -> Code | int:
    try:
        return Code(number)
    except ValueError:
        return number
