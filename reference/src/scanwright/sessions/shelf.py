"""The shelf of a session: files that came from the page, and files made for it.

A file has no name anywhere: a small one is memory, a large one an anonymous file of the
cache folder, gone with the process at the latest. A secret in its path opens it.

Implements: CHANNEL-load, CHANNEL-release.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from scanwright.buffer.pages import Usage
from scanwright.errors import Code, InternalError, InvalidParameter, OutOfSequence

__all__ = ["MEMORY_BYTES", "SavedFile", "Shelf", "Upload"]

MIB: Final = 1 << 20
MEMORY_BYTES: Final = 64 * MIB
"""A file that will be larger than this does not come to lie in memory."""
MOST_FILES: Final = 32
SECRET_BYTES: Final = 24
MEMORY_NAME: Final = "scanwright-file"


@dataclass(frozen=True, slots=True)
class Upload:
    """What a page has sent."""

    fd: int
    size: int


@dataclass(frozen=True, slots=True)
class SavedFile:
    """What was made for a page; `fd` is a regular file of `size` bytes."""

    fd: int
    size: int
    name: str
    type: str


File = TypeVar("File", Upload, SavedFile)


class Shelf:
    """Owner of a session's files; `folder` is where large ones go."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._uploads: dict[str, Upload] = {}
        self._saved: dict[str, SavedFile] = {}
        self._pending: set[int] = set()
        self._unwanted: set[int] = set()

    @contextlib.contextmanager
    def new_file(self, expected_bytes: int | None) -> Iterator[int]:
        """Yield an empty file; it is closed at an error, and else the caller's.

        Raises:
            OutOfSequence: There are too many files on the shelf, or it was cleared
                while the file was made.
        """
        if len(self._uploads) + len(self._saved) + len(self._pending) >= MOST_FILES:
            raise OutOfSequence(
                f"A session can have {MOST_FILES} files. Release some that were "
                "saved, or load what was uploaded."
            )
        fd = self._open(expected_bytes)
        self._pending.add(fd)
        try:
            yield fd
        except BaseException:
            os.close(fd)
            raise
        else:
            if fd in self._unwanted:
                os.close(fd)
                raise OutOfSequence("The page that this file was made for has gone.")
        finally:
            self._pending.discard(fd)
            self._unwanted.discard(fd)

    def add_upload(self, upload: Upload) -> str:
        """Keep an upload; return what it is called by."""
        return _keep(self._uploads, upload)

    def take_upload(self, name: str) -> Upload:
        """Give an upload out, once; the caller closes it."""
        if name not in self._uploads:
            raise InvalidParameter("upload names no file that was uploaded here.")
        return self._uploads.pop(name)

    def add_saved(self, saved: SavedFile) -> str:
        """Keep a file that was made; return what it is called by."""
        return _keep(self._saved, saved)

    def saved(self, name: str) -> SavedFile | None:
        """Return a file that was made, if it is still there."""
        return self._saved.get(name)

    def release(self, name: str) -> None:
        """Close a file that was made; twice is once."""
        saved = self._saved.pop(name, None)
        if saved is not None:
            os.close(saved.fd)

    def usage(self) -> Usage:
        """Return what the files take."""
        files: list[Upload | SavedFile] = [
            *self._uploads.values(),
            *self._saved.values(),
        ]
        return sum(map(_usage, files), Usage())

    def clear(self) -> None:
        """Close everything, and what is being made as soon as it is."""
        for upload in self._uploads.values():
            os.close(upload.fd)
        for saved in self._saved.values():
            os.close(saved.fd)
        self._uploads.clear()
        self._saved.clear()
        self._unwanted |= self._pending

    def _open(self, expected_bytes: int | None) -> int:
        if expected_bytes is not None and expected_bytes <= MEMORY_BYTES:
            return os.memfd_create(MEMORY_NAME, os.MFD_CLOEXEC)
        flags = os.O_RDWR | os.O_TMPFILE | os.O_CLOEXEC
        try:
            return os.open(self._folder, flags, 0o600)
        except OSError as error:
            raise InternalError(
                f"The cache cannot be written: {error.strerror}.",
                code=Code.WRITE_ERROR,
            ) from error


def _usage(file: Upload | SavedFile) -> Usage:
    place = Path(f"/proc/self/fd/{file.fd}").readlink()
    if str(place).startswith(f"/memfd:{MEMORY_NAME}"):
        return Usage(memory_bytes=file.size)
    return Usage(disk_bytes=file.size)


def _keep(shelf: dict[str, File], file: File) -> str:
    name = secrets.token_urlsafe(SECRET_BYTES)
    shelf[name] = file
    return name
