"""The same verdicts each time."""

from __future__ import annotations

from multiprocessing import active_children

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.proof.laboratory import Experiment, Finding, Outcome
from scanwright_conformance.proof.steadiness import busy_cores, problems_of
from scanwright_conformance.verdict import Verdict


def outcome(seed: int, verdict: Verdict, said: str = "") -> Outcome:
    """Return what one run found about two clauses."""
    findings = {"A-a": Finding(Verdict.PASS), "A-b": Finding(verdict, said)}
    return Outcome(Experiment(f"seed {seed}", Assignment()), findings)


def test_agreement_is_no_problem() -> None:
    """Whatever the verdict is."""
    assert list(problems_of([outcome(n, Verdict.FAIL) for n in range(3)])) == []


def test_disagreement_names_the_seed() -> None:
    """So that the run can be repeated."""
    runs = [outcome(1, Verdict.PASS), outcome(2, Verdict.FLAKY, "failed 1 of 3 times")]
    (problem,) = problems_of([*runs, outcome(3, Verdict.PASS)])
    assert problem.startswith("A-b was 2 times PASS, 1 times FLAKY")
    assert "seed 2: failed 1 of 3 times" in problem


def test_cores_are_busy_for_a_while_only() -> None:
    """Nothing burns on afterwards."""
    before = set(active_children())
    with busy_cores():
        assert set(active_children()) - before
    assert set(active_children()) == before
