"""A worker on loan, as main sees it: its messages in order, its pages, its end.

What all kinds of workers have in common. Pages are asked for (`Need`), granted when
there is room, and arrive; every wait has a deadline. Whatever goes wrong, what is left
of a failed worker is a dead process and free memory.
"""

from __future__ import annotations

import asyncio
import contextlib
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable
from typing import ClassVar, Final

from scanwright.buffer.slots import ScannedPage, Slot, SlotPool
from scanwright.errors import Code, DeviceError, ScanwrightError
from scanwright.processes.channel import Alive, Failed, Grant, Message, Need, Page
from scanwright.processes.child import Child
from scanwright.protocol.scanning import PageFormat, PixelType

__all__ = ["Loan"]

RELEASE_S: Final = 2.0
ROOM_S: Final = 60.0
"""How long a worker waits for the page store to make room."""
BITS: Final = {
    PixelType.BW: (1,),
    PixelType.GRAY: (4, 8, 16),
    PixelType.RGB: (8, 16),
}


class Loan(ABC):
    """One worker from the pool until `release`."""

    undelivered_pages: ClassVar[int] = 4
    """How far a worker may run ahead of whoever takes its pages."""

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
        self._inbox: deque[Message | ScannedPage] = deque()
        self._arrived = asyncio.Event()
        self._granted: Slot | None = None
        self._need: int | None = None
        self._has_failed = False
        self._is_released = False
        child.on_message = self._receive
        child.on_death = self._died

    @property
    def pid(self) -> int:
        """The id of the worker's process."""
        return self._child.pid

    @property
    @abstractmethod
    def _who(self) -> str:
        """The worker, as the subject of a sentence."""

    @abstractmethod
    def _error(self, message: str, code: Code | int) -> ScanwrightError:
        """Return the error of this kind of worker."""

    @abstractmethod
    async def _let_go(self) -> None:
        """Bring what the worker is doing to an end, or set `_has_failed`.

        Raises:
            TimeoutError: It takes too long.
            ScanwrightError: It cannot be done.
        """

    async def release(self) -> None:
        """Give the worker back; kill it if it does not come to an end soon.

        Always succeeds. Pages that nobody has taken are void.
        """
        if self._is_released:
            return
        self._is_released = True
        try:
            await self._let_go()
        except (TimeoutError, ScanwrightError):
            self._has_failed = True
        except asyncio.CancelledError:
            self._has_failed = True
            raise
        finally:
            if self._has_failed:
                self._child.kill()
            if self._has_failed and self._child.is_alive:
                # It may be writing into its room until it is dead.
                self._child.on_death = self._clear
            else:
                self._clear()
            if not self._has_failed:
                self._give_back(self._child)
        if self._has_failed:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RELEASE_S):
                    await self._child.died()

    async def _next(self, timeout_s: float) -> Message | ScannedPage:
        """Return the next message, or raise what it says went wrong.

        Raises:
            TimeoutError: Nothing came.
        """
        async with asyncio.timeout(timeout_s):
            message = await self._take()
        if isinstance(message, Failed):
            raise self._failure(message)
        return message

    def _failure(self, failed: Failed) -> ScanwrightError:
        self._has_failed = True
        return self._error(failed.message, _code(failed.code))

    async def _take(self) -> Message | ScannedPage:
        while not self._inbox:
            if not self._child.is_alive:
                self._has_failed = True
                raise self._error(
                    f"{self._who} died ({self._child.death}).", Code.GENERAL_FAILURE
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
                if slot and slot.id == slot_id and _fits(form, slot):
                    self._granted = None
                    self._inbox.append(ScannedPage(slot, form, attachment))
                else:
                    self._give_up("mixed up its pages")
            case Alive() if self._inbox:
                pass  # something newer says the same
            case _:
                self._inbox.append(message)
        self._arrived.set()

    def _give_up(self, why: str) -> None:
        """Kill a worker that does what none of ours does."""
        self._has_failed = True
        self._child.kill()
        defect = f"{self._who} {why}."
        self._inbox.append(Failed(int(Code.GENERAL_FAILURE), defect))

    def _may_grant(self) -> bool:
        if self._is_released:
            return False  # a grant behind the end would be taken for the next job's
        waiting = sum(isinstance(item, ScannedPage) for item in self._inbox)
        return waiting < self.undelivered_pages and self._slots.flowing.is_set()

    async def _grant_when_there_is_room(self) -> None:
        if self._need is None:
            return
        if not self._inbox:
            try:
                async with asyncio.timeout(ROOM_S):
                    await self._slots.flowing.wait()
            except TimeoutError:
                raise self._error(
                    "There is no room for more pages. Delete some jobs.",
                    Code.OUT_OF_MEMORY,
                ) from None
        if self._need is not None and self._may_grant():
            self._grant()

    def _grant(self) -> None:
        size, self._need = self._need or 0, None
        if self._granted:  # what was begun in it is void
            self._slots.release(self._granted)
            self._granted = None
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


def _fits(form: PageFormat, slot: Slot) -> bool:
    """Whether a slot can hold such a page, and there can be such a page."""
    depth = form.depth
    return (
        min(form.width_px, form.height_px) > 0
        and depth.bits_per_sample in BITS[depth.pixel_type]
        and form.size_bytes <= slot.size
    )


def _code(number: int) -> Code | int:
    try:
        return Code(number)
    except ValueError:
        return number
