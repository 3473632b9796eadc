"""Targets that implement nothing pass nothing, in bounded time."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

import scanwright_spec
from scanwright_conformance.attempt import converse, judged
from scanwright_conformance.check import RegisteredCheck
from scanwright_conformance.checks import load_checks
from scanwright_conformance.plan import make_plan
from scanwright_conformance.report._terminal import SilentWatcher
from scanwright_conformance.results import Result, is_binding
from scanwright_conformance.runner import run_plan
from scanwright_conformance.target import (
    Addresses,
    Device,
    Manner,
    Port,
    Process,
    Stopping,
    Target,
)
from scanwright_conformance.verdict import Verdict
from scanwright_spec import Clause

LIMIT_S = 100.0

# What a target that serves nothing is right about, and why.
TRULY_MET = {
    "ORIGIN-foreign-refused": "it sends no Access-Control-Allow-Origin to anybody",
    "ORIGIN-preflight-foreign": "it sends no Access-Control-Allow-Origin to anybody",
    "HTTP-no-crash": "who answers 200 to all still answers after malformed input",
}


# The same where it may be started, has a home with its folders, and no processes.
TRULY_MET_MANAGED = TRULY_MET | {
    "PORTS-loopback-only": "it listens on the loopback only",
    "FILES-folders": "they are there",
    "FILES-private": "they are closed, and empty",
    "SERVICE-stale-lock": "it has no lock, and answers again",
    "CONFIG-survives-restart": "it leaves all files alone",
    "HTTP-many-connections": "who answers at once has no connections",
    "HTTP-slow-client": "who answers at once and closes waits for nobody",
}


class Nothing:
    """Controls a target that is always there, and has no processes."""

    def __init__(self, addresses: Addresses, folder: Path) -> None:
        self.addresses = addresses
        self.home = folder
        self.temporary = folder / "upload"

    async def start(self, _: Manner = Manner.USUAL) -> Addresses:
        """Be there."""
        return self.addresses

    async def stop(self) -> Stopping:
        """Stay there."""
        return Stopping(0.0, (), is_by_itself=True)

    async def kill(self) -> None:
        """Stay there."""

    async def start_second(self, _: float) -> int | None:
        """Be there twice."""
        return None

    def processes(self) -> tuple[Process, ...]:
        """Have none."""
        return ()

    def is_alive(self) -> bool:
        """Seem to be."""
        return True


class Null(asyncio.Protocol):
    """Accepts, and never answers."""

    def __init__(self, connections: set[asyncio.Transport]) -> None:
        self.connections = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection, to end it with the test."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.connections.add(transport)

    def connection_lost(self, _: Exception | None) -> None:
        """Forget the connection."""
        self.connections.discard(self.transport)


class HangUp(Null):
    """Accepts, and hangs up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hang up."""
        super().connection_made(transport)
        transport.close()


class AnswerAll(Null):
    """Answers every request the same."""

    status = 404
    body = b""

    def data_received(self, _: bytes) -> None:
        """Answer."""
        head = f"HTTP/1.1 {self.status} X\r\nContent-Type: application/json\r\n"
        length = f"Content-Length: {len(self.body)}\r\nConnection: close\r\n\r\n"
        self.transport.write(head.encode() + length.encode() + self.body)
        self.transport.close()


class Empty200(AnswerAll):
    """Answers 200 with an empty object."""

    status = 200
    body = b"{}"


class Empty500(AnswerAll):
    """Answers 500 with an empty object."""

    status = 500
    body = b"{}"


@asynccontextmanager
async def listening(null: type[Null] | None) -> AsyncIterator[str]:
    """Serve `null` on a free port, or nothing at all, and tell the address."""
    if null is None:
        with socket.socket() as reserved:
            reserved.bind(("127.0.0.1", 0))
            yield f"127.0.0.1:{reserved.getsockname()[1]}"
        return
    connections: set[asyncio.Transport] = set()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: null(connections), "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for transport in tuple(connections):
            transport.abort()


def boastful(address: str) -> Target:
    """Return a target at `address` that claims everything and names every scanner."""
    scanner = Device("Boaster", 0x100, "{}")
    roles = ("scanner", "second", "slow", "stalling", "jamming", "dead", "flatbed-only")
    return Target(
        name="boaster",
        addresses=Addresses(
            {
                port: f"{'https' if port.is_tls else 'http'}://{address}"
                for port in Port
            },
        ),
        capabilities=frozenset(scanwright_spec.CAPABILITIES) - {"managed", "ca"},
        devices=dict.fromkeys(roles, scanner),
        licence_key="key",
    )


async def results_of(
    null: type[Null] | None,
    checks: dict[str, RegisteredCheck],
) -> tuple[Result, ...]:
    """Try the whole specification on a null target."""
    plan = make_plan(scanwright_spec.load().clauses, checks)
    async with listening(null) as address:
        return await run_plan(plan, boastful(address), SilentWatcher())


def musts(results: tuple[Result, ...]) -> set[str]:
    """Return the binding clauses that are met; no check may have been in error."""
    for result in results:
        assert result.verdict is not Verdict.ERROR, result.reason
    return {
        each.clause.id for each in results if each.is_met and is_binding(each.clause)
    }


@pytest.mark.slow
@pytest.mark.parametrize("null", [None, Null, HangUp, AnswerAll, Empty200, Empty500])
async def test_a_null_target_passes_no_must(null: type[Null] | None) -> None:
    """No MUST is met by a target that does nothing, and the run ends soon."""
    began = time.monotonic()
    assert musts(await results_of(null, load_checks())) == set()
    assert time.monotonic() - began < LIMIT_S


@pytest.mark.slow
@pytest.mark.parametrize("null", [AnswerAll, Empty200, Empty500])
async def test_no_judge_is_content_with_nothing(null: type[Null]) -> None:
    """Each judge objects by itself, not because another clause blocks it."""
    alone = {name: replace(check, after=()) for name, check in load_checks().items()}
    assert musts(await results_of(null, alone)) <= set(TRULY_MET)


@pytest.mark.slow
async def test_a_managed_null_target_meets_what_it_cannot_miss(tmp_path: Path) -> None:
    """Restarting nothing, and listing nothing, shows nothing of a service."""
    for name in ("cache", "cert", "dump", "log", "upload", "storage"):
        (tmp_path / name).mkdir(mode=0o700)
    checks = load_checks()
    managed = [each for each in scanwright_spec.load().clauses if _is_managed(each)]
    met: set[str] = set()

    async def try_once(clause: Clause, target: Target) -> None:
        check = checks[clause.id]
        made = judged(check, await converse(check, target))
        assert not made.error, made.error
        if is_binding(clause) and made.judgement and made.judgement.is_met:
            met.add(clause.id)

    async with listening(Empty200) as address, asyncio.TaskGroup() as group:
        target = boastful(address)
        target.control = Nothing(target.addresses, tmp_path)
        for clause in managed:
            group.create_task(try_once(clause, target))
    assert met <= set(TRULY_MET_MANAGED)


def _is_managed(clause: Clause) -> bool:
    """Tell whether a clause is about what only the managed levels see."""
    needs = {"managed", "home", "processes", "load"}
    return bool(clause.needs & needs) and "scanner" not in clause.needs
