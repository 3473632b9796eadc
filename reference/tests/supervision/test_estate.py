"""What outlives a main."""

from __future__ import annotations

import os
import select
import socket
from pathlib import Path

from scanwright.supervision.estate import Estate
from scanwright.supervision.link import Link, Packet


def is_set(event: int) -> bool:
    """Whether an event has been signalled."""
    return bool(select.select([event], [], [], 0)[0])


def test_the_stop_event_stays_set() -> None:
    """Everybody sees it, whoever looked first."""
    estate = Estate.new([])
    assert not is_set(estate.stop)
    estate.ask_to_stop()
    assert is_set(estate.stop)
    assert is_set(estate.stop)
    assert not is_set(estate.cert_check)


def test_a_new_monitor_gets_everything(tmp_path: Path) -> None:
    """Options, counters, folders, and the descriptors behind the numbers."""
    ours, theirs = Link.pair()
    front, lifeline = socket.socketpair()
    with front, lifeline, socket.create_server(("127.0.0.1", 0)) as listener:
        estate = Estate.new(["--port-base", "0"], lifeline=lifeline.fileno())
        estate.listeners = [listener.fileno()]
        estate.paths = {"dump": str(tmp_path)}
        estate.count("main")
        estate.send(ours)
        heir = Estate([], stop=-1, cert_check=-1)
        for packet in theirs.receive():
            heir.take(packet)
        assert heir.argv == ["--port-base", "0"]
        assert heir.restarts == {"main": 1}
        assert heir.paths == estate.paths
        assert heir.lock is None
        assert heir.lifeline is not None
        os.write(heir.lifeline, b".")
        assert front.recv(9) == b"."
        with socket.socket(fileno=heir.listeners[0]) as twin:
            assert twin.getsockname() == listener.getsockname()
        os.close(heir.lifeline)
    ours.close()
    theirs.close()


def test_what_is_replaced_is_closed() -> None:
    """A second estate leaves no descriptor of the first one open."""
    ours, theirs = Link.pair()
    read, write = os.pipe()
    estate = Estate.new([])
    estate.lock = write
    heir = Estate([], stop=-1, cert_check=-1)
    for held in (write, None):
        estate.lock = held
        estate.send(ours)
        for packet in theirs.receive():
            heir.take(packet)
    os.close(write)
    assert os.read(read, 1) == b""
    os.close(read)
    ours.close()
    theirs.close()


def test_other_words_change_nothing() -> None:
    """A beat is no estate."""
    heir = Estate(["--json"], stop=-1, cert_check=-1)
    heir.take(Packet("beat", {}, []))
    assert heir.argv == ["--json"]
