"""Progress of a matrix: a line when a cell begins, at each quarter, and at its end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final, TextIO

from scanwright_conformance.matrix.cells import Cell
from scanwright_conformance.matrix.outcome import CellResult
from scanwright_conformance.matrix.process import Stage
from scanwright_conformance.report._markup import allowed
from scanwright_conformance.report._words import counted, duration

__all__ = ["PlainWatcher", "SilentWatcher"]

PARTS: Final = 4

Clock = Callable[[], float]


class SilentWatcher:
    """Says nothing: for `--quiet` and for `--json`."""

    def hear(self, cell: Cell, stage: Stage) -> None:
        """Say nothing."""

    def end(self, result: CellResult) -> None:
        """Say nothing."""


class PlainWatcher:
    """Prints lines: cells go on at the same time, so each line names its own."""

    def __init__(
        self, stream: TextIO, total: int, clock: Clock = time.monotonic
    ) -> None:
        self._stream = stream
        self._total = total
        self._clock = clock
        self._ended = 0
        self._began_s: dict[str, float] = {}
        self._quarters: dict[str, int] = {}

    def hear(self, cell: Cell, stage: Stage) -> None:
        """Print that it begins, or that another quarter is done."""
        if cell.name not in self._began_s:
            self._began_s[cell.name] = self._clock()
            self._print(f"{cell.name}: begins, seed {cell.seed}")
        quarter = stage.done * PARTS // stage.total if stage.total else 0
        if quarter > self._quarters.get(cell.name, 0) and quarter < PARTS:
            self._print(f"{cell.name}: {stage.done}/{stage.total} clauses")
        self._quarters[cell.name] = quarter

    def end(self, result: CellResult) -> None:
        """Print what came of it."""
        name, now_s = result.cell.name, self._clock()
        self._ended += 1
        seconds = now_s - self._began_s.get(name, now_s)
        said = result.problem or counted(result.run.counts)
        self._print(
            f"{name}: {result.roll_up.value} in {duration(seconds)}, {said} "
            f"({self._ended} of {self._total} cells)",
        )

    def _print(self, text: str) -> None:
        # a name may hold what a terminal obeys
        print(allowed(text), file=self._stream, flush=True)
