"""The four ports: all of them, or none and a clear word."""

from __future__ import annotations

import socket

import pytest

from scanwright.errors import ScanwrightError
from scanwright.http.ports import Ports, take_ports


def close(ports: Ports) -> None:
    """Close all listeners."""
    for pair in (ports.api, ports.api_tls, ports.manager, ports.manager_tls):
        for listener in pair:
            listener.close()


def number(pair: object) -> int:
    """Return the port of a pair of listeners."""
    assert isinstance(pair, list)
    return int(pair[0].getsockname()[1])


def free_base() -> int:
    """Find a base whose five ports were free a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return min(int(probe.getsockname()[1]), 65000)


def test_zero_takes_four_free_ports() -> None:
    """Four different ports, all on loopback."""
    ports = take_ports(0)
    try:
        pairs = (ports.api, ports.api_tls, ports.manager, ports.manager_tls)
        assert len({number(pair) for pair in pairs}) == 4
        assert {s.getsockname()[0] for p in pairs for s in p} <= {"127.0.0.1", "::1"}
    finally:
        close(ports)


def test_a_base_moves_all_four_together() -> None:
    """Base, +1, +3 and +4."""
    for _ in range(5):
        base = free_base()
        try:
            ports = take_ports(base)
        except ScanwrightError:
            continue  # another program was quicker: try elsewhere
        try:
            pairs = (ports.api, ports.api_tls, ports.manager, ports.manager_tls)
            offsets = [number(pair) - base for pair in pairs]
        finally:
            close(ports)
        assert offsets == [0, 1, 3, 4]
        return
    pytest.fail("no free base in five tries")


def test_a_taken_port_is_named_and_the_others_are_left() -> None:
    """The message has the port and the way out."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        base = taken - 1 if taken % 2 else taken
        if base + 4 > 65535:
            base = taken - 4
        with pytest.raises(ScanwrightError, match=r"--port-base"):
            take_ports(base)
