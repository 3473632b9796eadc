"""Counting how far a run is."""

from __future__ import annotations

from dataclasses import replace

import scanwright_spec
from scanwright_conformance.report._progress import Progress
from scanwright_conformance.results import Result, Run
from scanwright_conformance.verdict import Verdict


def test_each_tenth_is_told_once(run: Run) -> None:
    """Forty clauses in any order make ten lines."""
    progress = Progress(run.plan.clauses)
    told = [progress.add(result) for result in run.results]
    assert sum(told) == 10
    assert told[-1] is True


def test_the_line_has_numbers_time_and_verdicts(run: Run) -> None:
    """Done of all, how long it took so far, what was found."""
    progress = Progress(run.plan.clauses)
    for result in run.results[:2]:
        progress.add(result)
    assert progress.line(75.2) == " 2/40  1 min 15 s  1 PASS · 1 FAIL"


def test_a_slow_clause_weighs_more() -> None:
    """What is left is estimated by what the clauses take, not by their number."""
    quick, slow = (
        scanwright_spec.load().clause(name) for name in ("DEV-list", "CONFIG-live")
    )
    progress = Progress([quick, slow])
    assert progress.remaining_s(0.0) is None
    progress.add(Result(quick, Verdict.PASS))
    remaining = progress.remaining_s(0.2)
    assert remaining is not None
    assert remaining > 5
    progress.add(Result(slow, Verdict.PASS))
    assert progress.remaining_s(9.0) == 0


def test_a_plan_without_clauses_is_no_trouble(run: Run) -> None:
    """A selection of nothing tells nothing, and divides by nothing."""
    progress = Progress(())
    assert progress.add(replace(run.results[0])) is False
    assert progress.remaining_s(1.0) is None
