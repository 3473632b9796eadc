"""One cell in a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from scanwright_conformance.deadline import until
from scanwright_conformance.matrix.cells import Cell
from scanwright_conformance.matrix.process import Stage, carry_out

pytestmark = pytest.mark.slow


def announced(folder: Path) -> int | None:
    """Return the process id of the service that runs in `folder`."""
    return next((int(file.stem) for file in folder.glob("*.pid")), None)


async def started(folder: Path) -> int:
    """Wait until the service of a cell runs, and return its process id."""

    async def attempt() -> int | None:
        return announced(folder)

    return await until(attempt, within_s=30)


async def is_gone(pid: int) -> bool:
    """Wait until no process has `pid`."""

    async def attempt() -> bool | None:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        return None

    return await until(attempt, within_s=30)


def parent(pid: int) -> int:
    """Return the process that started `pid`: the one of the cell."""
    stat = Path(f"/proc/{pid}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[1])


async def test_a_cell_is_carried_out(cell: Cell) -> None:
    """Its events come back, and on the way one hears how far it is."""
    heard: list[Stage] = []
    outcome = await carry_out(cell, heard.append)
    assert outcome.problem == ""
    assert len(outcome.lines) == 4
    assert heard == [Stage(0, 0), Stage(0, 1), Stage(1, 1)]


async def test_its_environment_reaches_the_service(cell: Cell, tmp_path: Path) -> None:
    """Builds can be told apart by it."""
    (tmp_path / "server.py").write_text(
        "import os, pathlib, sys\n"
        "pathlib.Path(sys.argv[1], 'said').write_text(os.environ['BUILD'])\n"
    )
    await carry_out(replace(cell, environment={"BUILD": "7"}), lambda _: None)
    assert (tmp_path / "said").read_text() == "7"


async def test_a_crash_is_told_in_its_words(cell: Cell) -> None:
    """The last line that it wrote is the reason."""
    broken = replace(cell, description="[target", place="/nowhere/target.toml")
    outcome = await carry_out(broken, lambda _: None)
    words = "the cell's process ended with status 1: /nowhere/target.toml: Expected"
    assert outcome.problem.startswith(words)


async def test_a_process_that_cannot_be_started_is_a_result(
    cell: Cell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other cells go on."""
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    outcome = await carry_out(cell, lambda _: None)
    assert outcome.problem.startswith("the cell's process cannot be started: ")


async def test_a_cell_that_does_not_end_is_ended(cell: Cell, tmp_path: Path) -> None:
    """In time, in words, and with its service."""
    (tmp_path / "server.py").write_text(
        "import os, pathlib, sys, threading\n"
        "pathlib.Path(sys.argv[1], f'{os.getpid()}.pid').touch()\n"
        "threading.Event().wait()\n"
    )
    async with asyncio.TaskGroup() as group:
        hurried = replace(cell, timeout_s=6)
        task = group.create_task(carry_out(hurried, lambda _: None))
        service = await started(tmp_path)
    assert task.result().problem == "the cell did not end within 6 s"
    assert await is_gone(service)


async def test_who_is_cancelled_takes_everything_away(
    cell: Cell, tmp_path: Path
) -> None:
    """Ctrl-C ends cells, and cells their services."""
    task = asyncio.get_running_loop().create_task(
        carry_out(replace(cell, only=()), lambda _: None)
    )
    service = await started(tmp_path)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await is_gone(service)


async def test_a_killed_process_is_a_result(cell: Cell, tmp_path: Path) -> None:
    """Who is killed says nothing more, so it is said for it."""
    async with asyncio.TaskGroup() as group:
        work = carry_out(replace(cell, only=()), lambda _: None)
        task = group.create_task(work)
        service = await started(tmp_path)
        os.kill(parent(service), signal.SIGKILL)
    assert task.result().problem == "the cell's process was ended by SIGKILL"
    assert await is_gone(service)
