"""The certificate helper: looks after certificates, and who trusts them, unseen.

    scanwrightd -certcheck <cert-check event> <home>

It sleeps, and looks: when it starts, when main signals the event, when a browser has
got a new database, when somebody has set the clock (a machine that wakes up has one
that was set, too), and every six hours. A look is a forked process that ends
afterwards: cryptography is never loaded into the helper itself, which stays small, and
a look that hangs is killed without it.

Implements: SERVICE-arguments-helper, TLS-renewal.
"""

from __future__ import annotations

import contextlib
import logging
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple, NoReturn

from scanwright.certificates.places import known_databases

__all__ = ["Clocks", "Helper", "main", "may_rest"]

TICK_S: Final = 60.0
INTERVAL_S: Final = 6 * 3600.0
CLOCK_JUMP_S: Final = 30.0
"""Less is a clock that is being corrected, and not set."""
LOOK_S: Final = 180.0
PR_SET_PDEATHSIG: Final = 1
NICENESS: Final = 10
TITLE: Final = "scanwrightd: looking after certificates"
USAGE: Final = "usage: scanwrightd -certcheck EVENT HOME"

log = logging.getLogger(__name__)


class Clocks(NamedTuple):
    """The clock that nobody sets and that of the wall, read together."""

    steady_s: float
    wall_s: float

    @classmethod
    def read(cls) -> Clocks:
        """Read both."""
        return cls(time.monotonic(), time.time())


def main(argv: Sequence[str]) -> int:
    """Look after the certificates of a home until told to end."""
    if len(argv) != 3 or argv[0] != "-certcheck" or not argv[1].isdigit():
        print(USAGE, file=sys.stderr)
        return 2
    home = Path(argv[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for main, which tells us
    _set_up_log(home)
    folder = home / "cert"

    def look() -> int:
        from scanwright.certificates.checkup import check_up

        return check_up(folder, os.environ)

    with _readable_after(signal.SIGTERM) as stopped:
        Helper(int(argv[1]), stopped, look=look, environ=os.environ).run()
    return 0


class Helper:
    """Waits for a reason to look; ends when `stopped` is readable."""

    def __init__(
        self,
        event: int,
        stopped: int,
        *,
        look: Callable[[], int],
        environ: Mapping[str, str],
        tick_s: float = TICK_S,
    ) -> None:
        self._event = event
        self._stopped = stopped
        self._look = look
        self._environ = environ
        self._tick_s = tick_s

    def run(self) -> None:
        """Look and wait, in turn."""
        is_on = True
        while is_on:
            places = known_databases(self._environ)
            is_on = self._look_aside() and self._rest(places)

    def _rest(self, places: frozenset[Path]) -> bool:
        """Wait for a reason to look; say whether there will be one."""
        since = before = now = Clocks.read()
        while may_rest(since, before, now):
            ready = self._wait(self._event, timeout_s=self._tick_s)
            if self._stopped in ready:
                return False
            if self._event in ready:
                with contextlib.suppress(BlockingIOError):  # a predecessor was faster
                    os.eventfd_read(self._event)
                return True
            if known_databases(self._environ) != places:
                return True
            before, now = now, Clocks.read()
        return True

    def _look_aside(self) -> bool:
        """Look in a process of its own; say whether to go on."""
        pid = os.fork()
        if pid == 0:
            _be_the_look(self._look)
        os.setpgid(pid, 0)  # to be killed with the programs that it runs
        done = os.pidfd_open(pid)
        try:
            ready = self._wait(done, timeout_s=LOOK_S)
            if not ready:
                log.error("a look at the certificates hung for %g s", LOOK_S)
            if done not in ready:
                os.killpg(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        finally:
            os.close(done)
        return self._stopped not in ready

    def _wait(self, descriptor: int, *, timeout_s: float) -> list[int]:
        poll = select.poll()
        for each in (descriptor, self._stopped):
            poll.register(each, select.POLLIN)
        return [ready for ready, _ in poll.poll(timeout_s * 1000)]


def may_rest(since: Clocks, before: Clocks, now: Clocks) -> bool:
    """Say whether there is no reason to look, as far as the clocks tell.

    `since` is when the rest began, `before` is one tick ago.
    """
    passed_s = now.steady_s - before.steady_s
    is_even = abs(now.wall_s - before.wall_s - passed_s) < CLOCK_JUMP_S
    return is_even and now.steady_s - since.steady_s < INTERVAL_S


def _be_the_look(look: Callable[[], int]) -> NoReturn:
    """Do one look in a process that was forked for it, and end."""
    status = 1
    try:
        import ctypes

        from setproctitle import setproctitle

        setproctitle(TITLE)
        os.nice(NICENESS)  # at a start main has more urgent things to do
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        status = look()
    except BaseException:  # the edge of the process
        log.exception("a look at the certificates failed")
    finally:
        os._exit(status)


@contextlib.contextmanager
def _readable_after(number: signal.Signals) -> Iterator[int]:
    """Yield a descriptor that becomes readable when such a signal has come.

    A handler alone is not enough: the signal that comes just before a wait begins would
    be handled after it.
    """
    reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
    signal.signal(number, lambda *_: None)
    signal.set_wakeup_fd(writer)
    try:
        yield reader
    finally:
        signal.set_wakeup_fd(-1)
        signal.signal(number, signal.SIG_DFL)
        os.close(reader)
        os.close(writer)


def _set_up_log(home: Path) -> None:
    from scanwright.log import LogLevel, set_up

    file = home / "log" / "certificates.log"
    set_up(file, LogLevel.NORMAL, role="certificate helper", terminal=False)
