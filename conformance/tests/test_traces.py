"""What a run leaves behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

import scanwright_spec
from scanwright_conformance.canned import answered
from scanwright_conformance.judging import Attempt
from scanwright_conformance.results import Result
from scanwright_conformance.target import (
    Addresses,
    ControlFailed,
    Manner,
    Port,
    Stopping,
    Target,
    Unsupported,
)
from scanwright_conformance.traces import Traces
from scanwright_conformance.transcript import Transcript
from scanwright_conformance.verdict import Verdict

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Serve = Callable[[Handler], Awaitable[str]]

CLAUSE = scanwright_spec.load().clause("JOBS-create")


def target_at(url: str, home: Path | None = None) -> Target:
    """Return an attached target at `url`."""
    return Target("t", Addresses({Port.API: url}), frozenset(), known_home=home)


def result(status: int) -> Result:
    """Return a result whose job was answered `status` when it was deleted."""
    cleanup = answered("cleanup-1", status, method="DELETE")
    attempt = Attempt(Transcript((cleanup,)), 0.1)
    return Result(CLAUSE, Verdict.PASS, attempts=(attempt,))


@pytest.mark.parametrize(
    ("deletion", "later", "count"),
    [(204, 200, 0), (410, 200, 0), (500, 200, 1), (500, 404, 0)],
)
async def test_a_job_that_stays_is_a_trace(
    serve: Serve,
    deletion: int,
    later: int,
    count: int,
) -> None:
    """Where a deletion was not confirmed the job is looked for once more."""

    async def handle(_: web.Request) -> web.Response:
        return web.Response(status=later)

    traces = Traces(target_at(await serve(handle)))
    left = await traces.left([result(deletion)])
    assert len(left) == count
    assert all("JOBS-create" in each for each in left)


async def test_pages_that_stay_are_traces(tmp_path: Path) -> None:
    """Files that were there before are nobody's business."""
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "old").touch()
    traces = Traces(target_at("http://127.0.0.1:9", tmp_path))
    (tmp_path / "cache" / "new").touch()
    assert await traces.left([]) == ("the file cache/new was left",)


class Ending:
    """A control that leaves a temporary file."""

    def __init__(self, temporary: Path) -> None:
        self.temporary = temporary
        self.home = None

    async def stop(self) -> Stopping:
        """End."""
        return Stopping(0.0, (), is_by_itself=True)

    async def start(self, _: Manner = Manner.USUAL) -> Addresses:
        """Do not start."""
        raise NotImplementedError


async def test_temporary_files_of_a_managed_target_are_traces(tmp_path: Path) -> None:
    """It is ended for that."""
    (tmp_path / "x").touch()
    target = target_at("http://127.0.0.1:9")
    target.control = Ending(tmp_path)  # type: ignore[assignment]  # all that is used
    left = await Traces(target).left([])
    assert left == ("the temporary file x was left",)


class Staying(Ending):
    """A control that cannot end its service."""

    def __init__(self, temporary: Path, failure: Exception) -> None:
        super().__init__(temporary)
        self.failure = failure

    async def stop(self) -> Stopping:
        """Fail."""
        raise self.failure


@pytest.mark.parametrize(
    ("failure", "left"),
    [
        (Unsupported("no stop"), ()),
        (ControlFailed("no answer"), ("the service could not be stopped: no answer",)),
    ],
)
async def test_who_cannot_be_stopped_is_told(
    tmp_path: Path, failure: Exception, left: tuple[str, ...]
) -> None:
    """It does not cost the results; who never promised it leaves nothing to say."""
    target = target_at("http://127.0.0.1:9")
    target.control = Staying(tmp_path, failure)  # type: ignore[assignment]  # likewise
    assert await Traces(target).left([]) == left
