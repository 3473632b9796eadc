"""The real thing as a test starts it: virtual scanners, and the service using them."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import requests

__all__ = [
    "ESCL",
    "GONE_S",
    "READY_S",
    "SANE",
    "Up",
    "first_line",
    "processes_in_session",
    "running_up",
]

READY_S = 30.0
GONE_S = 15.0

SANE = 0x100
ESCL = 0x200


@dataclass(frozen=True, slots=True)
class Up:
    """A running `scanwright up`: its process, and the line that it printed."""

    process: subprocess.Popen[bytes]
    facts: dict[str, Any]

    @property
    def api(self) -> str:
        """Base URL of the core port."""
        return str(self.facts["api"])

    def devices(self, mask: int = SANE | ESCL) -> list[dict[str, Any]]:
        """List the scanners of these types."""
        answer = requests.get(
            f"{self.api}/api/device/scanners",
            params={"type": mask},
            timeout=READY_S,
        )
        listed: list[dict[str, Any]] = answer.json()
        return listed


@contextmanager
def running_up(*arguments: str) -> Iterator[Up]:
    """Start `scanwright up` on free ports; end it as Ctrl-C would."""
    command = [sys.executable, "-m", "scanwright", "up", "--json", "--port-base", "0"]
    with subprocess.Popen(
        [*command, *arguments],
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        try:
            line = first_line(process.stdout, READY_S)
            yield Up(process, json.loads(line))
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(GONE_S)


def first_line(stream: IO[bytes], within_s: float) -> bytes:
    """Read one line, or fail when it does not come in time."""
    ready, _, _ = select.select([stream], [], [], within_s)
    assert ready, f"nothing was printed within {within_s} s"
    line = stream.readline()
    assert line, "it ended without a word"
    return line


def processes_in_session(leader: int) -> list[int]:
    """Return all living processes of the session that `leader` began."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            is_member = os.getsid(int(entry.name)) == leader
            state = (entry / "stat").read_text().rpartition(")")[2].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            continue
        if is_member and state != "Z":
            found.append(int(entry.name))
    return found
