"""The vault: pixels on disk, compressed and encrypted under a key that nobody keeps.

One file per page, readable by its owner only, sealed in chunks of 1 MiB with
AES-256-GCM. The key lives and dies with the vault, so what a crash leaves behind is
noise; the next start sweeps it away. The index of a file (where each part begins)
stays in memory: a file alone says nothing, not even how large its page was.

All methods block; they are called in the threads of the page store.
"""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanwright.errors import Code, InternalError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["PageGone", "Sealed", "Vault"]

CHUNK_BYTES: Final = 1 << 20
TAG_BYTES: Final = 16
SUFFIX: Final = ".page"


class PageGone(InternalError):
    """The page's pixels exist no longer: dropped, closed, or the file vanished."""

    code = Code.READ_ERROR


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file in the vault: `parts` are the lengths of what went in."""

    serial: int
    path: Path
    parts: tuple[int, ...]


class Vault:
    """Owner of the page files of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._serials = count(1)
        self._key = os.urandom(32)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for orphan in folder.glob(f"*{SUFFIX}"):
            orphan.unlink(missing_ok=True)

    def seal(self, parts: Sequence[Sequence[bytes]]) -> Sealed:
        """Write a new file; each part is given in pieces and read back as one."""
        serial = next(self._serials)
        lengths = tuple(sum(map(len, pieces)) for pieces in parts)
        sealed = Sealed(
            serial, self._folder / f"{os.urandom(8).hex()}{SUFFIX}", lengths
        )
        try:
            self._write(sealed, parts)
        except OSError as error:
            self.discard(sealed)
            raise InternalError(
                f"The cache cannot be written: {error.strerror}. Free some disk space.",
                code=Code.WRITE_ERROR,
            ) from error
        return sealed

    def unseal(self, sealed: Sealed, part: int) -> Iterator[bytes]:
        """Yield the pieces of one part; a file that was tampered with is no page."""
        from cryptography.exceptions import InvalidTag

        key = self._cipher()
        try:
            with sealed.path.open("rb") as file:
                file.seek(sum(map(_sealed_length, sealed.parts[:part])))
                for index, size in enumerate(_chunk_sizes(sealed.parts[part])):
                    box = file.read(size + TAG_BYTES)
                    yield key.decrypt(_nonce(sealed, part, index), box, None)
        except (OSError, InvalidTag) as error:
            raise PageGone(
                "The page's file in the cache is gone or damaged. Scan the page again."
            ) from error

    def discard(self, sealed: Sealed) -> None:
        """Delete the file, if it is still there."""
        with contextlib.suppress(OSError):
            sealed.path.unlink()

    def _write(self, sealed: Sealed, parts: Sequence[Sequence[bytes]]) -> None:
        key = self._cipher()
        descriptor = os.open(sealed.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            for part, pieces in enumerate(parts):
                file.writelines(
                    key.encrypt(_nonce(sealed, part, index), chunk, None)
                    for index, chunk in enumerate(_chunks(pieces))
                )

    def _cipher(self) -> AESGCM:
        # Imported when the first page leaves memory: most services never get there.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._key)


def _nonce(sealed: Sealed, part: int, index: int) -> bytes:
    """Never the same twice under one key, and only right in its place."""
    return struct.pack(">IHxxI", sealed.serial, part, index)


def _chunk_sizes(length: int) -> Iterator[int]:
    for start in range(0, length, CHUNK_BYTES):
        yield min(CHUNK_BYTES, length - start)


def _sealed_length(length: int) -> int:
    return length + TAG_BYTES * -(-length // CHUNK_BYTES)


def _chunks(pieces: Sequence[bytes]) -> Iterator[bytes]:
    """Cut what the pieces make together into chunks."""
    pending = bytearray()
    for piece in pieces:
        pending += piece
        while len(pending) >= CHUNK_BYTES:
            yield bytes(pending[:CHUNK_BYTES])
            del pending[:CHUNK_BYTES]
    if pending:
        yield bytes(pending)
