"""The scan workers of a service: started ahead of need, kept warm, none left over."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from scanwright.buffer.slots import SlotPool
from scanwright.devices.escl.address import EsclAddress
from scanwright.processes.channel import Forget, ListDevices
from scanwright.processes.child import Child
from scanwright.processes.worker import ScanWorker
from scanwright.protocol.scanning import DeviceId, DeviceType
from scanwright.supervision.dumps import Dumps
from scanwright.supervision.program import SCAN_WORKER
from scanwright.supervision.ward import ProcessInfo

__all__ = ["ScanWorker", "ScanWorkers"]

MOST_IDLE: Final = 2
EXIT_S: Final = 5.0
FAREWELL_S: Final = 0.7
"""Time for a device to be let go when the service ends."""
HOUSEKEEPING_S: Final = 5.0

log = logging.getLogger(__name__)


class ScanWorkers:
    """Owner of all scan workers; leaving its context kills and reaps every one."""

    def __init__(
        self,
        *,
        slots: SlotPool,
        escl: Sequence[EsclAddress] = (),
        mdns: bool = False,
        clock: Callable[[], float] = time.monotonic,
        idle_s: float = 30.0,
        log_path: Path | None = None,
        dumps: Dumps | None = None,
    ) -> None:
        self._slots = slots
        self._escl = tuple(escl)
        self._mdns = mdns
        self._clock = clock
        self._idle_s = idle_s
        self._log_path = log_path
        self._dumps = dumps
        self._children: set[Child] = set()
        self._idle: list[tuple[Child, float]] = []
        self._timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        self._slots.on_discard.append(self._forget)
        self._housekeep()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._timer:
            self._timer.cancel()
        self._slots.on_discard.remove(self._forget)
        children = list(self._children)
        for child in children:
            child.kill()
        async with asyncio.timeout(EXIT_S):
            for child in children:
                await child.died()

    async def list_devices(
        self, types: DeviceType, *, timeout_s: float
    ) -> list[DeviceId]:
        """List the scanners of these types afresh; leaves a warm worker behind."""
        worker = await self.acquire()
        try:
            request = ListDevices(types, self._escl, self._mdns)
            found = await worker.list_devices(request, timeout_s=timeout_s)
        finally:
            await worker.release()
        for note in found.notes:
            log.warning("%s", note)
        return list(found.devices)

    async def acquire(self) -> ScanWorker:
        """Return a worker that nobody else has: a warm one, if there is one."""
        self.warm()
        child, _ = self._idle.pop()
        return ScanWorker(child, slots=self._slots, give_back=self._take_back)

    def warm(self) -> None:
        """See that a worker is ready."""
        self._drop_dead()
        if not self._idle:
            child = Child(log_path=self._log_path, dumps=self._dumps)
            self._children.add(child)
            self._idle.append((child, self._clock()))

    def processes(self) -> list[ProcessInfo]:
        """Return the workers that run now."""
        alive = [child for child in self._children if child.is_alive]
        return [ProcessInfo(SCAN_WORKER, child.pid, child.started) for child in alive]

    def hurry(self) -> None:
        """Kill soon what does not end by itself: the service is about to end."""
        loop = asyncio.get_running_loop()
        for child in self._children:
            loop.call_later(FAREWELL_S, child.kill)

    def _take_back(self, child: Child) -> None:
        child.detach()
        self._idle.append((child, self._clock()))
        while len(self._idle) > MOST_IDLE:
            self._idle.pop(0)[0].kill()

    def _housekeep(self) -> None:
        """End what has been idle for long, and let the slots do the same."""
        deadline = self._clock() - self._idle_s
        stale = [item for item in self._idle if item[1] <= deadline]
        for item in stale:
            self._idle.remove(item)
            item[0].kill()
        self._drop_dead()
        self._slots.trim()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(HOUSEKEEPING_S, self._housekeep)

    def _drop_dead(self) -> None:
        self._idle = [item for item in self._idle if not item[0].has_exited()]
        self._children = {child for child in self._children if child.is_alive}

    def _forget(self, slot_id: int) -> None:
        for child in self._children:
            if child.is_alive:
                child.send(Forget(slot_id))
