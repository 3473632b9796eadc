"""The one executable: what it can be, how it is run, and what `ps` shows of it."""

from __future__ import annotations

import os
import sys

__all__ = ["ADDON_WORKER", "HELPER", "MAIN", "MONITOR", "NAME", "SCAN_WORKER"]
__all__ += ["daemon_command", "keep", "set_title", "spawn"]

NAME = "scanwrightd"

MAIN = "main"
MONITOR = "monitor"
HELPER = "certificate helper"
SCAN_WORKER = "scan worker"
ADDON_WORKER = "add-on worker"
"""The roles of its processes, for people."""


def daemon_command(*arguments: str) -> list[str]:
    """Return the command line that runs `scanwrightd` with these arguments."""
    if getattr(sys, "frozen", False):
        from pathlib import Path

        return [str(Path(sys.executable).with_name(NAME)), *arguments]
    # -P: the folder that the service was started in is no place to import from.
    return [sys.executable, "-P", "-m", "scanwright.daemon", *arguments]


def set_title(*arguments: str) -> None:
    """Show this process under its published command line.

    Implements: SERVICE-arguments-monitor, SERVICE-arguments-scan,
    SERVICE-arguments-addon, SERVICE-arguments-helper.
    """
    from setproctitle import setproctitle

    setproctitle(" ".join((NAME, *arguments)))


def spawn(command: list[str], *descriptors: int) -> int:
    """Start a child that inherits these descriptors; return its id."""
    # Onto themselves: that is how posix_spawn(3) makes a descriptor pass an exec.
    passed = [(os.POSIX_SPAWN_DUP2, number, number) for number in descriptors]
    return os.posix_spawn(
        command[0], command, os.environ, file_actions=passed, setsigmask=()
    )


def keep(*descriptors: int) -> None:
    """Pass descriptors that were inherited to no child."""
    for descriptor in descriptors:
        os.set_inheritable(descriptor, False)  # noqa: FBT003 - it takes no keyword
