"""A ward: a process that main keeps alive, watched from the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scanwright.supervision.backoff import FIRST_S, LONGEST_S, Backoff
from scanwright.supervision.link import Link
from scanwright.supervision.process import (
    age_s,
    glance,
    name_of_death,
    reap,
    was_asked_for,
)
from scanwright.supervision.vigil import Order, Vigil

__all__ = ["ProcessInfo", "Ward"]

END_S = 0.5

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ProcessInfo:
    """A process of the service."""

    role: str
    pid: int
    started: datetime
    restarts: int = 0


class Ward:
    """A process that is started again when it dies, and told when it is stuck.

    `start` starts one and returns its id, and its link if it speaks. `on_death` gets
    the id and the exit status of every one that we have not ended ourselves.
    """

    def __init__(
        self,
        role: str,
        start: Callable[[], tuple[int, Link | None]],
        on_death: Callable[[int, int | None], None],
    ) -> None:
        self.role = role
        self._start = start
        self._on_death = on_death
        self._loop = asyncio.get_running_loop()
        self._backoff = Backoff()
        self._timer: asyncio.TimerHandle | None = None
        self._gone = asyncio.Event()
        self._gone.set()
        self._is_ending = False
        self._link: Link | None = None

    def start(self) -> None:
        """Start it; when the system has no room for it now, try again later."""
        try:
            self.adopt(*self._start())
        except OSError as error:
            log.warning("the %s cannot be started: %s", self.role, error)
            self._timer = self._loop.call_later(LONGEST_S, self.start)

    def adopt(self, pid: int, link: Link | None) -> None:
        """Watch one that runs already."""
        self.pid = pid
        self.started = datetime.now(UTC) - timedelta(seconds=age_s(pid))
        self._link = link
        self._started_s = time.monotonic()
        self._vigil = Vigil(self._started_s, has_beats=link is not None)
        self._has_spoken = link is None
        self._pidfd = os.pidfd_open(pid)
        self._gone.clear()
        self._loop.add_reader(self._pidfd, self._died)

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return not self._gone.is_set()

    @property
    def link(self) -> Link | None:
        """How to speak to it while it is alive."""
        return self._link if self.is_alive else None

    def look(self) -> None:
        """Exchange beats, and end a process that is stuck; called at each beat."""
        if not self.is_alive:
            return
        if self._link:
            self._link.beat()
            if self._link.receive():
                self._vigil.heard()
                self._has_spoken = True
        order = self._vigil.look(time.monotonic(), glance(self.pid))
        if order is not Order.NOTHING:
            number = _SIGNALS[order]
            log.warning(
                "the %s, process %d, is stuck; it gets %s",
                self.role,
                self.pid,
                number.name,
            )
            self._signal(number)

    async def end(self) -> None:
        """End it in order; kill it when that takes long."""
        self.let_go()
        if not self.is_alive:
            return
        self._signal(signal.SIGTERM)
        self._signal(signal.SIGCONT)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(END_S):
                await self._gone.wait()
        if self.is_alive:
            self._signal(signal.SIGKILL)
            await self._gone.wait()

    def let_go(self) -> None:
        """Do not start it again."""
        self._is_ending = True
        if self._timer:
            self._timer.cancel()

    def forget(self) -> None:
        """Watch it no more; it lives on."""
        self.let_go()
        if self.is_alive:
            self._close()

    def _signal(self, number: signal.Signals) -> None:
        if self.is_alive:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, number)

    def _died(self) -> None:
        pid, status = self.pid, reap(self.pid)
        self._close()
        if self._is_ending:
            return
        lived_s = time.monotonic() - self._started_s
        delay_s = self._backoff.after(lived_s, was_ready=self._has_spoken)
        cause = name_of_death(status)
        log.warning("the %s, process %d, died of %s", self.role, pid, cause)
        if was_asked_for(status):  # then so may we be, in a moment
            delay_s = max(delay_s, FIRST_S)
        if delay_s:
            self._timer = self._loop.call_later(delay_s, self.start)
        else:
            self.start()
        self._on_death(pid, status)

    def _close(self) -> None:
        self._loop.remove_reader(self._pidfd)
        os.close(self._pidfd)
        if self._link:
            self._link.close()
        self._gone.set()


_SIGNALS = {
    Order.CONTINUE: signal.SIGCONT,
    Order.ABORT: signal.SIGABRT,
    Order.KILL: signal.SIGKILL,
}
