"""Looking for jobs that were made in secret, and waiting for their end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from scanwright_conformance.checks._secret_jobs import forbidden_job, try_scanner
from scanwright_conformance.session import Session
from scanwright_conformance.target import Addresses, Device, Port, Target

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]


def locked(times: int, status: int = 423) -> Handler:
    """Return a service that refuses the first `times` creations."""
    refusals = iter(range(times))

    async def handle(request: web.Request) -> web.StreamResponse:
        if request.method == "POST" and next(refusals, None) is not None:
            return web.json_response({"code": -1004}, status=status)
        return web.json_response({"jobuid": "7"}, status=201)

    return handle


def target(url: str, *capabilities: str) -> Target:
    """Return the target at `url`, with one scanner."""
    addresses = Addresses({Port.API: url})
    devices = {"scanner": Device("Glass", 0x100, "glass")}
    return Target("secrets", addresses, frozenset(capabilities), devices=devices)


async def statuses(serve: Serve, handler: Handler) -> dict[str, int]:
    """Return what was recorded of trying the scanner of a service."""
    async with Session(target(await serve(handler))) as session:
        await try_scanner(session, label="next-job")
        seen = session.recorder.transcript().exchanges
        return {each.label: each.answer.status for each in seen if each.answer}


async def test_a_free_scanner_makes_a_job_at_once(serve: Serve) -> None:
    """One creation is enough, and is the record."""
    assert await statuses(serve, locked(0)) == {"next-job": 201}


async def test_a_secret_job_is_recorded_and_waited_for(serve: Serve) -> None:
    """The refusal is the record; what was tried until the end of the job is not."""
    assert await statuses(serve, locked(3)) == {"next-job": 423}


async def test_nobody_waits_for_what_is_no_lock(serve: Serve) -> None:
    """Another refusal would not go away, so it is tried once."""
    refusals = locked(10**6, status=404)
    assert await statuses(serve, refusals) == {"next-job": 404}


async def test_a_forbidden_job_ends_by_itself() -> None:
    """It is pending, has a time-out, and names the scanner where there is one."""
    async with Session(target("http://127.0.0.1:1")) as session:
        assert forbidden_job(session) == {"autoRun": False, "jobTimeout": 5}
    async with Session(target("http://127.0.0.1:1", "scanner")) as session:
        assert forbidden_job(session)["device"] == "glass"
