"""The laboratory: runs of the suite beside each other, on changed services.

Each run is a process of its own, for a run keeps a core busy and must not disturb the
deadlines of another one.
"""

from __future__ import annotations

import asyncio
import compileall
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.util import find_spec
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any, Final

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.codec import encode
from scanwright_conformance.proof.changes import Change, changed_copy
from scanwright_conformance.verdict import RollUp, Verdict

if TYPE_CHECKING:
    from scanwright_conformance.results import Result

__all__ = ["JOBS", "Experiment", "Finding", "Outcome", "carry_out", "experiments"]

PACKAGES: Final = (
    "scanwright",
    "scanwright_spec",
    "scanwright_simulators",
    "scanwright_conformance",
)
JOBS: Final = 2 * (os.cpu_count() or 1)
"""Runs at a time: most of a run is waiting."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """One run: `changes` are made to the service that `assignment` is about."""

    name: str
    assignment: Assignment
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """The verdict about one clause, in a form that crosses processes."""

    verdict: Verdict
    said: str = ""
    transcript: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an experiment found, by clause, and what follows from it for its target."""

    experiment: Experiment
    findings: Mapping[str, Finding]
    roll_up: RollUp
    traces: tuple[str, ...] = ()
    seconds: float = 0.0

    def with_verdict(self, *verdicts: Verdict) -> frozenset[str]:
        """Return the clauses that were given one of `verdicts`."""
        return frozenset(
            clause
            for clause, finding in self.findings.items()
            if finding.verdict in verdicts
        )


def carry_out(experiment: Experiment) -> Outcome:
    """Run one experiment in this process."""
    from scanwright_conformance.certification import certify_target

    with changed_copy(experiment.changes) as folder:
        path = os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
        environment = {**experiment.assignment.environment}
        if experiment.changes:
            environment["PYTHONPATH"] = path.rstrip(os.pathsep)
        assignment = replace(experiment.assignment, environment=environment)
        run = asyncio.run(certify_target(assignment))
    findings = {each.clause.id: _finding(each) for each in run.results}
    return Outcome(experiment, findings, run.roll_up, run.traces, run.seconds)


@contextmanager
def experiments(
    planned: Sequence[Experiment],
    *,
    jobs: int = JOBS,
) -> Iterator[Iterator[Outcome]]:
    """Yield the outcomes as they come, of `jobs` experiments at a time."""
    compile_packages()
    # spawn: a fork would take over the threads and the event loop of this process
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        running = [pool.submit(carry_out, each) for each in planned]
        try:
            yield (done.result() for done in as_completed(running))
        finally:
            for each in running:
                each.cancel()


def compile_packages() -> None:
    """Compile what services and simulations import, once and not in each process."""
    for package in PACKAGES:
        found = find_spec(package)
        for folder in (found and found.submodule_search_locations) or ():
            compileall.compile_dir(folder, quiet=2)


def _finding(result: Result) -> Finding:
    judgement = result.judgement
    said = result.reason
    if judgement is not None and not judgement.is_met:
        said = f"expected {judgement.expected}, observed {judgement.observed}"
    transcript = None if result.transcript is None else encode(result.transcript)
    return Finding(result.verdict, said, transcript)
