"""One attempt: what it leaves, and what it says about reachability."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web

from scanwright_conformance.attempt import Attempt, converse, judged
from scanwright_conformance.check import Check, RegisteredCheck
from scanwright_conformance.session import Session
from scanwright_conformance.target import Addresses, Device, Port, Target
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
    return judged(check, await converse(check, target))


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
