"""The lifeline: ends what a runner started, even when the runner was killed.

A runner that dies of SIGKILL cleans up nothing. So it starts this file as a process of
its own, tells it on a pipe what it started, and holds the pipe open. The end of the
pipe is the end of the runner: whatever was not taken back is then ended and removed.

Lines on the pipe: `group PID` (a process that leads its group), `process PID` (one
that does not), `forget PID`, and `folder PATH`. A runner that ends well forgets its
processes, removes its folders, and closes the pipe.

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
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TextIO

__all__ = ["Lifeline"]

GRACE_S: Final = 2.0


class Lifeline:
    """The runner's end of the pipe."""

    def __enter__(self) -> Self:
        self._keeper = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            bufsize=0,
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
        self._keeper.wait()

    def hold(self, pid: int, *, leads_group: bool) -> None:
        """End the process `pid`, or its whole group, when this runner dies."""
        self._say(f"{'group' if leads_group else 'process'} {pid}")

    def forget(self, pid: int) -> None:
        """Leave the process `pid` alone: it has ended."""
        self._say(f"forget {pid}")

    def hold_folder(self, folder: Path) -> None:
        """Remove `folder` when this runner dies; gone already is fine."""
        self._say(f"folder {folder}")

    def _say(self, line: str) -> None:
        if self._keeper.stdin:
            # A keeper that somebody killed is no reason to fail.
            with contextlib.suppress(BrokenPipeError):
                self._keeper.stdin.write(f"{line}\n".encode())


def keep(pipe: TextIO) -> None:
    """Read what the runner says until it is gone, then end what is left."""
    held: dict[int, tuple[int, bool]] = {}
    folders: list[str] = []
    for line in pipe:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "folder":
            folders.append(rest)
        elif word == "forget":
            held.pop(int(rest), None)
        else:
            with contextlib.suppress(ProcessLookupError):
                held[int(rest)] = (os.pidfd_open(int(rest)), word == "group")
    for pid, (process, leads_group) in held.items():
        _end(pid, process, leads_group=leads_group)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _end(pid: int, process: int, *, leads_group: bool) -> None:
    """Ask the process to end, and insist after a while."""
    with contextlib.suppress(ProcessLookupError):
        signal.pidfd_send_signal(process, signal.SIGTERM)
        select.select([process], [], [], GRACE_S)
    with contextlib.suppress(ProcessLookupError):
        if leads_group:
            os.killpg(pid, signal.SIGKILL)
        else:
            signal.pidfd_send_signal(process, signal.SIGKILL)


if __name__ == "__main__":
    keep(sys.stdin)
