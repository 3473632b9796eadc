"""What came of a cell: the run that its events tell of, and never nothing.

A cell whose process crashed, hung or was lost is a result as well: what it did not get
to is an ERROR with the words about it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final

import scanwright_spec
from scanwright_conformance.checks import load_checks
from scanwright_conformance.event_codec import EventError, read_events
from scanwright_conformance.events import Began, Ended, Event, run_of
from scanwright_conformance.matrix.cells import Cell
from scanwright_conformance.results import Plan, Run, Subject
from scanwright_conformance.scope import COMPATIBLE, Scope, profiles_named, selection
from scanwright_conformance.verdict import RollUp, Verdict

__all__ = ["CellResult", "Outcome", "result_of", "worst"]

ORDER: Final = (
    RollUp.ERROR,
    RollUp.FAILED,
    RollUp.INCOMPLETE,
    RollUp.NOTHING,
    RollUp.SELECTION,
    RollUp.CERTIFIED,
)
"""From the worst to the best."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the process of a cell said: lines of events, and what went wrong, if it did.

    `problem` is about the cell, not about its target; it is a sentence without an end.
    """

    lines: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class CellResult:
    """A cell and its run."""

    cell: Cell
    run: Run
    problem: str = ""

    @property
    def roll_up(self) -> RollUp:
        """What follows for the target; nothing does from a cell that went wrong."""
        return RollUp.ERROR if self.problem else self.run.roll_up


def result_of(cell: Cell, outcome: Outcome) -> CellResult:
    """Return what came of `cell`."""
    problem = outcome.problem
    events: list[Event] = []
    try:
        events.extend(read_events(outcome.lines))
    except EventError as error:
        problem = problem or f"its process said what is no event: {error}"
    if not any(isinstance(event, Began) for event in events):
        problem = problem or "its process said nothing"
        events = [Began(_plan(cell))]
    run = _with_description(run_of(events), cell)
    if problem:
        told = {event.result.clause.id for event in events if isinstance(event, Ended)}
        run = _blamed(run, told, problem)
    return CellResult(cell, run, problem)


def worst(roll_ups: Iterable[RollUp]) -> RollUp:
    """Return what follows for a matrix from what follows for its cells."""
    return min(roll_ups, key=ORDER.index)


def _plan(cell: Cell) -> Plan:
    """Return what was to be done, for a cell that did not come to say it."""
    clauses = scanwright_spec.load().clauses
    scope = Scope(
        profiles=profiles_named(cell.profiles) or COMPATIBLE,
        level=cell.level,
        only=selection(clauses, cell.only),
    )
    return Plan(
        subject=Subject(cell.name, {}, (), {}, scanwright_spec.Assurance.L1.value),
        scope=scope,
        clauses=scope.select(clauses, load_checks()),
        seed=cell.seed or 0,
        began_at=datetime.now(UTC),
        suite_version=version("scanwright"),
    )


def _with_description(run: Run, cell: Cell) -> Run:
    """Return `run` with the description as its author wrote it, paths included."""
    subject = replace(run.subject, description=cell.shown_description)
    return replace(run, plan=replace(run.plan, subject=subject))


def _blamed(run: Run, told: Collection[str], problem: str) -> Run:
    """Return `run` with an ERROR for each clause about which nothing was told."""
    results = tuple(
        each
        if each.clause.id in told
        else replace(each, verdict=Verdict.ERROR, reason=problem)
        for each in run.results
    )
    # One that got through everything and failed then must not read as certified.
    is_through = len(told) == len(results)
    traces = (*run.traces, problem) if is_through else run.traces
    return replace(run, results=results, traces=traces)
