"""The lock of a home: one service at a time.

The kernel holds the lock for as long as main or monitor has the file open, so it is
free as soon as both are dead, in whatever way. The file tells others who holds it; one
that nobody holds is stale, and is taken over.

Implements: SERVICE-one-instance, SERVICE-stale-lock.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from scanwright.errors import ScanwrightError

__all__ = ["HomeInUse", "PortLock"]

MODE = 0o600

log = logging.getLogger(__name__)


class HomeInUse(ScanwrightError):
    """Another service serves this home."""


class PortLock:
    """The lock, held; `fd` is the descriptor that holds it."""

    def __init__(self, path: Path, fd: int) -> None:
        self._path = path
        self.fd = fd

    @classmethod
    def take(cls, path: Path, inherited: int | None = None) -> PortLock:
        """Lock the home, or go on with the lock that the main before us had.

        Raises:
            HomeInUse: Somebody else has; the message says who, and how to stop it.
        """
        if inherited is not None and _is_at(inherited, path):
            return cls(path, inherited)
        while True:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, MODE)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(descriptor)
                raise HomeInUse(_who_has(path)) from None
            if _is_at(descriptor, path):
                break
            os.close(descriptor)  # its holder has just ended, and removed it
        if os.fstat(descriptor).st_size:
            log.warning("%s is stale: %s", path, _holder(path))
        return cls(path, descriptor)

    def tell(
        self, started: datetime, ports: Sequence[int], *, free_disk_bytes: int
    ) -> None:
        """Write into the file who holds the lock, and how much disk has to stay free.

        The doctor reads it: options of a command line are nowhere else.
        """
        facts = {
            "pid": os.getpid(),
            "started": started.isoformat(timespec="seconds"),
            "ports": list(ports),
            "freeDisk": free_disk_bytes,
        }
        text = json.dumps(facts).encode() + b"\n"
        # In one go over what was there: whoever reads meanwhile finds no empty file.
        try:
            os.pwrite(self.fd, text.ljust(os.fstat(self.fd).st_size), 0)
        except OSError as error:  # a full disk costs the words; the lock is held
            log.warning("%s does not say who holds it: %s", self._path, error.strerror)

    def release(self) -> None:
        """Remove the file, and let others lock."""
        if _is_at(self.fd, self._path):
            self._path.unlink()
        os.close(self.fd)


def _is_at(descriptor: int, path: Path) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), path.stat())
    return False


def _who_has(path: Path) -> str:
    return (
        f"{path.parent} is served already, by {_holder(path)}. End that one "
        "(`kill` with its number, or `systemctl stop scanwright`), or choose another "
        "folder with --home."
    )


def _holder(path: Path) -> str:
    try:
        facts = json.loads(path.read_text("utf-8"))
        return f"process {facts['pid']}, which started at {facts['started']}"
    except (OSError, ValueError, TypeError, KeyError):
        return "a process that has not said its number yet"
