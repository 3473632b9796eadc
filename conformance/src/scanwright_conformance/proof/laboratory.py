"""The laboratory: runs of the suite beside each other, on changed services.

Each run is a process of its own, for a run keeps a core busy and must not disturb the
deadlines of another one.
"""

from __future__ import annotations

import asyncio
import compileall
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, as_completed, wait
from dataclasses import dataclass, replace
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, Self

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.codec import encode
from scanwright_conformance.proof.changes import Change, changed_copy
from scanwright_conformance.proof.words import said_of
from scanwright_conformance.proof.workers import Workers
from scanwright_conformance.verdict import RollUp, Verdict

if TYPE_CHECKING:
    from scanwright_conformance.results import Result

__all__ = [
    "JOBS",
    "Experiment",
    "Finding",
    "Laboratory",
    "Outcome",
    "Trial",
    "carry_out",
]

PACKAGES: Final = (
    "scanwright",
    "scanwright_spec",
    "scanwright_simulators",
    "scanwright_conformance",
)
JOBS: Final = 3 * (os.cpu_count() or 1)
"""Runs at a time: each waits for more than half of its time."""


@dataclass(frozen=True, slots=True)
class Experiment:
    """One run: `changes` are made to the service that `assignment` is about.

    Transcripts have pages in them, so they are kept only where they are asked for.
    """

    name: str
    assignment: Assignment
    changes: tuple[Change, ...] = ()
    is_recorded: bool = False


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


@dataclass(frozen=True, slots=True)
class Trial:
    """An experiment, and who reads its outcome: what is to be tried because of it."""

    experiment: Experiment
    read: Callable[[Outcome], Iterable[Trial]]


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
    is_recorded = experiment.is_recorded
    findings = {
        each.clause.id: _finding(each, is_recorded=is_recorded) for each in run.results
    }
    return Outcome(experiment, findings, run.roll_up, run.traces, run.seconds)


class Laboratory:
    """Carries out experiments, `jobs` at a time. A context manager.

    Several threads may use it at once. It ends as its workers do.
    """

    def __init__(self, jobs: int = JOBS) -> None:
        compile_packages()
        self._workers = Workers(jobs)

    def __enter__(self) -> Self:
        """Return the laboratory; it works already."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait for what has begun, or interrupt it."""
        self._workers.__exit__(kind)

    def outcomes(self, planned: Iterable[Experiment]) -> Iterator[Outcome]:
        """Yield the outcomes as they come."""
        running = [self._workers.submit(carry_out, each) for each in planned]
        return (done.result() for done in as_completed(running))

    def try_all(self, trials: Iterable[Trial]) -> None:
        """Carry out all trials, and those that follow from them."""
        running = {self._submit(each): each for each in trials}
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for each in done:
                more = running.pop(each).read(each.result())
                running |= {self._submit(trial): trial for trial in more}

    def _submit(self, trial: Trial) -> Future[Outcome]:
        return self._workers.submit(carry_out, trial.experiment)


def compile_packages() -> None:
    """Compile what services and simulations import, once and not in each process."""
    for package in PACKAGES:
        found = find_spec(package)
        for folder in (found and found.submodule_search_locations) or ():
            compileall.compile_dir(folder, quiet=2)


def _finding(result: Result, *, is_recorded: bool) -> Finding:
    judgement = result.judgement
    said = result.reason
    if judgement is not None and not judgement.is_met:
        said = said_of(judgement)
    if not is_recorded or result.transcript is None:
        return Finding(result.verdict, said)
    return Finding(result.verdict, said, encode(result.transcript))
