"""Who may talk to the service: hosts that are this machine, origins that are allowed.

Implements: ORIGIN-host-loopback, ORIGIN-host-foreign, ORIGIN-allowed,
ORIGIN-default-open, ORIGIN-foreign-refused, CONFIG-server-address.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

__all__ = [
    "HostPolicy",
    "OriginPolicy",
    "host_policy",
    "is_loopback_host",
    "parse_origin",
]

_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:/@\s]+)(?::[0-9]{1,5})?")
_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://[a-z0-9._:\[\]-]+")
"""Origins are shown in terminals, and in commands to be copied from there."""
_DEFAULT_PORTS: Final = {"https": ":443", "http": ":80"}


@dataclass(frozen=True, slots=True)
class HostPolicy:
    """Hosts that are this machine: its loopback interface, and `others`.

    With `accepts_addresses` every address is, but no name: only names can be rebound.
    """

    others: frozenset[str] = frozenset()
    accepts_addresses: bool = False

    def accepts(self, host: str | None) -> bool:
        """Tell whether a Host header names this machine."""
        match = _HOST.fullmatch(host or "")
        if match is None:
            return False
        name = match.group(1).strip("[]").lower()
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return name == "localhost" or name in self.others
        if address.is_loopback or self.accepts_addresses:
            return True
        return str(address) in self.others


def host_policy(server: str | None, domains: Iterable[str] = ()) -> HostPolicy:
    """Return the hosts of a service that listens on `server` besides.

    `domains` are names that the administrator has given certificates for.
    """
    names = {name.lower() for name in domains}
    if server is None:
        return HostPolicy(frozenset(names))
    address = ipaddress.ip_address(server)
    return HostPolicy(frozenset({*names, str(address)}), address.is_unspecified)


def is_loopback_host(host: str | None) -> bool:
    """Tell whether a Host header names this machine's loopback interface."""
    return HostPolicy().accepts(host)


def parse_origin(text: str) -> str:
    """Return an origin in the spelling that browsers send.

    Raises:
        ValueError: It has no scheme, a path, or characters that are in no origin:
            browsers spell names of other alphabets in letters of this one.
    """
    origin = text.strip().rstrip("/").lower()
    if not _ORIGIN.fullmatch(origin):
        raise ValueError(f"{text!r} is no origin; write it as https://app.example.com")
    # Browsers leave out the port that goes without saying.
    return origin.removesuffix(_DEFAULT_PORTS.get(origin.partition(":")[0], "-"))


@dataclass(frozen=True, slots=True)
class OriginPolicy:
    """The allow list; None is no list, and every origin may call."""

    allowed: frozenset[str] | None = None

    def allows(self, origin: str) -> bool:
        """Tell whether a page of this origin may call."""
        return self.allowed is None or origin.lower() in self.allowed
