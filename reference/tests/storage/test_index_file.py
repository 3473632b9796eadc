"""The index as a file: authentic as a whole, and bound to its document."""

from __future__ import annotations

import io

import pytest

from scanwright.buffer.sealed_file import Damaged
from scanwright.storage.contents import Contents
from scanwright.storage.envelope import Envelope
from scanwright.storage.index_file import read_contents, read_envelope, write_index

UID, KEY = "0190817c22ab", b"k" * 32
ENVELOPE = Envelope.make(b"w" * 32, cost=None, salt=b"s" * 16, key=KEY)
CONTENTS = Contents("https://a.example", {"title": "Invoice"})


def index() -> bytes:
    """Return an index of a document without pages."""
    file = io.BytesIO()
    write_index(file, UID, ENVELOPE, CONTENTS, key=KEY, salt=b"t" * 16)
    return file.getvalue()


def test_it_comes_back() -> None:
    """The envelope without a key, the contents with it."""
    assert read_envelope(io.BytesIO(index())) == ENVELOPE
    assert read_contents(io.BytesIO(index()), UID, KEY) == CONTENTS
    assert b"Invoice" not in index()
    assert b"a.example" not in index()


@pytest.mark.parametrize("at", range(len(index())))
def test_every_changed_byte_is_damage(at: int) -> None:
    """Envelope, salt, length and contents are all authenticated."""
    data = bytearray(index())
    data[at] ^= 0x40
    with pytest.raises(Damaged):
        read_contents(io.BytesIO(bytes(data)), UID, KEY)


def test_another_length_is_damage() -> None:
    """Nothing may be missing, and nothing may follow."""
    data = index()
    for other in (*(data[:end] for end in range(0, len(data), 7)), data + b"x"):
        with pytest.raises(Damaged):
            read_contents(io.BytesIO(other), UID, KEY)


def test_another_documents_index_is_damage() -> None:
    """An index that was moved opens under no other id, and with no other key."""
    with pytest.raises(Damaged):
        read_contents(io.BytesIO(index()), "0190817c22ac", KEY)
    with pytest.raises(Damaged):
        read_contents(io.BytesIO(index()), UID, b"l" * 32)
