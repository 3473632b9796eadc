"""Targets that implement nothing pass nothing, in bounded time."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

import scanwright_spec
from scanwright_conformance.check import RegisteredCheck
from scanwright_conformance.checks import load_checks
from scanwright_conformance.plan import make_plan
from scanwright_conformance.report._terminal import SilentWatcher
from scanwright_conformance.results import Result, is_binding
from scanwright_conformance.runner import run_plan
from scanwright_conformance.target import Addresses, Device, Port, Target
from scanwright_conformance.verdict import Verdict

LIMIT_S = 100.0

# What a target that serves nothing is right about, and why.
TRULY_MET = {
    "ORIGIN-foreign-refused": "it sends no Access-Control-Allow-Origin to anybody",
    "ORIGIN-preflight-foreign": "it sends no Access-Control-Allow-Origin to anybody",
    "HTTP-no-crash": "who answers 200 to all still answers after malformed input",
}


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
