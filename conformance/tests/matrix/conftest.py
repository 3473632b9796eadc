"""Cells of tiny targets, and what comes of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

import scanwright_spec
from scanwright_conformance.event_codec import encode_event
from scanwright_conformance.events import Began, Ended, Event, Finished
from scanwright_conformance.matrix.cells import Cell
from scanwright_conformance.matrix.outcome import Outcome
from scanwright_conformance.results import Plan, Result, Subject
from scanwright_conformance.scope import Scope
from scanwright_conformance.verdict import Verdict

# Answers its settings, and nothing else; ends like any server.
SERVER = """\
import http.server, json, os, pathlib, sys

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        is_known = self.path == "/api/server"
        body = json.dumps({"logLevel": 30}).encode() if is_known else b""
        self.send_response(200 if is_known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
(pathlib.Path(sys.argv[1]) / f"{os.getpid()}.pid").touch()
print(json.dumps({"api": f"http://127.0.0.1:{server.server_port}"}), flush=True)
try:
    server.serve_forever()
except KeyboardInterrupt:
    pass
"""

TARGET = """\
[target]
name = "tiny"
[start]
command = ["{python}", "{here}/server.py", "{here}"]
"""

Make = Callable[..., Outcome]


@pytest.fixture
def target(tmp_path: Path) -> Path:
    """Return the description of a target that is started by its command."""
    (tmp_path / "server.py").write_text(SERVER)
    file = tmp_path / "target.toml"
    file.write_text(TARGET)
    return file


@pytest.fixture
def cell(target: Path) -> Cell:
    """Return a cell that tries one clause, which the target meets."""
    return Cell(
        name="build 7",
        place=str(target),
        description=target.read_text(),
        only=("SERVER-settings",),
        seed=7,
        timeout_s=60,
    )


@pytest.fixture
def outcome() -> Make:
    """Give a function that makes the lines of a run with these verdicts."""

    def make(*verdicts: Verdict, tried: int | None = None) -> Outcome:
        clauses = scanwright_spec.load().clauses[: len(verdicts)]
        plan = Plan(
            subject=Subject("tiny", {}, (), {}, "L1", version="1.0"),
            scope=Scope(),
            clauses=clauses,
            seed=7,
            began_at=datetime(2030, 1, 2, tzinfo=UTC),
            suite_version="1.0",
        )
        results = [
            Result(clause, verdict)
            for clause, verdict in zip(clauses, verdicts, strict=True)
        ]
        ended = [Ended(each) for each in results[:tried]]
        events: list[Event] = [Began(plan), *ended, Finished(1.5)]
        return Outcome(tuple(json.dumps(encode_event(each)) for each in events))

    return make
