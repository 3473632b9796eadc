"""One attempt: what it leaves, and what it says about reachability."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from scanwright_conformance import attempt as attempts
from scanwright_conformance.attempt import converse
from scanwright_conformance.check import Check, RegisteredCheck
from scanwright_conformance.expect import expect_status
from scanwright_conformance.judging import Attempt, judged
from scanwright_conformance.session import Session
from scanwright_conformance.session import _session as sessions
from scanwright_conformance.target import (
    Addresses,
    Device,
    Port,
    StartFailed,
    Stopping,
    Target,
    Unsupported,
)
from scanwright_conformance.transcript import Transcript

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


class HangWithJob(Check):
    """Makes a job and waits for ever."""

    async def stimulate(self, session: Session) -> None:
        """Make a job and hang."""
        await session.create_job()
        await asyncio.Event().wait()

    def judge(self, transcript: Transcript) -> None:
        """Be content."""


class Raise(Check):
    """Raises what a stimulus must not, from inside a task group."""

    def __init__(self, failure: Exception) -> None:
        self.failure = failure

    async def stimulate(self, session: Session) -> None:
        """Raise."""
        session.fact("before", 1)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._raise())

    async def _raise(self) -> None:
        raise self.failure

    def judge(self, transcript: Transcript) -> None:
        """Be content."""


def target_at(url: str) -> Target:
    """Return a target with a scanner."""
    devices = {"scanner": Device("One", 1, "{}")}
    return Target("t", Addresses({Port.API: url}), frozenset(), devices=devices)


async def attempt(check: RegisteredCheck, target: Target) -> Attempt:
    """Hold a conversation and judge it."""
    return judged(check.check, await converse(check, target))


def registered(check: Check) -> RegisteredCheck:
    """Return `check` with a short deadline."""
    return RegisteredCheck(("X",), check, (), 0.3)


async def test_a_hang_leaves_nothing_behind(serve: Serve) -> None:
    """The job of a stimulus that hung is deleted, and the deletion is recorded."""
    asked: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(request.method)
        if request.method == "POST":
            return web.json_response({"jobuid": "1"}, status=201)
        return web.Response(status=204)

    made = await attempt(registered(HangWithJob()), target_at(await serve(handle)))
    assert asked == ["POST", "DELETE"]
    assert made.judgement is not None
    assert made.judgement.observed == "the check did not end within 0.3 s"
    assert made.judgement.labels == ("cleanup-1",)


@pytest.mark.parametrize("failure", [TimeoutError("own"), KeyError("x")])
async def test_a_raise_is_the_suites_error(failure: Exception) -> None:
    """A time-out of the check's own is no deadline; the traceback tells which."""
    made = await attempt(registered(Raise(failure)), target_at("http://127.0.0.1:9"))
    assert made.judgement is None
    assert type(failure).__name__ in made.error
    assert "before" in made.transcript


async def test_an_attempt_without_requests_says_nothing_about_the_target() -> None:
    """Only unanswered requests make a target unreachable."""
    failure = KeyError("x")
    made = await attempt(registered(Raise(failure)), target_at("http://127.0.0.1:9"))
    assert not made.is_unreachable


class Get(Check):
    """Asks one port once and wants 200."""

    def __init__(self, port: Port = Port.API) -> None:
        self.port = port

    async def stimulate(self, session: Session) -> None:
        """Ask, and shake hands where that is done."""
        await session.http("GET", "/", label="get", port=self.port, timeout_s=0.1)

    def judge(self, transcript: Transcript) -> None:
        """Want 200."""
        expect_status(transcript["get"], 200)


class Content(Check):
    """Makes a job, and is content."""

    async def stimulate(self, session: Session) -> None:
        """Make a job."""
        await session.create_job()

    def judge(self, transcript: Transcript) -> None:
        """Be content."""


class Kill(Content):
    """Kills the target and leaves it to the suite to start it again."""

    async def stimulate(self, session: Session) -> None:
        """Kill it."""
        await session.service.kill()


@asynccontextmanager
async def saying(data: bytes) -> AsyncIterator[str]:
    """Serve `data` to whoever connects, and then hang; tell host and port."""
    transports: list[asyncio.Transport] = []

    class Hanging(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            assert isinstance(transport, asyncio.Transport)
            transports.append(transport)
            transport.write(data)

    loop = asyncio.get_running_loop()
    server = await loop.create_server(Hanging, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for transport in transports:
            transport.abort()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"HTTP/1.1 2",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nX-",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n{}",
        b"HTTP/1.1 101 X\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81",
        b"HTTP/1.1 100 Continue\r\n\r\n",
    ],
    ids=["silence", "line", "headers", "body", "chunk", "upgrade", "continue"],
)
async def test_a_hang_within_an_answer_is_a_failure(data: bytes) -> None:
    """Wherever the answer stops, the judge objects and the suite is not in error."""
    async with saying(data) as place:
        made = await attempt(registered(Get()), target_at(f"http://{place}"))
    assert made.error == made.judge_error == ""
    assert made.is_failed


