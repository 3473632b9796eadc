"""The runner: which verdict comes of what, and when it gives up."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

import scanwright_spec
from scanwright_conformance.check import Check, RegisteredCheck
from scanwright_conformance.expect import expect_status
from scanwright_conformance.plan import Step
from scanwright_conformance.report._terminal import SilentWatcher
from scanwright_conformance.results import Result
from scanwright_conformance.runner import run_plan
from scanwright_conformance.session import Session, Stopped
from scanwright_conformance.target import (
    Addresses,
    ControlFailed,
    Manner,
    Port,
    Process,
    StartFailed,
    Stopping,
    Target,
    Unsupported,
    _devices,
)
from scanwright_conformance.transcript import Transcript
from scanwright_conformance.verdict import Verdict
from scanwright_spec import Clause

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]

SPECIFICATION = scanwright_spec.load()
MUST = SPECIFICATION.clause("SERVER-settings")
SHOULD = SPECIFICATION.clause("SERVER-module-versions")
LATER = SPECIFICATION.clause("SERVER-version")
NEEDY = SPECIFICATION.clause("PORTS-core-tls")
NOBODY = "http://127.0.0.1:9"


class Get(Check):
    """Asks once and wants 200."""

    async def stimulate(self, session: Session) -> None:
        """Ask."""
        await session.http("GET", "/", label="get", timeout_s=0.2)

    def judge(self, transcript: Transcript) -> None:
        """Want 200."""
        expect_status(transcript["get"], 200)


class Shared(Get):
    """Asks once for all checks about it."""

    is_shared = True


class SharedToo(Shared):
    """Judges the same conversation, and never likes it."""

    def judge(self, transcript: Transcript) -> None:
        """Want what does not come."""
        expect_status(transcript["get"], 204)


class SharedBadly(Shared):
    """Judges the same conversation with a defect."""

    def judge(self, transcript: Transcript) -> None:
        """Fail by itself."""
        raise KeyError(transcript.stopped)


class GetManager(Get):
    """Asks the manager port."""

    async def stimulate(self, session: Session) -> None:
        """Ask."""
        await session.http("GET", "/", label="get", port=Port.MANAGER)


class Hang(Get):
    """Waits for what never comes."""

    async def stimulate(self, session: Session) -> None:
        """Ask once, and then wait for ever."""
        await super().stimulate(session)
        await asyncio.Event().wait()


class Stop(Get):
    """Finds nothing to talk about after its first request."""

    async def stimulate(self, session: Session) -> None:
        """Ask once and stop, in a task group as stimuli with several clients do."""
        await super().stimulate(session)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._stop())

    async def _stop(self) -> None:
        raise Stopped("no job was made")


class Decline(Check):
    """Needs what this run does not have."""

    async def stimulate(self, session: Session) -> None:
        """Ask for a scanner that plays a role which nobody plays."""
        session.device("slow")

    def judge(self, transcript: Transcript) -> None:
        """Be content."""


class BadStimulus(Check):
    """Has a defect in its stimulus."""

    async def stimulate(self, session: Session) -> None:
        """Use a label twice."""
        session.fact("twice", 1)
        session.fact("twice", 2)

    def judge(self, transcript: Transcript) -> None:
        """Be content."""


class BadJudge(Get):
    """Has a defect in its judge."""

    def judge(self, transcript: Transcript) -> None:
        """Trust the target too much."""
        raise KeyError(transcript.stopped)


def counted() -> tuple[Handler, list[str]]:
    """Return a handler that answers 200, and the list of what it was asked."""
    asked: list[str] = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.json_response({})

    return handle, asked


async def ok(_: web.Request) -> web.Response:
    """Answer everything 200."""
    return web.json_response({})


def answering(statuses: Sequence[int]) -> Handler:
    """Return a handler that answers with `statuses`, again and again."""
    turns: Iterator[int] = itertools.cycle(statuses)

    async def handle(_: web.Request) -> web.Response:
        return web.Response(status=next(turns))

    return handle


def target_at(url: str, *capabilities: str) -> Target:
    """Return an attached target at `url`."""
    return Target("t", Addresses({Port.API: url}), frozenset(capabilities))


def step(
    check: Check | None,
    clause: Clause = MUST,
    *,
    after: tuple[str, ...] = (),
    deadline_s: float = 5.0,
) -> Step:
    """Return one step of a plan."""
    if check is None:
        return Step(clause, None)
    return Step(clause, RegisteredCheck((clause.id,), check, after, deadline_s))


async def run(target: Target, *steps: Step) -> tuple[Result, ...]:
    """Run `steps` against `target` and return the results."""
    return await run_plan(steps, target, SilentWatcher())


async def test_what_is_met_passes_at_once(serve: Serve) -> None:
    """A check that holds is run once."""
    (result,) = await run(target_at(await serve(ok)), step(Get()))
    assert (result.verdict, len(result.attempts)) == (Verdict.PASS, 1)


async def test_what_fails_is_tried_three_times(serve: Serve) -> None:
    """A failure is repeated before it is believed."""
    (result,) = await run(target_at(await serve(answering([500]))), step(Get()))
    assert (result.verdict, len(result.attempts)) == (Verdict.FAIL, 3)
    assert result.judgement is not None
    assert result.judgement.labels == ("get",)


@pytest.mark.parametrize("statuses", [[500, 200, 500], [500, 500, 200]])
async def test_disagreement_is_flaky(serve: Serve, statuses: list[int]) -> None:
    """Once right and twice wrong is neither PASS nor FAIL."""
    handler = answering(statuses)
    (result,) = await run(target_at(await serve(handler)), step(Get()))
    assert result.verdict is Verdict.FLAKY
    assert result.reason == "failed 2 of 3 times"


async def test_a_should_that_is_not_met_is_a_warning(serve: Serve) -> None:
    """The same failure weighs as much as its clause."""
    target = target_at(await serve(answering([500])))
    (result,) = await run(target, step(Get(), SHOULD))
    assert result.verdict is Verdict.WARN


async def test_what_is_not_declared_does_not_apply(serve: Serve) -> None:
    """Capabilities alone decide about applicability; nothing is sent."""
    (result,) = await run(target_at(await serve(ok)), step(Get(), NEEDY))
    assert result.verdict is Verdict.NOT_APPLICABLE
    assert "tls" in result.reason
    assert result.transcript is None


async def test_what_builds_on_a_failure_is_blocked(serve: Serve) -> None:
    """A clause is not counted against the target for another one's reason."""
    target = target_at(await serve(answering([500])))
    first, second = await run(
        target,
        step(Get()),
        step(Get(), LATER, after=(MUST.id,)),
    )
    assert first.verdict is Verdict.FAIL
    assert (second.verdict, second.reason) == (
        Verdict.BLOCKED,
        "SERVER-settings is FAIL",
    )


