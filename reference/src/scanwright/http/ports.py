"""The four ports: where they are, and taking them all or none.

Implements: PORTS-core-http, PORTS-core-tls, PORTS-manager-http, PORTS-manager-tls,
PORTS-loopback-only.
"""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from scanwright.errors import ScanwrightError

__all__ = ["DEFAULT_BASE", "Ports", "take_ports"]

DEFAULT_BASE: Final = 18622
OFFSETS: Final = (0, 1, 3, 4)
"""Core, core TLS, manager, manager TLS: 18622, 18623, 18625, 18626."""

BACKLOG: Final = 128


@dataclass(frozen=True, slots=True)
class Ports:
    """Listening sockets of the four ports: IPv4 first, IPv6 when there is one."""

    api: Sequence[socket.socket]
    api_tls: Sequence[socket.socket]
    manager: Sequence[socket.socket]
    manager_tls: Sequence[socket.socket]


def take_ports(base: int) -> Ports:
    """Listen on the four ports that start at `base`; 0 takes free ones.

    Raises:
        ScanwrightError: One of them belongs to another program.
    """
    with contextlib.ExitStack() as taken:
        pairs = []
        for offset in OFFSETS:
            pair = _listen(base + offset if base else 0)
            for listener in pair:
                taken.callback(listener.close)
            pairs.append(pair)
        taken.pop_all()
    return Ports(*pairs)


def _listen(port: int) -> list[socket.socket]:
    try:
        first = socket.create_server(("127.0.0.1", port), backlog=BACKLOG)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        raise ScanwrightError(
            f"Port {port} is in use by another program. End it, or choose other ports "
            "with --port-base N (0 takes free ones).",
        ) from error
    # localhost may mean ::1 first; without IPv6 the IPv4 address alone will do.
    try:
        second = socket.create_server(
            ("::1", first.getsockname()[1]),
            family=socket.AF_INET6,
            backlog=BACKLOG,
        )
    except OSError:
        return [first]
    return [first, second]
