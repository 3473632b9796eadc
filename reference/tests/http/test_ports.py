"""The four ports: all of them, or none and a clear word."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple

import pytest

from scanwright.configuration.values import PortNumbers
from scanwright.errors import ScanwrightError
from scanwright.http.ports import Ports, adopt_ports, numbers_from, take_ports

OUTSIDE = "127.0.0.2"
"""An address of this machine that nobody listens on without being asked to."""


@contextmanager
def fixed(*, server: str | None = None) -> Iterator[Ports]:
    """Take four ports that were free a moment ago, by their numbers."""
    for _ in range(5):
        with closing(take_ports(0)) as free:
            numbers = free.numbers()
        try:
            ports = take_ports(numbers, server=server)
        except ScanwrightError:
            continue  # another program was quicker: try elsewhere
        with closing(ports):
            yield ports
        return
    pytest.fail("no free ports in five tries")


def addresses(ports: Ports) -> set[str]:
    """The addresses that are listened on."""
    return {listener.getsockname()[0] for listener in ports.sockets()}


def test_zero_takes_four_free_ports() -> None:
    """Four different ports, all on loopback."""
    with closing(take_ports(0)) as ports:
        assert len(set(astuple(ports.numbers()))) == 4
        assert addresses(ports) <= {"127.0.0.1", "::1"}


def test_a_base_stands_for_four_numbers() -> None:
    """Base, +1, +3 and +4: the published ones from 18622 on."""
    assert numbers_from(18622) == PortNumbers()
    assert astuple(numbers_from(0)) == (0, 0, 0, 0)


def test_ports_are_taken_by_their_numbers() -> None:
    """Each role has the number that was asked for it."""
    with fixed() as ports:
        numbers = astuple(ports.numbers())
        roles = (ports.api, ports.api_tls, ports.manager, ports.manager_tls)
        assert tuple(role[0].getsockname()[1] for role in roles) == numbers


def test_taken_ports_are_named_with_their_owner_and_the_others_are_left() -> None:
    """The message has every port, whose it is, and the way out."""
    with fixed() as ports:
        wanted = ports.numbers()
        ports.manager[0].close()
        with pytest.raises(ScanwrightError, match="--port-base") as caught:
            take_ports(wanted)
        taken = {wanted.core, wanted.core_tls, wanted.manager_tls}
        named = {n for n in astuple(wanted) if f"Port {n} " in caught.value.message}
        assert taken <= named
        assert f"process {os.getpid()}" in caught.value.message
        with socket.create_server(("127.0.0.1", wanted.manager)):
            pass


def test_a_port_that_is_taken_for_localhost_alone_is_taken() -> None:
    """Nobody else gets what browsers send to ::1."""
    with closing(take_ports(0)) as ports:
        if len(ports.api) == 1:
            pytest.skip(
                "needs IPv6 on the loopback interface: "
                "sysctl net.ipv6.conf.lo.disable_ipv6=0"
            )
        number = ports.numbers().core
        ports.api[0].close()
        with pytest.raises(ScanwrightError, match="in use"):
            take_ports(PortNumbers(number, 0, 0, 0))


def test_an_address_for_others_comes_beside_loopback() -> None:
    """The same four numbers there; loopback stays."""
    with closing(take_ports(0, server=OUTSIDE)) as ports:
        assert addresses(ports) >= {"127.0.0.1", OUTSIDE}
        assert all(
            len({s.getsockname()[1] for s in group}) == 1
            for group in (ports.api, ports.api_tls, ports.manager, ports.manager_tls)
        )


def test_all_addresses_include_loopback() -> None:
    """The address that stands for all is taken in place of loopback's."""
    with closing(take_ports(0, server="0.0.0.0")) as ports:  # noqa: S104 - the case
        number = ports.numbers().core
        for host in ("127.0.0.1", OUTSIDE):
            socket.create_connection((host, number), 5).close()


def test_an_address_that_is_not_here_is_missed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The service goes on with loopback, and the log says what to do."""
    with (
        caplog.at_level(logging.WARNING),
        closing(take_ports(0, server="192.0.2.7")) as ports,
    ):
        assert "192.0.2.7" not in addresses(ports)
    assert "192.0.2.7 is not listened on" in caplog.text
    assert "Server" in caplog.text


def test_ports_are_handed_over() -> None:
    """Whoever adopts the descriptors has the same ports in the same roles."""
    with closing(take_ports(0, server=OUTSIDE)) as ports:
        with closing(adopt_ports([os.dup(fd) for fd in ports.fds()])) as adopted:
            assert adopted.numbers() == ports.numbers()
            assert addresses(adopted) == addresses(ports)
        number = ports.numbers().manager
        socket.create_connection(("127.0.0.1", number), 5).close()
