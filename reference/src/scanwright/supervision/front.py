"""The front: `scanwright serve`, a service that lives as long as its command.

It does nothing but wait. All processes of the service are its descendants and, as it
adopts orphans, its children in the end; so it knows when the last one has ended. A
socket pair, the lifeline, ties them the other way: when the front ends, in whatever
way, the service sees the lifeline end and stops.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scanwright.supervision.kinship import adopt_orphans
from scanwright.supervision.program import daemon_command, spawn

__all__ = ["serve"]

GRACE_S: Final = 2.2
LINGER_S: Final = 0.03
ASKING: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def serve(argv: Sequence[str]) -> int:
    """Run a service until it ends; return its exit status.

    0 is an orderly end, 1 one that nobody asked for; a service that could not start
    has its own.
    """
    watched = (*ASKING, signal.SIGCHLD)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, watched)
    try:
        adopt_orphans()
        ours, theirs = socket.socketpair()
        with ours:
            with theirs:
                words = ("-serve", str(theirs.fileno()), *argv)
                service = spawn(daemon_command(*words), theirs.fileno())
            status = _wait(service, ours)
            return 0 if _was_orderly(ours) else status
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _wait(service: int, lifeline: socket.socket) -> int:
    """Wait until no descendant is left; return the exit status of the first one."""
    status = 1
    end_s: float | None = None
    try:
        while True:
            rest_s = 3600.0 if end_s is None else max(0.0, end_s - time.monotonic())
            caught = signal.sigtimedwait((*ASKING, signal.SIGCHLD), rest_s)
            if caught and caught.si_signo in ASKING and end_s is None:
                lifeline.shutdown(socket.SHUT_WR)
                end_s = time.monotonic() + GRACE_S
            # Whoever watches a process by its pidfd sees what it died of until then.
            signal.sigtimedwait((), LINGER_S)
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                if ended[0] == service:
                    code = os.waitstatus_to_exitcode(ended[1])
                    status = code if code >= 0 else 1
            if end_s is not None and time.monotonic() >= end_s:
                _kill_children()
    except ChildProcessError:
        return status


def _was_orderly(lifeline: socket.socket) -> bool:
    """Whether the service has said that its end was an orderly one."""
    lifeline.settimeout(0)
    with contextlib.suppress(OSError):
        return bool(lifeline.recv(1))
    return False


def _kill_children() -> None:
    """Kill all children; theirs become ours, and are next."""
    children = Path(f"/proc/self/task/{os.getpid()}/children").read_text("ascii")
    for child in children.split():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(child), signal.SIGKILL)
