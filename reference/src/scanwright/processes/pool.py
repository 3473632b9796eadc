"""A pool of workers: started when needed, some kept warm, none left over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Final, Self

from scanwright.buffer.slots import SlotPool
from scanwright.processes.channel import Forget
from scanwright.processes.child import Child, Program
from scanwright.supervision.dumps import Dumps
from scanwright.supervision.ward import ProcessInfo

__all__ = ["WorkerPool"]

EXIT_S: Final = 5.0
FAREWELL_S: Final = 0.7
"""Time for a device to be let go when the service ends."""
HOUSEKEEPING_S: Final = 5.0


class WorkerPool:
    """Owner of workers; leaving its context kills and reaps every one."""

    most_idle: ClassVar[int]
    """Workers of one program that wait for more to do."""

    def __init__(
        self,
        *,
        slots: SlotPool,
        clock: Callable[[], float] = time.monotonic,
        idle_s: float = 30.0,
        log_path: Path | None = None,
        dumps: Dumps | None = None,
    ) -> None:
        self._slots = slots
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

    def processes(self) -> list[ProcessInfo]:
        """Return the workers that run now."""
        alive = [child for child in self._children if child.is_alive]
        return [ProcessInfo(c.program.role, c.pid, c.started) for c in alive]

    def hurry(self) -> None:
        """Kill soon what does not end by itself: the service is about to end."""
        loop = asyncio.get_running_loop()
        for child in self._children:
            loop.call_later(FAREWELL_S, child.kill)

    def _start(self, program: Program) -> Child:
        """See that a worker of this program is ready, and return it."""
        self._drop_dead()
        for child, _ in reversed(self._idle):
            if child.program == program:
                return child
        child = Child(program, log_path=self._log_path, dumps=self._dumps)
        self._children.add(child)
        self._idle.append((child, self._clock()))
        return child

    def _lend(self, program: Program) -> Child:
        """Return a worker that nobody else has: a warm one, if there is one."""
        child = self._start(program)
        self._idle = [item for item in self._idle if item[0] is not child]
        return child

    def _take_back(self, child: Child) -> None:
        child.detach()
        self._idle.append((child, self._clock()))
        alike = [item for item in self._idle if item[0].program == child.program]
        for item in alike[: -self.most_idle]:
            self._idle.remove(item)
            item[0].kill()

    def _end_idle(self) -> None:
        """End every worker that waits for something to do."""
        for child, _ in self._idle:
            child.kill()
        self._idle.clear()

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
