"""Null targets: services that implement nothing, and so must pass nothing.

They claim every capability. Each is measured twice: as a target is, where one failure
blocks what builds upon it, and with every check on its own, so that no judge owes its
good name to another one. A few clauses are truly met by who does nothing; they are
listed here, with the reason, and blocked in the first measurement.
"""

from __future__ import annotations

import asyncio
import random
import socket
import time
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import as_completed
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final

import scanwright_spec
from scanwright_conformance.checks import load_checks
from scanwright_conformance.events import Fold
from scanwright_conformance.plan import make_plan
from scanwright_conformance.proof.proof import Progress, Proof, silent
from scanwright_conformance.proof.workers import Workers
from scanwright_conformance.runner import run_plan
from scanwright_conformance.target import Addresses, Device, Port, Target
from scanwright_conformance.verdict import Verdict

__all__ = [
    "NULLS",
    "TRULY_MET",
    "Found",
    "Null",
    "boastful",
    "listening",
    "problems_of",
    "prove_nulls",
    "try_null",
]

LIMIT_S: Final = 120.0

TRULY_MET: Final = {
    "ORIGIN-foreign-refused": "it sends no Access-Control-Allow-Origin to anybody",
    "ORIGIN-preflight-foreign": "it sends no Access-Control-Allow-Origin to anybody",
    "HTTP-no-crash": "who answers 200 to all still answers after malformed input",
}
"""What a target that serves nothing is right about, and why."""

NOT_CLAIMED: Final = {"managed", "ca"}
"""What needs more than a claim: a way to start it, and a file."""

ROLES: Final = (
    "scanner",
    "second",
    "slow",
    "stalling",
    "jamming",
    "dead",
    "flatbed-only",
    "empty-glass",
)


class Null(asyncio.Protocol):
    """Accepts, and never answers."""

    def __init__(self, connections: set[asyncio.Transport]) -> None:
        self.connections = connections

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection, to end it at the end."""
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("a stream has a transport to write to")
        self.transport = transport
        self.connections.add(transport)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
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

    def data_received(self, data: bytes) -> None:  # noqa: ARG002
        """Answer."""
        self.answer(self.body)

    def answer(self, body: bytes, more: str = "") -> None:
        """Send an answer with `body` and `more` headers, and hang up."""
        head = (
            f"HTTP/1.1 {self.status} X\r\nContent-Type: application/json\r\n{more}"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.transport.write(head.encode("latin-1") + body)
        self.transport.close()


class Empty200(AnswerAll):
    """Answers 200 with an empty object."""

    status = 200
    body = b"{}"


class Empty500(AnswerAll):
    """Answers 500 with an empty object."""

    status = 500
    body = b"{}"


class Echo(AnswerAll):
    """Answers 200 with what it was sent: the body, and each header that came."""

    status = 200

    def data_received(self, data: bytes) -> None:
        """Send it back."""
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")[1:]
        kept = [line for line in lines if not line.lower().startswith("content-")]
        self.answer(body, "".join(f"{line}\r\n" for line in kept))


class Garbage(Null):
    """Answers with bytes of no sense."""

    def data_received(self, data: bytes) -> None:
        """Answer what the length of the request is a seed for."""
        noise = random.Random(len(data))  # noqa: S311 - noise, no secret
        self.transport.write(noise.randbytes(noise.randrange(1, 4096)))
        self.transport.close()


NULLS: Final[dict[str, type[Null] | None]] = {
    "refuses the connection": None,
    "accepts and hangs": Null,
    "accepts and closes": HangUp,
    "404 to all": AnswerAll,
    "200 with {} to all": Empty200,
    "500 to all": Empty500,
    "echo": Echo,
    "garbage": Garbage,
}


SILENT: Final = (
    "refuses the connection",
    "accepts and hangs",
    "accepts and closes",
    "garbage",
)
"""Those whom the suite gives up soon: there is nobody to try each check with."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a null target was found to meet of what binds; `errors` are the suite's.

    `tried` are the clauses for which it was asked something.
    """

    name: str
    is_alone: bool
    met: frozenset[str]
    errors: tuple[str, ...]
    tried: int
    seconds: float


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
    urls = {port: f"{'https' if port.is_tls else 'http'}://{address}" for port in Port}
    return Target(
        name="boaster",
        addresses=Addresses(urls),
        capabilities=frozenset(scanwright_spec.CAPABILITIES) - NOT_CLAIMED,
        devices=dict.fromkeys(ROLES, scanner),
        licence_key="key",
    )


def try_null(name: str, *, is_alone: bool) -> Found:
    """Measure one null target with the whole suite."""
    began = time.monotonic()
    checks = load_checks()
    if is_alone:
        checks = {clause: replace(each, after=()) for clause, each in checks.items()}
    plan = make_plan(scanwright_spec.load().clauses, checks)

    async def measure() -> Found:
        async with listening(NULLS[name]) as address:
            results = await run_plan(plan, boastful(address), Fold())
        return Found(
            name,
            is_alone,
            frozenset(
                each.clause.id for each in results if each.is_met and each.is_binding
            ),
            tuple(
                f"{each.clause.id}: {each.reason.strip().splitlines()[-1]}"
                for each in results
                if each.verdict is Verdict.ERROR
            ),
            sum(bool(each.attempts) for each in results),
            time.monotonic() - began,
        )

    return asyncio.run(measure())


def prove_nulls(workers: Workers, *, progress: Progress = silent) -> Proof:
    """Measure every null target, in both ways."""
    began = time.monotonic()
    # who never answers ends the run after three checks, so it is not tried alone
    answering = [name for name in NULLS if name not in SILENT]
    planned = [(name, False) for name in NULLS] + [(name, True) for name in answering]
    running = [
        workers.submit(try_null, name, is_alone=alone) for name, alone in planned
    ]
    found = []
    for done in as_completed(running):
        found.append(done.result())
        progress(_line(found[-1]))
    return Proof(
        name="null targets",
        claim="who implements nothing passes no MUST, in bounded time",
        tried=sum(each.tried for each in found),
        problems=tuple(problem for each in found for problem in problems_of(each)),
        seconds=time.monotonic() - began,
        detail={
            "targets": list(NULLS),
            "truly_met": dict(TRULY_MET),
            "slowest_s": max(each.seconds for each in found),
        },
    )


def problems_of(found: Found) -> Iterable[str]:
    """Yield a sentence for each thing that must not be."""
    allowed = set(TRULY_MET) if found.is_alone else set()
    for clause in sorted(found.met - allowed):
        yield f"{_named(found)} passes {clause}"
    for error in found.errors:
        yield f"{_named(found)} upsets the suite: {error}"
    if found.seconds > LIMIT_S:
        yield f"{_named(found)} took {found.seconds:.0f} s, over {LIMIT_S:g}"


def _named(found: Found) -> str:
    how = ", every check on its own" if found.is_alone else ""
    return f"the target that is {found.name!r}{how}"


def _line(found: Found) -> str:
    how = " (each check on its own)" if found.is_alone else ""
    return f"{found.name}{how}: {len(found.met)} met, {found.seconds:.1f} s"
