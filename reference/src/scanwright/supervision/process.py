"""What the kernel says of another process: its state, age, wait for a core, end."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

__all__ = ["Glimpse", "age_s", "glance", "name_of_death", "reap", "was_asked_for"]

NANOSECONDS = 1e9
START_FIELD = 19
EXIT_CODE_FIELD = 49
"""Of /proc/PID/stat, counted from the state: three less than proc(5) counts."""


class Glimpse:
    """A process at one moment.

    `state` is the letter of proc(5): T is stopped, t is held by a debugger, D waits for
    a disk, Z is dead. `waited_s` is how long its main thread has been ready to run
    without getting a core, in all its life.
    """

    __slots__ = ("state", "waited_s")

    def __init__(self, state: str, waited_s: float) -> None:
        self.state = state
        self.waited_s = waited_s


def glance(pid: int) -> Glimpse:
    """Look at a process; one that is gone is dead."""
    try:
        return Glimpse(_stat(pid)[0], _waited_s(pid))
    except (OSError, IndexError):
        return Glimpse("Z", 0.0)


def age_s(pid: int) -> float:
    """Return how long ago a process was started."""
    ticks = int(_stat(pid)[START_FIELD])
    return time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")


def reap(pid: int) -> int | None:
    """Take leave of a dead process; return its exit status, negative for a signal.

    Only its parent is told that. Others get it as long as the parent has not taken
    leave itself, else None.
    """
    try:
        _, status = os.waitpid(pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status)
    except ChildProcessError:
        pass
    try:
        return os.waitstatus_to_exitcode(int(_stat(pid)[EXIT_CODE_FIELD]))
    except (OSError, IndexError, ValueError):
        return None


def was_asked_for(status: int | None) -> bool:
    """Whether this was an orderly end, or somebody's SIGTERM: no crash."""
    return status in (0, -signal.SIGTERM)


def name_of_death(status: int | None) -> str:
    """Say for people what a process died of."""
    if status is None:
        return "a cause that only its parent knows"
    if status < 0:
        return signal.Signals(-status).name
    return f"exit status {status}"


def _waited_s(pid: int) -> float:
    """Return its wait for a core; none where the kernel does not count it."""
    with contextlib.suppress(OSError):
        counted = Path(f"/proc/{pid}/schedstat").read_text("ascii").split()
        return int(counted[1]) / NANOSECONDS
    return 0.0


def _stat(pid: int) -> list[str]:
    # The command's name is in parentheses and may hold anything.
    text = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    return text.rpartition(")")[2].split()
