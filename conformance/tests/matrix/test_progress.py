"""Lines about cells that go on at the same time."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from itertools import count

from scanwright_conformance.matrix.cells import Cell
from scanwright_conformance.matrix.outcome import Outcome, result_of
from scanwright_conformance.matrix.process import Stage
from scanwright_conformance.matrix.progress import PlainWatcher, SilentWatcher
from scanwright_conformance.verdict import Verdict

Make = Callable[..., Outcome]


def test_each_cell_is_told_about(cell: Cell, outcome: Make) -> None:
    """When it begins, at each quarter, and at its end."""
    stream = io.StringIO()
    ticks = map(float, count())
    watcher = PlainWatcher(stream, 2, ticks.__next__)
    for stage in (Stage(), Stage(0, 8), *(Stage(done, 8) for done in range(1, 9))):
        watcher.hear(cell, stage)
    watcher.end(result_of(cell, outcome(Verdict.PASS, Verdict.FAIL)))
    assert stream.getvalue().splitlines() == [
        "build 7: begins, seed 7",
        "build 7: 2/8 clauses",
        "build 7: 4/8 clauses",
        "build 7: 6/8 clauses",
        "build 7: failed in 1.0 s, 1 PASS · 1 FAIL (1 of 2 cells)",
    ]


def test_a_lost_cell_is_told_with_its_words(cell: Cell) -> None:
    """What a name has in it does nothing to a terminal."""
    stream = io.StringIO()
    watcher = PlainWatcher(stream, 1, lambda: 0.0)
    hostile = replace(cell, name="\x1b[31mred")
    watcher.end(result_of(hostile, Outcome((), "it crashed")))
    assert "suite error in 0.0 s, it crashed (1 of 1 cells)" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_silence_is_silent(cell: Cell, outcome: Make) -> None:
    """For `--json` and `--quiet` nothing is written anywhere."""
    watcher = SilentWatcher()
    watcher.hear(cell, Stage(1, 2))
    watcher.end(result_of(cell, outcome(Verdict.PASS)))
