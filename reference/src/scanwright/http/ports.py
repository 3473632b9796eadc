"""The four ports: where they are, and taking them all or none.

Loopback is always listened on. An address for access from outside comes beside it, and
is missed without harm: a laptop is not always where its address is.

Implements: PORTS-core-http, PORTS-core-tls, PORTS-manager-http, PORTS-manager-tls,
PORTS-loopback-only, CONFIG-server-address.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import logging
import socket
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from typing import Final

from scanwright.configuration.values import PortNumbers
from scanwright.errors import ScanwrightError
from scanwright.http.owner import find_owner

__all__ = ["DEFAULT_BASE", "Ports", "adopt_ports", "numbers_from", "take_ports"]

DEFAULT_BASE: Final = 18622
OFFSETS: Final = (0, 1, 3, 4)
"""Core, core TLS, manager, manager TLS: 18622, 18623, 18625, 18626."""

LOOPBACK: Final = ("127.0.0.1", "::1")

BACKLOG: Final = 1024
"""Requests that may wait while main is started again."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ports:
    """Listening sockets of the four ports: IPv4 loopback first, then the others."""

    api: Sequence[socket.socket]
    api_tls: Sequence[socket.socket]
    manager: Sequence[socket.socket]
    manager_tls: Sequence[socket.socket]

    def sockets(self) -> list[socket.socket]:
        """Return all of them, port by port."""
        groups = (self.api, self.api_tls, self.manager, self.manager_tls)
        return [listener for group in groups for listener in group]

    def fds(self) -> list[int]:
        """Return their descriptors, as `adopt_ports` wants them."""
        return [listener.fileno() for listener in self.sockets()]

    def numbers(self) -> PortNumbers:
        """Return the numbers that they have."""
        groups = (self.api, self.api_tls, self.manager, self.manager_tls)
        return PortNumbers(*(_number(group[0]) for group in groups))

    def close(self) -> None:
        """Listen no more."""
        for listener in self.sockets():
            listener.close()


def numbers_from(base: int) -> PortNumbers:
    """Return the four ports that start at `base`; 0 stands for free ones."""
    return PortNumbers(*(base + offset if base else 0 for offset in OFFSETS))


def take_ports(wanted: PortNumbers | int, *, server: str | None = None) -> Ports:
    """Listen on four ports, or on the four from a base; 0 takes free ones.

    `server` is an address of this machine to listen on beside loopback.

    Raises:
        ScanwrightError: Some of them belong to other programs; the message says whose
            they are.
    """
    numbers = wanted if isinstance(wanted, PortNumbers) else numbers_from(wanted)
    taken: list[list[socket.socket]] = []
    problems = []
    for number in astuple(numbers):
        try:
            taken.append(_listen(number, server))
        except OSError as error:
            problems.append(_problem(number, error))
    if problems:
        for listener in [listener for group in taken for listener in group]:
            listener.close()
        raise ScanwrightError(" ".join(problems))
    return Ports(*taken)


def adopt_ports(descriptors: Sequence[int]) -> Ports:
    """Return the ports that another process has taken, from what its `fds` returned."""
    groups: dict[int, list[socket.socket]] = {}
    for descriptor in descriptors:
        listener = socket.socket(fileno=descriptor)
        groups.setdefault(_number(listener), []).append(listener)
    return Ports(*groups.values())


def _listen(number: int, server: str | None) -> list[socket.socket]:
    """Listen on all addresses at one port; only the first is indispensable."""
    is_asked_for = number != 0
    with contextlib.ExitStack() as opened:
        listeners: list[socket.socket] = []
        for address in _addresses(server):
            try:
                listener = _open(address, number)
            except OSError as error:
                # Whoever listens there would get requests that are meant for us.
                is_taken = error.errno == errno.EADDRINUSE and is_asked_for
                if is_taken or not listeners:
                    raise
                if address == server:
                    logger.warning(_NOT_HERE, address, number, error.strerror)
                continue
            opened.callback(listener.close)
            listeners.append(listener)
            number = _number(listener)
        opened.pop_all()
    return listeners


def _addresses(server: str | None) -> Iterator[str]:
    """Yield where to listen; an address that stands for all takes loopback's place."""
    first, second = LOOPBACK
    yield server if server == "0.0.0.0" else first  # noqa: S104 - as it was asked for
    # localhost may mean ::1 first; without IPv6 the IPv4 address alone will do.
    yield server if server == "::" else second
    if server is not None:
        address = ipaddress.ip_address(server)
        if not address.is_unspecified and server not in LOOPBACK:
            yield server


def _open(address: str, number: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return socket.create_server((address, number), family=family, backlog=BACKLOG)


def _problem(number: int, error: OSError) -> str:
    if error.errno != errno.EADDRINUSE:
        return f"Port {number} cannot be listened on: {error.strerror}."
    return (
        f"Port {number} is in use by {find_owner(number)}. End it, or choose other "
        "ports: in DSConfiguration.ini, or with --port-base N (0 takes free ones)."
    )


def _number(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


_NOT_HERE: Final = (
    "%s is not listened on at port %d: %s. The key Server must be an address of this "
    "machine; restart the service when it is."
)
