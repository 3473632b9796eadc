"""The vault: pixels compressed and encrypted under keys that nobody keeps.

One file per page, readable by its owner only, in the format of `sealed_file`. A key is
in memory only, the vault's own or that of a session, so what a crash leaves behind is
noise, and so is what a session leaves as soon as its key is shredded; the next start
sweeps it away. The index of a file (where each part begins) stays in memory: a file
alone says nothing, not even how large its page was. Pages that may not go to the disk
are sealed in memory: they are what their files would be.

All methods block; they are called in the threads of the page store.
"""

from __future__ import annotations

import contextlib
import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import BinaryIO, Final

from scanwright.buffer.sealed_file import (
    CHUNK_BYTES,
    Damaged,
    SealedFile,
    sealed_length,
)
from scanwright.errors import Code, InternalError

__all__ = [
    "CHUNK_BYTES",
    "Key",
    "PageGone",
    "Sealed",
    "SealedInFile",
    "SealedInMemory",
    "Vault",
]

KEY_BYTES: Final = 32
SUFFIX: Final = ".page"


class PageGone(InternalError):
    """The page's pixels exist no longer: dropped, closed, or the file vanished."""

    code = Code.READ_ERROR


class Key:
    """What pages are sealed with: 32 random bytes, until they are shredded.

    Pages of a key that is not `is_for_disk` stay in memory. `on_full` is told how many
    bytes were needed when one more has been refused, since they fill it.
    """

    __slots__ = ("_secret", "is_for_disk", "on_full")

    def __init__(self, *, on_full: Callable[[int], None] | None = None) -> None:
        self.is_for_disk = True
        self.on_full = on_full or _nobody
        self._secret = bytearray(os.urandom(KEY_BYTES))

    def shred(self) -> None:
        """Make noise of every file that was sealed with this key."""
        self._secret[:] = b""

    def file(self, serial: int) -> SealedFile:
        """Return the format of a file; `PageGone` once the key is shredded."""
        secret = bytes(self._secret)
        if not secret:
            raise PageGone("The page's session is over, and its pages with it.")
        return SealedFile(secret, serial=serial)


@dataclass(frozen=True, slots=True)
class Sealed(ABC):
    """A page that is sealed: `parts` are the lengths of what went in."""

    serial: int
    parts: tuple[int, ...]
    key: Key = field(repr=False)

    @property
    def size_bytes(self) -> int:
        """How much it takes where it is."""
        return sum(map(sealed_length, self.parts))

    @abstractmethod
    def open(self) -> BinaryIO:
        """Open it for reading; OSError when it is gone."""


@dataclass(frozen=True, slots=True)
class SealedInFile(Sealed):
    """A page that is a file in the vault."""

    path: Path

    def open(self) -> BinaryIO:
        """Open the file; OSError when it is gone."""
        return self.path.open("rb")


@dataclass(frozen=True, slots=True)
class SealedInMemory(Sealed):
    """A page that is what its file would be, and has none."""

    content: bytes = field(repr=False)

    def open(self) -> BinaryIO:
        """Read it like a file."""
        return BytesIO(self.content)


class Vault:
    """Owner of the page files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._serials = count(1)
        self._key = Key()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for orphan in folder.glob(f"*{SUFFIX}"):
            orphan.unlink(missing_ok=True)

    def seal(
        self, parts: Sequence[Sequence[bytes]], key: Key | None = None
    ) -> SealedInFile:
        """Write a new file; each part is given in pieces and read back as one.

        Without a `key` it is the vault's own.
        """
        serial, path = next(self._serials), self._new_path()
        sealed = SealedInFile(serial, _lengths(parts), key or self._key, path)
        with self._written(sealed):
            self._write(sealed, parts)
        return sealed

    def seal_in_memory(
        self, parts: Sequence[Sequence[bytes]], key: Key
    ) -> SealedInMemory:
        """Make what the file would be; nothing is written."""
        serial, content = next(self._serials), BytesIO()
        key.file(serial).write(content, parts)
        return SealedInMemory(serial, _lengths(parts), key, content.getvalue())

    def move(self, sealed: SealedInMemory) -> SealedInFile:
        """Write the file of a page that was sealed in memory."""
        path = self._new_path()
        moved = SealedInFile(sealed.serial, sealed.parts, sealed.key, path)
        with self._written(moved), _new_file(path) as file:
            file.write(sealed.content)
        return moved

    def unseal(self, sealed: Sealed, part: int) -> Iterator[bytes]:
        """Yield the pieces of one part; a file that was tampered with is no page."""
        try:
            with sealed.open() as file:
                yield from sealed.key.file(sealed.serial).read(file, sealed.parts, part)
        except (OSError, Damaged) as error:
            raise PageGone(
                "The page's file in the cache is gone or damaged. Scan the page again."
            ) from error

    def discard(self, sealed: Sealed) -> None:
        """Delete the file, if there is one still."""
        if isinstance(sealed, SealedInFile):
            with contextlib.suppress(OSError):
                sealed.path.unlink()

    def _new_path(self) -> Path:
        return self._folder / f"{os.urandom(8).hex()}{SUFFIX}"

    @contextlib.contextmanager
    def _written(self, sealed: SealedInFile) -> Iterator[None]:
        """See that no half file stays, and say why."""
        try:
            yield
        except OSError as error:
            self.discard(sealed)
            raise InternalError(
                f"The cache cannot be written: {error.strerror}. Free some disk space.",
                code=Code.WRITE_ERROR,
            ) from error

    def _write(self, sealed: SealedInFile, parts: Sequence[Sequence[bytes]]) -> None:
        form = sealed.key.file(sealed.serial)
        with _new_file(sealed.path) as file:
            form.write(file, parts)


def _new_file(path: Path) -> BinaryIO:
    """Make a file that only its owner can read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return os.fdopen(descriptor, "wb")


def _lengths(parts: Sequence[Sequence[bytes]]) -> tuple[int, ...]:
    return tuple(sum(map(len, pieces)) for pieces in parts)


def _nobody(needed_bytes: int) -> None:
    del needed_bytes
