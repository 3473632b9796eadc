"""Dumps: what a crash leaves for whoever looks into it later.

Every process has a trace, `<role>-<pid>.trace`: a file that faulthandler writes the
tracebacks of all threads to when a fatal signal comes. It goes at an orderly end. Who
sees a process die makes a dump of its trace, the cause, the last lines of the log and
the versions. Tracebacks have no values in them and the log has no pages, so no dump
has a picture.

Implements: FILES-dump, FILES-dump-no-image.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import time
from pathlib import Path

__all__ = ["LARGEST_BYTES", "MOST_DUMPS", "Dumps"]

MOST_DUMPS = 20
LARGEST_BYTES = 256 * 1024
TRACE_BYTES = 160 * 1024
LOG_LINES = 50
MODE = 0o600


class Dumps:
    """The dumps of one home."""

    __slots__ = ("_log", "_trace", "folder", "versions")

    def __init__(self, folder: Path, log: Path, versions: dict[str, str]) -> None:
        self.folder = folder
        self._log = log
        self._trace: int | None = None
        self.versions = versions

    def trace(self, role: str) -> None:
        """From now on, write down where this process is when it crashes."""
        path = self._trace_of(role, os.getpid())
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        with contextlib.suppress(OSError):  # a full disk costs the trace, no more
            self._trace = os.open(path, flags, MODE)
            faulthandler.enable(self._trace)

    def trace_exception(self) -> None:
        """Write the exception that is being handled into the trace."""
        import traceback

        if self._trace is not None:
            with contextlib.suppress(OSError):
                os.write(self._trace, traceback.format_exc().encode())

    def untrace(self, role: str) -> None:
        """Remove the trace: this process ends in order."""
        faulthandler.disable()
        self.forget(role, os.getpid())

    def forget(self, role: str, pid: int) -> None:
        """Remove the trace of a process whose end was in order."""
        with contextlib.suppress(OSError):
            self._trace_of(role, pid).unlink(missing_ok=True)

    def bury(self, role: str, pid: int, cause: str) -> None:
        """Make a dump of a process that has died, and let the oldest ones go."""
        trace = self._trace_of(role, pid)
        stamp = time.strftime("%Y-%m-%dT%H-%M-%SZ", time.gmtime())
        dump = self.folder / f"{stamp}-{_slug(role)}-{pid}.txt"
        text = "\n".join(self._report(role, pid, cause, trace)).encode()
        with contextlib.suppress(OSError):  # a full disk costs the dump, no more
            descriptor = os.open(dump, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE)
            try:
                os.write(descriptor, text[:LARGEST_BYTES])
            finally:
                os.close(descriptor)
            trace.unlink(missing_ok=True)
            for old in sorted(self.folder.glob("*.txt"))[:-MOST_DUMPS]:
                old.unlink(missing_ok=True)

    def sweep(self) -> None:
        """Make dumps of traces that nobody was left to look at."""
        for trace in self.folder.glob("*.trace"):
            role, _, pid = trace.stem.rpartition("-")
            if not pid.isdigit() or Path(f"/proc/{pid}").exists():
                continue
            # the monitor may be burying the same process at this moment
            with contextlib.suppress(FileNotFoundError):
                if trace.stat().st_size:
                    self.bury(role, int(pid), "a cause that nobody was left to see")
                trace.unlink()

    def _report(self, role: str, pid: int, cause: str, trace: Path) -> list[str]:
        from scanwright.log import tail

        versions = [f"  {name} {version}" for name, version in self.versions.items()]
        return [
            f"The {role}, process {pid}, died of {cause}.",
            "",
            "Versions:",
            *versions,
            "",
            "Traceback of all threads:",
            _head(trace) or "  none: a process that is killed is not asked",
            "",
            f"Last {LOG_LINES} lines of the log:",
            *tail(self._log, LOG_LINES),
            "",
        ]

    def _trace_of(self, role: str, pid: int) -> Path:
        return self.folder / f"{_slug(role)}-{pid}.trace"


def _slug(role: str) -> str:
    return role.replace(" ", "-")


def _head(trace: Path) -> str:
    with contextlib.suppress(OSError), trace.open("rb") as file:
        return file.read(TRACE_BYTES).decode("utf-8", "replace")
    return ""
