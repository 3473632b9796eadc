"""Legal variants."""

from __future__ import annotations

from scanwright_conformance.assignment import Assignment
from scanwright_conformance.proof.laboratory import Experiment, Finding, Outcome
from scanwright_conformance.proof.variants import drizzle, problems_of, variants
from scanwright_conformance.verdict import Verdict


def test_every_variant_can_be_made() -> None:
    """Its changes fit the service as it is."""
    for each in variants():
        assert each.what
        assert bool(each.diff()) == bool(each.changes)


def test_one_variant_is_the_weather() -> None:
    """The service is unchanged, everything arrives, and the whole suite is asked."""
    experiment = drizzle()
    weather = experiment.assignment.weather
    assert weather is not None
    assert weather.is_harmless
    assert (experiment.changes, experiment.assignment.only) == ((), ())


def test_a_clause_that_a_variant_does_not_meet_is_a_problem() -> None:
    """The suite is too strict there, or the variant is not legal."""
    findings = {
        "A-a": Finding(Verdict.PASS),
        "A-b": Finding(Verdict.NOT_APPLICABLE),
        "A-c": Finding(Verdict.WARN, "expected x"),
        "A-d": Finding(Verdict.BLOCKED, "A-c is WARN"),
    }
    outcome = Outcome(Experiment("slow", Assignment()), findings)
    assert list(problems_of(outcome)) == [
        "variant slow: A-c is WARN expected x",
        "variant slow: A-d is BLOCKED A-c is WARN",
    ]
