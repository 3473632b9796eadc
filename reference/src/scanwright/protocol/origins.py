"""Who may talk to the service: hosts that are this machine, origins that are allowed.

Implements: ORIGIN-host-loopback, ORIGIN-host-foreign, ORIGIN-allowed,
ORIGIN-default-open, ORIGIN-foreign-refused.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from typing import Final

__all__ = ["OriginPolicy", "is_loopback_host", "parse_origin"]

_HOST: Final = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:/@\s]+)(?::[0-9]{1,5})?")
_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#\s]+")


def is_loopback_host(host: str | None) -> bool:
    """Tell whether a Host header names this machine's loopback interface."""
    match = _HOST.fullmatch(host or "")
    if match is None:
        return False
    name = match.group(1).strip("[]").lower()
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def parse_origin(text: str) -> str:
    """Return an origin in the spelling that browsers send.

    Raises:
        ValueError: It has no scheme, or a path.
    """
    origin = text.strip().rstrip("/").lower()
    if not _ORIGIN.fullmatch(origin):
        raise ValueError(f"{text!r} is no origin; write it as https://app.example.com")
    return origin


@dataclass(frozen=True, slots=True)
class OriginPolicy:
    """The allow list; None is no list, and every origin may call."""

    allowed: frozenset[str] | None = None

    def allows(self, origin: str) -> bool:
        """Tell whether a page of this origin may call."""
        return self.allowed is None or origin.lower() in self.allowed
