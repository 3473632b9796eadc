"""The commands that let other machines through this machine's firewall.

The service never touches a firewall itself. Only the core ports are opened: the manager
administers, and does so from this machine only.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["Hint", "hints"]


@dataclass(frozen=True, slots=True)
class Hint:
    """What to type where one kind of firewall is at work."""

    firewall: str
    commands: tuple[str, ...]
    is_installed: bool


def hints(
    addresses: Mapping[str, str],
    which: Callable[[str], object | None] = shutil.which,
) -> list[Hint]:
    """Return the hints, the installed firewall first."""
    ports = [urlsplit(addresses[role]).port for role in ("api", "api_tls")]
    listed = ",".join(map(str, ports))
    added = " ".join(f"--add-port={port}/tcp" for port in ports)
    commands = {
        "ufw": (f"sudo ufw allow proto tcp to any port {listed}",),
        "firewalld": (
            f"sudo firewall-cmd --permanent {added}",
            "sudo firewall-cmd --reload",
        ),
    }
    programs = {"ufw": "ufw", "firewalld": "firewall-cmd"}
    found = [
        Hint(name, commands[name], is_installed=which(program) is not None)
        for name, program in programs.items()
    ]
    return sorted(found, key=lambda hint: not hint.is_installed)
