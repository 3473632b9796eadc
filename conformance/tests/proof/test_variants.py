"""Legal variants."""

from __future__ import annotations

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.proof.laboratory import Experiment, Finding, Outcome
from scanwright_conformance.proof.variants import (
    choices,
    choosing,
    differing,
    problems_of,
    variants,
)
from scanwright_conformance.verdict import RollUp, Verdict
from scanwright_spec import binds, load


def test_every_variant_can_be_made() -> None:
    """Its changes fit the service as it is."""
    for each in variants():
        assert each.what
        assert bool(each.diff()) == bool(each.changes)


def test_one_variant_is_in_the_weather() -> None:
    """Everything arrives, and the whole suite is asked."""
    planned = [differing(each).assignment for each in variants()]
    (found,) = [each for each in planned if each.weather is not None]
    assert found.weather is not None
    assert found.weather.is_harmless
    assert found.only == ()


def test_a_clause_that_a_variant_does_not_meet_is_a_problem() -> None:
    """The suite is too strict there, or the variant is not legal."""
    findings = {
        "A-a": Finding(Verdict.PASS),
        "A-b": Finding(Verdict.NOT_APPLICABLE),
        "A-c": Finding(Verdict.WARN, "expected x"),
        "A-d": Finding(Verdict.BLOCKED, "A-c is WARN"),
    }
    outcome = Outcome(Experiment("slow", Assignment()), findings, RollUp.INCOMPLETE)
    assert list(problems_of(outcome)) == [
        "variant slow: incomplete",
        "variant slow: A-c is WARN expected x",
        "variant slow: A-d is BLOCKED A-c is WARN",
    ]


def test_a_variant_that_shows_nothing_is_not_certified() -> None:
    """Where nothing applies, nothing was too strict, and nothing was tried."""
    findings = {"A-a": Finding(Verdict.NOT_APPLICABLE)}
    outcome = Outcome(Experiment("void", Assignment()), findings, RollUp.NOTHING)
    assert list(problems_of(outcome)) == ["variant void: nothing applies"]


def test_what_a_variant_leaves_behind_is_told() -> None:
    """A run that leaves traces is incomplete, and says of what."""
    left = ("the job 7 is still there",)
    met = {"A-a": Finding(Verdict.PASS)}
    outcome = Outcome(Experiment("x", Assignment()), met, RollUp.INCOMPLETE, left)
    assert list(problems_of(outcome))[1:] == ["variant x: the job 7 is still there"]


def test_other_choices_bind_nobody() -> None:
    """The variant breaks what is no duty of the compatible, and is allowed to."""
    others = choices()
    assert {each.clause for each in others} >= {"PAGES-cursors", "JOBS-status"}
    scope = choosing(others).assignment.profiles
    clauses = {each.id: each for each in load().clauses}
    assert not any(binds(clauses[each.clause], scope) for each in others)
    findings = {"A-a": Finding(Verdict.PASS), "A-b": Finding(Verdict.WARN)}
    end = RollUp.INCOMPLETE
    assert not list(problems_of(Outcome(choosing(others), findings, end)))
    findings["A-c"] = Finding(Verdict.FAIL)
    (problem,) = problems_of(Outcome(choosing(others), findings, end))
    assert problem.startswith("variant choices: A-c is FAIL")