async def test_what_is_no_duty_blocks_nothing(serve: Serve) -> None:
    """What builds upon it is tried, and blamed for nothing where it fails."""
    failed = step(Get(), SHOULD)
    later = step(Get(), LATER, after=(SHOULD.id,))
    first, second = await run(
        target_at(await serve(answering([500] * 9))), failed, later
    )
    assert (first.verdict, second.verdict) == (Verdict.WARN, Verdict.BLOCKED)
    assert second.reason.startswith("SERVER-module-versions is WARN, which is no duty")
    assert second.transcript is not None
    statuses = [500] * 3 + [200]
    _, second = await run(target_at(await serve(answering(statuses))), failed, later)
    assert second.verdict is Verdict.PASS


async def test_what_does_not_apply_blocks_nothing(serve: Serve) -> None:
    """A dependency that does not apply, or was not asked for, is none."""
    _, second = await run(
        target_at(await serve(ok)),
        step(Get(), NEEDY),
        step(Get(), LATER, after=(NEEDY.id, MUST.id)),
    )
    assert second.verdict is Verdict.PASS


async def test_a_hang_fails_at_the_deadline(serve: Serve) -> None:
    """A stimulus that does not end is a failure with a reason."""
    target = target_at(await serve(ok))
    (result,) = await run(target, step(Hang(), deadline_s=0.1))
    assert result.verdict is Verdict.FAIL
    assert result.judgement is not None
    assert result.judgement.observed == "the check did not end within 0.1 s"


