"""Where network scanners are that somebody has named: `Name=http://host/eSCL` lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

__all__ = ["VARIABLE", "EsclAddress", "from_environment", "parse_addresses"]

VARIABLE: Final = "SCANWRIGHT_ESCL"
PORTS: Final = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class EsclAddress:
    """A network scanner: its base URL without the last slash, and what to call it."""

    name: str
    url: str

    @property
    def is_secure(self) -> bool:
        """Whether it is spoken to by TLS."""
        return self.url.startswith("https:")

    @property
    def host(self) -> str:
        """The host, without the brackets of an IPv6 address."""
        return urlsplit(self.url).hostname or ""

    @property
    def port(self) -> int:
        """The port, the scheme's own one when the URL has none."""
        parts = urlsplit(self.url)
        return parts.port or PORTS[parts.scheme]

    @property
    def path(self) -> str:
        """The path that every resource's name is added to."""
        return urlsplit(self.url).path


def parse_addresses(text: str) -> tuple[EsclAddress, ...]:
    """Read one address per line; ValueError names the line that is none."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(_parse(line) for line in lines if line)


def from_environment(environment: Mapping[str, str]) -> tuple[EsclAddress, ...]:
    """Return the addresses in `SCANWRIGHT_ESCL`."""
    return parse_addresses(environment.get(VARIABLE, ""))


def _parse(line: str) -> EsclAddress:
    name, equals, url = (part.strip() for part in line.partition("="))
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in PORTS and bool(parts.hostname)
        is_usable = is_usable and (parts.port is None or parts.port > 0)
    except ValueError:
        is_usable = False
    if not (name and equals and is_usable):
        raise ValueError(f"{line!r} is no scanner. Write Name=http://host:port/eSCL")
    return EsclAddress(name, url.rstrip("/"))
