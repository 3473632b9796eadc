"""What a demo server is told once, at its start."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import scanwright.web

__all__ = ["FIRST_SERVICE_PORT", "GIBIBYTE", "DemoSettings", "service_ports"]

GIBIBYTE: Final = 1024 * 1024 * 1024
FIRST_SERVICE_PORT: Final = 18622
SERVICE_OFFSETS: Final = (0, 1, 3, 4)


def service_ports(base: int) -> tuple[int, ...]:
    """Return the four ports of a service, by the first of them."""
    return tuple(base + offset for offset in SERVICE_OFFSETS)


@dataclass(frozen=True, slots=True)
class DemoSettings:
    """All of it; the defaults are those of the command line.

    `origins` are foreign pages that may use the database, `hosts` are names of this
    machine beside localhost, `imports` are other sites that the pages may fetch from.
    `installers` is a folder with packages of the service and their `installers.json`.
    """

    most_bytes: int = 2 * GIBIBYTE
    file_field: str = "RemoteFile"
    origins: frozenset[str] = frozenset()
    hosts: frozenset[str] = frozenset()
    ports: tuple[int, ...] = service_ports(FIRST_SERVICE_PORT)
    imports: tuple[str, ...] = ()
    installers: Path | None = None
    web: Path = Path(scanwright.web.__file__).parent
    clock: Callable[[], float] = time.time