async def test_a_stopped_stimulus_never_passes(serve: Serve) -> None:
    """A judge that is content with half a conversation does not make a PASS."""
    (result,) = await run(target_at(await serve(ok)), step(Stop()))
    assert result.verdict is Verdict.FAIL
    assert result.judgement is not None
    assert result.judgement.observed == "no job was made"


async def test_what_this_run_cannot_do_is_unsupported(serve: Serve) -> None:
    """A missing means of the run is no failure of the target."""
    (result,) = await run(target_at(await serve(ok)), step(Decline()))
    assert result.verdict is Verdict.UNSUPPORTED
    assert "'slow'" in result.reason


@pytest.mark.parametrize("check", [BadStimulus(), BadJudge()])
async def test_a_defect_of_a_check_is_an_error(serve: Serve, check: Check) -> None:
    """The suite's own mistakes are told apart, with their traceback."""
    (result,) = await run(target_at(await serve(ok)), step(check))
    assert result.verdict is Verdict.ERROR
    assert "Traceback" in result.reason


async def test_a_clause_without_a_check_is_not_run(serve: Serve) -> None:
    """What nobody wrote is not passed."""
    (result,) = await run(target_at(await serve(ok)), step(None))
    assert result.verdict is Verdict.NOT_RUN


async def test_a_silent_target_ends_the_run() -> None:
    """After three checks without any answer the rest is not run."""
    clauses = [clause for clause in SPECIFICATION.clauses if not clause.needs][:5]
    steps = [step(Get(), clause) for clause in clauses]
    results = await run(target_at(NOBODY), *steps)
    verdicts = [result.verdict for result in results]
    assert verdicts == [Verdict.FAIL] * 3 + [Verdict.NOT_RUN] * 2
    assert [len(result.attempts) for result in results] == [1, 1, 1, 0, 0]


async def test_one_dead_port_is_not_a_silent_target(serve: Serve) -> None:
    """The run goes on while the REST interface answers anybody."""
    target = target_at(await serve(ok))
    target.addresses = Addresses({**target.addresses.urls, Port.MANAGER: NOBODY})
    clauses = [clause for clause in SPECIFICATION.clauses if not clause.needs][:4]
    results = await run(target, *(step(GetManager(), each) for each in clauses))
    assert {result.verdict for result in results} == {Verdict.FAIL}


