"""What main and a scan worker say to each other."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanwright.processes.channel import (
    LARGEST_BYTES,
    TYPES,
    Alive,
    Channel,
    Grant,
    Message,
    Need,
    decode,
    encode,
)

# Before the strategies are made; a NaN would not equal itself.
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
MESSAGES = st.one_of([st.from_type(kind) for kind in TYPES.values()])
Pair = tuple[Channel, Channel, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Both ends, and the socket of the second."""
    one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with closing(Channel(one)) as first, closing(Channel(other)) as second:
        yield first, second, other


@given(MESSAGES)
def test_every_message_comes_back(message: Message) -> None:
    """Decoding what was encoded gives the message."""
    packet = encode(message)
    assert len(packet) < LARGEST_BYTES
    assert decode(packet) == message


@given(st.binary(max_size=60))
def test_gibberish_is_no_message(packet: bytes) -> None:
    """Anything else is a ValueError."""
    with pytest.raises(ValueError, match=r".*"):
        decode(packet)


@pytest.mark.parametrize(
    "packet", [b"[]", b"{}", b'{"is":"Exit"}', b'{"is":"Need"}', b'{"is":[]}']
)
def test_unknown_or_incomplete_messages_are_refused(packet: bytes) -> None:
    """JSON that is no message is refused too."""
    with pytest.raises(ValueError, match=r"is no|known type"):
        decode(packet)


def test_messages_keep_their_borders_and_order(pair: Pair) -> None:
    """Each receive gives one message."""
    near, far, _ = pair
    near.send(Alive())
    near.send(Need(5))
    assert far.receive() == (Alive(), [])
    assert far.receive() == (Need(5), [])


def test_descriptors_travel_along(pair: Pair) -> None:
    """The other end can use a descriptor that came with a message."""
    near, far, _ = pair
    descriptor = os.memfd_create("page")
    os.write(descriptor, b"pixels")
    near.send(Grant(1, 6), descriptor)
    os.close(descriptor)
    received = far.receive()
    assert received is not None
    message, (arrived,) = received
    assert message == Grant(1, 6)
    assert os.pread(arrived, 9, 0) == b"pixels"
    assert not os.get_inheritable(arrived)
    os.close(arrived)


def test_two_descriptors_keep_their_order(pair: Pair) -> None:
    """The first that was sent is the first that comes."""
    near, far, _ = pair
    sent = [os.memfd_create("page"), os.memfd_create("jpeg")]
    for number, descriptor in enumerate(sent):
        os.write(descriptor, b"%d" % number)
    near.send(Grant(1, 6), *sent)
    received = far.receive()
    assert received is not None
    assert [os.pread(arrived, 9, 0) for arrived in received[1]] == [b"0", b"1"]
    for descriptor in (*sent, *received[1]):
        os.close(descriptor)


def test_descriptor_of_a_bad_message_does_not_leak(pair: Pair) -> None:
    """What came with gibberish is closed."""
    near, _, other = pair
    before = len(list(Path("/proc/self/fd").iterdir()))
    socket.send_fds(other, [b"gibberish"], [0])
    with pytest.raises(ValueError, match=r".*"):
        near.receive()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_end_is_none(pair: Pair) -> None:
    """When the other end has hung up there is nothing more."""
    near, far, _ = pair
    near.close()
    assert far.receive() is None
