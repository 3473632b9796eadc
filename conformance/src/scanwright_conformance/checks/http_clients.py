"""Checks of clients that misbehave on the connection itself: slow, many, half dumb."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING, Final

from scanwright_conformance.check import Check, check
from scanwright_conformance.checks._paths import generation_2
from scanwright_conformance.checks.server import (
    SERVER,
    VERSION,
    kept_level,
    level_in,
    set_level,
)
from scanwright_conformance.checks.service_scan import ONE_PAGE
from scanwright_conformance.expect import (
    expect_equal,
    expect_status,
    expect_within,
)
from scanwright_conformance.judgement import Mismatch
from scanwright_conformance.target import Port, Role, Unsupported

if TYPE_CHECKING:
    from scanwright_conformance.session import Session
    from scanwright_conformance.transcript import Transcript

CROWD: Final = 1000
OTHER_FILES: Final = 128
PATIENCE_S: Final = 5.0
SLOW_S: Final = 30.0
GRACE_S: Final = 5.0
"""A closing may be noticed late on a busy machine."""
SLOW: Final = (Port.API, Port.API_TLS)
IDLE_SCAN_S: Final = 60.0


@check("HTTP-host-missing")
class HostMissing(Check):
    """Who does not say whom he wants is not served."""

    async def stimulate(self, session: Session) -> None:
        """Send a request without the header, and one with it."""
        line = f"GET {VERSION} HTTP/1.1\r\n".encode()
        close = b"Connection: close\r\n\r\n"
        host = f"Host: {session.host()}\r\n".encode()
        await session.raw(line + close, label="without")
        await session.raw(line + host + close, label="with")

    def judge(self, transcript: Transcript) -> None:
        """The one is refused, the other served."""
        expect_status(transcript["with"], 200)
        expect_status(transcript["without"], 400, 403)


@check("HTTP-options-plain", after=("SERVER-log-level",))
class OptionsPlain(Check):
    """OPTIONS alone does nothing."""

    async def stimulate(self, session: Session) -> None:
        """Send it to each path, with a body where that could do something."""
        async with kept_level(session):
            await set_level(session, 0, label="set")
            body = b'{"logLevel": 30}'
            await session.http("OPTIONS", SERVER, label="options", body=body)
            await session.http("GET", SERVER, label="after")
        paths = await generation_2(session)
        session.fact("paths", [known.template for known in paths])
        for known in paths:
            label = f"OPTIONS {known.template}"
            await session.http("OPTIONS", known.path, label=label, timeout_s=PATIENCE_S)

    def judge(self, transcript: Transcript) -> None:
        """Each is refused or answered, and nothing has changed."""
        after = transcript["after"]
        expect_equal(after, level_in(after), 0, what="logLevel still")
        for template in transcript.fact("paths"):
            expect_status(transcript[f"OPTIONS {template}"], 405, 200, 204)


class _Waiting(Check):
    """Clients that are slow or many are there; a scan process has nothing to do."""

    is_shared = True

    async def stimulate(self, session: Session) -> None:
        """Hold connections, ask meanwhile, and wait for what has to end."""
        if {"processes", "scanner"} <= session.target.capabilities:
            job = await session.create_job(ONE_PAGE)
            await job.until("completed", "faulted")
            await job.delete()
        async with asyncio.TaskGroup() as group:
            for port in SLOW:
                if port in session.target.addresses.urls:
                    group.create_task(
                        session.trickle(
                            label=f"slow {port.value}",
                            port=port,
                            within_s=SLOW_S + GRACE_S,
                        )
                    )
            await self._crowd(session)
            if "processes" in session.target.capabilities:
                await session.machine.until_none(
                    Role.SCAN, label="scan processes", within_s=IDLE_SCAN_S
                )
        await session.http("GET", SERVER, label="at last")

    async def _crowd(self, session: Session) -> None:
        """Ask beside many idle connections."""
        async with _crowd(session) as crowd:
            await session.http("GET", SERVER, label="beside", timeout_s=15)
            # counted now: who closes a connection at once has done so by this answer
            session.fact("crowd", sum(each.is_let_in for each in crowd))


@check("HTTP-slow-client", after=("SERVER-settings",), deadline_s=180)
class SlowClient(_Waiting):
    """A connection whose request never gets ready is closed, and disturbs nobody."""

    def judge(self, transcript: Transcript) -> None:
        """Each must have been closed in time, and others been answered."""
        for port in SLOW:
            label = f"slow {port.value}"
            if port is Port.API_TLS and label not in transcript:
                continue
            seen = transcript.fact(label)
            if "problem" in seen:
                raise Mismatch("a connection that can be slow", seen["problem"], label)
            seconds = seen["closed_after_s"]
            if seconds is None or seconds > SLOW_S + GRACE_S:
                wanted = f"the connection closed after {SLOW_S:g} s"
                raise Mismatch(wanted, "it was still open", label)
        expect_status(transcript["beside"], 200)
        expect_status(transcript["at last"], 200)


@check("HTTP-many-connections", after=("SERVER-settings",), deadline_s=180)
class ManyConnections(_Waiting):
    """Many connections that say nothing lock nobody out."""

    def judge(self, transcript: Transcript) -> None:
        """The one who says something must be answered soon."""
        if transcript.fact("crowd") < CROWD:
            wanted = f"{CROWD} connections to be open"
            raise Mismatch(wanted, f"{transcript.fact('crowd')}", "crowd")
        expect_status(transcript["beside"], 200)
        expect_within(transcript["beside"], PATIENCE_S)


@check("SERVICE-scan-goes", after=("SERVICE-scan-comes",), deadline_s=180)
class ScanGoes(_Waiting):
    """A scan process that nobody needs ends."""

    def judge(self, transcript: Transcript) -> None:
        """None may be there at the end."""
        if stayed := transcript.fact("scan processes"):
            numbers = ", ".join(str(each["pid"]) for each in stayed)
            wanted = f"no scan process after {IDLE_SCAN_S:g} s"
            raise Mismatch(wanted, numbers, "scan processes")


class _Idle(asyncio.Protocol):
    """A connection that says nothing, and notices when it is closed at once.

    Later it may be closed: nobody has to keep for ever what is of no use.
    """

    def __init__(self) -> None:
        self.is_let_in = True
        self.transport: asyncio.BaseTransport | None = None
        self._began_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._began_s = asyncio.get_running_loop().time()

    def connection_lost(self, _: Exception | None) -> None:
        lived_s = asyncio.get_running_loop().time() - self._began_s
        self.is_let_in = lived_s >= PATIENCE_S


@asynccontextmanager
async def _crowd(session: Session) -> AsyncIterator[list[_Idle]]:
    """Hold idle connections to the core port, as far as they are taken."""
    host, _, number = session.host().rpartition(":")
    loop = asyncio.get_running_loop()
    crowd: list[_Idle] = []
    with _enough_descriptors():
        try:
            with contextlib.suppress(OSError):
                while len(crowd) < CROWD:
                    async with asyncio.timeout(PATIENCE_S):
                        _, idle = await loop.create_connection(_Idle, host, int(number))
                    crowd.append(idle)
            yield crowd
        finally:
            for idle in crowd:
                if isinstance(idle.transport, asyncio.Transport):
                    idle.transport.abort()


@contextmanager
def _enough_descriptors() -> Iterator[None]:
    """Let this process have a crowd of connections: many systems grant 1,024 files."""
    import resource  # not on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < CROWD + OTHER_FILES:
        raise Unsupported(
            f"the suite may have {hard} files open; see `ulimit -Hn {CROWD * 4}`"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
