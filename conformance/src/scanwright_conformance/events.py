"""The event stream: everything that happens in a run, in order, said once.

Terminal, reports, bundles and matrices are listeners, or are made from a stream that
was kept. `event_codec.py` makes lines of JSON of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from scanwright_conformance.results import Plan, Result, Run
from scanwright_conformance.verdict import Verdict

__all__ = [
    "Began",
    "Ended",
    "Event",
    "Finished",
    "Fold",
    "Listener",
    "Started",
    "run_of",
    "tell",
]


@dataclass(frozen=True, slots=True)
class Began:
    """The target is at hand, and the plan is made."""

    plan: Plan


@dataclass(frozen=True, slots=True)
class Started:
    """A clause is about to be tried."""

    clause: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A clause has its verdict."""

    result: Result


@dataclass(frozen=True, slots=True)
class Finished:
    """Nothing more is tried; who was interrupted did not get through the plan."""

    seconds: float
    traces: tuple[str, ...] = ()
    is_interrupted: bool = False


Event = Began | Started | Ended | Finished


class Listener(Protocol):
    """Somebody who hears of a run."""

    def take(self, event: Event) -> None:
        """Hear one event; they come in order."""


def tell(listeners: Iterable[Listener], event: Event) -> None:
    """Give `event` to all of them."""
    for each in listeners:
        each.take(event)


class Fold:
    """A listener that puts the run together."""

    def __init__(self) -> None:
        self._plan: Plan | None = None
        self._results: list[Result] = []
        self._finished: Finished | None = None

    def take(self, event: Event) -> None:
        """Keep what the run is made of."""
        match event:
            case Began():
                self._plan = event.plan
            case Ended():
                self._results.append(event.result)
            case Finished():
                self._finished = event
            case Started():
                pass

    @property
    def run(self) -> Run:
        """The run so far, in the order of the specification; ValueError before it."""
        if self._plan is None:
            raise ValueError("the stream of events does not say what began")
        finished = self._finished or Finished(0.0, is_interrupted=True)
        results = tuple(sorted([*self._results, *self._untried()], key=_place))
        return Run(
            self._plan,
            results,
            finished.seconds,
            finished.traces,
            finished.is_interrupted,
        )

    def _untried(self) -> Iterator[Result]:
        """Yield a result for each planned clause of which the stream says nothing."""
        known = {each.clause.id for each in self._results}
        plan = self._plan
        for clause in plan.clauses if plan else ():
            if clause.id not in known:
                is_binding = plan is not None and plan.scope.binds(clause)
                reason = "the run ended before it"
                yield Result(clause, Verdict.NOT_RUN, is_binding, reason=reason)


def run_of(events: Iterable[Event]) -> Run:
    """Return the run that a stream of events tells of."""
    fold = Fold()
    for event in events:
        fold.take(event)
    return fold.run


def _place(result: Result) -> tuple[int, int]:
    """Return the place of a clause in the specification: its area, then its line."""
    return _areas().get(result.clause.area, 99), result.clause.line


def _areas() -> dict[str, int]:
    import scanwright_spec

    areas = scanwright_spec.load().areas
    return {area.prefix: place for place, area in enumerate(areas)}
