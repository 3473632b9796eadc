"""What a vendor knows to be broken, and what its CI makes of a run by it.

An expectation never changes a verdict, nor what a report says of the target. It changes
the exit status of the command alone, for a while, and with a reason: a build that
breaks nothing new need not be red. A line that is not true any more, or no longer
allowed, makes it red in its turn.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from scanwright_conformance.results import Result, Run
from scanwright_conformance.verdict import EXIT_STATUS, Verdict

__all__ = [
    "ALLOWED",
    "Assessment",
    "Expectation",
    "Finding",
    "State",
    "assess",
    "assessment_as_json",
    "worst_status",
]

FORMAT: Final = "scanwright-expectations/1"
ALLOWED: Final = (Verdict.FAIL, Verdict.WARN, Verdict.FLAKY, Verdict.BLOCKED)
"""What can be expected of a clause: everything that a target can be blamed for."""
SEVERITY: Final = (0, 2, 1, 3)
"""Exit statuses from the best to the worst."""
FAILED: Final = 1


class State(StrEnum):
    """What became of an expectation."""

    MET = "as expected"
    PASSED = "unexpected pass"
    EXPIRED = "expired"
    OTHER = "another verdict"
    ABSENT = "not tried"


@dataclass(frozen=True, slots=True)
class Expectation:
    """One clause with the verdict that it will have until a day, and why.

    The day itself is the last one on which it counts.
    """

    clause: str
    reason: str
    issue: str
    expires: date
    verdict: Verdict = Verdict.FAIL


@dataclass(frozen=True, slots=True)
class Finding:
    """One expectation, what became of it in a run, and the verdict that was given."""

    expectation: Expectation
    state: State
    verdict: Verdict | None = None

    @property
    def is_wrong(self) -> bool:
        """Whether the line has to be looked at before a build is good."""
        return self.state in {State.PASSED, State.EXPIRED}

    @property
    def sentence(self) -> str:
        """What somebody who reads the end of a log needs to know."""
        meant = self.expectation
        head = f"{meant.clause}: {self.state.value}"
        until = meant.expires.isoformat()
        match self.state:
            case State.MET:
                why = f"{meant.reason} ({meant.issue})"
                return f"{head}, {meant.verdict.value} until {until}: {why}"
            case State.PASSED:
                return f"{head}, {meant.verdict.value} was expected; remove the line"
            case State.EXPIRED:
                todo = "mend it, or give it another date"
                return f"{head} on {until}; {todo} ({meant.issue})"
            case State.OTHER:
                said = self.verdict.value if self.verdict else ""
                return f"{head}, {said} where {meant.verdict.value} was expected"
            case State.ABSENT:
                return f"{head} in this run, so nothing is said about it"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a file of expectations makes of a run: findings, and an exit status."""

    findings: tuple[Finding, ...]
    exit_status: int
    unexpected: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The findings in words, and what it comes to."""
        met = sum(each.state is State.MET for each in self.findings)
        said = [f"expectations: {met} of {len(self.findings)} are as expected"]
        said += [f"  {each.sentence}" for each in self.findings]
        if self.unexpected:
            said.append(f"  not expected: {', '.join(self.unexpected)}")
        return (*said, f"exit status with these expectations: {self.exit_status}")

    def by_clause(self) -> Mapping[str, Finding]:
        """Return the findings by the clause that they are about."""
        return {each.expectation.clause: each for each in self.findings}


def assess(run: Run, expectations: Sequence[Expectation], today: date) -> Assessment:
    """Return what `expectations` make of `run` on the day `today`."""
    results = {result.clause.id: result for result in run.results}
    findings = tuple(
        _finding(each, results.get(each.clause), today) for each in expectations
    )
    met = {each.expectation.clause for each in findings if each.state is State.MET}
    others = replace(run, results=tuple(_met(each, met) for each in run.results))
    status = EXIT_STATUS[others.roll_up]
    if any(each.is_wrong for each in findings):
        status = worst_status((status, FAILED))
    unexpected = tuple(
        f"{each.clause.id} ({each.verdict.value})"
        for each in others.results
        if each.is_binding and each.verdict in {*ALLOWED, Verdict.ERROR}
    )
    return Assessment(findings, status, unexpected)


def assessment_as_json(assessment: Assessment) -> dict[str, Any]:
    """Return an assessment as JSON values: what `expectations.json` holds."""
    return {
        "format": FORMAT,
        "exit_status": assessment.exit_status,
        "unexpected": list(assessment.unexpected),
        "expectations": [
            {
                "clause": each.expectation.clause,
                "expected": each.expectation.verdict.value,
                "verdict": each.verdict.value if each.verdict else None,
                "state": each.state.value,
                "reason": each.expectation.reason,
                "issue": each.expectation.issue,
                "expires": each.expectation.expires.isoformat(),
            }
            for each in assessment.findings
        ],
    }


def worst_status(statuses: Iterable[int]) -> int:
    """Return the worst of exit statuses: 3, then 1, then 2."""
    return max(statuses, key=SEVERITY.index)


def _finding(meant: Expectation, result: Result | None, today: date) -> Finding:
    verdict = result.verdict if result else None
    if verdict is Verdict.PASS:
        return Finding(meant, State.PASSED, verdict)
    if today > meant.expires:
        return Finding(meant, State.EXPIRED, verdict)
    if verdict is None:
        return Finding(meant, State.ABSENT)
    state = State.MET if verdict is meant.verdict else State.OTHER
    return Finding(meant, state, verdict)


def _met(result: Result, names: Collection[str]) -> Result:
    """Return a result as if it were met, when it is among `names`.

    Only the exit status is made of it.
    """
    return (
        replace(result, verdict=Verdict.PASS) if result.clause.id in names else result
    )
