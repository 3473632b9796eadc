"""All cells of a matrix, so many at a time, wherever they are carried out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from scanwright_conformance.matrix.cells import Cell, Matrix
from scanwright_conformance.matrix.outcome import CellResult, Outcome, result_of
from scanwright_conformance.matrix.process import Hear, Stage

__all__ = ["CarryOut", "Watcher", "run_cells"]

CarryOut = Callable[[Cell, Hear], Awaitable[Outcome]]
"""What carries out one cell: `process.carry_out`, or a cluster's."""


class Watcher(Protocol):
    """Somebody who hears how far the cells are."""

    def hear(self, cell: Cell, stage: Stage) -> None:
        """Hear that a cell came so far."""

    def end(self, result: CellResult) -> None:
        """Hear that a cell is over."""


async def run_cells(
    matrix: Matrix,
    carry_out: CarryOut,
    watcher: Watcher,
    *,
    jobs: int | None,
) -> tuple[CellResult, ...]:
    """Return what came of each cell, in the order of the matrix.

    At most `jobs` are carried out at a time; with None that is for others to decide.
    """
    turns = asyncio.Semaphore(jobs or len(matrix.cells))

    async def run(cell: Cell) -> CellResult:
        async with turns:
            outcome = await carry_out(cell, lambda stage: watcher.hear(cell, stage))
        result = result_of(cell, outcome)
        watcher.end(result)
        return result

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(run(cell)) for cell in matrix.cells]
    return tuple(task.result() for task in tasks)
