"""Faults of the disk and of its files, told as errors of the service."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from typing import Final

from scanwright.buffer.sealed_file import Damaged
from scanwright.errors import Code, DocumentDamaged, InternalError, StorageFull

__all__ = ["reading", "writing"]

NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextlib.contextmanager
def reading(what: str) -> Iterator[None]:
    """Turn whatever is wrong with the files of `what` into DocumentDamaged."""
    try:
        yield
    except (OSError, Damaged) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise DocumentDamaged(
            f"{what} cannot be read: {why}. Put it back from a copy."
        ) from error


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Turn a full disk into StorageFull, and all else into InternalError."""
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise StorageFull(
                "There is no room on the disk to keep this. Free some disk space; "
                "everything that was kept before is still there."
            ) from error
        raise InternalError(
            f"The documents' folder cannot be written: {error.strerror}.",
            code=Code.WRITE_ERROR,
        ) from error
