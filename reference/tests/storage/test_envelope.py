"""The envelope: opens with its own key alone, and shows every damage."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.buffer.sealed_file import Damaged
from scanwright.storage.envelope import (
    ENVELOPE_BYTES,
    KEY_BYTES,
    Cost,
    Envelope,
    Lock,
    WrongKey,
    file_key,
)

KEY, WRAPPING, SALT = b"k" * KEY_BYTES, b"w" * KEY_BYTES, b"s" * 16
CHEAP = Cost(log_n=1, r=1, p=1)


@pytest.mark.parametrize("cost", [None, CHEAP])
def test_it_comes_back_from_its_bytes(cost: Cost | None) -> None:
    """What was written is what is read, and it opens."""
    made = Envelope.make(WRAPPING, cost=cost, salt=SALT, key=KEY)
    data = made.to_bytes()
    assert len(data) == ENVELOPE_BYTES
    assert Envelope.from_bytes(data) == made
    assert made.open(WRAPPING) == KEY
    assert made.lock is (Lock.PASSWORD if cost else Lock.INSTALLATION)


def test_another_key_does_not_open_it() -> None:
    """The key is authenticated, not only hidden."""
    made = Envelope.make(WRAPPING, cost=CHEAP, salt=SALT, key=KEY)
    with pytest.raises(WrongKey):
        made.open(bytes(KEY_BYTES))
    assert KEY not in made.to_bytes()


def test_it_opens_only_as_what_it_is() -> None:
    """The key that it holds is bound to its lock and to its salt."""
    made = Envelope.make(WRAPPING, cost=CHEAP, salt=SALT, key=KEY)
    for forged in (
        Envelope(None, SALT, made.wrapped),
        Envelope(CHEAP, b"t" * 16, made.wrapped),
        Envelope(Cost(2, 1, 1), SALT, made.wrapped),
    ):
        with pytest.raises(WrongKey):
            forged.open(WRAPPING)


@pytest.mark.parametrize("at", range(ENVELOPE_BYTES))
def test_every_changed_byte_is_damage(at: int) -> None:
    """Nobody is told of a wrong password when the file is damaged."""
    data = bytearray(Envelope.make(WRAPPING, cost=CHEAP, salt=SALT, key=KEY).to_bytes())
    data[at] ^= 0x10
    with pytest.raises(Damaged):
        Envelope.from_bytes(bytes(data))


@pytest.mark.parametrize("at", [7, 8])
def test_another_version_is_told(at: int) -> None:
    """A later version, or a lock that is not known, is whole but not understood."""
    data = bytearray(Envelope.make(WRAPPING, cost=None, salt=SALT, key=KEY).to_bytes())
    data[at] = 9
    data[-4:] = zlib.crc32(data[:-4]).to_bytes(4, "big")
    with pytest.raises(Damaged, match="version"):
        Envelope.from_bytes(bytes(data))


@given(st.binary(max_size=2 * ENVELOPE_BYTES))
def test_noise_is_damage(data: bytes) -> None:
    """Any bytes are an envelope or damaged, and nothing worse."""
    with pytest.raises(Damaged):
        Envelope.from_bytes(data)


@pytest.mark.parametrize("cost", [Cost(0, 8, 1), Cost(63, 8, 1), Cost(15, 255, 1)])
def test_a_file_may_not_ask_for_any_work(cost: Cost) -> None:
    """Made-up costs would take all memory: they are damage."""
    forged = Envelope(cost, SALT, bytes(48)).to_bytes()
    with pytest.raises(Damaged):
        Envelope.from_bytes(forged)
    assert Cost().is_sane


def test_the_password_makes_the_key() -> None:
    """The same password and salt make the same key, any other another one."""
    key = CHEAP.derive("päss", SALT)
    assert key == CHEAP.derive("päss", SALT)
    assert len({key, CHEAP.derive("pass", SALT), CHEAP.derive("päss", b"t" * 16)}) == 3
    assert file_key(key, b"index", SALT) != file_key(key, b"page", SALT)
