"""Browsers, and whether one is running: what it has read it does not read again."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["CHROMIUM", "FIREFOX", "Browser"]

PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Browser:
    """A family of browsers that share their stores."""

    name: str
    processes: frozenset[str]

    def is_running(self, *, proc: Path = PROC) -> bool:
        """Whether any of them runs at all."""
        return bool(self.starts(proc=proc))

    def starts(self, *, proc: Path = PROC) -> list[float]:
        """Return when each of its processes started, in seconds since the epoch."""
        boot = _boot_time(proc)
        return [
            boot + ticks / os.sysconf("SC_CLK_TCK")
            for name, ticks in _processes(proc)
            if name in self.processes
        ]


FIREFOX: Final = Browser(
    "Firefox", frozenset({"firefox", "firefox-esr", "firefox-bin", "librewolf"})
)
CHROMIUM: Final = Browser(
    "Chromium",
    frozenset(
        {"chromium", "chromium-browse", "chrome", "brave", "msedge", "vivaldi-bin"}
    ),
)
"""Names as the kernel keeps them: 15 bytes, no more."""


def _processes(proc: Path) -> list[tuple[str, int]]:
    found = []
    for status in proc.glob("[0-9]*/stat"):
        try:
            # The name is in brackets and may hold any character, brackets too.
            head, _, rest = status.read_text(errors="replace").rpartition(")")
        except OSError:
            continue  # it has ended meanwhile
        found.append((head.partition("(")[2], int(rest.split()[19])))
    return found


def _boot_time(proc: Path) -> float:
    for line in (proc / "stat").read_text().splitlines():
        if line.startswith("btime "):
            return float(line.split()[1])
    return 0.0
