"""The doctor: from the first start of a target to what it leaves behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from scanwright_conformance.target import (
    Addresses,
    Description,
    Examination,
    Finding,
    Port,
    Target,
    examine,
)

Adapt = Callable[..., tuple[str, ...]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]

HAS = frozenset({"open-origins", "managed", "page-cache", "no-documents"})

# What the polite adapter's start gets in place of a process that waits: a service.
SERVED = '''\
from pathlib import Path
CHILD = [sys.executable, "-c", """
import json, sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.rfile.read(length)
        body = json.dumps({"code": -1126}).encode()
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET

    def log_message(self, *_):
        pass

server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
print(server.server_port, flush=True)
server.serve_forever()
"""]

def start(request):
    global child
    child = subprocess.Popen(CHILD, stdout=subprocess.PIPE)
    port = int(child.stdout.readline())
    return {"api": f"http://127.0.0.1:{port}", "pid": child.pid}

THINGS["start"] = start
'''


def described(command: tuple[str, ...], *more: str) -> Description:
    """Return the description of a target with an adapter."""
    return Description("t", None, HAS | set(more), adapter=command, start_timeout_s=20)


async def found(description: Description) -> dict[str, Examination]:
    """Return what the doctor finds, by name."""
    return {each.name: each for each in await examine(description)}


@pytest.mark.slow
async def test_a_healthy_target_lives_through_everything(adapt: Adapt) -> None:
    """It starts and ends in every manner that its capabilities need."""
    seen = await found(described(adapt(SERVED), "processes"))
    assert list(seen) == [
        *("description", "adapter", "start", "address api", "scanners"),
        *("capabilities", "processes", "hook load", "reset"),
        *("stop", "start caching", "kill", "start after kill", "left behind"),
    ]
    assert {each.finding for each in seen.values()} == {Finding.OK}
    assert seen["hook load"].seen == "answers ['load', {}]"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "name", "finding", "message"),
    [
        ("raise SystemExit('no java')", "adapter", Finding.PROBLEM, "no java"),
        ("CAN[:] = ['stop']", "adapter", Finding.PROBLEM, "can stop"),
        ("CAN.remove('kill')", "adapter", Finding.WARNING, "can hook:load"),
        ("CAN.append('dance')", "adapter", Finding.WARNING, "dance"),
        (
            "THINGS['start'] = lambda r: {'error': 'port in use'}",
            "start",
            Finding.PROBLEM,
            "port in use",
        ),
        (
            f"{SERVED}\nTHINGS['stop'] = lambda r: {{}}",
            "stop",
            Finding.PROBLEM,
            "left: ",
        ),
        (
            f"{SERVED}\nTHINGS['kill'] = lambda r: {{'error': 'not root'}}",
            "kill",
            Finding.PROBLEM,
            "not root",
        ),
        (
            f"{SERVED}\nTHINGS['kill'] = lambda r: {{}}",
            "kill",
            Finding.PROBLEM,
            "still runs",
        ),
        (
            f"{SERVED}\nTHINGS['hook'] = lambda r: {{'error': 'how many?'}}",
            "hook load",
            Finding.WARNING,
            "how many?",
        ),
        (
            f"{SERVED}\nTHINGS['reset'] = stop",
            "reset",
            Finding.PROBLEM,
            "nobody answers",
        ),
    ],
)
async def test_what_is_wrong_is_found(
    adapt: Adapt,
    change: str,
    name: str,
    finding: Finding,
    message: str,
) -> None:
    """Each fault of an adapter is told where it shows, with what to do."""
    seen = (await found(described(adapt(change))))[name]
    assert seen.finding is finding
    assert message in seen.seen
    assert seen.advice


@pytest.mark.slow
async def test_a_bare_start_has_a_configuration_with_free_ports(
    adapt: Adapt,
    tmp_path: Path,
) -> None:
    """The file is written for it, and what was there before comes back."""
    change = f"""{SERVED}
CAN.append("start:bare")
def bare(request):
    if request["manner"] == "bare":
        told = (Path(request["home"]) / "DSConfiguration.ini").read_text()
        if "Port_mp_0" not in told:
            return {{"error": "no port"}}
    return start(request)
THINGS["start"] = bare
"""
    (tmp_path / "DSConfiguration.ini").write_text("mine", encoding="utf-8")
    description = described(adapt(change), "configurable")
    seen = await found(replace(description, home=tmp_path))
    assert seen["start bare"].finding is Finding.OK
    assert (tmp_path / "DSConfiguration.ini").read_text(encoding="utf-8") == "mine"


async def test_an_attached_target_is_looked_over_only(serve: Serve) -> None:
    """Nobody starts or ends what somebody else started."""

    async def answer(_: web.Request) -> web.Response:
        return web.json_response({})

    addresses = Addresses({Port.API: await serve(answer)})
    by_file = await examine(Description("t", addresses, frozenset()))
    by_url = await examine(Target("t", addresses, frozenset()))
    assert [each.name for each in by_file] == [
        *("description", "address api", "scanners", "capabilities"),
    ]
    assert [each.name for each in by_url] == [each.name for each in by_file[1:]]
    assert by_file[0].finding is Finding.WARNING
