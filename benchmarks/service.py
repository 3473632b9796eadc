"""The service as a contender: started, and used by a client of one connection."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from benchmarks.waiting import wait_for

__all__ = ["PAGES", "Run", "Service", "ended", "running_service", "serve_command"]

PAGES: Final = 10
SANE: Final = 0x100
JOBS: Final = "/api/device/scanners/jobs"
NEXT_PAGE: Final = "next-page?type=image/jpeg"
CONFIG: Final = {
    "IfFeederEnabled": True,
    "IfDuplexEnabled": False,
    "PixelType": 2,  # TWAIN: RGB
    "Resolution": 300,
    "PageSize": 1,  # TWAIN: A4
    "XferCount": PAGES,
}
REQUEST_S: Final = 60.0
GONE_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds of one job by its stages; `create` includes opening the device."""

    create: float
    first_page: float
    other_pages: float
    end: float

    @property
    def total(self) -> float:
        """From the first request to the last answer."""
        return self.create + self.first_page + self.other_pages + self.end


@dataclass(frozen=True, slots=True)
class Service:
    """A running service with the test device, as a client sees it.

    `main` is the process that serves, `front` the ancestor of all its processes.
    """

    front: int
    main: int
    connection: http.client.HTTPConnection
    device: str

    def scan(self, folder: Path, on_page: Callable[[], object] | None = None) -> Run:
        """Run a job, write its pages into `folder`, delete it."""
        begin = perf_counter()
        job = self.create_job()
        created = perf_counter()
        self._fetch(job, folder / "service1.jpg", on_page)
        first = perf_counter()
        for number in range(2, PAGES + 1):
            self._fetch(job, folder / f"service{number}.jpg", on_page)
        last = perf_counter()
        self.call("GET", f"{job}/{NEXT_PAGE}", expected=204)
        self.call("DELETE", job, expected=204)
        return Run(
            created - begin,
            first - created,
            last - first,
            perf_counter() - last,
        )

    def scan_then_fetch(self) -> tuple[float, float]:
        """Do one after the other what a client usually has done side by side."""
        begin = perf_counter()
        job = self.create_job()
        wait_for(lambda: self.has_completed(job), REQUEST_S)
        scanned = perf_counter()
        for _ in range(PAGES):
            self.call("GET", f"{job}/{NEXT_PAGE}", expected=200)
        fetched = perf_counter()
        self.call("DELETE", job, expected=204)
        return scanned - begin, fetched - scanned

    def create_job(self) -> str:
        """Start a job of ten feeder pages; return its path."""
        body = json.dumps({"device": self.device, "config": CONFIG})
        answer = json.loads(self.call("POST", JOBS, body=body, expected=201))
        return f"{JOBS}/{answer['jobuid']}"

    def has_completed(self, job: str) -> bool:
        """Say whether all pages of a job have been scanned."""
        state = json.loads(self.call("GET", job, expected=200))
        assert state["status"] in {"running", "completed"}, state
        return bool(state["status"] == "completed")

    def call(
        self,
        method: str,
        path: str,
        *,
        expected: int,
        body: str | None = None,
    ) -> bytes:
        """Make one request and insist on its status."""
        return call(self.connection, method, path, expected=expected, body=body)

    def _fetch(
        self,
        job: str,
        file: Path,
        on_page: Callable[[], object] | None,
    ) -> None:
        file.write_bytes(self.call("GET", f"{job}/{NEXT_PAGE}", expected=200))
        if on_page is not None:
            on_page()


@contextmanager
def running_service(home: Path) -> Iterator[Service]:
    """Start a service that sees the scanners of this environment."""
    process = subprocess.Popen(serve_command(home, 0), stdout=subprocess.PIPE)
    with ended(process):
        assert process.stdout is not None
        facts = json.loads(process.stdout.readline())
        host, port = facts["api"].removeprefix("http://").split(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=REQUEST_S)
        with closing(connection):
            path = f"/api/device/scanners?type={SANE}"
            scanners = json.loads(call(connection, "GET", path, expected=200))
            device = scanners[0]["device"]
            yield Service(process.pid, facts["pid"], connection, device)


def serve_command(home: Path, port_base: int) -> list[str]:
    """Return the command line of a service."""
    serve = [sys.executable, "-m", "scanwright", "serve", "--json", "--mdns", "off"]
    return [*serve, "--home", str(home), "--port-base", str(port_base)]


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """End a process with the block, as Ctrl-C would."""
    with process:
        try:
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(GONE_S)


def call(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    *,
    expected: int,
    body: str | None = None,
) -> bytes:
    """Make one request and insist on its status."""
    connection.request(method, path, body)
    response = connection.getresponse()
    answer = response.read()
    assert response.status == expected, f"{method} {path}: {answer[:500]!r}"
    return answer
