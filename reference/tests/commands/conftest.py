"""A manager that only tells its state, for commands that ask it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from scanwright.home import Home

FACTS = {
    "state": "running",
    "version": "0.1.0",
    "started": "2026-11-23T12:00:00Z",
    "crashes": 1,
    "addresses": {"api": "http://127.0.0.1:18622"},
    "processes": [
        {"role": "main", "pid": 4711, "started": "2026-11-23T12:00:00Z", "restarts": 1}
    ],
    "modules": {"core": ["0.1.0"], "pdf": []},
    "scanners": {"at": None, "problem": None, "devices": []},
    "pageSessions": [],
    "logLevel": 1,
    "webSetup": False,
    "waiting": 0,
    "restartNeeded": [],
}


@dataclass
class Told:
    """A service that runs on a home, and what it says."""

    home: Home
    facts: dict[str, Any] = field(default_factory=lambda: dict(FACTS))
    status: int = 200


@contextmanager
def telling(told: Told) -> Iterator[None]:
    """Serve what is told, and write where."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(told.facts).encode()
            self.send_response(told.status if "status" in self.path else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Keep quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        ports = [1, 2, server.server_port, 4]
        lock = {"pid": 4711, "started": "2026-11-23T12:00:00Z", "ports": ports}
        told.home.port_lock.write_text(json.dumps(lock))
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home that nobody serves."""
    home = Home(tmp_path / "home")
    home.create()
    return home


@pytest.fixture
def told(home: Home) -> Iterator[Told]:
    """A home that is served."""
    told = Told(home)
    with telling(told):
        yield told
