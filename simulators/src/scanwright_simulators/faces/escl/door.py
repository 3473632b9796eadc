"""The door: which Host and Origin headers a device listens to. Pure.

A page of the web whose name was rebound to 127.0.0.1 reaches the device with that name
in its Host header. So a device answers to loopback's names and its own mDNS name, and
to nothing else. A request of HTTP/1.0 may have no Host: no browser sends such.

A page of the web needs no rebinding to start a job: its POST arrives, though it may not
read the answer. Its Origin tells. Real devices do not look, but no page of the web
reaches them behind a home's router as easily as it reaches a port of this machine.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from urllib.parse import urlsplit

from scanwright_simulators.errors import MessageError

__all__ = ["is_welcome", "is_welcome_from", "the_host"]


def the_host(headers: Sequence[str], *, may_lack: bool) -> str:
    """Return the one Host header; raises MessageError when it is not there."""
    if len(headers) > 1:
        raise MessageError(f"{len(headers)} Host headers; there must be one")
    if not headers and not may_lack:
        raise MessageError("no Host header; HTTP/1.1 demands one")
    return headers[0] if headers else ""


def is_welcome(host: str, own_name: str) -> bool:
    """Say whether a device called `own_name` listens to that Host header."""
    if not host:
        return True
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if "@" in host or "/" in host:
        return False
    if name.rstrip(".") in {"localhost", own_name.rstrip(".").lower()}:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_welcome_from(origin: str, own_name: str) -> bool:
    """Say whether pages of that Origin may use a device called `own_name`."""
    try:
        host = urlsplit(origin).netloc
    except ValueError:
        return False
    return bool(host) and is_welcome(host, own_name)