class Mortal:
    """A control whose service dies after every check."""

    def __init__(self, url: str, *, starts: int) -> None:
        self.url = url
        self.starts = starts

    home = None
    temporary = Path()

    async def start(self, _: Manner = Manner.USUAL) -> Addresses:
        """Start, as often as it may."""
        self.starts -= 1
        if self.starts < 0:
            raise StartFailed("port in use")
        return Addresses({Port.API: self.url})

    async def stop(self) -> Stopping:
        """Do nothing."""
        return Stopping(0.0, (), is_by_itself=True)

    async def kill(self) -> None:
        """Do nothing."""

    async def start_second(self, within_s: float) -> int | None:
        """Do nothing."""

    async def reset(self) -> None:
        """Do nothing."""

    async def hook(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """Do nothing."""

    def processes(self) -> tuple[Process, ...]:
        """Have none."""
        return ()

    def is_alive(self) -> bool:
        """Be dead."""
        return False


@pytest.mark.parametrize(
    ("starts", "reason"),
    [
        (9, "the target died 3 times"),
        (1, "the target died and did not start again: port in use"),
    ],
)
async def test_a_dead_target_is_started_again(
    serve: Serve,
    starts: int,
    reason: str,
) -> None:
    """A managed target that dies gets two more lives, and then the run ends."""
    url = await serve(ok)
    target = target_at(url)
    target.control = Mortal(url, starts=starts)
    clauses = [clause for clause in SPECIFICATION.clauses if not clause.needs][:5]
    results = await run(target, *(step(Get(), clause) for clause in clauses))
    assert results[0].verdict is Verdict.PASS
    assert (results[-1].verdict, results[-1].reason) == (Verdict.NOT_RUN, reason)


class Immortal(Mortal):
    """A control that cannot even kill."""

    async def kill(self) -> None:
        """Fail."""
        raise ControlFailed("the adapter ended")


async def test_who_cannot_be_killed_ends_the_run(serve: Serve) -> None:
    """A control that does not work is told, and the results so far are kept."""
    url = await serve(ok)
    target = target_at(url)
    target.control = Immortal(url, starts=9)
    clauses = [clause for clause in SPECIFICATION.clauses if not clause.needs][:2]
    results = await run(target, *(step(Get(), clause) for clause in clauses))
    assert [each.verdict for each in results] == [Verdict.PASS, Verdict.NOT_RUN]
    assert results[1].reason.endswith("did not start again: the adapter ended")


async def hang(_: web.Request) -> web.Response:
    """Never answer."""
    await asyncio.Event().wait()
    return web.Response()


async def test_a_target_that_hangs_ends_the_run(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who takes connections and is silent in three checks in a row is given up."""
    monkeypatch.setattr(_devices, "SIGN_OF_LIFE_TIMEOUT_S", 0.05)
    clauses = [clause for clause in SPECIFICATION.clauses if not clause.needs][:4]
    target = target_at(await serve(hang))
    results = await run(target, *(step(Get(), clause) for clause in clauses))
    verdicts = [result.verdict for result in results]
    assert verdicts == [Verdict.FAIL] * 3 + [Verdict.NOT_RUN]
    assert "silent in 3 checks" in results[-1].reason


async def test_who_hangs_when_asked_for_scanners_has_none(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run goes on; what needs a scanner is not supported by it."""
    monkeypatch.setattr(_devices, "LISTING_TIMEOUT_S", 0.05)
    url = await serve(hang)
    target = target_at(url)
    target.control = Mortal(url, starts=1)
    await target.start()
    assert target.devices == {}


def test_unsupported_is_no_stop() -> None:
    """The two ways to end a stimulus early are different things."""
    assert not issubclass(Unsupported, Stopped)


async def test_a_shared_conversation_is_held_once(serve: Serve) -> None:
    """Each check judges it by itself; one that is in error spoils no other."""
    handle, asked = counted()
    clauses = [clause for clause in SPECIFICATION.clauses if not clause.needs][:3]
    checks = (SharedBadly(), Shared(), Shared())
    steps = [step(each, clause) for each, clause in zip(checks, clauses, strict=True)]
    results = await run(target_at(await serve(handle)), *steps)
    verdicts = [result.verdict for result in results]
    assert verdicts == [Verdict.ERROR, Verdict.PASS, Verdict.PASS]
    assert asked == ["/"]
    assert results[1].seconds == 0


async def test_a_shared_conversation_is_repeated_for_all(serve: Serve) -> None:
    """Checks that fail share their further attempts as well."""
    handle, asked = counted()
    clauses = [clause for clause in SPECIFICATION.clauses if not clause.needs][:2]
    steps = [step(SharedToo(), clause) for clause in clauses]
    results = await run(target_at(await serve(handle)), *steps)
    assert [len(result.attempts) for result in results] == [3, 3]
    assert asked == ["/"] * 3
