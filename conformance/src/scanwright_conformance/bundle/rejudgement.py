"""An old bundle before the present suite: what would be said today, and what changed.

Conversations are not held anew. So a clause that is new is NOT-RUN, and so is one whose
check asks by now for something that was not recorded then.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from scanwright_conformance.bundle.again import judge_again
from scanwright_conformance.events import Began, Ended, Event, Finished, run_of
from scanwright_conformance.plan import make_plan
from scanwright_conformance.verdict import Verdict

if TYPE_CHECKING:
    from scanwright_conformance.bundle.file import Bundle
    from scanwright_conformance.check import RegisteredCheck
    from scanwright_conformance.results import Result, Run
    from scanwright_spec import Clause

__all__ = ["Change", "Rejudgement", "rejudgement"]

UNREACHED: Final = "the conversation to reach "
"""With these words a transcript says that it has no such label."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was so then and is otherwise now; empty means not there."""

    clause: str
    what: str
    then: str
    now: str


@dataclass(frozen=True, slots=True)
class Rejudgement:
    """The run as it is judged today; `changes` are in the order of the specification.

    A change is of the `clause` (new or gone), of its `text`, `level` and other fields,
    or of its `verdict`.
    """

    before: Run
    events: tuple[Event, ...]
    changes: tuple[Change, ...]

    @property
    def run(self) -> Run:
        """The run with the verdicts of today."""
        return run_of(self.events)

    def of(self, what: str) -> tuple[Change, ...]:
        """Return the changes of one kind."""
        return tuple(change for change in self.changes if change.what == what)


def rejudgement(
    bundle: Bundle,
    *,
    suite_version: str,
    clauses: Sequence[Clause],
    checks: Mapping[str, RegisteredCheck],
) -> Rejudgement:
    """Judge the conversations of `bundle` by these clauses and checks."""
    run = bundle.run
    plan = run.plan
    said = {result.clause.id: result for result in run.results}
    steps = make_plan(plan.scope.select(clauses, checks), checks, seed=plan.seed)
    found = judge_again(
        steps,
        said,
        capabilities=run.subject.capabilities,
        scope=plan.scope,
        doubt=_is_another_conversation,
    )
    today = replace(
        plan,
        clauses=tuple(step.clause for step in steps),
        suite_version=suite_version,
    )
    ends = [event for event in bundle.events if isinstance(event, Finished)]
    # that a run was cut short is no reason to doubt the verdicts that it has
    finished = ends[-1] if ends else Finished(run.seconds, run.traces)
    events: tuple[Event, ...] = (
        Began(today),
        *(Ended(result) for result in found),
        replace(finished, is_interrupted=False),
    )
    return Rejudgement(run, events, tuple(_changes(said, run_of(events).results)))


def _is_another_conversation(said: Result, found: Result) -> str:
    """Return why a conversation that passed then shows nothing to the present check."""
    judgement, transcript = found.judgement, found.transcript
    if judgement is None or judgement.is_met or said.verdict is not Verdict.PASS:
        return ""
    if not judgement.expected.startswith(UNREACHED) or (
        transcript is not None and transcript.stopped
    ):
        return ""
    label = judgement.expected.removeprefix(UNREACHED)
    return f"the present check asks for {label}, which was not recorded then"


def _changes(said: Mapping[str, Result], found: Sequence[Result]) -> Iterator[Change]:
    for result in found:
        before = said.get(result.clause.id)
        if before is None:
            verdict = result.verdict.value
            yield Change(result.clause.id, "clause", "", verdict)
        else:
            yield from _changes_of(before, result)
    today = {result.clause.id for result in found}
    for name, result in said.items():
        if name not in today:
            yield Change(name, "clause", result.verdict.value, "")


def _changes_of(before: Result, result: Result) -> Iterator[Change]:
    name, old, new = result.clause.id, before.clause, result.clause
    pairs = {
        "level": (old.level.value, new.level.value),
        "text": (old.text, new.text),
        "provenance": (old.provenance.value, new.provenance.value),
        "needs": (", ".join(sorted(old.needs)), ", ".join(sorted(new.needs))),
        "duty": (_duty(before), _duty(result)),
        "verdict": (before.verdict.value, result.verdict.value),
    }
    for what, (then, now) in pairs.items():
        if then != now:
            yield Change(name, what, then, now)


def _duty(result: Result) -> str:
    return "it binds" if result.is_binding else "it does not bind"
