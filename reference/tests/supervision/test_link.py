"""The link between main and monitor."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator

import pytest

from scanwright.supervision.link import Link

Ends = tuple[Link, Link]


@pytest.fixture
def ends() -> Iterator[Ends]:
    """Both ends of a link."""
    pair = Link.pair()
    yield pair
    for end in pair:
        end.close()


def test_beats_and_words_arrive_in_order(ends: Ends) -> None:
    """Nothing is merged, and nothing is waited for."""
    ours, theirs = ends
    assert theirs.receive() == []
    ours.beat()
    ours.send("tally", {"main": 2})
    kinds = [(packet.kind, packet.body) for packet in theirs.receive()]
    assert kinds == [("beat", {}), ("tally", {"main": 2})]


def test_descriptors_travel(ends: Ends) -> None:
    """What arrives is another descriptor of the same file, and no child gets it."""
    ours, theirs = ends
    read, write = os.pipe()
    ours.send("estate", {}, write, write)
    os.close(write)
    (packet,) = theirs.receive()
    assert len(packet.descriptors) == 2
    for descriptor in packet.descriptors:
        assert not os.get_inheritable(descriptor)
        os.write(descriptor, b"x")
        os.close(descriptor)
    assert os.read(read, 9) == b"xx"
    os.close(read)


def test_the_end_is_noticed_after_the_last_word(ends: Ends) -> None:
    """What was said before hanging up is heard."""
    ours, theirs = ends
    ours.beat()
    ours.close()
    assert [packet.kind for packet in theirs.receive()] == ["beat"]
    assert theirs.is_over


def test_the_last_word_of_one_that_did_not_listen_is_heard(ends: Ends) -> None:
    """What it had not read when it died does not cost what it had said."""
    ours, theirs = ends
    theirs.beat()
    ours.send("ready", {})
    ours.close()
    assert [packet.kind for packet in theirs.receive()] == ["ready"]
    assert theirs.is_over


def test_speaking_to_the_dead_is_no_error(ends: Ends) -> None:
    """Their death is told by the kernel, not by the link."""
    ours, theirs = ends
    theirs.close()
    ours.beat()
    ours.send("ready", {})


def test_who_does_not_read_holds_nobody_up(ends: Ends) -> None:
    """What finds no room is dropped."""
    ours, theirs = ends
    for _ in range(10_000):
        ours.beat()
    assert 0 < len(theirs.receive()) < 10_000


@pytest.mark.parametrize("data", [b"{", b"[]", b"{}", b"\xff", b"1"])
def test_gibberish_is_a_packet_that_nobody_knows(data: bytes) -> None:
    """It kills no monitor, and leaves no descriptor open."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    link = Link(theirs)
    read, write = os.pipe()
    with ours:
        socket.send_fds(ours, [data], [write])
        os.close(write)
        assert [packet.kind for packet in link.receive()] == ["gibberish"]
    assert os.read(read, 1) == b""
    os.close(read)
    link.close()
