"""Writing a configuration file: whole, private, and there after a power cut.

Implements: FILES-private.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = ["alone", "write_whole"]

FILE_MODE: Final = 0o600
RETRY_S: Final = 0.02


@contextlib.contextmanager
def alone(folder: Path, *, patience_s: float = 0.0) -> Iterator[None]:
    """Keep other writers of this folder's configuration out meanwhile.

    Who has a person in front waits with some patience; who serves pages has none.

    Raises:
        BlockingIOError: Another one is at it; it will not take long.
        OSError: The folder is not there, or not ours.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _lock(descriptor, until_s=time.monotonic() + patience_s)
        yield
    finally:
        os.close(descriptor)


def write_whole(file: Path, data: bytes) -> None:
    """Replace a file: a reader sees the old one or the new one, at any time.

    Raises:
        OSError: It could not be written; the old one is still there.
    """
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(new, flags, FILE_MODE), "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
        raise
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _lock(descriptor: int, *, until_s: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until_s:
                raise
            threading.Event().wait(RETRY_S)
        else:
            return
