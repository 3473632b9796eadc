"""The folder and the processes of a target: there while it runs, gone in the end."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryFile

import pytest

from scanwright_conformance.target._belongings import (
    Belongings,
    _objection,
    last_lines,
    text_of,
)
from scanwright_conformance.target._machine import Process
from scanwright_conformance.target._model import StartFailed

WAIT = "import signal; signal.pause()"


@asynccontextmanager
async def running(
    belongings: Belongings,
    text: str,
    *words: str,
    output: int = asyncio.subprocess.DEVNULL,
) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a Python program among the belongings."""
    belongings.make()
    process = await belongings.run(
        [sys.executable, "-c", text, *words],
        home=belongings.home,
        standard_input=asyncio.subprocess.DEVNULL,
        output=output,
        errors=output,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        belongings.remove()


async def test_a_command_is_told_of_its_folders() -> None:
    """{home} stands for a folder, TMPDIR names another one, and more can be said."""
    belongings = Belongings({"MOOD": "good"})
    text = (
        "import os, sys; print(sys.argv[1], os.environ['TMPDIR'], os.environ['MOOD'])"
    )
    with TemporaryFile() as output:
        async with running(
            belongings, text, "{home}", output=output.fileno()
        ) as process:
            await process.wait()
            home, temporary = belongings.home, belongings.temporary
            assert text_of(output.fileno()) == f"{home} {temporary} good\n"
    assert not temporary.exists()


@pytest.mark.slow
async def test_all_that_runs_is_ended() -> None:
    """Whoever belongs to the target is killed, and forgotten as main."""
    belongings = Belongings()
    async with running(belongings, WAIT) as process:
        belongings.found(process.pid, announced=process.pid)
        assert belongings.has_main()
        belongings.end_all()
        await process.wait()
        assert belongings.announced == 0
        assert belongings.processes() == ()


@pytest.mark.slow
async def test_an_adapter_is_no_process_of_the_target() -> None:
    """It is the root of what belongs, and is neither counted nor killed."""
    belongings = Belongings()
    async with running(belongings, WAIT) as process:
        belongings.found(process.pid, announced=0, is_outsider=True)
        belongings.end_all()
        assert belongings.identities() == set()
        os.kill(process.pid, 0)
        assert process.returncode is None


@pytest.mark.slow
async def test_who_stays_is_told() -> None:
    """Those that were there before, and are still there after a last second."""
    belongings = Belongings()
    async with running(belongings, WAIT) as process:
        belongings.found(process.pid, announced=process.pid)
        before = belongings.identities()
        assert await belongings.outliving(set()) == ()
        assert [each.pid for each in await belongings.outliving(before)] == [
            process.pid
        ]


def test_the_last_lines_are_those_at_the_end(tmp_path: Path) -> None:
    """A message shows the end of what was written, however much that was."""
    path = tmp_path / "errors"
    path.write_text("x\n" * 1_000_000 + "the reason\n", encoding="utf-8")
    with path.open("rb") as file:
        lines = last_lines(file.fileno()).split("\n  ")
    assert (len(lines), lines[-1]) == (9, "the reason")


def a_process(started: int, user: str = "anna") -> Process:
    """Return a process of a service, as far as can be seen."""
    return Process(7, 1, 1, started, "S", user, ("served",))


@pytest.mark.parametrize(
    ("process", "user", "problem"),
    [
        (None, "", "does not run here"),
        (a_process(9), "", "ran before the start"),
        (a_process(10), "", ""),
        (a_process(10), "anna", ""),
        (a_process(10, "root"), "anna", "is root's, and anna runs the suite"),
        (a_process(10, "root"), "", ""),
    ],
)
def test_an_announced_process_may_be_the_targets(
    process: Process | None,
    user: str,
    problem: str,
) -> None:
    """It runs, can be killed, and did not run before anybody asked for it."""
    strangers = frozenset({(7, 9)})
    said = _objection(process, line=frozenset({1}), user=user, strangers=strangers)
    assert said.removeprefix("which ").startswith(problem)
    assert bool(said) is bool(problem)


@pytest.mark.slow
async def test_who_has_ended_when_it_is_announced_is_refused() -> None:
    """Nobody who gets its number later is taken for it."""
    belongings = Belongings()
    async with running(belongings, WAIT) as process:
        process.kill()
        await process.wait()
        with pytest.raises(StartFailed, match="does not run here; 'pid' must be"):
            belongings.found(0, announced=process.pid)
    assert belongings.announced == 0


@pytest.mark.slow
async def test_a_descendant_may_have_run_before_the_start() -> None:
    """It is the target's in any case, as one that was the target's is."""
    belongings = Belongings()
    async with running(belongings, WAIT) as process:
        belongings.asked()
        with pytest.raises(StartFailed, match="ran before"):
            belongings.found(0, announced=process.pid)
        belongings.found(process.pid, announced=process.pid)
        belongings.found(0, announced=process.pid)
        assert belongings.has_main()


@pytest.mark.parametrize(
    "pid", [1, os.getpid(), os.getppid()], ids=["the first", "itself", "its parent"]
)
def test_the_suite_does_not_belong_to_the_target(pid: int) -> None:
    """All that descends from the announced process is killed in the end."""
    belongings = Belongings()
    with pytest.raises(StartFailed, match="from which the suite descends"):
        belongings.found(0, announced=pid)
    assert belongings.processes() == ()
