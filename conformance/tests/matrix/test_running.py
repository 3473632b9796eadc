"""All cells of a matrix."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace

import pytest

from scanwright_conformance.matrix.cells import Cell, Matrix
from scanwright_conformance.matrix.outcome import CellResult, Outcome
from scanwright_conformance.matrix.process import Hear, Stage
from scanwright_conformance.matrix.running import run_cells
from scanwright_conformance.verdict import Verdict

Make = Callable[..., Outcome]


class Listener:
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, Stage]] = []
        self.ended: list[str] = []

    def hear(self, cell: Cell, stage: Stage) -> None:
        """Keep how far a cell is."""
        self.heard.append((cell.name, stage))

    def end(self, result: CellResult) -> None:
        """Keep which cell is over."""
        self.ended.append(result.cell.name)


class Bench:
    """Carries out cells when it is told to, and counts how many at a time."""

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome
        self._open: list[asyncio.Event] = []
        self.most = 0

    async def carry_out(self, _: Cell, hear: Hear) -> Outcome:
        """Wait for `release`."""
        hear(Stage(1, 1))
        event = asyncio.Event()
        self._open.append(event)
        self.most = max(self.most, len(self._open))
        await event.wait()
        self._open.remove(event)
        return self._outcome

    async def release(self) -> None:
        """Let all that were begun end, the last one first, until there are none."""
        await asyncio.sleep(0)
        while self._open:
            for event in reversed(self._open):
                event.set()
                await asyncio.sleep(0)
            await asyncio.sleep(0)


@pytest.mark.parametrize(("jobs", "expected"), [(1, 1), (2, 2), (None, 5), (9, 5)])
async def test_so_many_at_a_time(
    cell: Cell, outcome: Make, jobs: int | None, expected: int
) -> None:
    """Results are in the order of the matrix, whichever ends first."""
    names = ("a", "b", "c", "d", "e")
    matrix = Matrix("m", tuple(replace(cell, name=name) for name in names))
    bench, listener = Bench(outcome(Verdict.PASS)), Listener()
    async with asyncio.TaskGroup() as group:
        task = group.create_task(
            run_cells(matrix, bench.carry_out, listener, jobs=jobs)
        )
        group.create_task(bench.release())
    assert bench.most == expected
    assert tuple(each.cell.name for each in task.result()) == names
    assert sorted(listener.ended) == list(names)
    assert ("a", Stage(1, 1)) in listener.heard
