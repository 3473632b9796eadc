"""What systemd is told: that the service is ready, alive, or about to end.

sd_notify(3) is one datagram to the socket that the environment names; without the
variable nobody wants to know.
"""

from __future__ import annotations

import contextlib
import os
import socket

__all__ = ["notify", "watchdog_s"]


def notify(*lines: str) -> None:
    """Tell systemd, if it is there."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.settimeout(0)
        with contextlib.suppress(OSError):
            sock.sendto("\n".join(lines).encode(), address)


def watchdog_s() -> float | None:
    """Return how often systemd wants a sign of life at least, or None."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    return int(microseconds) / 1e6 if microseconds.isdigit() else None
