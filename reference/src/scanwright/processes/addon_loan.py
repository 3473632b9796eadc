"""An add-on worker on loan for one call."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from scanwright.buffer.slots import ScannedPage, SlotPool
from scanwright.errors import Code, InvalidParameter, ScanwrightError
from scanwright.processes.addon_errors import AddonFailed, failure
from scanwright.processes.addon_messages import Found
from scanwright.processes.channel import (
    LARGEST_BYTES,
    Cancel,
    Ended,
    Failed,
    Message,
    encode,
)
from scanwright.processes.child import Child
from scanwright.processes.loan import Loan

__all__ = ["AddonLoan"]

CANCEL_S: Final = 1.0
LAST_ANSWERS: Final = (Ended, Found, Failed)


class AddonLoan(Loan):
    """One worker from its command to its last answer."""

    undelivered_pages = 2

    def __init__(
        self,
        child: Child,
        *,
        slots: SlotPool,
        give_back: Callable[[Child], None],
        timeout_s: float,
    ) -> None:
        super().__init__(child, slots=slots, give_back=give_back)
        self._timeout_s = timeout_s
        self._is_done = True
        self._is_used_up = False

    @property
    def _who(self) -> str:
        return "The add-on process"

    def begin(self, command: Message, *descriptors: int) -> None:
        """Give the worker its command.

        Raises:
            InvalidParameter: It is longer than a message can be.
        """
        if len(encode(command)) > LARGEST_BYTES:
            raise InvalidParameter(
                f"The options are longer than {LARGEST_BYTES:,} bytes. Shorten them."
            )
        self._is_done = False
        self._child.send(command, *descriptors)

    def use_up(self) -> None:
        """Let nobody have this worker after the call."""
        self._is_used_up = True

    def reply(self, message: Message, *descriptors: int) -> None:
        """Send what the worker has asked for."""
        self._child.send(message, *descriptors)

    async def hear(self) -> Message | ScannedPage:
        """Return what comes next.

        Raises:
            ClientError: The worker refused, and blames the request.
            AddonFailed: It failed, died, or did not get on.
        """
        await self._grant_when_there_is_room()
        try:
            return await self._next(self._timeout_s)
        except TimeoutError:
            self._has_failed = True
            raise AddonFailed(
                f"{self._who} did not get on for {self._timeout_s:g} s."
            ) from None

    async def _let_go(self) -> None:
        if self._is_used_up or self._has_failed:
            self._has_failed = True
            return
        async with asyncio.timeout(CANCEL_S):
            if not self._is_done:
                self._child.send(Cancel())
            while not self._is_done:
                item = await self._take()
                if isinstance(item, ScannedPage):
                    self._slots.release(item.slot)

    def _receive(self, message: Message, attachment: bytes | None) -> None:
        self._is_done = self._is_done or isinstance(message, LAST_ANSWERS)
        super()._receive(message, attachment)

    def _failure(self, failed: Failed) -> ScanwrightError:
        return failure(failed) or super()._failure(failed)

    def _error(self, message: str, code: Code | int) -> AddonFailed:
        return AddonFailed(message, code=code)
