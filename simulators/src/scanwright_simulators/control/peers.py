"""Peers: which user of this machine is at the other end of a connection.

Any user can connect to the loopback interface. Steering scanners harms nobody, but
having files read by their path would lend the rights of whoever runs them.
"""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path
from typing import Final

from aiohttp import web

__all__ = ["is_own_user", "user_of"]

TABLE: Final = Path("/proc/net/tcp")
ROOT: Final = 0
ESTABLISHED: Final = "01"
"""In other states the kernel may have forgotten whose the end was, and say root."""

Address = tuple[str, int]


def is_own_user(request: web.Request, *, table: Path = TABLE) -> bool:
    """Say whether a request comes from our user, or from root.

    Where the kernel does not tell, as on systems without /proc, it is taken for ours.
    """
    transport = request.transport
    if transport is None:
        return False
    ours = transport.get_extra_info("sockname")
    theirs = transport.get_extra_info("peername")
    user = user_of(theirs, ours, table=table) if ours and theirs else None
    if user is None:  # its end is gone, or this system has no such table
        return not table.exists()
    return user in {ROOT, os.geteuid()}


def user_of(theirs: Address, ours: Address, *, table: Path = TABLE) -> int | None:
    """Return who owns the other end of a connection; None when it cannot be seen."""
    wanted = [_spelled(theirs), _spelled(ours)]
    try:
        with table.open(encoding="ascii") as lines:
            for line in lines:
                fields = line.split()
                if fields[1:3] == wanted and fields[3] == ESTABLISHED:
                    return int(fields[7])
    except (OSError, ValueError, IndexError):
        return None
    return None


def _spelled(address: Address) -> str:
    """Return an address as the kernel's table spells it."""
    host, port = address[:2]
    (number,) = struct.unpack("=I", socket.inet_aton(host))
    return f"{number:08X}:{port:04X}"
