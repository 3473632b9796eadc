"""The index of a document as a file: the envelope, and the contents sealed behind it.

    bytes   0-79   envelope
    bytes  80-95   salt of this writing
    bytes  96-103  length of the contents
    from 104 on    the contents, sealed

All that stands in front of the contents is authenticated with them, and so is the
document's id: an index that was moved, or made up of two, is damaged.
"""

from __future__ import annotations

from typing import BinaryIO, Final

from scanwright.buffer.sealed_file import Damaged, SealedFile, sealed_length
from scanwright.storage.contents import Contents
from scanwright.storage.envelope import ENVELOPE_BYTES, Envelope, file_key

__all__ = ["read_contents", "read_envelope", "write_index"]

SALT_BYTES: Final = 16
LENGTH_BYTES: Final = 8
HEAD_BYTES: Final = ENVELOPE_BYTES + SALT_BYTES + LENGTH_BYTES
LARGEST_BYTES: Final = 64 << 20


def write_index(
    file: BinaryIO,
    uid: str,
    envelope: Envelope,
    contents: Contents,
    *,
    key: bytes,
    salt: bytes,
) -> None:
    """Write an index; `salt` was never used before with this key."""
    data = contents.to_bytes()
    head = envelope.to_bytes() + salt + len(data).to_bytes(LENGTH_BYTES, "big")
    file.write(head)
    _sealed(key, head, uid).write(file, [[data]])


def read_envelope(file: BinaryIO) -> Envelope:
    """Read the envelope alone, which needs no key; raises Damaged."""
    return Envelope.from_bytes(file.read(ENVELOPE_BYTES))


def read_contents(file: BinaryIO, uid: str, key: bytes) -> Contents:
    """Read the contents with the key from the envelope; raises Damaged."""
    head = file.read(HEAD_BYTES)
    length = int.from_bytes(head[-LENGTH_BYTES:], "big")
    if len(head) != HEAD_BYTES or length > LARGEST_BYTES:
        raise Damaged("the index is damaged")
    data = b"".join(_sealed(key, head, uid).read(file, [length], 0))
    if file.tell() != HEAD_BYTES + sealed_length(length) or file.read(1):
        raise Damaged("the index has another length")
    return Contents.from_bytes(data)


def _sealed(key: bytes, head: bytes, uid: str) -> SealedFile:
    salt = head[ENVELOPE_BYTES : ENVELOPE_BYTES + SALT_BYTES]
    own = file_key(key, b"index", salt)
    return SealedFile(own, about=head + uid.encode())
