"""A certification from beginning to end."""

from __future__ import annotations

import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.certification import certify_target
from scanwright_conformance.report._terminal import SilentWatcher
from scanwright_conformance.report._words import obstacle
from scanwright_conformance.verdict import RollUp, Verdict
from scanwright_conformance.weather import read_weather

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]

SERVER = """\
import asyncio, json
from aiohttp import web

async def handle(request):
    return web.json_response({"logLevel": 1})

async def main():
    application = web.Application()
    application.router.add_get("/api/server", handle)
    runner = web.AppRunner(application)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    print(json.dumps({"api": f"http://127.0.0.1:{port}"}), flush=True)
    await asyncio.Event().wait()

try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
"""


async def settings(request: web.Request) -> web.Response:
    """Answer the settings, and nothing else."""
    if request.path == "/api/server" and request.method == "GET":
        return web.json_response({"logLevel": 30})
    return web.Response(status=404)


async def test_a_url_is_an_attached_target(serve: Serve) -> None:
    """What was selected is tried on it, at assurance L1."""
    run = await certify_target(
        Assignment(await serve(settings), ("SERVER-settings",)), SilentWatcher()
    )
    assert (run.roll_up, run.subject.assurance) == (RollUp.SELECTION, "L1")
    assert [result.clause.id for result in run.results] == ["SERVER-settings"]


async def test_results_are_in_the_order_of_the_specification(serve: Serve) -> None:
    """Whatever was tried first, readers find clauses where they expect them."""
    run = await certify_target(
        Assignment(
            await serve(settings),
            (
                "SERVER",
                "PORTS-core-http",
            ),
        ),
        SilentWatcher(),
    )
    ids = [result.clause.id for result in run.results]
    assert ids[0] == "PORTS-core-http"
    assert ids[1:3] == ["SERVER-settings", "SERVER-log-level"]


@pytest.mark.parametrize(
    ("text", "is_met"), [("latency=1ms,slice=1-7", True), ("reset=100%", False)]
)
async def test_a_run_may_be_in_the_weather(
    serve: Serve, text: str, *, is_met: bool
) -> None:
    """What arrives late is met, what is lost is not; the plan says what it was."""
    assignment = Assignment(
        await serve(settings),
        ("SERVER-settings",),
        seed=1,
        weather=read_weather(text),
    )
    run = await certify_target(assignment, SilentWatcher())
    (result,) = run.results
    assert result.is_met is is_met
    assert read_weather(run.plan.environment["weather"]) == assignment.weather
    if not is_met:
        assert result.judgement is not None
        assert result.judgement.observed == "no answer: Connection reset by peer"


async def test_a_described_target_is_measured(serve: Serve, tmp_path: Path) -> None:
    """A description says more than an address."""
    file = tmp_path / "mine.toml"
    url = await serve(settings)
    file.write_text(f'[target]\napi = "{url}"\n[capabilities]\nhas = ["tls"]\n')
    run = await certify_target(
        Assignment(str(file), ("SERVER-settings",)), SilentWatcher()
    )
    assert (run.subject.name, run.subject.capabilities) == ("mine", ("tls",))


@pytest.mark.slow
async def test_a_managed_target_is_started(tmp_path: Path) -> None:
    """A description with a command gives assurance L2."""
    (tmp_path / "server.py").write_text(SERVER)
    file = tmp_path / "target.toml"
    file.write_text('[start]\ncommand = ["{python}", "{here}/server.py"]\n')
    run = await certify_target(
        Assignment(str(file), ("SERVER-settings",)), SilentWatcher()
    )
    assert (run.roll_up, run.subject.assurance) == (RollUp.SELECTION, "L2")


@pytest.mark.slow
async def test_a_target_that_does_not_start_is_incomplete(tmp_path: Path) -> None:
    """Nothing was tried, so nothing is said about it but why."""
    file = tmp_path / "target.toml"
    file.write_text(f'[start]\ncommand = ["{sys.executable}", "-c", "exit(5)"]\n')
    run = await certify_target(Assignment(str(file), ("SERVER",)), SilentWatcher())
    assert run.roll_up is RollUp.INCOMPLETE
    assert {result.verdict for result in run.results} == {Verdict.NOT_RUN}
    assert "did not start" in run.results[0].reason


async def test_where_nobody_listens_nothing_fails(tmp_path: Path) -> None:
    """A service that is down has broken no clause, and is certified by none."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        path = tmp_path / "target.toml"
        path.write_text(f'[target]\nname = "t"\napi = "{url}"\n')
        for place in (url, str(path)):
            run = await certify_target(Assignment(place, ("SERVER",)), SilentWatcher())
            assert run.roll_up is RollUp.INCOMPLETE
            assert run.counts[Verdict.NOT_RUN] == len(run.results)
            assert obstacle(run).startswith(f"nobody listens at {url}")
