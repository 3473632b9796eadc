"""A service whose processes are struck, and a client that waits for its next answer."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.figures import children_of
from benchmarks.waiting import wait_for

__all__ = ["Patient", "running_patient"]

ANSWER_S: Final = 30.0
GONE_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Patient:
    """A running service, as one sees it from outside."""

    leader: int
    home: Path
    address: tuple[str, int]
    devices: Sequence[str]

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Make one request on a new connection; return its status and its JSON."""
        connection = http.client.HTTPConnection(*self.address, timeout=ANSWER_S)
        try:
            connection.request(method, path, json.dumps(body) if body else None)
            answer = connection.getresponse()
            content = answer.read()
        finally:
            connection.close()
        is_json = "json" in answer.headers.get("Content-Type", "")
        return answer.status, json.loads(content) if is_json else content

    def await_answer(self) -> None:
        """Ask without a pause until there is a good answer."""
        while True:
            with suppress(OSError, http.client.HTTPException):
                if self.call("GET", "/api/server")[0] == 200:
                    return

    def hang(self) -> socket.socket:
        """Send the main process of a trapped service into its trap."""
        connection = socket.create_connection(self.address, ANSWER_S)
        connection.sendall(b"GET /hang HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return connection

    def main(self) -> int:
        """Return the process that has the lock of the home."""
        return int(json.loads((self.home / "port.lock").read_text())["pid"])

    def find(self, word: str) -> set[int]:
        """Return the service's processes that are called so: -scan, for example."""
        return {pid for pid in self._processes() if word in _words(pid)}

    def worker_at(self, scanner_port: int) -> set[int]:
        """Return the scan workers that have a connection to a network scanner."""
        names = {f"socket:[{number}]" for number in _connections(scanner_port)}
        return {pid for pid in self.find("-scan") if names & _open_files(pid)}

    def _processes(self) -> set[int]:
        """Return those of the session, and main's children: workers have their own."""
        everybody = (int(e.name) for e in Path("/proc").iterdir() if e.name.isdigit())
        with suppress(OSError):
            return {*children_of(self.main()), *filter(self._is_member, everybody)}
        return set()

    def _is_member(self, pid: int) -> bool:
        try:
            return os.getsid(pid) == self.leader
        except OSError:
            return False


@contextmanager
def running_patient(home: Path, command: Sequence[str]) -> Iterator[Patient]:
    """Start a service by this command, on free ports."""
    options = ["--json", "--mdns", "off", "--port-base", "0", "--home", str(home)]
    with subprocess.Popen(
        [*command, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # that it has been struck
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        try:
            facts = json.loads(process.stdout.readline())
            host, port = facts["api"].removeprefix("http://").split(":")
            patient = Patient(process.pid, home, (host, int(port)), [])
            _, listed = patient.call("GET", "/api/device/scanners?type=512")
            devices = [device["device"] for device in listed]
            wait_for(lambda: bool(patient.find("-certcheck")), ANSWER_S)
            yield Patient(process.pid, home, patient.address, devices)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(GONE_S)


def _words(pid: int) -> list[str]:
    """Return the command line that a process shows."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ").split()
    return []


def _connections(port: int) -> Iterator[str]:
    """Yield the kernel's numbers of connections to a port."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        if int(words[2].rpartition(":")[2], 16) == port:
            yield words[9]


def _open_files(pid: int) -> set[str]:
    with suppress(OSError):
        return {str(entry.readlink()) for entry in Path(f"/proc/{pid}/fd").iterdir()}
    return set()
