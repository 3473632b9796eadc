"""Steadiness: the same verdicts each time, in any order, on a busy machine too.

The reference is certified again and again under other seeds, half of the runs while
every core is kept busy. A clause that is judged once this way and once that is a flake,
of the suite or of the reference.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from multiprocessing import get_context, parent_process
from os import cpu_count
from typing import TYPE_CHECKING, Final

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.proof.laboratory import (
    Experiment,
    Laboratory,
    Outcome,
)
from scanwright_conformance.proof.proof import Progress, Proof, silent
from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from multiprocessing.process import BaseProcess

__all__ = ["busy_cores", "problems_of", "prove_steadiness"]

GOOD: Final = frozenset({Verdict.PASS, Verdict.NOT_APPLICABLE})
ENOUGH: Final = 2


def prove_steadiness(
    laboratory: Laboratory,
    runs: int,
    *,
    only: Iterable[str] = (),
    part: tuple[int, int] = (1, 1),
    progress: Progress = silent,
) -> Proof:
    """Certify the reference `runs` times, the second half of them under load.

    Or do the Kth of N parts of that: each has a seed of its own.
    """
    began = time.monotonic()
    words = tuple(only)
    outcomes: list[Outcome] = []
    number, parts = part
    seeds = range(runs)[number - 1 :: parts]
    middle = len(seeds) // 2
    halves = (seeds[:middle], seeds[middle:])
    for is_busy, half in zip((False, True), halves, strict=True):
        planned = [
            Experiment(f"seed {seed}", Assignment(only=words, seed=seed))
            for seed in half
        ]
        with ExitStack() as stack:
            if is_busy:
                stack.enter_context(busy_cores())
            for outcome in laboratory.outcomes(planned):
                outcomes.append(outcome)
                met = len(outcome.with_verdict(Verdict.PASS))
                where = "on busy cores" if is_busy else "as it is"
                progress(f"{outcome.experiment.name} {where}: {met} met")
    return Proof(
        name="steadiness",
        claim="the same verdicts each time, in any order, with and without load",
        tried=len(outcomes),
        problems=tuple(problems_of(outcomes)),
        seconds=time.monotonic() - began,
        detail={"seeds": list(seeds), "busy": len(halves[1])},
    )


def problems_of(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield a sentence for each clause that was not always judged the same, and well.

    The reference meets everything, so what is never met is no more believable.
    """
    if len(outcomes) < ENOUGH:
        yield "one run alone compares with nothing"
    seen: dict[str, Counter[str]] = {}
    words: dict[str, str] = {}
    for clause in {clause for outcome in outcomes for clause in outcome.findings}:
        verdicts = seen.setdefault(clause, Counter())
        for outcome in outcomes:
            finding = outcome.findings.get(clause)
            verdicts[finding.verdict.value if finding else "absent"] += 1
            if finding and finding.verdict not in GOOD:
                words[clause] = f" ({outcome.experiment.name}: {finding.said})"
    for clause, verdicts in sorted(seen.items()):
        if len(verdicts) > 1 or clause in words:
            yield f"{clause} was {_counted(verdicts)}{words.get(clause, '')}"
    for outcome in outcomes:
        if not outcome.with_verdict(Verdict.PASS):
            yield f"{outcome.experiment.name} met nothing"
        for trace in outcome.traces:
            yield f"{outcome.experiment.name}: {trace}"


def _counted(verdicts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} times {each}" for each, count in verdicts.items())


@contextmanager
def busy_cores() -> Iterator[None]:
    """Keep every core busy."""
    context = get_context("spawn")
    burning: list[BaseProcess] = [
        context.Process(target=_burn, daemon=True) for _ in range(cpu_count() or 1)
    ]
    for process in burning:
        process.start()
    try:
        yield
    finally:
        for process in burning:
            process.kill()
            process.join()


def _burn() -> None:
    parent = parent_process()
    while parent is None or parent.is_alive():
        sum(range(100_000))
