"""Sealed files: parts of bytes in chunks of 1 MiB, each encrypted by itself.

AES-256-GCM. A file is made of parts that are written in pieces, one after the other,
and read back one by one. A chunk can only be read in its own place: its nonce says
file, part and position, and `about`, which is not in the file, must be the same. How
long each part was is not in the file either: whoever wrote it remembers that.

A key must see a serial once only: nonces that come twice give the key away.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["CHUNK_BYTES", "TAG_BYTES", "Damaged", "SealedFile", "sealed_length"]

CHUNK_BYTES: Final = 1 << 20
TAG_BYTES: Final = 16


class Damaged(ValueError):
    """The file is not what was written, or was written with another key."""


class SealedFile:
    """The format under one key, for the file that has this serial.

    All methods block.
    """

    def __init__(self, key: bytes, *, serial: int = 0, about: bytes = b"") -> None:
        self._key = key
        self._serial = serial
        self._about = about

    def write(self, file: BinaryIO, parts: Sequence[Sequence[bytes]]) -> None:
        """Write all parts, from the file's position on; each is given in pieces."""
        cipher = self._cipher()
        for part, pieces in enumerate(parts):
            file.writelines(
                cipher.encrypt(self._nonce(part, index), chunk, self._about)
                for index, chunk in enumerate(_chunks(pieces))
            )

    def read(
        self, file: BinaryIO, lengths: Sequence[int], part: int
    ) -> Iterator[bytes]:
        """Yield the pieces of one part of a file whose parts have these lengths.

        The file's position is where the first part begins.

        Raises:
            Damaged: A chunk is not what was written.
        """
        from cryptography.exceptions import InvalidTag

        cipher = self._cipher()
        file.seek(sum(map(sealed_length, lengths[:part])), 1)
        for index, size in enumerate(_chunk_sizes(lengths[part])):
            box = file.read(size + TAG_BYTES)
            try:
                yield cipher.decrypt(self._nonce(part, index), box, self._about)
            except InvalidTag as error:
                raise Damaged(f"chunk {index} of part {part} is damaged") from error

    def _cipher(self) -> AESGCM:
        # Imported when the first file is sealed: most services never get there.
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        return AESGCM(self._key)

    def _nonce(self, part: int, index: int) -> bytes:
        """Never the same twice under one key, and only right in its place."""
        return struct.pack(">IHxxI", self._serial, part, index)


def sealed_length(length: int) -> int:
    """Return how many bytes of a file a part takes."""
    return length + TAG_BYTES * -(-length // CHUNK_BYTES)


def _chunk_sizes(length: int) -> Iterator[int]:
    for start in range(0, length, CHUNK_BYTES):
        yield min(CHUNK_BYTES, length - start)


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
