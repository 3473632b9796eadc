"""Browsers, and whether one is running: what it has read it does not read again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

__all__ = ["CHROMIUM", "FIREFOX", "Browser"]

PROC: Final = Path("/proc")
START_FIELD: Final = 19
"""Of /proc/PID/stat, counted from the state."""


@dataclass(frozen=True, slots=True)
class Browser:
    """A family of browsers that share their stores."""

    name: str
    processes: frozenset[str]

    def starts(self, *, uid: int | None = None, proc: Path = PROC) -> list[float]:
        """Return when each of its processes was started, in seconds since the epoch.

        With a `uid` only those of this user count.
        """
        boot = _boot_time(proc)
        return [
            boot + ticks / os.sysconf("SC_CLK_TCK")
            for name, owner, ticks in _living(proc)
            if name in self.processes and uid in {None, owner}
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


def _living(proc: Path) -> Iterator[tuple[str, int, int]]:
    """Yield name, user and start of every process that is not dead."""
    for status in proc.glob("[0-9]*/stat"):
        try:
            # The name is in brackets and may hold any character, brackets too.
            head, _, rest = status.read_text(errors="replace").rpartition(")")
            owner = status.stat().st_uid
        except OSError:
            continue  # it has ended meanwhile
        fields = rest.split()
        if fields[0] != "Z":
            yield head.partition("(")[2], owner, int(fields[START_FIELD])


def _boot_time(proc: Path) -> float:
    for line in (proc / "stat").read_text().splitlines():
        if line.startswith("btime "):
            return float(line.split()[1])
    return 0.0
