"""Bytes of a document in the database: rows of at most a mebibyte, read in pieces."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from sqlalchemy import Connection, delete, insert, select

from scanwright.demo.tables import chunks

__all__ = ["CHUNK_BYTES", "digest", "read_piece", "remove_chunks", "write_chunks"]

CHUNK_BYTES: Final = 1024 * 1024


def write_chunks(
    connection: Connection, content: str, start: int, source: BinaryIO
) -> int:
    """Store what is left to read of `source` from the position `start` on.

    Returns the position behind it.
    """
    while data := source.read(CHUNK_BYTES):
        row = {"content": content, "start": start, "data": data}
        connection.execute(insert(chunks), row)
        start += len(data)
    return start


def read_piece(connection: Connection, content: str, at: int) -> bytes:
    """Return bytes from a position on, as many as one row has; none at the end."""
    query = (
        select(chunks.c.start, chunks.c.data)
        .where(chunks.c.content == content, chunks.c.start <= at)
        .order_by(chunks.c.start.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return b"" if row is None else bytes(row.data)[at - row.start :]


def digest(
    connection: Connection, content: str, *, start: int = 0, end: int | None = None
) -> str:
    """Return the SHA-256 of the bytes from `start` to before `end`, in hexadecimal."""
    value = hashlib.sha256()
    for piece in _pieces(connection, content, start):
        value.update(piece if end is None else piece[: max(0, end - start)])
        start += len(piece)
        if end is not None and start >= end:
            break
    return value.hexdigest()


def remove_chunks(connection: Connection, content: str) -> None:
    """Remove all bytes of a document."""
    connection.execute(delete(chunks).where(chunks.c.content == content))


def _pieces(connection: Connection, content: str, start: int) -> Iterator[bytes]:
    while piece := read_piece(connection, content, start):
        yield piece
        start += len(piece)
