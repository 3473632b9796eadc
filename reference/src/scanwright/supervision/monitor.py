"""The monitor: notices that main died, or is about to, and starts another.

One process, one thread, one `poll` for everything that can happen. What it decides is
in `vigil` and `backoff`; here is only what it does.

    starting ──ready──▶ watching ──main dies──▶ waiting ──back-off──▶ starting
        │                  │                       │
        └──── never was ready, or the stop event ──┴──▶ the end

A first main that ends before it was ready could not start at all: its message is on
the terminal, and its exit status becomes the monitor's.

Implements: SERVICE-main-returns, SERVICE-frozen-main-returns, SERVICE-ports-kept,
SERVICE-crash-loop, SERVICE-stop-complete.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from scanwright.supervision.backoff import LONGEST_S, Backoff
from scanwright.supervision.dumps import Dumps
from scanwright.supervision.estate import Estate
from scanwright.supervision.link import Link, Packet
from scanwright.supervision.notify import notify
from scanwright.supervision.process import glance, name_of_death, reap
from scanwright.supervision.program import MAIN, MONITOR
from scanwright.supervision.vigil import BEAT_S, Order, Vigil

__all__ = ["READY", "STOP_S", "TALLY", "Monitor", "RunMain", "fork_main"]

READY = "ready"
TALLY = "tally"
STOP_S = 1.8
"""An orderly stop takes no longer; what then still runs is killed."""

RunMain = Callable[[Estate, Link], int]


class _Main:
    """The main that is being watched."""

    __slots__ = ("is_ready", "link", "pid", "pidfd", "started_s", "vigil")

    def __init__(self, pid: int, pidfd: int, link: Link, now_s: float) -> None:
        self.pid = pid
        self.pidfd = pidfd
        self.link = link
        self.started_s = now_s
        self.vigil = Vigil(now_s)
        self.is_ready = False

    def signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, number)

    def close(self) -> None:
        os.close(self.pidfd)
        self.link.close()


class Monitor:
    """Keeps a main running until it is asked to stop."""

    def __init__(
        self,
        estate: Estate,
        start_main: Callable[[Estate], tuple[int, Link]],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._estate = estate
        self._start_main = start_main
        self._clock = clock
        self._backoff = Backoff()
        self._dumps: Dumps | None = None
        self._main: _Main | None = None
        self._was_ready = False
        self._due_s = clock()
        self._look_s = clock()
        self._kill_s: float | None = None
        self._status: int | None = None

    def adopt(self, pid: int, pidfd: int, link: Link) -> None:
        """Watch a main that runs already."""
        self._main = _Main(pid, pidfd, link, self._clock())
        self._main.is_ready = self._was_ready = True

    def run(self) -> int:
        """Watch until the end of the service; return its exit status."""
        self._attend_to_signals()
        try:
            while self._status is None:
                self._turn(self._wait(), self._clock())
        except Exception:  # the edge of the process: left for main to make a dump of
            if self._dumps:
                self._dumps.trace_exception()
            raise
        self._leave()
        return self._status

    def _attend_to_signals(self) -> None:
        signal.signal(signal.SIGTERM, lambda *_: self._estate.ask_to_stop())
        # What a terminal sends is for the front, or for a main without one. Ctrl-Z is
        # for the front alone: it would stop all who could continue the others.
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGTSTP):
            signal.signal(number, signal.SIG_IGN)

    def _turn(self, ready: set[int], now_s: float) -> None:
        """Do what is to be done now."""
        if self._kill_s is None and self._shall_stop(ready):
            self._kill_s = now_s + STOP_S
            self._estate.close_listeners()  # who comes now is refused, at once
        if self._main is not None:
            self._watch(self._main, ready, now_s)
        if self._main is None and self._status is None:
            self._do_without(now_s)

    def _wait(self) -> set[int]:
        """Wait for the next thing to do; return the descriptors that are ready."""
        watched = select.poll()
        if self._kill_s is None:
            watched.register(self._estate.stop, select.POLLIN)
            if self._estate.lifeline is not None:
                watched.register(self._estate.lifeline, select.POLLIN)
        if self._main is not None:
            watched.register(self._main.pidfd, select.POLLIN)
            if not self._main.link.is_over:
                watched.register(self._main.link, select.POLLIN)
        next_s = self._due_s if self._main is None else self._look_s
        rest_s = max(0.0, min(next_s - self._clock(), 4 * BEAT_S))
        # Rounded up: a wait that is a little short would be made many times.
        return {descriptor for descriptor, _ in watched.poll(int(rest_s * 1000) + 1)}

    def _shall_stop(self, ready: set[int]) -> bool:
        return self._estate.stop in ready or self._estate.lifeline in ready

    def _watch(self, main: _Main, ready: set[int], now_s: float) -> None:
        is_dead = main.pidfd in ready
        for packet in main.link.receive():  # also what the dead one had to say
            self._take(main, packet)
        if is_dead:
            self._bury(main, now_s)
            return
        if now_s >= self._look_s:
            self._look_s = now_s + BEAT_S
            main.link.beat()
            self._obey(main, main.vigil.look(now_s, glance(main.pid)))
        if self._kill_s is not None and now_s >= self._kill_s:
            main.signal(signal.SIGKILL)

    def _take(self, main: _Main, packet: Packet) -> None:
        main.vigil.heard()
        if packet.kind == READY:
            main.is_ready = self._was_ready = True
        elif packet.kind == TALLY:
            self._estate.restarts.update(packet.body)  # type: ignore[arg-type]  # ours
        else:
            self._estate.take(packet)
            if self._estate.paths and not self._dumps:
                self._dumps = self._estate.dumps()
                self._dumps.trace(MONITOR)

    def _obey(self, main: _Main, order: Order) -> None:
        if order is Order.CONTINUE:
            main.signal(signal.SIGCONT)
        elif order is Order.ABORT:
            main.signal(signal.SIGABRT)
        elif order is Order.KILL:
            main.signal(signal.SIGKILL)

    def _bury(self, main: _Main, now_s: float) -> None:
        status = reap(main.pid)
        main.close()
        self._main = None
        if self._kill_s is not None or not self._was_ready:
            self._status = status if status is not None and status >= 0 else 1
            return
        cause = name_of_death(status)
        self._estate.predecessor = f"{cause} of main {main.pid}"
        self._estate.count(MAIN)
        lived_s = now_s - main.started_s
        self._due_s = now_s + self._backoff.after(lived_s, was_ready=main.is_ready)
        self._do_without(now_s)
        if self._dumps:
            self._dumps.versions = self._estate.versions
            self._dumps.bury(MAIN, main.pid, cause)

    def _do_without(self, now_s: float) -> None:
        """Start main when it is due; until then be systemd's sign of life."""
        if self._kill_s is not None:
            self._status = 0
        elif now_s >= self._due_s:
            self._start(now_s)
        else:
            rest_s = self._due_s - now_s
            status = f"STATUS=Main died of {self._estate.predecessor}; "
            notify("WATCHDOG=1", f"{status}another starts in {rest_s:.1f} s")

    def _start(self, now_s: float) -> None:
        try:
            pid, link = self._start_main(self._estate)
        except OSError:  # no room for a process: there may be soon
            self._due_s = now_s + LONGEST_S
            return
        self._main = _Main(pid, os.pidfd_open(pid), link, now_s)

    def _leave(self) -> None:
        if self._dumps:
            self._dumps.untrace(MONITOR)
        if self._estate.lock is not None:  # removed already, unless main was killed
            from scanwright.supervision.lock import PortLock

            PortLock(Path(self._estate.paths["lock"]), self._estate.lock).release()
        if self._estate.lifeline is not None and self._kill_s is not None:
            with contextlib.suppress(OSError):
                os.write(self._estate.lifeline, b".")  # to the front: this was the end


def fork_main(run_main: RunMain) -> Callable[[Estate], tuple[int, Link]]:
    """Return how a monitor starts a main: as its own fork."""

    def start(estate: Estate) -> tuple[int, Link]:
        ours, theirs = Link.pair()
        estate.monitor = os.getpid()
        sys.stdout.flush()
        pid = os.fork()
        if pid:
            theirs.close()
            return pid, ours
        ours.close()
        os._exit(_become_main(run_main, estate, theirs))

    return start


def _become_main(run_main: RunMain, estate: Estate, link: Link) -> int:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        # Until the event loop attends to them: heard as soon as it does.
        signal.signal(number, lambda *_: estate.ask_to_stop())
    try:
        status = run_main(estate, link)
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError):
            stream.flush()
    return status