async def test_a_hang_in_the_tls_handshake_is_a_failure() -> None:
    """A port that takes the connection and does not speak TLS."""
    async with saying(b"") as place:
        target = target_at(f"http://{place}")
        target.addresses = Addresses({Port.API_TLS: f"https://{place}"})
        made = await attempt(registered(Get(Port.API_TLS)), target)
    assert made.error == ""
    assert made.judgement is not None
    assert made.judgement.observed == "no answer within 0.1 s"


async def deaf_to_delete(request: web.Request) -> web.Response:
    """Make jobs, and never take one away."""
    if request.method == "POST":
        return web.json_response({"jobuid": "1"}, status=201)
    await asyncio.Event().wait()
    return web.Response()


async def test_a_deletion_without_an_answer_is_recorded(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stays is found at the end of the run; the check has its own verdict."""
    monkeypatch.setattr(sessions, "CLEANUP_TIMEOUT_S", 0.05)
    made = await attempt(registered(Content()), target_at(await serve(deaf_to_delete)))
    assert made.error == ""
    assert not made.is_failed
    assert made.transcript["cleanup-1"].problem == "no answer within 0.05 s"


async def test_a_hang_in_the_cleanup_is_a_failure(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What does not end in time is the target's fault, with the reason."""
    monkeypatch.setattr(attempts, "CLEANUP_DEADLINE_S", 0.05)
    made = await attempt(registered(Content()), target_at(await serve(deaf_to_delete)))
    assert made.error == ""
    assert made.judgement is not None
    assert made.judgement.observed == "the cleanup did not end within 0.05 s"


class Reluctant:
    """A control that is killed at once; ending and starting are what is given."""

    def __init__(self, *, stops: bool = True, failure: str = "") -> None:
        self.stops = stops
        self.failure = failure
        self.kills = 0

    home = None

    async def kill(self) -> None:
        """Count it."""
        self.kills += 1

    async def stop(self) -> Stopping:
        """End, or do not."""
        if not self.stops:
            await asyncio.Event().wait()
        return Stopping(0.0, (), is_by_itself=True)

    async def start(self, *_: object) -> Addresses:
        """Fail with a reason, or hang."""
        if self.failure:
            raise StartFailed(self.failure)
        await asyncio.Event().wait()
        return Addresses({})


@pytest.mark.parametrize(
    ("control", "reason"),
    [
        (Reluctant(stops=False), "putting back did not end within 0.05 s"),
        (Reluctant(), "putting back did not end within 0.05 s"),
        (Reluctant(failure="busy"), "the target did not start again: busy"),
    ],
    ids=["does not stop", "does not start", "fails to start"],
)
async def test_who_does_not_come_back_has_failed(
    control: Reluctant, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A restart that hangs is a failure, and what is left of the target is killed."""
    monkeypatch.setattr(attempts, "RESTORE_DEADLINE_S", 0.05)
    target = target_at("http://127.0.0.1:9")
    # what is asked of it is there
    target.control = control  # type: ignore[assignment]
    made = await attempt(registered(Kill()), target)
    assert made.error == ""
    assert made.judgement is not None
    assert made.judgement.observed == reason
    assert control.kills == 2


class Foul:
    """A detour on which something happens to every conversation."""

    def __init__(self) -> None:
        self.asked = 0

    @property
    def mishaps(self) -> tuple[str, ...]:
        """Have one more each time."""
        self.asked += 1
        return ("the weather: reset",) * self.asked

    async def addresses(self, direct: Addresses) -> Addresses:
        """Lead to nowhere else."""
        return direct

    def front(self, port: int) -> int:
        """Be the port."""
        return port

    def past(self, host: str, port: int) -> tuple[str, int]:
        """Be the place."""
        return host, port


class Lacking(Content):
    """Finds that this run lacks something."""

    async def stimulate(self, session: Session) -> None:
        """Lack it."""
        session.fact("looked", 1)
        raise Unsupported("no second address")


async def answer(_: web.Request) -> web.Response:
    """Answer 200."""
    return web.json_response({})


@pytest.mark.parametrize(
    ("check", "observed"),
    [
        (Get(), "the weather: reset"),
        (Lacking(), "no second address; the weather: reset"),
    ],
)
async def test_what_the_weather_spoilt_is_not_met(
    serve: Serve, check: Check, observed: str
) -> None:
    """Whether the judge was content or not: the weather may have hidden the rest."""
    target = target_at(await serve(answer))
    target.detour = Foul()
    made = await attempt(registered(check), target)
    assert made.unsupported == ""
    assert made.judgement is not None
    assert (made.judgement.is_met, made.judgement.observed) == (False, observed)
    assert made.transcript.fact("weather") == ["the weather: reset"]
