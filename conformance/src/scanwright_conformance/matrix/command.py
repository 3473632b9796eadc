"""`scanwright certify --matrix`: from the file to the combined report."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from scanwright_conformance.arguments import USAGE_ERROR
from scanwright_conformance.expectations import (
    Assessment,
    assess,
    worst_status,
)
from scanwright_conformance.expectations_file import write_assessment
from scanwright_conformance.matrix.cluster import cluster_at
from scanwright_conformance.matrix.process import carry_out
from scanwright_conformance.matrix.progress import PlainWatcher, SilentWatcher
from scanwright_conformance.matrix.reading import read_matrix
from scanwright_conformance.matrix.reports import (
    MatrixRun,
    matrix_as_json,
    write_matrix,
)
from scanwright_conformance.matrix.running import run_cells
from scanwright_conformance.outputs import Writing, try_folder
from scanwright_conformance.report._markup import allowed
from scanwright_conformance.verdict import EXIT_STATUS

if TYPE_CHECKING:
    from datetime import date

    from scanwright_conformance.expectations import Expectation
    from scanwright_conformance.matrix.cells import Matrix
    from scanwright_conformance.matrix.outcome import CellResult
    from scanwright_conformance.matrix.running import Watcher

__all__ = ["MatrixOptions", "certify_matrix"]

SEEDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class MatrixOptions:
    """What the command line says about a matrix.

    Without a `scheduler` cells are carried out here, at most `jobs` at a time, for
    which None is the number of cores, or what the cluster can take.
    """

    file: Path
    folder: Path
    scheduler: str | None = None
    jobs: int | None = None
    is_json: bool = False
    is_quiet: bool = False


def certify_matrix(
    options: MatrixOptions, expectations: Sequence[Expectation], today: date
) -> int:
    """Certify all cells, write the reports, and return the exit status."""
    draw = random.SystemRandom()
    matrix = read_matrix(options.file).seeded(lambda: draw.randrange(SEEDS))
    try_folder(options.folder)
    found = MatrixRun(matrix, _results(matrix, options))
    assessments = [
        assess(each.run, expectations, today) for each in found.results if expectations
    ]
    paths: tuple[Path, ...] = ()
    writing = Writing()
    with writing.attempt(options.folder):
        paths = write_matrix(found, options.folder)
        for name, assessment in zip(found.folders, assessments, strict=False):
            write_assessment(assessment, options.folder / name)
    for problem in writing.problems:
        print(f"scanwright certify: {problem}", file=sys.stderr)
    if options.is_json:
        # ASCII, for a target may answer half a surrogate pair
        json.dump(matrix_as_json(found), sys.stdout, indent=1)
        print()
    else:
        print(*_summary(found, paths), sep="\n")
    # What was expected is no part of what `--json` prints.
    for line in _assessed(found, assessments):
        print(line, file=sys.stderr if options.is_json else sys.stdout)
    return USAGE_ERROR if writing.problems else _status(found, assessments)


def _results(matrix: Matrix, options: MatrixOptions) -> tuple[CellResult, ...]:
    try:
        return asyncio.run(_run(matrix, options))
    except asyncio.CancelledError:
        raise SystemExit(128 + signal.SIGTERM) from None


async def _run(matrix: Matrix, options: MatrixOptions) -> tuple[CellResult, ...]:
    # SIGTERM ends like Ctrl-C: all that was started is taken away first.
    task = asyncio.current_task()
    if task is not None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    is_quiet = options.is_quiet or options.is_json
    watcher: Watcher = SilentWatcher()
    if not is_quiet:
        watcher = PlainWatcher(sys.stdout, len(matrix.cells))
    if options.scheduler is None:
        jobs = options.jobs or os.cpu_count() or 1
        return await run_cells(matrix, carry_out, watcher, jobs=jobs)
    async with cluster_at(options.scheduler) as carry_out_there:
        return await run_cells(matrix, carry_out_there, watcher, jobs=options.jobs)


def _summary(found: MatrixRun, paths: Sequence[Path]) -> list[str]:
    """Return the last lines: each cell, the whole, and where to read more."""
    width = max(len(each.cell.name) for each in found.results)
    lines = [
        f"{each.cell.name:<{width}}  {each.roll_up.value}" for each in found.results
    ]
    lines.append(f"{found.matrix.name}: {found.roll_up.value}")
    if paths:
        first, *others = paths
        beside = ", ".join(path.name for path in others)
        lines.append(
            f"report: {first} (beside it {beside}, and a folder for each cell)"
        )
    return [allowed(line) for line in lines]


def _assessed(found: MatrixRun, assessments: Sequence[Assessment]) -> Iterator[str]:
    for result, assessment in zip(found.results, assessments, strict=False):
        first, *others = assessment.lines
        yield allowed(f"{result.cell.name}: {first}")
        yield from map(allowed, others)


def _status(found: MatrixRun, assessments: Sequence[Assessment]) -> int:
    """Return the worst of all; nothing that was expected excuses a lost cell."""
    statuses = [each.exit_status for each in assessments]
    statuses += [
        EXIT_STATUS[each.roll_up]
        for each in found.results
        if each.problem or not assessments
    ]
    return worst_status(statuses)
