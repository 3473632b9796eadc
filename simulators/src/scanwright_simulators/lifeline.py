"""The lifeline: ends what runs in a simulation, even when its runner was killed.

A runner that dies of SIGKILL cleans up nothing. So this file runs as a process of its
own, the keeper, at the other end of a pipe. The end of the pipe is the end of the
runner, in whatever way it came. Then the keeper ends every process that carries the
mark of the simulation in its environment, and removes the simulation's folder.

The mark is a variable that commands inherit and pass on, so that nothing has to be
announced, and what a command leaves in the background is found as well.

This file runs with the standard library alone, so that it is there in no time.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self

__all__ = ["MARK", "Lifeline", "clean_up"]

MARK: Final = "SCANWRIGHT_SIMULATION"
GRACE_S: Final = 2.0
SETTLED_S: Final = 0.02
"""A process between fork and exec does not carry the mark yet; it will by then."""


class Lifeline:
    """The runner's end: holds for as long as the block lasts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __enter__(self) -> Self:
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__, os.fspath(self.folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is the runner's business
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._keeper.stdin:
            self._keeper.stdin.close()
        if self._keeper.wait() != 0:  # somebody killed it
            clean_up(self.folder)


def clean_up(folder: Path, *, grace_s: float = GRACE_S) -> None:
    """End all processes that carry the mark of `folder`, and remove it."""
    select.select([], [], [], SETTLED_S)
    for number in (signal.SIGTERM, signal.SIGKILL, signal.SIGKILL):
        if not _signal_all(folder, number, grace_s=grace_s):
            break
    shutil.rmtree(folder, ignore_errors=True)


def _signal_all(folder: Path, number: signal.Signals, *, grace_s: float) -> bool:
    """Signal every marked process and wait for their ends; say if there was one."""
    with contextlib.ExitStack() as stack:
        found = alive = _marked(folder, stack)
        for process in found:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(process, number)
        deadline_s = time.monotonic() + grace_s
        while alive and (rest_s := deadline_s - time.monotonic()) > 0:
            ended, _, _ = select.select(alive, [], [], rest_s)
            alive = [process for process in alive if process not in ended]
    return bool(found)


def _marked(folder: Path, stack: contextlib.ExitStack) -> list[int]:
    """Return descriptors of all processes that carry the mark of `folder`."""
    mark = os.fsencode(f"{MARK}={folder}")
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        # The descriptor comes before the check: what is checked is what is signalled.
        with contextlib.suppress(OSError):
            process = os.pidfd_open(int(entry.name))
            stack.callback(os.close, process)
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                found.append(process)
    return found


if __name__ == "__main__":
    sys.stdin.read()
    clean_up(Path(sys.argv[1]))
