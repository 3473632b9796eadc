"""A service in hard conditions: started in them, and asked how it fares."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from live import GONE_S, READY_S, first_line

__all__ = ["JOBS", "Service", "refused", "serving", "until"]

JOBS = "/api/device/scanners/jobs"
SERVE = (sys.executable, "-m", "scanwright", "serve")
OPTIONS = ("--json", "--mdns", "off")


@dataclass(frozen=True, slots=True)
class Service:
    """A running service: its front, its home, and what it has announced."""

    process: subprocess.Popen[bytes]
    home: Path
    facts: Mapping[str, Any]

    @property
    def api(self) -> str:
        """Base URL of the core port."""
        return str(self.facts["api"])

    def get(self, path: str = "/api/server") -> requests.Response:
        """Make a request on a new connection."""
        return requests.get(self.api + path, timeout=READY_S)

    def log(self) -> str:
        """Return what has been logged."""
        return (self.home / "log" / "service.log").read_text()

    def main(self) -> int:
        """Return the process that has the lock of the home."""
        return int(json.loads((self.home / "port.lock").read_text())["pid"])

    def memory_kib(self) -> int:
        """Return how much memory main has."""
        status = Path(f"/proc/{self.main()}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0])


@contextmanager
def serving(
    home: Path,
    *options: str,
    prefix: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
) -> Iterator[Service]:
    """Run a service without SANE scanners on free ports; `prefix` runs its command."""
    home.mkdir(exist_ok=True)
    with subprocess.Popen(
        [*prefix, *SERVE, *OPTIONS, "--home", str(home), *(options or FREE)],
        env={**os.environ, "SANE_CONFIG_DIR": str(home), **(environ or {})},
        stdout=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        try:
            line = first_line(process.stdout, READY_S)
            yield Service(process, home, json.loads(line))
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(GONE_S)


def refused(*arguments: str, prefix: Sequence[str] = ()) -> str:
    """Start a service that must refuse to start; return its words."""
    ended = subprocess.run(
        [*prefix, *SERVE, *OPTIONS, *arguments],
        capture_output=True,
        text=True,
        timeout=READY_S,
        check=False,
    )
    assert ended.returncode == 1, ended
    assert "Traceback" not in ended.stderr
    return ended.stderr


def until(condition: Callable[[], object], within_s: float = READY_S) -> None:
    """Wait for something that happens in other processes."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        select.select([], [], [], 0.02)


FREE = ("--port-base", "0")
