"""Chunks: what is written in pieces is read as one."""

from __future__ import annotations

import hashlib
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanwright.demo.chunks import (
    CHUNK_BYTES,
    digest,
    read_piece,
    remove_chunks,
    write_chunks,
)
from scanwright.demo.database import Database


@settings(
    deadline=None,
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(pieces=st.lists(st.binary(min_size=1, max_size=40), max_size=8), data=st.data())
def test_any_range_is_what_was_written(
    sqlite: Database, pieces: list[bytes], data: st.DataObject
) -> None:
    """Wherever the cuts are, reading and checksums do not see them."""
    whole = b"".join(pieces)
    with sqlite.writing() as connection:
        remove_chunks(connection, "c")
        at = 0
        for piece in pieces:
            at = write_chunks(connection, "c", at, io.BytesIO(piece))
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, len(whole)))
    with sqlite.reading() as connection:
        piece = read_piece(connection, "c", start)
        assert whole[start:].startswith(piece)
        assert bool(piece) == (start < len(whole))
        found = digest(connection, "c", start=start, end=end)
    assert found == hashlib.sha256(whole[start:end]).hexdigest()


def test_no_row_is_larger_than_a_mebibyte(database: Database) -> None:
    """A long file is cut, and its checksum is that of the whole."""
    whole = b"scan" * (CHUNK_BYTES // 2)
    with database.writing() as connection:
        assert write_chunks(connection, "c", 0, io.BytesIO(whole)) == len(whole)
    with database.reading() as connection:
        assert len(read_piece(connection, "c", 0)) == CHUNK_BYTES
        assert digest(connection, "c") == hashlib.sha256(whole).hexdigest()


@pytest.mark.parametrize("other", ["c", "d"])
def test_only_what_is_meant_is_removed(sqlite: Database, other: str) -> None:
    """The bytes of another document stay."""
    with sqlite.writing() as connection:
        write_chunks(connection, "c", 0, io.BytesIO(b"abc"))
        remove_chunks(connection, other)
        assert read_piece(connection, "c", 0) == (b"" if other == "c" else b"abc")
