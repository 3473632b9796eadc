"""Which service a command is about, and where it answers.

A home is named by `--home` or $SCANWRIGHT_HOME. Else it is the user's own where a
service runs there, or that of the machine where there is one. What the service has
written into its `port.lock` says where it answers; whether it does, only asking tells.
"""

from __future__ import annotations

import argparse
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final

from scanwright.errors import ScanwrightError
from scanwright.home import ENV_HOME, Home, default_home

__all__ = [
    "PATIENCE_S",
    "NotAnswering",
    "NotRunning",
    "Running",
    "add_home",
    "ask_status",
    "find_home",
    "find_running",
]

SYSTEM_HOME: Final = Path("/var/lib/scanwright")
ANSWER_S: Final = 10.0
PATIENCE_S: Final = 5.0
"""For others who change the same file at this moment."""
FACTS: Final = frozenset(
    {
        *("state", "version", "started", "processes", "addresses", "modules"),
        *("waiting", "restartNeeded"),
    }
)
"""What a service says of itself; whoever does not is something else."""
MANAGER: Final = 2
"""Place of the manager's port among the four."""


class NotRunning(ScanwrightError):
    """No service runs on this home; the message says how to start one."""


class NotAnswering(ScanwrightError):
    """There should be one, and it does not answer."""


@dataclass(frozen=True, slots=True)
class Running:
    """A service, as it says itself."""

    pid: int
    manager: str
    """Base URL of the manager."""


def add_home(parser: argparse.ArgumentParser) -> None:
    """Let somebody name the home."""
    parser.add_argument(
        "--home",
        type=Path,
        metavar="DIR",
        help=f"folder of the service (default: ${ENV_HOME}; else yours, where it runs "
        f"or none else is; else {SYSTEM_HOME})",
    )


def find_home(
    named: Path | None,
    environ: Mapping[str, str],
    *,
    system: Path = SYSTEM_HOME,
) -> Home:
    """Return the home that is meant."""
    own = Home(named or default_home(environ))
    is_named = named is not None or ENV_HOME in environ
    if is_named or own.port_lock.exists() or not system.is_dir():
        return own
    return Home(system)


def find_running(home: Home) -> Running:
    """Return where the service of a home answers.

    Raises:
        NotRunning: None has said so.
    """
    try:
        facts = json.loads(home.port_lock.read_text("utf-8"))
        manager = f"http://127.0.0.1:{int(facts['ports'][MANAGER])}"
        return Running(int(facts["pid"]), manager)
    except (
        FileNotFoundError,
        NotADirectoryError,
        ValueError,
        LookupError,
        TypeError,
    ):
        raise NotRunning(
            f"No service runs on {home.folder}. `scanwright serve` starts one, "
            "`scanwright service install` keeps one running; --home names another "
            "folder."
        ) from None


def ask_status(running: Running, *, timeout_s: float = ANSWER_S) -> dict[str, Any]:
    """Return what a service says about its state.

    Raises:
        NotRunning: Nobody listens there any more.
        NotAnswering: Somebody does, and says nothing of the kind.
    """
    # No proxy: what is asked is on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    url = f"{running.manager}/admin/api/status"
    try:
        with opener.open(url, timeout=timeout_s) as answer:
            facts = json.load(answer)
    except urllib.error.URLError as error:
        if isinstance(error.reason, ConnectionRefusedError):
            raise NotRunning(
                f"Process {running.pid} has served here, and runs no more."
            ) from error
        raise NotAnswering(f"{running.manager} does not answer: {error}") from error
    except (OSError, ValueError, HTTPException) as error:
        raise NotAnswering(f"{running.manager} does not answer: {error}") from error
    if not isinstance(facts, dict) or not facts.keys() >= FACTS:
        raise NotAnswering(f"{running.manager} belongs to another program.")
    return facts
