"""A log file that several processes may write to, that ends, and that never hurts.

Each record is one `write` with O_APPEND, so lines of several writers do not mix. Who
finds the file full turns it over under a lock on the file itself: `service.log` becomes
`service.log.1`, and so on; the oldest goes. The others see that the name is another
file's now, and follow. What cannot be written, on a full disk for one, is counted, and
told as soon as there is room again.

Implements: FILES-log, FILES-private.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Final

__all__ = ["LogFile", "open_append", "tail"]

FILE_BYTES: Final = 5 * 1024 * 1024
FILES: Final = 5
"""Of one log, the current one included."""
FILE_MODE: Final = 0o600
BLOCK_BYTES: Final = 64 * 1024


class LogFile(logging.Handler):
    """Writes records to a file of limited size; never raises, never waits."""

    def __init__(self, file: Path, *, file_bytes: int = FILE_BYTES) -> None:
        super().__init__()
        self._file = file
        self._file_bytes = file_bytes
        self._descriptor: int | None = None
        self._lost = 0
        self._is_torn = False

    def problem(self) -> str | None:
        """Return why the file cannot be written to, when that is so now."""
        try:
            self._current()
        except OSError as error:
            return f"{self._file}: {error.strerror}"
        return None

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record; count it when that fails."""
        try:
            text = self.format(record)
            if self._lost:
                text = f"{self._loss(record)}\n{text}"
            self._write(text)
        except OSError:
            self._lost += 1
        except Exception:  # noqa: BLE001 - a record that cannot be shown must not hurt
            self.handleError(record)
        else:
            self._lost = 0

    def close(self) -> None:
        """Close the file; a record that comes still opens it again."""
        self.acquire()
        try:
            self._close()
        finally:
            self.release()
        super().close()

    def _loss(self, record: logging.LogRecord) -> str:
        """Return the line that confesses what is missing."""
        values = {**vars(record), "args": (self._lost,), "exc_info": None}
        values.update(exc_text=None, stack_info=None, levelno=logging.WARNING)
        values.update(levelname="WARNING", msg="%d records before could not be written")
        return self.format(logging.makeLogRecord(values))

    def _write(self, text: str) -> None:
        data = f"{text}\n".encode(errors="backslashreplace")
        descriptor = self._current()
        if os.fstat(descriptor).st_size + len(data) > self._file_bytes:
            _turn_over(self._file, descriptor)
            descriptor = self._current()
        if self._is_torn:
            data = b"\n" + data
        if os.write(descriptor, data) < len(data):
            self._is_torn = True
            raise OSError(errno.ENOSPC, "the disk was full in mid-line")
        self._is_torn = False

    def _current(self) -> int:
        """Return the descriptor of the file that has the name now."""
        if self._descriptor is not None and not _has_name(self._descriptor, self._file):
            self._close()
        if self._descriptor is None:
            self._descriptor = _open(self._file)
        return self._descriptor

    def _close(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def open_append(file: Path, *, file_bytes: int = FILE_BYTES) -> int:
    """Return a descriptor for a child's standard error, turned over before when full.

    Raises:
        OSError: It cannot be opened.
    """
    descriptor = _open(file)
    if os.fstat(descriptor).st_size < file_bytes:
        return descriptor
    _turn_over(file, descriptor)
    os.close(descriptor)
    return _open(file)


def tail(file: Path, count: int) -> list[str]:
    """Return the last lines of a log, older files included; none without a log."""
    lines: deque[str] = deque()
    for number in range(FILES):
        if len(lines) >= count:
            break
        with contextlib.suppress(OSError):
            lines.extendleft(_last_lines(_older(file, number), count - len(lines)))
    return list(lines)


def _last_lines(file: Path, count: int) -> Iterator[str]:
    """Yield the last lines of one file, the last one first."""
    with file.open("rb") as stream:
        position = stream.seek(0, os.SEEK_END)
        data = b""
        while position > 0 and data.count(b"\n") <= count:
            step = min(BLOCK_BYTES, position)
            position -= step
            stream.seek(position)
            data = stream.read(step) + data
    lines = data.decode(errors="replace").split("\n")
    if not lines[-1]:
        lines.pop()
    yield from reversed(lines[-count:])


def _open(file: Path) -> int:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
    return os.open(file, flags, FILE_MODE)


def _has_name(descriptor: int, file: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), file.stat())
    except OSError:
        return False


def _turn_over(file: Path, descriptor: int) -> None:
    """Make room by renaming, unless another process is at it or has done it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return
    try:
        if _has_name(descriptor, file):
            for number in reversed(range(FILES - 1)):
                with contextlib.suppress(FileNotFoundError):
                    _older(file, number).replace(_older(file, number + 1))
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


def _older(file: Path, number: int) -> Path:
    return file.with_name(f"{file.name}.{number}") if number else file
