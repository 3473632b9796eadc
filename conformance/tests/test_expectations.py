"""What is known to be broken, and what follows for the exit status."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

import scanwright_spec
from scanwright_conformance.expectations import (
    Assessment,
    Expectation,
    State,
    assess,
    assessment_as_json,
    worst_status,
)
from scanwright_conformance.results import Plan, Result, Run, Subject
from scanwright_conformance.scope import Scope
from scanwright_conformance.verdict import Verdict

TODAY = date(2030, 1, 2)
CLAUSES = [
    clause for clause in scanwright_spec.load().clauses if clause.level.is_required
]
PASS, FAIL, WARN = Verdict.PASS, Verdict.FAIL, Verdict.WARN
FLAKY, BLOCKED, ERROR = Verdict.FLAKY, Verdict.BLOCKED, Verdict.ERROR


def run_with(*verdicts: Verdict) -> Run:
    """Return a run of the first clauses with these verdicts."""
    subject = Subject("tiny", {}, (), {}, "L1")
    results = tuple(
        Result(clause, verdict, verdict is not WARN)
        for clause, verdict in zip(CLAUSES, verdicts, strict=False)
    )
    clauses = tuple(each.clause for each in results)
    began = datetime(2030, 1, 2, tzinfo=UTC)
    return Run(Plan(subject, Scope(), clauses, 7, began, "1.0"), results, 1.0)


def expected(number: int, verdict: Verdict = FAIL, days: int = 1) -> Expectation:
    """Return an expectation of a clause that holds for so many days from today."""
    clause = CLAUSES[number].id
    expires = date.fromordinal(TODAY.toordinal() + days)
    return Expectation(clause, "known", "https://bugs.example/7", expires, verdict)


def assessed(verdicts: list[Verdict], *expectations: Expectation) -> Assessment:
    """Return what expectations make of a run with these verdicts, today."""
    return assess(run_with(*verdicts), expectations, TODAY)


@pytest.mark.parametrize(
    ("verdicts", "expectations", "status"),
    [
        ([PASS, FAIL], [], 1),
        ([PASS, FAIL], [expected(1)], 0),
        ([FAIL], [expected(0)], 0),
        ([PASS, FAIL], [expected(1, days=0)], 0),
        ([FAIL, FAIL], [expected(1)], 1),
        ([PASS, FLAKY], [expected(1)], 1),
        ([PASS, FLAKY], [expected(1, FLAKY)], 0),
        ([PASS, FAIL, BLOCKED], [expected(1)], 2),
        ([PASS, FAIL, BLOCKED], [expected(1), expected(2, BLOCKED)], 0),
        ([PASS, PASS], [expected(1)], 1),
        ([PASS, WARN], [expected(1, WARN)], 0),
        ([PASS, FAIL], [expected(1, days=-1)], 1),
        ([PASS, PASS], [expected(5, days=-1)], 1),
        ([PASS, PASS], [expected(5)], 0),
        ([PASS, ERROR], [expected(0)], 3),
        ([PASS, ERROR], [expected(1)], 3),
        ([PASS, BLOCKED], [expected(0)], 1),
    ],
)
def test_the_exit_status_is_about_what_nobody_expected(
    verdicts: list[Verdict], expectations: list[Expectation], status: int
) -> None:
    """0 when all that is not met is expected; a line that is over is as bad as new."""
    assert assessed(verdicts, *expectations).exit_status == status


def test_no_verdict_is_changed() -> None:
    """The run is what it was."""
    run = run_with(PASS, FAIL)
    assess(run, [expected(1)], TODAY)
    assert run == run_with(PASS, FAIL)


def test_what_a_run_left_behind_is_never_expected() -> None:
    """It stays incomplete."""
    run = replace(run_with(PASS, FAIL), traces=("a job is left",))
    assert assess(run, [expected(1)], TODAY).exit_status == 2


@pytest.mark.parametrize(
    ("verdict", "days", "state", "words"),
    [
        (FAIL, 1, State.MET, "FAIL until 2030-01-03: known (https://bugs.example/7)"),
        (PASS, 1, State.PASSED, "FAIL was expected; remove the line"),
        (FAIL, -1, State.EXPIRED, "on 2030-01-01; mend it, or give it another date"),
        (FLAKY, 1, State.OTHER, "FLAKY where FAIL was expected"),
        (None, 1, State.ABSENT, "in this run, so nothing is said about it"),
    ],
)
def test_each_line_is_told_what_became_of_it(
    verdict: Verdict | None, days: int, state: State, words: str
) -> None:
    """What it is, why, and what to do."""
    found = assessed([verdict] if verdict else [], expected(0, days=days))
    (finding,) = found.findings
    assert finding.state is state
    assert finding.sentence.startswith(f"{CLAUSES[0].id}: {state.value}")
    assert words in finding.sentence


def test_what_nobody_expected_is_named() -> None:
    """The log says which clauses make the build red, and the status."""
    lines = assessed([PASS, FAIL, FLAKY], expected(1)).lines
    assert lines[0] == "expectations: 1 of 1 are as expected"
    assert lines[2] == f"  not expected: {CLAUSES[2].id} (FLAKY)"
    assert lines[3] == "exit status with these expectations: 1"


def test_findings_are_had_by_clause() -> None:
    """Who shows a clause asks for what was expected of it."""
    found = assessed([FAIL], expected(0)).by_clause()
    assert found[CLAUSES[0].id].state is State.MET


def test_an_assessment_is_json() -> None:
    """Machines read the same."""
    value = assessment_as_json(assessed([FAIL, PASS], expected(0), expected(7)))
    assert value["exit_status"] == 0
    assert value["expectations"][0] == {
        "clause": CLAUSES[0].id,
        "expected": "FAIL",
        "verdict": "FAIL",
        "state": "as expected",
        "reason": "known",
        "issue": "https://bugs.example/7",
        "expires": "2030-01-03",
    }
    assert value["expectations"][1]["verdict"] is None


def test_a_suite_error_is_worse_than_a_failure() -> None:
    """Then comes what was left open."""
    assert worst_status([0, 1, 3, 2]) == 3
    assert worst_status([0, 2, 1]) == 1
    assert worst_status([2, 0]) == 2
