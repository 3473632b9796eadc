"""Judges of clients that misbehave, and the crowd itself."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterator

import pytest

from scanwright_conformance.canned import answered, judged, unanswered
from scanwright_conformance.checks import http_clients
from scanwright_conformance.checks.http_clients import (
    CROWD,
    GRACE_S,
    SLOW_S,
    HostMissing,
    ManyConnections,
    OptionsPlain,
    ScanGoes,
    SlowClient,
)
from scanwright_conformance.session import Session
from scanwright_conformance.target import Addresses, Port, Target
from scanwright_conformance.transcript import Entry, Fact


@pytest.mark.parametrize(
    ("status", "is_met"),
    [(400, True), (403, True), (200, False), (500, False)],
)
def test_a_request_without_a_host_is_refused(status: int, *, is_met: bool) -> None:
    """In one of two ways."""
    served = answered("with", json={})
    seen = judged(HostMissing, served, answered("without", status))
    assert seen.is_met is is_met


def test_who_refuses_all_does_not_look_at_the_host() -> None:
    """The same request with the header is served."""
    entries = answered("with", 400), answered("without", 400)
    assert not judged(HostMissing, *entries).is_met


@pytest.mark.parametrize(
    ("status", "level", "is_met"),
    [(405, 0, True), (204, 0, True), (200, 0, True), (404, 0, False), (204, 30, False)],
)
def test_options_alone_does_nothing(status: int, level: int, *, is_met: bool) -> None:
    """Refused or answered, but without effect."""
    seen = judged(
        OptionsPlain,
        answered("after", json={"logLevel": level}),
        Fact("paths", ["/api/server"]),
        answered("OPTIONS /api/server", status),
    )
    assert seen.is_met is is_met


def test_options_is_tried_on_every_path() -> None:
    """The last path that does not know it fails like the first."""
    seen = judged(
        OptionsPlain,
        answered("after", json={"logLevel": 0}),
        Fact("paths", ["/api/server", "/api/last"]),
        answered("OPTIONS /api/server", 405),
        answered("OPTIONS /api/last", 500),
    )
    assert (seen.is_met, seen.labels) == (False, ("OPTIONS /api/last",))


def waited(closed_after_s: float | None = 16.0, crowd: int = CROWD) -> list[Entry]:
    """Return what was seen beside slow and many clients."""
    return [
        Fact("slow api", {"closed_after_s": closed_after_s, "answer": ""}),
        Fact("crowd", crowd),
        answered("beside", json={}, seconds=1.0),
        answered("at last", json={}),
    ]


def test_slow_clients_are_closed() -> None:
    """In time, and others are answered."""
    assert judged(SlowClient, *waited()).is_met
    assert not judged(SlowClient, *waited(None)).is_met
    assert not judged(SlowClient, *waited(40.0)).is_met
    assert not judged(SlowClient, *waited()[:3], unanswered("at last")).is_met
    assert not judged(SlowClient, *waited()[1:]).is_met


def test_a_slow_client_may_last_until_the_limit() -> None:
    """It is closed at the last moment, and not a moment later."""
    assert judged(SlowClient, *waited(SLOW_S + GRACE_S)).is_met
    assert not judged(SlowClient, *waited(SLOW_S + GRACE_S + 0.1)).is_met


@pytest.mark.parametrize("check", [SlowClient, ManyConnections])
def test_who_asks_beside_them_is_served(
    check: type[SlowClient | ManyConnections],
) -> None:
    """An error is no service."""
    entries = {each.label: each for each in waited()}
    entries["beside"] = answered("beside", 503, json={})
    assert not judged(check, *entries.values()).is_met


def test_a_slow_client_by_tls_counts_where_it_was_tried() -> None:
    """HTTPS has the same limit."""
    tls = Fact("slow api_tls", {"closed_after_s": None, "answer": ""})
    assert not judged(SlowClient, *waited(), tls).is_met


def test_a_slow_client_by_tls_that_was_not_let_in_is_told() -> None:
    """Only a connection that was made shows when it is closed."""
    seen = {"closed_after_s": None, "answer": "", "problem": "no connection: refused"}
    judgement = judged(SlowClient, *waited(), Fact("slow api_tls", seen))
    assert (judgement.is_met, judgement.observed, judgement.labels) == (
        False,
        "no connection: refused",
        ("slow api_tls",),
    )


def test_many_connections_lock_nobody_out() -> None:
    """All of them were opened, and the answer came soon."""
    assert judged(ManyConnections, *waited()).is_met
    assert not judged(ManyConnections, *waited(crowd=40)).is_met
    late = answered("beside", json={}, seconds=9.0)
    assert not judged(ManyConnections, Fact("crowd", CROWD), late).is_met


def test_scan_processes_go() -> None:
    """None is left."""
    assert judged(ScanGoes, Fact("scan processes", [])).is_met
    seen = judged(ScanGoes, Fact("scan processes", [{"pid": 7}]))
    assert (seen.is_met, seen.observed) == (False, "7")


async def test_a_connection_that_is_closed_at_once_is_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who takes all and keeps a few has not let a crowd in."""
    monkeypatch.setattr(http_clients, "CROWD", 8)
    taken: list[asyncio.BaseTransport] = []

    class Take(asyncio.Protocol):
        """Keeps three, closes whoever comes then."""

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            """Close it where there are three."""
            taken.append(transport)
            if len(taken) > 3:
                transport.close()

    loop = asyncio.get_running_loop()
    async with await loop.create_server(Take, "127.0.0.1", 0) as server:
        number = server.sockets[0].getsockname()[1]
        addresses = Addresses({Port.API: f"http://127.0.0.1:{number}"})
        async with Session(Target("t", addresses, frozenset())) as session:
            await ManyConnections()._crowd(session)
            assert session.recorder.transcript().fact("crowd") == 3


async def test_an_idle_connection_may_be_closed_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """One that ends after a while had been let in."""
    for patience_s, is_let_in in ((0.0, True), (5.0, False)):
        monkeypatch.setattr(http_clients, "PATIENCE_S", patience_s)
        idle = http_clients._Idle()
        idle.connection_made(asyncio.Transport())
        idle.connection_lost(None)
        assert idle.is_let_in is is_let_in


@pytest.fixture
def few_files() -> Iterator[int]:
    """Give this process as few descriptors as many systems do; return how many."""
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, before[1]))
    yield 1024
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.mark.slow
async def test_a_crowd_is_there_and_goes(few_files: int) -> None:
    """As many connections as it says, and none after it; limits are raised for it."""
    connected: set[asyncio.StreamWriter] = set()

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.add(writer)
        try:
            await reader.read()
        except ConnectionResetError:
            pass
        finally:
            connected.discard(writer)
            writer.close()

    server = await asyncio.start_server(hold, "127.0.0.1", 0, backlog=CROWD)
    async with server:
        number = server.sockets[0].getsockname()[1]
        addresses = Addresses({Port.API: f"http://127.0.0.1:{number}"})
        async with Session(Target("t", addresses, frozenset())) as session:
            async with http_clients._crowd(session) as crowd:
                assert sum(each.is_let_in for each in crowd) == CROWD
            server.close()
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == few_files
