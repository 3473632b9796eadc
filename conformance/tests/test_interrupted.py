"""A run that is ended from outside leaves nothing behind."""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scanwright_conformance.deadline import until

# Lists no scanners, answers nothing else, and leaves its process id in a file.
SERVER = """\
import http.server, os, pathlib, sys, threading

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if not self.path.startswith("/api/device/scanners"):
            threading.Event().wait()
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"[]")

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
pathlib.Path(sys.argv[1]).write_text(str(os.getpid()))
print('{"api": "http://127.0.0.1:%d"}' % server.server_port, flush=True)
server.serve_forever()
"""
CERTIFY = "import sys; from scanwright_conformance.cli import certify; \
sys.exit(certify(sys.argv[1:]))"


def started(folder: Path) -> subprocess.Popen[bytes]:
    """Return a certification of a target that hangs, with its first line printed."""
    (folder / "server.py").write_text(SERVER)
    file = folder / "target.toml"
    words = '"{python}", "{here}/server.py", "{here}/pid"'
    file.write_text(f"[start]\ncommand = [{words}]\n")
    report = str(folder / "report")
    process = subprocess.Popen(
        [sys.executable, "-c", CERTIFY, str(file), "--report", report],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    assert process.stdout is not None
    assert select.select([process.stdout], [], [], 30)[0], "no first line in time"
    assert b" clauses" in process.stdout.readline()
    return process


async def is_gone(pid: int) -> bool:
    """Wait until no process has `pid`."""

    async def attempt() -> bool | None:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return None

    return await until(attempt, within_s=10)


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
async def test_the_target_ends_with_the_run(
    tmp_path: Path,
    number: signal.Signals,
) -> None:
    """Ctrl-C, an orderly end and a kill: the service that was started goes too."""
    process = started(tmp_path)
    service = int((tmp_path / "pid").read_text())
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert await is_gone(service)
    assert b"Unclosed" not in errors
    assert process.returncode != 0
