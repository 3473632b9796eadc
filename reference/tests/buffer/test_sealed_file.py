"""Sealed files: each part comes back, and nothing comes back but what was written."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.buffer.sealed_file import (
    CHUNK_BYTES,
    TAG_BYTES,
    Damaged,
    SealedFile,
    sealed_length,
)

KEY = bytes(range(32))
PARTS = st.lists(st.lists(st.binary(max_size=40), max_size=4), min_size=1, max_size=3)


def written(parts: list[list[bytes]], sealed: SealedFile) -> tuple[bytes, list[int]]:
    """Write a file; return it with the lengths of its parts."""
    file = io.BytesIO()
    sealed.write(file, parts)
    return file.getvalue(), [sum(map(len, pieces)) for pieces in parts]


def read(data: bytes, lengths: list[int], part: int, sealed: SealedFile) -> bytes:
    """Read a part back."""
    return b"".join(sealed.read(io.BytesIO(data), lengths, part))


@given(PARTS)
def test_every_part_comes_back(parts: list[list[bytes]]) -> None:
    """Parts are read one by one, in any order."""
    sealed = SealedFile(KEY, serial=7, about=b"x")
    data, lengths = written(parts, sealed)
    for part in reversed(range(len(parts))):
        assert read(data, lengths, part, sealed) == b"".join(parts[part])


@pytest.mark.parametrize("size", [0, 1, CHUNK_BYTES, CHUNK_BYTES + 1])
def test_length_in_the_file_is_known(size: int) -> None:
    """Each chunk has a tag; no byte makes no chunk."""
    data, _ = written([[bytes(size)]], SealedFile(KEY))
    assert len(data) == sealed_length(size) == size + TAG_BYTES * -(-size // (1 << 20))


def test_a_part_of_many_chunks_comes_back() -> None:
    """Pieces and chunks need not fall together."""
    pieces = [b"a" * (CHUNK_BYTES - 3), b"b" * (CHUNK_BYTES + 7)]
    sealed = SealedFile(KEY)
    data, lengths = written([[b"first"], pieces], sealed)
    assert read(data, lengths, 1, sealed) == b"".join(pieces)


@pytest.mark.parametrize("at", range(20 + TAG_BYTES))
def test_every_changed_byte_is_noticed(at: int) -> None:
    """The encrypted bytes and their tag are all looked at."""
    sealed = SealedFile(KEY)
    data, lengths = written([[b"p" * 20]], sealed)
    changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    with pytest.raises(Damaged):
        read(changed, lengths, 0, sealed)


@pytest.mark.parametrize(
    "other",
    [
        SealedFile(bytes(32), serial=1, about=b"a"),
        SealedFile(KEY, serial=2, about=b"a"),
        SealedFile(KEY, serial=1, about=b"b"),
    ],
)
def test_a_file_is_only_read_as_what_it_is(other: SealedFile) -> None:
    """Another key, serial or meaning opens nothing."""
    data, lengths = written([[b"page"]], SealedFile(KEY, serial=1, about=b"a"))
    with pytest.raises(Damaged):
        read(data, lengths, 0, other)


def test_a_shortened_file_is_damaged() -> None:
    """What is missing at the end is missed."""
    sealed = SealedFile(KEY)
    data, lengths = written([[b"p" * 20]], sealed)
    for end in range(len(data)):
        with pytest.raises(Damaged):
            read(data[:end], lengths, 0, sealed)


def test_equal_chunks_never_look_the_same() -> None:
    """Each has a nonce of its own, in its part and in the others."""
    chunk = bytes(CHUNK_BYTES)
    data, _ = written([[chunk, chunk], [chunk]], SealedFile(KEY))
    size = CHUNK_BYTES + TAG_BYTES
    assert len({data[at : at + size] for at in range(0, len(data), size)}) == 3


def test_chunks_keep_their_places() -> None:
    """Exchanged ones are damage, within a part and between parts."""
    chunk = bytes(CHUNK_BYTES)
    sealed = SealedFile(KEY)
    data, lengths = written([[chunk, chunk], [chunk]], sealed)
    size = CHUNK_BYTES + TAG_BYTES
    one, two, three = (data[at : at + size] for at in range(0, len(data), size))
    for changed in (two + one + three, three + two + one):
        with pytest.raises(Damaged):
            read(changed, lengths, 0, sealed)
