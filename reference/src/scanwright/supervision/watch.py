"""Main's half of the watch: monitor and helper kept alive, and the stop noticed.

The beats come from the event loop by a timer, so a loop that is stuck is silent, and
that is how the monitor finds out.

Implements: SERVICE-monitor-returns, SERVICE-helper-returns, SERVICE-stop-complete.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Final, Self

from scanwright.supervision import monitor
from scanwright.supervision.estate import Estate
from scanwright.supervision.link import Link
from scanwright.supervision.notify import notify, watchdog_s
from scanwright.supervision.process import age_s, name_of_death, was_asked_for
from scanwright.supervision.program import HELPER, MAIN, MONITOR, daemon_command, spawn
from scanwright.supervision.vigil import BEAT_S
from scanwright.supervision.ward import ProcessInfo, Ward

__all__ = ["Supervision"]

STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

log = logging.getLogger(__name__)


class Supervision:
    """The other processes of a service, as its main sees them.

    Without a `link` there is no monitor, and main is not started again. `helper` is
    what the certificate helper is told behind its event; None means that there is none.
    """

    def __init__(
        self,
        estate: Estate,
        link: Link | None,
        *,
        helper: Sequence[str] | None = None,
    ) -> None:
        self.estate = estate
        self.dumps = estate.dumps()
        self._link = link
        self._helper_words = helper
        self._stop = asyncio.Event()
        self._others: list[Callable[[], Iterable[ProcessInfo]]] = []
        self._monitor: Ward | None = None
        self._helper: Ward | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._watchdog_s = watchdog_s()
        self._fed_s = 0.0
        self.started = datetime.now(UTC) - timedelta(seconds=age_s(os.getpid()))

    async def __aenter__(self) -> Self:
        loop = asyncio.get_running_loop()
        for number in STOP_SIGNALS:
            loop.add_signal_handler(number, self.estate.ask_to_stop)
        loop.add_reader(self.estate.stop, self._asked_to_stop)
        if self.estate.lifeline is not None:
            loop.add_reader(self.estate.lifeline, self.estate.ask_to_stop)
        if self._link:
            self._monitor = Ward(MONITOR, self._start_monitor, self._monitor_died)
            self._meet_monitor(self._monitor, self._link)
        self._beat()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        notify("STOPPING=1")
        if self._helper:
            await self._helper.end()
            self.dumps.forget(HELPER, self._helper.pid)
        if self._timer:
            self._timer.cancel()
        if self._monitor:  # it sees our end, and then ends by itself
            self._monitor.forget()
        loop = asyncio.get_running_loop()
        loop.remove_reader(self.estate.stop)
        if self.estate.lifeline is not None:
            loop.remove_reader(self.estate.lifeline)
        for number in STOP_SIGNALS:
            loop.remove_signal_handler(number)

    @property
    def crashes(self) -> int:
        """How many processes have died unasked since the service was started."""
        return sum(self.estate.restarts.values())

    def processes(self) -> list[ProcessInfo]:
        """Return all processes of the service."""
        restarts = self.estate.restarts
        wards = [ward for ward in (self._monitor, self._helper) if ward]
        return [
            ProcessInfo(MAIN, os.getpid(), self.started, restarts.get(MAIN, 0)),
            *(
                ProcessInfo(w.role, w.pid, w.started, restarts.get(w.role, 0))
                for w in wards
                if w.is_alive
            ),
            *(info for source in self._others for info in source()),
        ]

    def include(self, source: Callable[[], Iterable[ProcessInfo]]) -> None:
        """List the processes of this source, too."""
        self._others.append(source)

    def ready(self, lock: int, listeners: Sequence[int]) -> None:
        """Say that the service answers; what these hold open outlives this process."""
        self.estate.lock, self.estate.listeners = lock, list(listeners)
        self._hand_over()
        if self._monitor and self._monitor.link:
            self._monitor.link.send(monitor.READY, {})
        if self._helper_words is not None:  # not sooner: it would take a core from us
            self._helper = Ward(HELPER, self._start_helper, self._helper_died)
            self._helper.start()
        notify("READY=1", f"MAINPID={os.getpid()}", "STATUS=The service answers.")
        if self.estate.predecessor:
            log.warning(
                "main %d returned after %s; it was the %d. time",
                os.getpid(),
                self.estate.predecessor,
                self.estate.restarts.get(MAIN, 0),
            )

    def has_modules(self, versions: Mapping[str, Sequence[str]]) -> None:
        """Say which modules there are, for dumps."""
        for name, numbers in versions.items():
            self.estate.versions[f"module {name}"] = ", ".join(numbers)
        self._hand_over()

    def check_certificates(self) -> None:
        """Wake the certificate helper."""
        os.eventfd_write(self.estate.cert_check, 1)

    async def stopped(self) -> None:
        """Wait until somebody asks the service to stop."""
        await self._stop.wait()

    def _asked_to_stop(self) -> None:
        asyncio.get_running_loop().remove_reader(self.estate.stop)
        self._stop.set()

    def _beat(self) -> None:
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(BEAT_S, self._beat)
        for ward in (self._monitor, self._helper):
            if ward:
                ward.look()
        now_s = time.monotonic()
        if self._watchdog_s and now_s - self._fed_s >= self._watchdog_s / 2:
            self._fed_s = now_s
            notify("WATCHDOG=1")

    def _hand_over(self) -> None:
        """Let the monitor have what outlives this process."""
        if self._monitor and self._monitor.link:
            self.estate.send(self._monitor.link)

    def _meet_monitor(self, ward: Ward, link: Link) -> None:
        """Watch the monitor that has forked us, unless it is dead already."""
        pid = self.estate.monitor
        if pid is not None and pid == os.getppid():
            with contextlib.suppress(OSError):  # it may die just now
                ward.adopt(pid, link)
                return
        link.close()
        ward.start()

    def _start_monitor(self) -> tuple[int, Link]:
        ours, theirs = Link.pair()
        own = os.pidfd_open(os.getpid())
        events = (self.estate.stop, self.estate.cert_check, theirs.fileno(), own)
        numbers = map(str, (*events, os.getpid()))
        try:
            pid = spawn(daemon_command("-asmonitor", *numbers), *events)
        finally:
            os.close(own)
            theirs.close()
        self.estate.send(ours)
        return pid, ours

    def _monitor_died(self, pid: int, status: int | None) -> None:
        self._bury(MONITOR, pid, status)

    def _start_helper(self) -> tuple[int, None]:
        event = self.estate.cert_check
        words = (str(event), *(self._helper_words or ()), str(os.getpid()))
        return spawn(daemon_command("-certcheck", *words), event), None

    def _helper_died(self, pid: int, status: int | None) -> None:
        self._bury(HELPER, pid, status)

    def _bury(self, role: str, pid: int, status: int | None) -> None:
        self.estate.count(role)
        if self._monitor and self._monitor.link:
            self._monitor.link.send(monitor.TALLY, dict(self.estate.restarts))
        if was_asked_for(status):
            self.dumps.forget(role, pid)
        else:
            self.dumps.bury(role, pid, name_of_death(status))
